"""Deliberate mistakes, made in a copy of the tree, and the finding that has to name each."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from skill.lint.finding import Finding

Change = Callable[[Path], None]
"""A deliberate mistake, made in a copy."""


def replaced(file: str, old: str, new: str) -> Change:
    """A mistake in a text."""

    def change(root: Path) -> None:
        path = root / file
        text = path.read_text("utf-8")
        assert old in text, f"{file} has no {old!r} any more: choose another place for this mistake"
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


def written(file: str, text: str) -> Change:
    """A mistake that is a whole file."""

    def change(root: Path) -> None:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    return change


def removed(file: str) -> Change:
    """A file that is not there."""
    return lambda root: (root / file).unlink()


def named(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """The rows of a table of mistakes as cases, the first column as their names."""
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


def line_in(path: Path, text: str) -> int:
    """The first line that holds a text."""
    return next(number for number, row in enumerate(path.read_text("utf-8").splitlines(), 1) if text in row)


def show(findings: Iterable[Finding]) -> str:
    """Findings as lines, for a failure."""
    return "\n".join(map(str, findings)) or "nothing was found"


def caught(findings: Iterable[Finding], wrong: str) -> Finding:
    """The finding that says so; it has a reason and a remedy as well."""
    found = list(findings)
    matching = [finding for finding in found if wrong in finding.wrong]
    assert matching, f"nobody says {wrong!r}:\n{show(found)}"
    assert all(one.why and one.hint and one.file for one in matching)
    return matching[0]
