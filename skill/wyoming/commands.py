"""`soft-landing wyoming`, on the command line."""

import click

from skill.loopback import NotLoopback, require_loopback


@click.command("wyoming")
@click.option("--uri", default="tcp://127.0.0.1:10400", show_default=True, help="Where to listen.")
@click.option("--locale", default="", help="The listeners' own, such as en-GB; it decides whose numbers are given.")
@click.option(
    "--without-verification",
    "open_to_others",
    is_flag=True,
    help="Take an address that others can reach, though nobody who calls is verified.",
)
def wyoming(uri: str, locale: str, open_to_others: bool) -> None:
    """Serve the skill as a conversation agent: for Home Assistant and other local voices."""
    try:
        from skill.wyoming.server import listening_place, serve_wyoming
    except ImportError as error:
        raise click.ClickException("it needs the extra: pip install 'soft-landing[wyoming]'") from error
    try:
        warning = require_loopback(listening_place(uri)[0], asked_for_more=open_to_others)
    except NotLoopback as error:
        raise click.ClickException(str(error)) from error
    if warning:
        click.echo(warning, err=True)
    serve_wyoming(uri, locale)
