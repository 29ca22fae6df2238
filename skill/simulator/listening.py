"""`soft-landing listen`: one practice in the terminal, in its own time."""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import click

from skill.app import build_skill
from skill.content.locales import language_of
from skill.core.exercise import PACE_OF, words_of
from skill.exercises.builder import timeline
from skill.exercises.patterns import PatternError, nearest
from skill.exercises.timeline import Cue, Timeline
from skill.simulator.recording import plot, wav
from skill.simulator.voice import Voice


def find(
    name: str, minutes: int | None, rounds: int | None, pace: str, discreet: bool, locale: str = "en-US"
) -> tuple[Timeline, str]:
    """The timeline of a practice, by its id (`b-box`) or its spoken name ("box breathing"), and espeak-ng's voice."""
    skill = build_skill()
    spoken = {skill.responses.called(one, locale).casefold(): one for one in skill.patterns}
    known = name if name in skill.patterns else spoken.get(name.casefold())
    if known is None:
        raise click.ClickException(
            f"there is no practice {name!r}; the practices are {', '.join(sorted(skill.patterns))}"
        )
    pattern = skill.patterns[known]
    if minutes is not None and minutes not in pattern.minutes:
        minutes = nearest(pattern, minutes)
        click.echo(f"({known} comes in {', '.join(map(str, pattern.minutes))} minutes; this is {minutes})", err=True)
    words = words_of(skill.responses, known, locale, discreet)
    try:
        line = timeline(pattern, words, minutes=minutes, rounds=rounds, pace=PACE_OF[pace], discreet=discreet)
    except PatternError as error:
        raise click.ClickException(str(error)) from error
    return line, skill.responses.language(locale).speech.voice or language_of(locale)


def listen(line: Timeline, voice: Voice | None = None) -> None:
    """A whole practice, under its title."""
    click.echo(f"{line.title}: {line.length / 1000:.1f} seconds. Control-C stops it.")
    play(line.cues, voice)


def play(cues: Sequence[Cue], voice: Voice | None = None) -> None:
    """Show each cue when it is due, and say it with a voice: a breath's counts on one line, all else on its own."""
    if voice:
        voice.prepare(cue.text for cue in cues)
    start, before = time.monotonic(), (0, "")
    for cue in cues:
        wait_until(start + cue.start / 1000)
        if voice and cue.text:
            voice.say(cue.text)
        if cue.text and cue.round and (cue.round, cue.kind) == before:
            click.echo(f" {cue.text}", nl=False)
        elif cue.text:
            click.echo(f"\n{wrapped(cue.text)}", nl=False)
        before = (cue.round, cue.kind) if cue.text or not cue.round else before
    wait_until(start + cues[-1].end / 1000)
    click.echo()


def wait_until(moment: float) -> None:
    """Sleep until a moment of the clock that only goes forward."""
    time.sleep(max(0.0, moment - time.monotonic()))


def wrapped(text: str) -> str:
    """A text for the terminal, no wider than it and broken between words."""
    width = max(20, min(shutil.get_terminal_size().columns - 1, 78))
    return click.wrap_text(text, width, "  ", "  ")


def voice_for(language: str, aloud: bool, piper: Path | None) -> Voice | None:
    """The voice that was asked for: of espeak-ng, by its name, or of piper, by its file; none where none was."""
    if not (aloud or piper):
        return None
    voice = Voice(language, piper)
    click.get_current_context().call_on_close(voice.close)
    return voice


def write_wav(line: Timeline, file: Path, voice: str) -> None:
    """Render it with espeak-ng."""
    wav(line, file, voice=voice)
    click.echo(f"{file}: {line.length / 1000:.3f} seconds")


def write_plot(line: Timeline, file: Path) -> None:
    """Draw its cues and silences."""
    file.write_text(plot(line), "utf-8")
    click.echo(f"{file}: {len(line.cues)} cues")
