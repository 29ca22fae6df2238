"""`soft-landing doctor`: why Alexa cannot reach a skill that runs."""

import json
import sys
from pathlib import Path

import click


@click.command()
@click.option("--url", required=True, help="The skill's endpoint, as Alexa would call it.")
@click.option(
    "--ca", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A root to trust as well (PEM)."
)
@click.option(
    "--package",
    "packaged",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Compare with this package instead of with this copy's own locales.",
)
@click.option("--seconds", type=click.FloatRange(0.1, 60), default=8.0, show_default=True, help="How long to wait.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def doctor(url: str, ca: Path | None, packaged: Path | None, seconds: float, as_json: bool) -> None:
    """Say why Alexa could not reach a skill. Exits with 1 when something would stop it."""
    from skill.content.responses import Responses
    from skill.doctor.checks import examine
    from skill.doctor.diagnosis import ERROR, Expected, NoPackage, of_package
    from skill.paths import folder

    try:
        expected = of_package(packaged) if packaged else Expected(Responses(folder("responses")).locales)
    except NoPackage as error:
        raise click.ClickException(str(error)) from error
    reachable = True
    for diagnosis in examine(url, expected, ca=ca, seconds=seconds):
        click.echo(json.dumps(diagnosis.as_line(), ensure_ascii=False) if as_json else str(diagnosis))
        reachable = reachable and diagnosis.state != ERROR
    sys.exit(0 if reachable else 1)
