# Six verbs for every day. CONTRIBUTING.md has them as plain commands, for machines without `just`.

export PATH := justfile_directory() / ".venv/bin" + ":" + env("PATH")

# Everything that the tests know.
test:
    python -m pytest -q

# What a writer waits for, on all cores.
fast:
    python -m pytest -q -m "not slow" -n auto

# Style and types.
lint:
    ruff check .
    ruff format --check .
    mypy

# Learn the phrases of interaction_models/ anew.
train:
    soft-landing train

# What certification would say.
check:
    soft-landing check

# Try what the pages promise: commands, links, settings, the tests that they name.
docs:
    python -m pytest -q tests/test_docs.py tests/test_security.py tests/test_project.py
