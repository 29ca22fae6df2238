"""`soft-landing package`: the folder that `ask deploy` takes."""

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
@click.option(
    "--anyway",
    is_flag=True,
    help="Take the addresses whatever speaks against them: what would be refused is a warning.",
)
@click.option("--annotations", is_flag=True, help="Write the test sets as Amazon's annotation files, too.")
@click.option(
    "--listen-wide",
    is_flag=True,
    help="Have any sentence handed over, by a workaround that Amazon does not document; "
    "whether certification lets it pass is unknown.",
)
def package(
    endpoint: str, out: Path, certificate: str, pages: str, anyway: bool, annotations: bool, listen_wide: bool
) -> None:
    """Write the folder that `ask deploy` takes: manifest, models, icons."""
    from skill.package import build
    from skill.package.address import EndpointError, read_endpoint
    from skill.package.listing import LISTING_FOLDER, ListingError
    from skill.paths import folder

    try:
        address = read_endpoint(endpoint, certificate=certificate, pages=pages, anyway=anyway)
        files = build.package_files(
            address,
            responses=folder("responses"),
            models=folder("interaction_models"),
            listing=folder(LISTING_FOLDER),
            evaluation=folder("tests") / "evaluation" if annotations else None,
            listen_wide=listen_wide,
        )
        changed = build.write(files, out)
    except (EndpointError, build.PackageError, ListingError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}") from error
    for warning in address.warnings:
        click.echo(f"Warning: {warning}.", err=True)
    gone = len(set(changed) - set(files) - {build.MARKER_FILE})
    told = f"{len(set(changed) & set(files))} of them changed{f', and {gone} deleted' if gone else ''}"
    click.echo(f"{out}: {len(files)} files, {told}. To send it to Amazon: cd {out} && ask deploy")
