"""The command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skill.__main__ import main

pytestmark = pytest.mark.slow  # no word that a writer changes can break it

KEYS = [
    "heard",
    "intent",
    "slots",
    "confidence",
    "offered",
    "door",
    "check",
    "response",
    "speech",
    "ssml",
    "reprompt",
    "choices",
    "card",
    "session_open",
    "directives",
    "milliseconds",
]


def run(*words: str, typed: str = "") -> Result:
    """Run `soft-landing` with some words."""
    return CliRunner().invoke(main, list(words), input=typed)


def test_ask_is_one_session() -> None:
    """Each text is a turn of the same session, printed as a JSON object."""
    result = run("ask", "--json", "open soft landing", "what is aftercare", "repeat that", "stop")
    assert result.exit_code == 0
    turns = [json.loads(line) for line in result.output.splitlines()]
    assert [list(turn) for turn in turns] == [KEYS] * 4
    assert [turn["response"] for turn in turns] == [
        "LaunchRequest",
        "OverviewIntent",
        "OverviewIntent",
        "AMAZON.StopIntent",
    ]
    assert [turn["session_open"] for turn in turns] == [True, True, True, False]
    assert [turn["card"] for turn in turns] == [None] * 4
    assert 0 <= turns[1]["confidence"] <= 1


def test_ask_each_is_a_session_of_its_own() -> None:
    """With --each nothing is carried over; lines come from standard input."""
    result = run("ask", "--json", "--each", "-", typed="what is aftercare\nrepeat\n\n")
    turns = [json.loads(line) for line in result.output.splitlines()]
    assert [turn["heard"] for turn in turns] == ["what is aftercare", "repeat", ""]
    assert turns[1]["response"] == "AMAZON.RepeatIntent"


def test_ask_one_shot() -> None:
    """A question can come with the opening."""
    turn = json.loads(run("ask", "--json", "alexa, ask soft landing what aftercare is").output)
    assert turn["response"] == "OverviewIntent"


def test_ask_in_another_locale() -> None:
    """The locale chooses the numbers."""
    assert "999" in json.loads(run("ask", "--json", "--locale", "en-GB", "i was raped").output)["speech"]


def test_talk() -> None:
    """The terminal answers, shows the envelopes, and changes locale and screen."""
    result = run("talk", typed="what is aftercare\n:locale en-GB\n:screen on\n:json\nstop\n:nonsense\n:new\n:quit\n")
    assert result.exit_code == 0
    assert "Welcome" in result.output or "Hello" in result.output
    assert "(locale en-GB)" in result.output
    assert '"applicationId"' in result.output
    assert "the session has closed" in result.output


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.com", "::"])
def test_serve_stays_on_this_machine(host: str) -> None:
    """The speaker refuses every address that others could reach, and says why."""
    result = run("serve", "--host", host)
    assert result.exit_code == 1
    assert "not a loopback address" in result.output


def test_listen_draws(tmp_path: Path) -> None:
    """A practice can be drawn; its spoken name does as well as its id."""
    file = tmp_path / "box.svg"
    assert run("listen", "box breathing", "--minutes", "1", "--plot", str(file)).exit_code == 0
    assert file.read_text().startswith("<svg")
    assert "there is no practice" in run("listen", "hopping").output


def test_listen_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without espeak-ng the message says what to install."""
    monkeypatch.setenv("PATH", "")
    result = run("listen", "b-box", "--wav", str(tmp_path / "box.wav"))
    assert result.exit_code == 1
    assert "espeak-ng" in result.output


@pytest.mark.parametrize("words", ["--help", "check --help", "package --help", "doctor --help", "ask --help"])
def test_help_loads_none_of_the_heavy_libraries(words: str) -> None:
    """A command loads a library when it runs, not when its help is read."""
    command = f"main({words.split()}, standalone_mode=False)"
    code = f"import sys; from skill.__main__ import main; {command}; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    loaded = set(shown.splitlines()[-1].split())
    assert "click" in loaded
    assert not loaded & {"flask", "cryptography", "numpy", "ask_sdk_core", "jinja2", "boto3"}
