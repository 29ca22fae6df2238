"""`talk` and `listen`: answers and practices in a terminal, and said aloud by programs that stand in for voices."""

import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skill.__main__ import main
from skill.simulator import listening
from skill.simulator.recording import VoiceError
from skill.simulator.voice import Voice

pytestmark = pytest.mark.slow  # no word that a writer changes can break it

STAND_IN = """#!/bin/sh
said=$(/bin/cat)
echo "${{0##*/}} $* | $said" >> {log}
while [ $# -gt 1 ]; do [ "$1" = --output_file ] && : > "$2"; shift; done
"""
PLAYER = """#!/bin/sh
echo "aplay $*" >> {log}
"""


class Clock:
    """A clock that a sleep moves on at once."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """The time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Later, almost without waiting for it: a program that was started may just begin."""
        self.now += seconds
        time.sleep(0.03 if seconds > 0.2 else 0)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time for the practices of a test."""
    made = Clock()
    monkeypatch.setattr(listening, "time", made)
    return made


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What programs in the place of espeak-ng, piper and aplay were asked for."""
    log = tmp_path / "said"
    for name, script in {"espeak-ng": STAND_IN, "piper": STAND_IN, "aplay": PLAYER}.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(script.format(log=log))
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    log.touch()
    return log


def run(*words: str, typed: str = "", columns: int = 60) -> Result:
    """Run `soft-landing` with some words, in a terminal of some width."""
    return CliRunner().invoke(main, list(words), input=typed, env={"COLUMNS": str(columns)})


def test_talk_plays_and_wraps(clock: Clock) -> None:
    """An answer breaks between words, what can be said follows it, and a practice plays in its own time."""
    result = run("talk", "--screen", typed="breathe with me\n:quit\n")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert max(map(len, lines[2:])) < 60
    assert "  [a topic · a calm minute]" in lines
    assert "  in two three four" in lines
    assert lines.index("  Another round, or rest here?") + 1 == lines.index(
        "  [another round · rest here · a different one · slower]"
    )
    assert clock.now > 60


def test_control_c_stops_a_practice(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """It stops the practice, and the conversation goes on."""

    def interrupted(seconds: float) -> None:
        if clock.now > 20:
            monkeypatch.setattr(clock, "sleep", Clock.sleep.__get__(clock))
            raise KeyboardInterrupt
        clock.now += seconds

    monkeypatch.setattr(clock, "sleep", interrupted)
    result = run("talk", typed="breathe with me\nstop\n")
    assert result.exit_code == 0
    assert "(stopped)" in result.output
    assert "the session has closed" in result.output


def test_listen_shows_all_that_is_said(clock: Clock) -> None:
    """The opening words come first, and every cue is there where nothing but lines can be shown."""
    result = run("listen", "box breathing", "--minutes", "1")
    assert result.exit_code == 0
    title, _, opening, *rest = result.output.splitlines()
    assert title == f"Box Breathing: {clock.now:.1f} seconds. Control-C stops it."
    assert opening.startswith("  Box breathing, one minute.")
    assert "  hold two three four" in rest


def test_espeak_says_it(said: Path) -> None:
    """With --voice answers and cues are said by espeak-ng, in the voice of the locale's language."""
    run("talk", "--voice", typed="breathe with me\n:quit\n")
    lines = said.read_text().splitlines()
    assert lines[0].startswith("espeak-ng -v en-us -s 165 --stdin | ")
    assert any("Would you like a topic, or a calm minute?" in line for line in lines)
    assert any(" | Longer breath out, one minute." in line for line in lines)
    assert any(line.endswith(" | That was a general calming exercise, not from the article.") for line in lines)


def test_numbers_are_read_out_digit_by_digit(said: Path) -> None:
    """They stand there as they are printed, and are said as they are dialled."""
    shown = run("talk", "--voice", "--locale", "en-GB", typed="he hit me\n:quit\n").output
    assert "999" in shown
    assert "call 9 9 9." in said.read_text()


def test_piper_says_it(said: Path, tmp_path: Path) -> None:
    """With the file of one of its voices piper says it, and what was made once is played again."""
    model = tmp_path / "voice.onnx"
    model.touch()
    result = run("listen", "b-even", "--rounds", "3", "--piper", str(model))
    assert result.exit_code == 0, result.output
    made = [line for line in said.read_text().splitlines() if line.startswith("piper")]
    assert made[0].startswith(f"piper --model {model} --output_file ")
    assert len({line.rpartition("| ")[2] for line in made}) == len(made)
    assert "aplay -q /" in said.read_text()


def test_a_voice_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the program the message names it."""
    monkeypatch.setenv("PATH", os.devnull)
    result = run("listen", "b-even", "--voice")
    assert result.exit_code == 1
    assert "espeak-ng is not installed" in result.output


def test_a_voice_that_fails(said: Path, tmp_path: Path) -> None:
    """What piper says when it cannot speak is passed on."""
    (tmp_path / "bin" / "piper").write_text("#!/bin/sh\necho no such voice >&2\nexit 1\n")
    voice = Voice("en-us", tmp_path / "voice.onnx")
    with pytest.raises(VoiceError, match="no such voice"):
        voice.say("Hello.")
    voice.close()
