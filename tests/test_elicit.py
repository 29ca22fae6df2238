"""Open questions ask Alexa for the whole reply: when they do, how a device takes it, and the setting against it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import Conversation

from skill import lambda_handler
from skill.__main__ import main
from skill.alexa.handlers import build
from skill.alexa.requests import read_request
from skill.app import create_app, elicits
from skill.core.skill import Skill
from skill.dialog.state import Session, pack
from skill.errors import ConfigurationError
from skill.simulator.device import Device, LastReply, intent_request

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


# The device.


def routed(device: Device, *said: str) -> list[tuple[str, dict[str, str], str | None]]:
    """How each of some words went to the skill: the intent or type, the slots, the state of the dialog."""
    found = []
    for text in said:
        request = device.hear(text).request_json["request"]
        intent = request.get("intent", {})
        slots = {name: slot["value"] for name, slot in intent.get("slots", {}).items()}
        found.append((intent.get("name", request["type"]), slots, request.get("dialogState")))
    return found


def test_words_after_a_question_arrive_whole(conversation: Conversation) -> None:
    """All that is said next fills the slot, but for the ways out, and but for a skill opened anew."""
    said = (
        "open soft landing",
        "Alexa, yes",
        "box breathing",
        "ask soft landing what is aftercare",
        "open soft landing",
    )
    assert routed(conversation.device, *said) == [
        ("LaunchRequest", {}, None),
        ("QuestionIntent", {"question": "yes"}, "IN_PROGRESS"),
        ("QuestionIntent", {"question": "box breathing"}, "IN_PROGRESS"),
        ("WordsIntent", {"words": "what is aftercare"}, None),
        ("LaunchRequest", {}, None),
    ]


@pytest.mark.parametrize(
    ("said", "intent"),
    [("stop", "AMAZON.StopIntent"), ("Never mind!", "AMAZON.CancelIntent"), ("stop it hurts", "QuestionIntent")],
)
def test_ways_out_stay_open(conversation: Conversation, said: str, intent: str) -> None:
    """Amazon's own phrases to stop and cancel are taken as such, word for word and no further."""
    conversation.say("LaunchRequest")
    assert routed(conversation.device, said)[0][0] == intent


def test_without_a_question_the_model_hears(conversation: Conversation, skill: Skill, trace: LastReply) -> None:
    """A device that stands for another Echo has a recogniser of samples where nothing is elicited: in a new session,
    while a practice plays, and with the setting off.
    """
    conversation.device.whole = False
    assert routed(conversation.device, "even breathing", "a bit faster")[1][0] == "FasterIntent"
    conversation.device.hang_up()
    assert routed(conversation.device, "always use discreet mode")[0][0] == "RememberIntent"
    off = Device(build(skill, elicit=False), skill.understanding, trace, whole=False)
    assert [intent for intent, _, _ in routed(off, "open soft landing", "yes")] == ["LaunchRequest", "AMAZON.YesIntent"]


def test_a_line_says_what_was_understood(conversation: Conversation) -> None:
    """Intent, slots and confidence are those of the words, whichever way they came."""
    first = conversation.hear("two minutes of even breathing").as_line()
    conversation.device.hang_up()
    conversation.say("LaunchRequest")
    elicited = conversation.hear("two minutes of even breathing").as_line()
    same = ("intent", "slots", "confidence", "offered", "response")
    assert {key: elicited[key] for key in same} == {key: first[key] for key in same}
    assert elicited["slots"] == {"pattern": "b-even", "duration": "PT2M"}


@pytest.mark.parametrize(("intent", "check"), [("GentleCheck", True), ("BodyIntent", False), ("SelfHarmIntent", False)])
def test_a_line_says_when_it_asks_in_doubt(conversation: Conversation, intent: str, check: bool) -> None:
    """A question about safety is told from an answer; no answer has a door beside it."""
    line = conversation.say(intent).as_line()
    assert (line["check"], line["door"]) == (check, False)


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


@pytest.mark.parametrize(("said", "elicited"), [("on", True), ("off", False)])
def test_the_setting_reaches_the_command_line(monkeypatch: pytest.MonkeyPatch, said: str, elicited: bool) -> None:
    """The speaker on one's own machine is set up like the app."""
    monkeypatch.setenv("SOFT_LANDING_ELICIT", said)
    line = json.loads(CliRunner().invoke(main, ["ask", "--json", "open soft landing"]).stdout)
    assert (ELICIT in line["directives"]) is elicited


def test_the_command_line_names_an_odd_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, without a traceback."""
    monkeypatch.setenv("SOFT_LANDING_ELICIT", "maybe")
    result = CliRunner().invoke(main, ["ask", "open soft landing"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: SOFT_LANDING_ELICIT is 'maybe'")
