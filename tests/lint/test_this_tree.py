"""The words, models, screens and listing of this tree, by the checks of `soft-landing check`: a test for each."""

import pytest

from skill.lint.commands import as_text
from skill.lint.runner import CHECKS, LintTargets, run_checks

SLOW = {"conversation", "endpoint", "screens"}
"""Checks that walk through the whole space of states, and those of what no writer of words changes."""


@pytest.mark.parametrize(
    "check", [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in CHECKS]
)
def test_lint_finds_no_error(check: str) -> None:
    """A writer who sees this fail reads below what is wrong, in which file and line, and what to do."""
    (result,) = run_checks(LintTargets.own(), (check,))
    errors = [as_text(finding) for finding in result.findings if finding.severe]
    if errors:
        pytest.fail("\n".join([f"soft-landing check --only {check}", *errors]), pytrace=False)
