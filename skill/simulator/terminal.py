"""`soft-landing talk`: the speaker in a terminal."""

import contextlib
import json
from collections.abc import Collection

import click

from skill.simulator.device import Exchange, new_device

TERMINAL_HELP = """Type what you would say. Commands: :json (show the last envelopes), :locale en-GB, :screen on|off,
:new (end the session), :quit."""


def converse(*, locale: str, screen: bool, drafts: Collection[str] = ()) -> None:
    """Read lines until the end of input; a line that starts with a colon is a command."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  line editing and history, where the platform has them; nothing is written to disk
    device = new_device(drafts, locale=locale, screen=screen)
    click.echo(TERMINAL_HELP)
    last = device.send({"type": "LaunchRequest"})
    speak(last)
    while True:
        try:
            line = input("you> ").strip()
        except (EOFError, KeyboardInterrupt):
            click.echo()
            return
        if line in (":quit", ":q"):
            return
        if line == ":json":
            click.echo(json.dumps([last.request_json, last.response_json], indent=2, ensure_ascii=False))
        elif line == ":new":
            device.hang_up()
            click.echo("(a new session)")
        elif line.startswith(":locale"):
            device.locale = line.removeprefix(":locale").strip() or device.locale
            click.echo(f"(locale {device.locale})")
        elif line.startswith(":screen"):
            device.screen = line.removeprefix(":screen").strip() != "off"
            click.echo(f"(screen {'on' if device.screen else 'off'})")
        elif line.startswith(":"):
            click.echo(TERMINAL_HELP)
        elif line:
            last = device.hear(line)
            speak(last)


def speak(turn: Exchange) -> None:
    """Print an answer, and what became of the session."""
    click.echo(f"  {turn.speech}")
    if turn.card:
        click.echo(f"  [card: {turn.card['title']}]")
    if plays := [name for name in turn.directives if not name.startswith("Dialog.")]:
        click.echo(f"  [{', '.join(plays)}]")
    if not turn.session_open:
        click.echo("  (the session has closed; what you say next opens a new one)")
