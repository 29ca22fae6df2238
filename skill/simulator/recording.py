"""A timeline on your own machine: a WAV file by espeak-ng, and a drawing of its cues and silences."""

import shutil
import subprocess
import wave
from array import array
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

from skill.errors import ConfigurationError
from skill.exercises.timeline import Phase, Timeline

SAMPLES = 22_050
"""The sample rate of espeak-ng."""
SPEED = 165
"""Words a minute for espeak-ng: the pace of Alexa's voice, and the one that `spoken` was measured with."""


class VoiceError(ConfigurationError):
    """A voice is missing or failed; the message says what to install."""


# A drawing.

COLOURS: Mapping[str, str] = {
    "say": "#7A6C9D", "in": "#2F7F79", "top-up": "#4BA39B", "hold": "#C08A2E", "out": "#3E6FA3", "rest": "#D9B872",
    "natural": "#9DB8A6", "step": "#8C7A5B", "silence": "#E4E0D8",
}  # fmt: skip
WIDTH, ROW, LINE_SECONDS = 1200, 64, 60


def plot(timeline: Timeline) -> str:
    """The session as an SVG: a line for each minute, a box for each cue, what is said in it, and how long it lasts."""
    scale = WIDTH / (LINE_SECONDS * 1000)
    lines: list[str] = []
    top = 40
    for number, part in enumerate(timeline.parts, 1):
        lines.append(label(0, top, f"Part {number} of {len(timeline.parts)}, {part.length / 1000:.3f} s", 13))
        top += 10
        for phase in part.phases:
            at, left = phase.start, phase.length
            while left:
                line, x = divmod(at, LINE_SECONDS * 1000)
                here = min(left, LINE_SECONDS * 1000 - x)
                y = top + line * ROW
                lines.append(
                    f'<rect x="{x * scale:.2f}" y="{y}" width="{here * scale:.2f}" height="34" '
                    f'fill="{COLOURS[phase.kind]}" stroke="#fff"><title>{escape(said_of(phase))}</title></rect>'
                )
                if at == phase.start:
                    lines.append(label(x * scale + 2, y + 47, f"{phase.length / 1000:g}", 9))
                    letters = int(here * scale / 6)
                    lines.append(label(x * scale + 3, y + 21, (phase.text or phase.kind)[:letters], 11))
                at, left = at + here, left - here
        top += (part.length // (LINE_SECONDS * 1000) + 1) * ROW + 30
    height = top + 20
    legend = "".join(
        f'<rect x="{at * 110}" y="{height - 22}" width="12" height="12" fill="{colour}"/>'
        + label(at * 110 + 16, height - 12, kind, 11)
        for at, (kind, colour) in enumerate(COLOURS.items())
    )
    title = f"{timeline.title}, {timeline.length / 1000:g} s"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 0 {WIDTH + 20} {height}" font-family="sans-serif">'
        f"<title>{escape(title)}</title>{label(0, 20, title, 16)}{''.join(lines)}{legend}</svg>\n"
    )


def label(x: float, y: float, text: str, size: int) -> str:
    """Some text in a drawing."""
    return f'<text x="{x:.2f}" y="{y}" font-size="{size}">{escape(text)}</text>'


def said_of(phase: Phase) -> str:
    """A phase in words, for whoever points at it."""
    return f"{phase.start / 1000:.3f} s, {phase.length / 1000:.3f} s, {phase.kind}: {phase.text or 'silence'}"


# A recording.


def wav(timeline: Timeline, file: Path, *, voice: str = "en-us") -> None:
    """The session as a WAV file, spoken by espeak-ng.

    Each cue starts on the sample that its millisecond falls on, and is padded or cut to its length, so the file is as
    long as the timeline within one sample. Raises `VoiceError` when espeak-ng is missing.
    """
    sound_ = array("h", bytes(2 * sample(timeline.length)))
    for cue in timeline.cues:
        if cue.text:
            start, end = sample(cue.start), sample(cue.end)
            speech = faded(voiced(cue.text, voice), end - start)
            sound_[start : start + len(speech)] = speech
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLES)
        out.writeframes(sound_.tobytes())


def sample(milliseconds: int) -> int:
    """The sample that a millisecond falls on."""
    return round(milliseconds * SAMPLES / 1000)


def faded(speech: "array[int]", length: int) -> "array[int]":
    """The speech cut to a length, its last hundredth of a second fading so that a cut does not click."""
    if len(speech) <= length:
        return speech
    cut = speech[:length]
    fade = min(SAMPLES // 100, length)
    for at in range(fade):
        cut[length - 1 - at] = cut[length - 1 - at] * at // fade
    return cut


@cache
def voiced(text: str, voice: str) -> "array[int]":
    """What espeak-ng makes of a text, without the silence before and after it."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise VoiceError("espeak-ng is not installed, and it speaks the WAV file; install it (apt install espeak-ng)")
    # The text goes in by stdin, so nothing that is said can be taken for an option.
    made = subprocess.run(
        [program, "-v", voice, "-s", str(SPEED), "--stdin", "--stdout"],
        input=text.encode(),
        capture_output=True,
        check=False,
    )
    if made.returncode or b"data" not in made.stdout:
        raise VoiceError(f"espeak-ng could not speak with the voice {voice}: {made.stderr.decode().strip()}")
    # It does not know the length when it writes the header, so the header's own figure is of no use.
    data = made.stdout[made.stdout.index(b"data") + 8 :]
    samples = array("h", data[: len(data) // 2 * 2])
    loud = [at for at, value in enumerate(samples) if abs(value) > 200]
    return samples[loud[0] : loud[-1] + 1] if loud else array("h")
