"""The commands of whoever puts the skill on real devices: `package` and `doctor`."""

import json
import sys
from pathlib import Path

import click


@click.command()
@click.option("--endpoint", required=True, help="Where Alexa calls: https://… or the ARN of a Lambda function.")
@click.option("--out", type=click.Path(path_type=Path), default="soft-landing-package", show_default=True)
@click.option(
    "--certificate",
    type=click.Choice(["trusted", "wildcard", "self-signed"]),
    default="trusted",
    show_default=True,
    help="How the endpoint's certificate came about; self-signed is for testing only.",
)
@click.option("--pages", default="", help="Where privacy.html and terms.html are put, for a Lambda function.")
@click.option("--annotations", is_flag=True, help="Write the test sets as Amazon's annotation files, too.")
def package(endpoint: str, out: Path, certificate: str, pages: str, annotations: bool) -> None:
    """Write the folder that `ask deploy` takes: manifest, models, icons."""
    from skill.package import build as packaging
    from skill.package.listing import FOLDER, ListingError
    from skill.paths import folder

    try:
        files = packaging.package(
            packaging.read_endpoint(endpoint, certificate=certificate, pages=pages),
            responses=folder("responses"),
            models=folder("interaction_models"),
            listing=folder(FOLDER),
            evaluation=folder("tests") / "evaluation" if annotations else None,
        )
        changed = packaging.write(files, out)
    except (packaging.EndpointError, packaging.PackageError, ListingError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}") from error
    click.echo(
        f"{out}: {len(files)} files, {len(changed)} of them changed. To send it to Amazon: cd {out} && ask deploy"
    )


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
    """Say why Alexa could not reach a skill. Exits with 1 when something would stop her."""
    from skill.content.responses import Responses
    from skill.doctor.checks import examine
    from skill.doctor.diagnosis import ILL, Expected, NoPackage, of_package
    from skill.paths import folder

    try:
        expected = of_package(packaged) if packaged else Expected(Responses(folder("responses")).locales)
    except NoPackage as error:
        raise click.ClickException(str(error)) from error
    well = True
    for sign in examine(url, expected, ca=ca, seconds=seconds):
        click.echo(json.dumps(sign.as_line(), ensure_ascii=False) if as_json else str(sign))
        well = well and sign.state != ILL
    sys.exit(0 if well else 1)
