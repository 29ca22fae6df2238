"""`SECURITY.md` and `docs/faults.md` promise only what a test holds, and what is installed is what was pinned."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PINNED = re.compile(r"^([a-z0-9-]+)==\S+ \\\n((?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


@pytest.mark.parametrize("page", ["SECURITY.md", "docs/faults.md"])
def test_each_promise_has_its_test(page: str) -> None:
    """Every row names tests, and they are there."""
    text = (ROOT / page).read_text("utf-8")
    for row in re.findall(r"^\| (?!-|promise|what happened|\*\*).+\|$", text, re.MULTILINE):
        assert NAMED.search(row), f"{page}: no test holds this: {row}"
    for file, name in NAMED.findall(text):
        tests = (ROOT / file).read_text("utf-8") if (ROOT / file).is_file() else ""
        assert re.search(rf"^(async )?def {name}\(", tests, re.MULTILINE), (
            f"{page} names {file}::{name}, which is not there"
        )


def test_every_dependency_is_pinned_by_its_hash() -> None:
    """`constraints.txt` holds nothing but versions with hashes, no address, and all that `pyproject.toml` asks for."""
    text = (ROOT / "constraints.txt").read_text("utf-8")
    body = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    assert PINNED.sub("", body).strip() == ""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {re.split(r"[\[<>=~! ;]", one, maxsplit=1)[0].lower() for one in asked} - {"soft-landing"}
    missing = names - {name for name, _ in PINNED.findall(body)}
    assert not missing, f"constraints.txt lacks {', '.join(sorted(missing))}; its first lines say how to make it anew"


def test_every_dependency_has_its_reason() -> None:
    """In `pyproject.toml` a comment beside each dependency says what it is for."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    whole = tomllib.loads(text)
    project, asked = whole["project"], list(whole["build-system"]["requires"])
    asked += [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    for one in asked:
        lines = [line for line in text.splitlines() if f'"{one}"' in line]
        assert any("  # " in line for line in lines), f"pyproject.toml gives no reason for {one}"
