"""`soft-landing mcp`, on the command line."""

import click

from skill.loopback import NotLoopback, require_loopback


@click.command("mcp")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="Where the tools are; 0 takes any."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address, unless others are let in.")
@click.option(
    "--without-verification",
    "open_to_others",
    is_flag=True,
    help="Take an address that others can reach, though nobody who calls is verified.",
)
def mcp(port: int, host: str, open_to_others: bool) -> None:
    """Serve the skill as tools by the Model Context Protocol: for Alexa+ and other assistants."""
    try:
        warning = require_loopback(host, asked_for_more=open_to_others)
    except NotLoopback as error:
        raise click.ClickException(str(error)) from error
    try:
        from skill.mcp.server import serve_mcp
    except ImportError as error:
        raise click.ClickException("it needs the extra: pip install 'soft-landing[mcp]'") from error
    if warning:
        click.echo(warning, err=True)
    serve_mcp(host, port)
