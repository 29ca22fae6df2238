"""Each check of a sound fails on a deliberate mistake."""

from collections.abc import Mapping
from typing import Any

import pytest

from skill.lint import apla
from skill.lint.apl import check_screens
from skill.lint.apla import check_sound
from skill.lint.runner import LintTargets

from .mistakes import caught, named

pytestmark = pytest.mark.slow


def sound(*items: Any, **more: Any) -> dict[str, Any]:
    """An APL for Audio document."""
    speech = {"type": "Speech", "contentType": "SSML", "content": "<speak>Words.</speak>"}
    item = {"type": "Sequencer", "items": [speech, *items]}
    return {"type": "APLA", "version": "0.91", "mainTemplate": {"item": item}, **more}


def rows(*data: Any, **more: Any) -> dict[str, Any]:
    """Silences as long as some data says."""
    return {"type": "Sequencer", "data": list(data), "items": [{"type": "Silence", "duration": "${data.b}", **more}]}


SOUND_MISTAKES = [
    ("another version", sound(version="1.0"), "APLA 1.0"),
    ("an unknown component", sound({"type": "Sound"}), "'Sound'"),
    ("an unknown property", sound({"type": "Silence", "duration": 5, "lenght": 3}), "'lenght'"),
    ("a silence without a length", sound({"type": "Silence"}), "no duration"),
    ("a wrong length", sound({"type": "Silence", "duration": "long"}), "lasts 'long'"),
    ("words of no kind", sound({"type": "Speech", "content": "a"}), "contentType None"),
    ("broken words", sound({"type": "Speech", "contentType": "SSML", "content": "<speak>"}), "malformed"),
    ("a sound from nowhere", sound({"type": "Audio", "source": "waves.mp3"}), "has no address"),
    ("an unknown filter", sound({"type": "Audio", "source": "https://a", "filter": [{"type": "Echo"}]}), "filter"),
    ("a key that no row has", sound(rows({"a": 1})), "data.b"),
    ("a row that nothing plays", sound(rows({"b": 1}, {"a": 1}, when="${data.b}")), "Nothing plays"),
    ("16 sounds", sound(*[{"type": "Audio", "source": "https://a"}] * 16), "16 sounds"),
    ("nothing but silence", {**sound(), "mainTemplate": {"item": {"type": "Silence", "duration": 9}}}, "but silence"),
]  # fmt: skip


def test_every_exercise_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the screens looks at the sounds that the skill makes as well."""
    monkeypatch.setattr(apla, "APLA_VERSIONS", ("0.0",))
    targets = LintTargets.own()
    caught(check_screens(targets.screens, targets.tree), "the document is APLA 0.91")


@pytest.mark.parametrize(("document", "wrong"), named(SOUND_MISTAKES))
def test_sound_mistakes(document: Mapping[str, Any], wrong: str) -> None:
    """A mistake in a sound's document is named."""
    caught(check_sound(document, "b-quux"), wrong)
