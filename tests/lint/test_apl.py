"""Each check of a screen fails on a deliberate mistake."""

import json
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from skill.lint.apl import SentDocument, check_documents, check_screens, sent_documents
from skill.lint.content_tree import ContentTree
from skill.lint.runner import LintTargets
from skill.paths import folder

from .mistakes import Change, caught, line_in, named, replaced, written

pytestmark = pytest.mark.slow

SCREENS = LintTargets.own().screens
ANSWER = "screens/answer.json"
CIRCLE = "screens/circle.json"
SCREEN_MISTAKES = [
    ("no JSON", replaced(ANSWER, "{", "{,"), "is not JSON", None),
    ("another type", replaced(ANSWER, '"type": "APL"', '"type": "APLT"'), "Its type is 'APLT'", "APLT"),
    ("a version not relied on", replaced(ANSWER, '"version": "1.6"', '"version": "1.0"'), "version is '1.0'", '"1.0"'),
    ("an unknown key", replaced(ANSWER, '"theme"', '"thema"'), "has no thema", "thema"),
    (
        "a misspelt component",
        replaced(ANSWER, '"type": "ScrollView"', '"type": "Scrolview"'),
        "'Scrolview'",
        "Scrolview",
    ),
    ("a misspelt property", replaced(ANSWER, '"maxLines": 2', '"maxLine": 2'), "no property 'maxLine'", "maxLine"),
    (
        "a binding to nothing",
        replaced(ANSWER, "${payload.answer.hint}", "${payload.answer.hin}"),
        "sends no hin there",
        "answer.hin}",
    ),
    ("an unbound name", replaced(ANSWER, "${payload.answer.title}", "${titel}"), "nothing binds titel", "titel"),
    ("an unknown property of the screen", replaced(ANSWER, "viewport.shape", "viewport.form"), "has no form", None),
    ("a missing resource", replaced(ANSWER, '"@paper"', '"@papper"'), "no resource @papper", "@papper"),
    ("a resource under conditions only", replaced(ANSWER, '"edge": 40, ', ""), "@edge is set under a condition", None),
    (
        "no label for who cannot see",
        replaced(ANSWER, '"accessibilityLabel": "${payload.answer.text}",', ""),
        "ScrollView",
        None,
    ),
    ("nothing to show", replaced(ANSWER, '"items": [', '"itemz": ['), "It shows nothing", "mainTemplate"),
    ("a command to nobody", replaced(CIRCLE, '"id": "line"', '"id": "lime"'), "No component has the id 'line'", None),
    ("an unknown clip", replaced(CIRCLE, "afterClip.url", "afterClap.url"), "sends no afterClap there", "afterClap"),
    ("a document that nothing sends", written("screens/other.json", '{"type": "APL"}'), "Nothing sends", None),
]


@cache
def sent() -> Mapping[str, SentDocument]:
    """What the skill sends with its documents, gathered once."""
    return sent_documents(ContentTree.read(folder("responses")))


@pytest.mark.parametrize(("change", "wrong", "on"), named(SCREEN_MISTAKES))
def test_screen_mistakes(tmp_path: Path, change: Change, wrong: str, on: str | None) -> None:
    """A mistake in a screen's document is named with its file and its line."""
    shutil.copytree(SCREENS, tmp_path / "screens")
    change(tmp_path)
    finding = caught(check_documents(tmp_path / "screens", sent()), wrong)
    assert finding.file.startswith("skill/alexa/screens/")
    assert finding.line
    if on:
        assert finding.line == line_in(tmp_path / finding.file.removeprefix("skill/alexa/"), on)


def command(**keys: Any) -> Any:
    """A document whose only item starts a command."""
    text = {"type": "Text", "id": "a", "onMount": [keys]}
    return {"type": "APL", "version": "1.6", "mainTemplate": {"items": [text]}}


COMMAND_MISTAKES = [
    ("an unknown command", {"type": "SetValu"}, "'SetValu'"),
    ("an unknown key of a command", {"type": "Idle", "delai": 3}, "no 'delai'"),
    ("an unknown target", {"type": "SpeakItem", "componentId": "b"}, "the id 'b'"),
    ("a mistake inside", {"type": "Sequential", "commands": [{"type": "Idel"}]}, "'Idel'"),
    ("an unbound value", {"type": "Idle", "delay": "${ms}"}, "nothing binds ms"),
]


@pytest.mark.parametrize(("keys", "wrong"), named(COMMAND_MISTAKES))
def test_command_mistakes(tmp_path: Path, keys: Mapping[str, Any], wrong: str) -> None:
    """A mistake in a command is named."""
    (tmp_path / "answer.json").write_text(json.dumps(command(**keys)), "utf-8")
    caught(check_screens(tmp_path, None), wrong)


def test_own_commands_take_their_parameters(tmp_path: Path) -> None:
    """A command of the document's own is called with what it declares."""
    document = command(type="Show", lien="Words")
    document["commands"] = {"Show": {"parameters": ["line"], "commands": [{"type": "Idle", "delay": "${line}"}]}}
    (tmp_path / "answer.json").write_text(json.dumps(document), "utf-8")
    found = list(check_screens(tmp_path, None))
    caught(found, "called without 'line'")
    caught(found, "takes no 'lien'")
