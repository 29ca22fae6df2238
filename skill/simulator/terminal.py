"""`soft-landing talk`: the speaker in a terminal."""

import contextlib
import json
from collections.abc import Collection
from pathlib import Path

import click

from skill.content.locales import BASE_LANGUAGE, language_of
from skill.content.markup import digit_by_digit
from skill.exercises.timeline import Cue
from skill.simulator.device import Device, Exchange, new_device
from skill.simulator.listening import play, voice_for, wrapped
from skill.simulator.voice import Voice

TERMINAL_HELP = """Type what you would say. Commands: :json (show the last envelopes), :locale en-GB, :screen on|off,
:new (end the session), :quit."""


def converse(
    *, locale: str, screen: bool, drafts: Collection[str] = (), aloud: bool = False, piper: Path | None = None
) -> None:
    """Read lines until the end of input; a line that starts with a colon is a command."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  line editing and history, where the platform has them; nothing is written to disk
    device = new_device(drafts, locale=locale, screen=screen)
    voice = voice_for(voice_name(device), aloud, piper)
    click.echo(TERMINAL_HELP)
    last = device.send({"type": "LaunchRequest"})
    speak(last, voice)
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
            if voice:
                voice.name = voice_name(device)
            click.echo(f"(locale {device.locale})")
        elif line.startswith(":screen"):
            device.screen = line.removeprefix(":screen").strip() != "off"
            click.echo(f"(screen {'on' if device.screen else 'off'})")
        elif line.startswith(":"):
            click.echo(TERMINAL_HELP)
        elif line:
            last = device.hear(line)
            speak(last, voice)


def voice_name(device: Device) -> str:
    """What espeak-ng calls the voice of the device's language."""
    code = language_of(device.locale)
    return device.languages[code].speech.voice or code if code in device.languages else BASE_LANGUAGE


def speak(turn: Exchange, voice: Voice | None = None) -> None:
    """An answer as it is heard: its words, then what plays; and what can be said next. Control-C makes it stop."""
    cues = [Cue(**cue) for cue in turn.timeline]
    try:
        if turn.ssml or not cues:
            click.echo(wrapped(turn.speech))
        if turn.card:
            click.echo(f"  [card: {turn.card['title']}]")
        if voice and turn.ssml:
            voice.read(digit_by_digit(turn.speech))
        if cues:
            play(cues, voice)
    except KeyboardInterrupt:
        click.echo("\n  (stopped)")
    finally:
        if voice and cues:
            voice.hush()
    if turn.choices:
        click.echo(wrapped(f"[{' · '.join(turn.choices)}]"))
    if not turn.session_open:
        click.echo("  (the session has closed; what you say next opens a new one)")
