"""`soft-landing listen`: one practice in the terminal, in its own time."""

import time
from pathlib import Path

import click

from skill.app import build_skill
from skill.content.locales import language_of
from skill.core.exercise import PACE_OF, words_of
from skill.exercises.builder import timeline
from skill.exercises.patterns import PatternError, nearest
from skill.exercises.timeline import Timeline
from skill.simulator.recording import VoiceError, plot, wav


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


def play(line: Timeline) -> None:
    """Show each cue when it is due, with a bar for the whole session."""
    click.echo(f"{line.title}: {line.length / 1000:.1f} seconds. Control-C stops it.")
    start = time.monotonic()
    with click.progressbar(
        length=line.length, show_eta=False, item_show_func=str, bar_template="%(bar)s %(info)s"
    ) as bar:
        at = 0
        for cue in line.cues:
            left = start + cue.start / 1000 - time.monotonic()
            if left > 0:
                time.sleep(left)
            bar.update(cue.start - at, f"{cue.start / 1000:6.1f} s  {cue.text or '·'}")
            at = cue.start
        time.sleep(max(0.0, start + line.length / 1000 - time.monotonic()))
        bar.update(line.length - at, "")


def write_wav(line: Timeline, file: Path, voice: str) -> None:
    """Render it with espeak-ng."""
    try:
        wav(line, file, voice=voice)
    except VoiceError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {line.length / 1000:.3f} seconds")


def write_plot(line: Timeline, file: Path) -> None:
    """Draw its cues and silences."""
    file.write_text(plot(line), "utf-8")
    click.echo(f"{file}: {len(line.cues)} cues")
