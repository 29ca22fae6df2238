"""`soft-landing check` on the command line."""

import json

import pytest
from click.testing import CliRunner

from skill.lint import commands, runner
from skill.lint.finding import Finding


def test_the_command_names_every_part() -> None:
    """What `--only` takes is what there is."""
    assert tuple(runner.CHECKS) == commands.CHECK_NAMES


def test_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints place, reason and remedy by part, or JSON lines; an error exits with 1, and strictly a warning does."""
    row = Finding("a.ssml", 3, "It is wrong", "It matters", "Mend it")
    warning = Finding("b.ssml", None, "It is odd", "It may matter", "Look at it", severe=False)
    fake = {"words": lambda targets: iter([warning]), "endpoint": lambda targets: iter([row] if targets.url else [])}
    monkeypatch.setattr(runner, "CHECKS", fake)
    run = CliRunner().invoke
    fine = run(commands.check, [])
    assert fine.exit_code == 0
    assert "warning: b.ssml: It is odd." in fine.output
    assert "endpoint" in fine.output
    assert run(commands.check, ["--strict"]).exit_code == 1
    broken = run(commands.check, ["--json", "--url", "https://skill.example/"])
    assert broken.exit_code == 1
    lines = [json.loads(line) for line in broken.output.splitlines()]
    assert [(line["check"], line["line"], line["severe"]) for line in lines] == [
        ("words", None, False),
        ("endpoint", 3, True),
    ]
