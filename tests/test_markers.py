"""Nobody's words or ids are found anywhere but in the request that brought them."""

import io
import json
import logging
import traceback
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.handlers import build
from skill.app import build_skill
from skill.settings.sqlite import SqliteStore
from skill.simulator.device import Device, LastReply, intent_request

pytestmark = pytest.mark.slow  # no word that a writer changes can break it

MARK = "zanzibar"


def marked_slots(slots: tuple[str, ...]) -> dict[str, Any]:
    """Slots whose values are marked words that match nothing."""
    return {slot: {"name": slot, "value": f"my {MARK} secret", "confirmationStatus": "NONE"} for slot in slots}


def test_marks_are_found_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every intent is driven with marked words and ids: none stands in a log, a file, the store or a response."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        trace = LastReply()
        skill = build_skill(store=SqliteStore(tmp_path / "settings.db", "secret"), on_reply=trace)
        device = Device(build(skill), skill.understanding, trace, user=f"amzn1.ask.account.{MARK}")
        names = [*sorted(skill.conversation.catalogue.names), "QuestionIntent", "BreathingIntent", f"{MARK}Intent"]
        for name in names:
            request = intent_request(name, {})
            request["intent"]["slots"] = marked_slots(("question", "pattern", "technique", "care", "company", "other"))
            turn = device.send(request)
            assert MARK not in json.dumps(turn.response_json), name
        device.hang_up()  # whatever was said before, a new session can keep settings
        device.send(intent_request("RememberIntent", {}))
        device.send(intent_request("AMAZON.YesIntent", {}))
        assert (tmp_path / "settings.db").exists(), "nothing was kept, so this test shows nothing"
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert MARK not in stream.getvalue()
    assert not any(MARK.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    printed = capsys.readouterr()
    assert MARK not in printed.out + printed.err


@pytest.mark.parametrize("kind", ["IntentRequest", "LaunchRequest", "Alexa.Presentation.APL.UserEvent"])
def test_marks_are_in_no_exception(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """A request that breaks Amazon's own reader leaves no word in the log, tracebacks included."""
    trace = LastReply()
    skill = build_skill(on_reply=trace)
    invoke = build(skill)
    for broken in ([MARK], {MARK: MARK}, MARK, 7, None):
        for key in ("intent", "locale", "dialogState", "timestamp", "arguments", "task"):
            text = json.dumps({"version": "1.0", "request": {"type": kind, key: broken}, "context": broken})
            assert invoke(text)["version"] == "1.0"
    shown = "".join(
        record.getMessage() + ("".join(traceback.format_exception(*record.exc_info)) if record.exc_info else "")
        for record in caplog.records
    )
    assert MARK not in shown
