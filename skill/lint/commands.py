"""`soft-landing check` on the command line."""

import json
import sys
from pathlib import Path

import click

from skill.lint.finding import Finding

CHECK_NAMES = ("languages", "model", "words", "helplines", "screens", "listing", "conversation", "endpoint")
"""The keys of `skill.lint.runner.CHECKS`, so that the command line starts without loading them."""
OTHER_CHECK_NAMES = ("model", "listing")
"""Those that another skill has as well, of its models and of its manifest."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding.")
@click.option("--strict", is_flag=True, help="Warnings fail as well.")
@click.option("--url", help="Try a skill that runs at this https address, instead of the app itself.")
@click.option("--only", type=click.Choice(CHECK_NAMES), multiple=True, help="Run this check; may be repeated.")
@click.option(
    "--language",
    default="",
    help="Look at this language, such as de; a draft as if it were complete. With --folder: the language of a model "
    "whose name tells none.",
)
@click.option(
    "--folder",
    type=click.Path(exists=True, path_type=Path),
    help="Look at another skill: the folder of an ASK CLI package, a model file, or a skill.json.",
)
def check(
    as_json: bool, strict: bool, url: str | None, only: tuple[str, ...], language: str, folder: Path | None
) -> None:
    """Rehearse a review: what is wrong, why it matters, how to mend it. Exits with 1 when something is."""
    from skill.lint.other_skill.layout import NoSkill, find_skill
    from skill.lint.runner import LintTargets, run_checks, run_other_checks

    if folder is None:
        results = run_checks(LintTargets.own(url, language), only)
    elif url or set(only) - set(OTHER_CHECK_NAMES):
        names = " and ".join(OTHER_CHECK_NAMES)
        raise click.UsageError(f"--folder looks at files alone: leave --url out, and of --only all but {names}")
    else:
        try:
            results = run_other_checks(find_skill(folder), language, only)
        except NoSkill as error:
            raise click.UsageError(str(error)) from error
    errors = warnings = 0
    seconds = 0.0
    for result in results:
        errors += result.errors
        warnings += len(result.findings) - result.errors
        seconds += result.seconds
        if as_json:
            for finding in result.findings:
                line = json.dumps({"check": result.check, **finding.as_line()}, ensure_ascii=False)
                click.echo(printable(line))
            continue
        count = summary(result.errors, len(result.findings) - result.errors)
        click.echo(f"{result.check:<13}{result.seconds:5.1f} s  {count}")
        for finding in result.findings:
            click.echo(printable(as_text(finding)))
    if not as_json:
        click.echo(f"{'in all':<13}{seconds:5.1f} s  {summary(errors, warnings)}")
    sys.exit(1 if errors or (strict and warnings) else 0)


def as_text(finding: Finding) -> str:
    """A finding for a reader: what and where, why, how to mend it."""
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    kind = "error" if finding.severe else "warning"
    return f"  {kind}: {place}: {finding.wrong}.\n      {finding.why}.\n      {finding.hint}."


def printable(text: str) -> str:
    """A text that any terminal takes: half a character, which JSON may hold, is written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def summary(errors: int, warnings: int) -> str:
    """Errors and warnings in words."""
    if not errors and not warnings:
        return "no findings"
    pieces = ((errors, "error"), (warnings, "warning"))
    return ", ".join(f"{number} {word}{'s' * (number != 1)}" for number, word in pieces if number)
