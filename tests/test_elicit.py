"""Open questions ask Alexa for the whole reply: when they do, and the setting against it."""

from collections.abc import Callable
from typing import Any

import pytest

from skill import lambda_handler
from skill.alexa.handlers import build
from skill.alexa.requests import read_request
from skill.app import create_app, elicits
from skill.core.skill import Skill
from skill.dialog.state import Session, pack
from skill.errors import ConfigurationError
from skill.simulator.device import LastReply, intent_request

ELICIT = "Dialog.ElicitSlot"
LAUNCH: dict[str, Any] = {"type": "LaunchRequest"}
TOUCH = {"type": "Alexa.Presentation.APL.UserEvent", "arguments": ["BodyIntent"]}

Invoke = Callable[[Any], dict[str, Any]]


def envelope(request: dict[str, Any], session: Session | None = None, *, screen: bool = False) -> dict[str, Any]:
    """A request in a session, from a device with or without a screen."""
    interfaces = {"Alexa.Presentation.APL": {"runtime": {"maxVersion": "2024.2"}}} if screen else {}
    return {
        "session": {"new": session is None, "attributes": pack(session or Session())},
        "context": {"System": {"device": {"supportedInterfaces": interfaces}, "user": {"userId": "u"}}},
        "request": {"locale": "en-GB", **request},
    }


def directives(response: dict[str, Any]) -> list[str]:
    """The types of a response's directives."""
    return [one["type"] for one in response["response"].get("directives", ())]


@pytest.mark.parametrize(
    "request_",
    [
        LAUNCH,
        intent_request("BodyIntent", {}),
        intent_request("AMAZON.FallbackIntent", {}),
        intent_request("AMAZON.HelpIntent", {}),
        intent_request("QuestionIntent", {"question": "qwertz"}),
        intent_request("SelfHarmIntent", {}),
        intent_request("BreathingIntent", {"pattern": "b-box"}),
    ],
    ids=lambda request: str(request.get("intent", {}).get("name", request["type"])),
)
@pytest.mark.parametrize("screen", [True, False])
def test_an_open_question_elicits(invoke: Invoke, request_: dict[str, Any], screen: bool) -> None:
    """Launch, answers, help, the fallback and a question before a practice, with and without a screen."""
    response = invoke(envelope(request_, screen=screen))
    asked = [one for one in response["response"]["directives"] if one["type"] == ELICIT]
    slots = {"question": {"name": "question", "confirmationStatus": "NONE"}}
    intent = {"name": "QuestionIntent", "confirmationStatus": "NONE", "slots": slots}
    assert asked == [{"type": ELICIT, "slotToElicit": "question", "updatedIntent": intent}]
    assert response["response"]["shouldEndSession"] is False
    assert response["response"]["outputSpeech"]


@pytest.mark.parametrize(
    ("request_", "screen"),
    [
        (intent_request("AMAZON.StopIntent", {}), False),
        (intent_request("b-even", {}), False),
        (intent_request("b-even", {}), True),
        (intent_request("OwnPaceIntent", {}), False),
        (TOUCH, True),
        ({"type": "SessionResumedRequest"}, False),
        ({"type": "SessionEndedRequest"}, False),
        ({"type": "CanFulfillIntentRequest"}, False),
    ],
)
def test_nothing_else_elicits(invoke: Invoke, request_: dict[str, Any], screen: bool) -> None:
    """No end, no practice that plays, no step whose silence plays on, no touch: Amazon says nothing of those."""
    assert ELICIT not in directives(invoke(envelope(request_, screen=screen)))


def test_a_practice_counted_in_speech_elicits(invoke: Invoke) -> None:
    """Its question is speech like any other."""
    assert directives(invoke(envelope(intent_request("b-even", {}), Session(counted=True)))) == [ELICIT]


@pytest.mark.parametrize("request_", [LAUNCH, intent_request("BodyIntent", {}), intent_request("b-even", {})])
def test_off_is_off(skill: Skill, request_: dict[str, Any]) -> None:
    """Without it a response holds no dialog directive, on no device."""
    for screen in (True, False):
        assert ELICIT not in directives(build(skill, elicit=False)(envelope(request_, screen=screen)))


def test_a_filled_slot_is_read(skill: Skill) -> None:
    """What comes back carries a state of the dialog and statuses; the words are the words."""
    request = {**intent_request("QuestionIntent", {"question": "the second one"}), "dialogState": "IN_PROGRESS"}
    incoming = read_request(envelope(request), skill.responses)
    assert (incoming.intent, incoming.slots, incoming.words) == (
        "QuestionIntent",
        {},
        {"question": "the second one"},
    )


def test_a_sentence_is_no_name(skill: Skill, invoke: Invoke, trace: LastReply) -> None:
    """Amazon may find a famous person in what was said; it is heard as the sentence that it is, a disclosure too."""
    request = intent_request("WordsIntent", {"words": "he hits me"})
    match = {"status": {"code": "ER_SUCCESS_MATCH"}, "values": [{"value": {"name": "Hits", "id": "entities/1"}}]}
    request["intent"]["slots"]["words"]["resolutions"] = {"resolutionsPerAuthority": [match]}
    incoming = read_request(envelope(request), skill.responses)
    assert (incoming.slots, incoming.words) == ({}, {"words": "he hits me"})
    invoke(envelope(request))
    assert trace.last is not None
    assert trace.last.response == "PartnerViolenceIntent"


# The setting.


@pytest.mark.parametrize(("said", "on"), [(None, True), ("", True), ("on", True), (" OFF ", False), ("off", False)])
def test_the_setting(monkeypatch: pytest.MonkeyPatch, said: str | None, on: bool) -> None:
    """It is on unless it says off."""
    monkeypatch.delenv("SOFT_LANDING_ELICIT", raising=False)
    if said is not None:
        monkeypatch.setenv("SOFT_LANDING_ELICIT", said)
    assert elicits() is on


@pytest.mark.parametrize("start", [create_app, lambda_handler.create_handler])
def test_an_odd_setting_does_not_start(monkeypatch: pytest.MonkeyPatch, start: Callable[[str], Any]) -> None:
    """Neither on nor off is a slip that nobody would notice later."""
    monkeypatch.setenv("SOFT_LANDING_ELICIT", "no")
    with pytest.raises(ConfigurationError, match=r"SOFT_LANDING_ELICIT is 'no', .* off"):
        start("amzn1.ask.skill.x")
