"""An envelope is read once, leniently: what nobody reads costs nothing, an odd field costs itself alone."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.alexa.handlers import build
from skill.alexa.refused import Refused
from skill.alexa.requests import ANSWERED, IncomingRequest, read_request, unread_field
from skill.alexa.verifier import Verifier
from skill.content.responses import Responses
from skill.core.skill import Skill
from skill.paths import folder
from skill.settings.model import NoStore
from skill.simulator.device import intent_request

pytestmark = pytest.mark.slow  # no word that a writer changes can break it

RESPONSES = Responses(folder("responses"))
Invoke = Callable[[Any], dict[str, Any]]

USER = "amzn1.ask.account.somebody"
VIEWPORT = {
    "type": "APL",
    "id": "main",
    "shape": "RECTANGLE",
    "dpi": 213,
    "presentationType": "STANDARD",
    "canRotate": False,
    "configuration": {"current": {"mode": "HUB", "video": {"codecs": ["H_264_42", "H_264_41"]}, "size": {
        "type": "DISCRETE", "pixelWidth": 1280, "pixelHeight": 800}}},
}  # fmt: skip


def envelope(request: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    """A request from a device with a screen, with all that a real one brings along."""
    application = {"applicationId": "amzn1.ask.skill.x"}
    return {
        "version": "1.0",
        "session": {
            "new": not attributes,
            "sessionId": "amzn1.echo-api.session.x",
            "application": application,
            "attributes": attributes,
            "user": {"userId": USER, "permissions": {"consentToken": "c", "scopes": {"a": {"status": "GRANTED"}}}},
        },
        "context": {
            "System": {
                "application": application,
                "user": {"userId": USER},
                "person": {"personId": "p", "authenticationConfidenceLevel": {"level": 300}},
                "device": {
                    "deviceId": "d",
                    "supportedInterfaces": {
                        "Alexa.Presentation.APL": {"runtime": {"maxVersion": "2024.2"}},
                        "AudioPlayer": {},
                        "Geolocation": {},
                    },
                },
                "apiEndpoint": "https://api.eu.amazonalexa.com",
                "apiAccessToken": "t",
            },
            "Viewports": [VIEWPORT],
            "Viewport": {"experiences": [{"arcMinuteWidth": 346, "canRotate": False}], "touch": ["SINGLE"]},
            "Clock": {"supportedProfiles": ["X"]},
        },
        "request": {
            "requestId": "amzn1.echo-api.request.x",
            "timestamp": "2026-11-23T10:20:30Z",
            "locale": "en-GB",
            **request,
        },
    }


ODD_VALUES: tuple[Any, ...] = (None, "A_NEW_VALUE", 7, "", [], {})


def without(tree: dict[str, Any], *path: str) -> Any:
    """A copy without what stands at a path."""
    return changed(tree, path, lambda holder, key: holder.pop(key))


def with_(tree: dict[str, Any], value: Any, *path: str | int) -> Any:
    """A copy with something else at a path."""
    return changed(tree, path, lambda holder, key: holder.__setitem__(key, value))


def changed(tree: Any, path: tuple[Any, ...], change: Callable[[Any, Any], Any]) -> Any:
    """A copy with one change at a path."""
    tree = copy.deepcopy(tree)
    holder = tree
    for key in path[:-1]:
        holder = holder[key]
    change(holder, path[-1])
    return tree


LAUNCH = envelope({"type": "LaunchRequest"})
SELF_HARM = envelope(intent_request("SelfHarmIntent", {}) | {"dialogState": "STARTED"})
BOX = envelope(
    intent_request("BreathingIntent", {"pattern": "b-box", "duration": "PT2M", "company": "together"}),
    said="000000", rate=2,
)  # fmt: skip
QUESTION = envelope(intent_request("QuestionIntent", {"question": "why do i cry afterwards"}), rate=2)
TOUCH = envelope({"type": "Alexa.Presentation.APL.UserEvent", "token": "x", "arguments": ["BodyIntent"]}, rate=2)
RESUMED = envelope({"type": "SessionResumedRequest", "cause": {"type": "ConnectionCompleted"}}, rate=2)
ASKED = {
    "launch": LAUNCH, "self-harm": SELF_HARM, "box": BOX, "question": QUESTION, "touch": TOUCH, "resumed": RESUMED
}  # fmt: skip


def test_everything_is_read(skill: Skill) -> None:
    """Each field comes from its place in the envelope."""
    assert read_request(BOX, skill.responses) == IncomingRequest(
        type="IntentRequest",
        locale="en-GB",
        locale_known=True,
        locale_sent="en-GB",
        user=USER,
        apl=(2024, 2),
        in_session=True,
        attributes={"said": "000000", "rate": 2},
        intent="BreathingIntent",
        slots={"pattern": "b-box", "duration": "PT2M", "company": "together"},
    )
    assert read_request(QUESTION, skill.responses).words == {"question": "why do i cry afterwards"}
    assert read_request(TOUCH, skill.responses).argument == "BodyIntent"


ODD: tuple[Any, ...] = (None, 0, 7, 1.5, True, "", "x", [], [None], ["x"], [{}], {}, {"x": "y"}, {"x": None})
FIELDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("request", "locale"): ("locale", "locale_known", "locale_sent"),
    ("session", "attributes"): ("attributes",),
    ("context", "System", "user"): ("user",),
    ("context", "System", "user", "userId"): ("user",),
    ("context", "System", "device"): ("apl",),
    ("context", "System", "device", "supportedInterfaces"): ("apl",),
    ("context", "System", "device", "supportedInterfaces", "Alexa.Presentation.APL"): ("apl",),
    ("context", "System", "device", "supportedInterfaces", "Alexa.Presentation.APL", "runtime"): ("apl",),
    ("context", "System"): ("user", "apl"),
    ("context",): ("user", "apl"),
    ("request", "intent", "slots"): ("slots", "words"),
    ("request", "intent", "slots", "pattern"): ("slots", "words"),
    ("request", "intent", "slots", "pattern", "resolutions"): ("slots", "words"),
    ("request", "intent", "name"): ("intent",),
    ("request", "intent"): ("intent", "slots", "words"),
    ("session", "new"): ("attributes",),
    ("session",): ("in_session", "attributes"),
}


@pytest.mark.parametrize("path", FIELDS, ids=".".join)
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_field_costs_itself_alone(skill: Skill, path: tuple[str, ...], odd: Any) -> None:
    """Whatever stands in a field's place, all others are read as before."""
    whole, broken = (
        vars(read_request(BOX, skill.responses)),
        vars(read_request(with_(BOX, odd, *path), skill.responses)),
    )
    assert {name for name in whole if whole[name] != broken[name]} <= set(FIELDS[path])


@pytest.mark.parametrize(
    ("sent", "locale", "known"),
    [
        ("en-GB", "en-GB", True),
        ("en-gb", "en-GB", True),
        ("en_GB", "en-GB", True),
        ("EN-in", "en-IN", True),
        ("en-NZ", "en-US", False),
        ("de-DE", "en-US", False),
        ("en", "en-US", False),
        ("english please", "en-US", False),
        ("", "en-US", False),
        (None, "en-US", False),
        (["en-GB"], "en-US", False),
    ],
)
def test_locales(skill: Skill, sent: Any, locale: str, known: bool) -> None:
    """A country is known where one that is spoken is named, in any spelling; and nowhere else."""
    incoming = read_request(with_(LAUNCH, sent, "request", "locale"), skill.responses)
    assert (incoming.locale, incoming.locale_known) == (locale, known)
    nameless = read_request(without(LAUNCH, "request", "locale"), skill.responses)
    assert (nameless.locale, nameless.locale_known, nameless.locale_sent) == ("en-US", False, "")


@pytest.mark.parametrize(
    ("slot", "slots", "words"),
    [
        ({"value": "box"}, {}, {"pattern": "box"}),
        ({"value": " "}, {}, {}),
        ({"value": 4}, {}, {}),
        ({}, {}, {}),
        ({"value": "box", "resolutions": {"resolutionsPerAuthority": [{"status": {"code": "ER_SUCCESS_NO_MATCH"}}]}},
         {}, {"pattern": "box"}),
        ({"value": "box", "resolutions": {"resolutionsPerAuthority": [
            None, {"values": "x"}, {"values": [None, {"value": {"id": 5}}, {"value": {"id": "b-box"}}]}]}},
         {"pattern": "b-box"}, {}),
    ],
)  # fmt: skip
def test_slots(skill: Skill, slot: Any, slots: dict[str, str], words: dict[str, str]) -> None:
    """A slot's first matched id counts; words that matched nothing are told apart; the rest is passed over."""
    incoming = read_request(with_(BOX, {"pattern": slot}, "request", "intent", "slots"), skill.responses)
    assert (incoming.slots, incoming.words) == (slots, words)


@pytest.mark.parametrize(
    ("value", "known"),
    [("PT2M", True), ("7", True), ("?", True), ("P1Y2M", True), ("seven", False), ("123456", False), ("PT2M x", False)],
)
def test_numbers_need_no_match(skill: Skill, value: str, known: bool) -> None:
    """A number, a duration and Amazon's question mark are values; anything else in such a slot is words."""
    incoming = read_request(with_(BOX, {"duration": {"value": value}}, "request", "intent", "slots"), skill.responses)
    assert ("duration" in incoming.slots, "duration" in incoming.words) == (known, not known)


@pytest.mark.parametrize(
    ("envelope", "path"),
    [
        (None, "request"),
        ([], "request"),
        ({}, "request"),
        ({"request": None}, "request"),
        ({"request": {}}, "request.type"),
        ({"request": {"type": 7}}, "request.type"),
        ({"request": {"type": "Something.New"}}, ""),
        (LAUNCH, ""),
    ],
)
def test_what_cannot_be_understood_is_named(envelope: Any, path: str) -> None:
    """Only a request and its type are needed; which of them is missing can be said."""
    assert unread_field(envelope) == path


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["session", "context", "request", "type", "System", "intent", "slots", "user", "value",
                             "new", "attributes", "locale", "arguments", "resolutions", "values", "id", "name"])
            | st.text(max_size=4),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_reads_anything(data: Any) -> None:
    """Any JSON at all is read, and every field has its type."""
    incoming = read_request(data, RESPONSES)
    for name in ("type", "locale", "locale_sent", "user", "intent", "argument"):
        assert isinstance(getattr(incoming, name), str)


# What comes back.


def said(data: dict[str, Any]) -> str:
    """The speech of a response, or the type of what plays."""
    response = data["response"]
    speech: str = (response.get("outputSpeech") or {}).get("ssml", "")
    return speech or str([directive["type"] for directive in response.get("directives") or ()] or "")


NEW_VALUES: dict[str, tuple[Any, tuple[str | int, ...]]] = {
    "codec": ("AV1", ("context", "Viewports", 0, "configuration", "current", "video", "codecs", 0)),
    "viewport type": ("HOLOGRAM", ("context", "Viewports", 0, "type")),
    "viewport shape": ("OVAL", ("context", "Viewports", 0, "shape")),
    "presentation": ("WALL", ("context", "Viewports", 0, "presentationType")),
    "mode": ("GLASSES", ("context", "Viewports", 0, "configuration", "current", "mode")),
    "size": ("ENDLESS", ("context", "Viewports", 0, "configuration", "current", "size", "type")),
    "clock": ("Y", ("context", "Clock", "supportedProfiles", 0)),
    "dialog state": ("PAUSED", ("request", "dialogState")),
    "confirmation": ("PERHAPS", ("request", "intent", "confirmationStatus")),
    "milliseconds": (1_700_000_000_000, ("request", "timestamp")),
    "seconds": (1_700_000_000, ("request", "timestamp")),
}


@pytest.mark.parametrize("case", NEW_VALUES)
def test_a_new_value_nobody_reads_costs_nothing(invoke: Invoke, case: str) -> None:
    """What Amazon adds to its lists leaves the safety answer as it is."""
    value, path = NEW_VALUES[case]
    assert invoke(with_(SELF_HARM, value, *path))["response"] == invoke(SELF_HARM)["response"]
    assert "116" in said(invoke(SELF_HARM))


DISCLOSED = envelope(intent_request("QuestionIntent", {"question": "i want to die"}))
NEW_SLOT_VALUES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "confirmation": ("PERHAPS", ("confirmationStatus",)),
    "source": ("NEIGHBOUR", ("source",)),
    "slot value": ({"type": "Tree", "value": {}}, ("slotValue",)),
    "resolutions": ([], ("resolutions",)),
    "status": ({"resolutionsPerAuthority": [{"authority": "x", "status": {"code": "ER_MAYBE"}}]}, ("resolutions",)),
    "a field more": ({"certainty": 0.5}, ("extra",)),
}


@pytest.mark.parametrize("case", NEW_SLOT_VALUES)
def test_a_new_value_in_a_slot_costs_nothing(invoke: Invoke, case: str) -> None:
    """What Amazon adds to a slot leaves what was said in it."""
    value, path = NEW_SLOT_VALUES[case]
    broken = with_(DISCLOSED, value, "request", "intent", "slots", "question", *path)
    assert invoke(broken)["response"] == invoke(DISCLOSED)["response"] == invoke(SELF_HARM)["response"]


def test_a_new_resolution_beside_a_match(invoke: Invoke) -> None:
    """A second authority with a status that nobody knows leaves the first one's match."""
    strange = {"authority": "x", "status": {"code": "ER_NEW"}, "values": [{"value": {"name": "x", "id": "x"}}]}
    path = ("request", "intent", "slots", "pattern", "resolutions", "resolutionsPerAuthority")
    authorities = BOX["request"]["intent"]["slots"]["pattern"]["resolutions"]["resolutionsPerAuthority"]
    assert read_request(with_(BOX, [*authorities, strange], *path), RESPONSES) == read_request(BOX, RESPONSES)


def test_the_number_of_no_country_is_guessed(invoke: Invoke) -> None:
    """Without a locale, or with one not spoken here, the safety answer names no country's line."""
    nameless = [with_(SELF_HARM, odd, "request", "locale") for odd in (None, "", "en-NZ", "en")]
    for broken in (without(SELF_HARM, "request", "locale"), *nameless):
        assert "988" not in said(invoke(broken)).replace(" ", "")
        assert "116" not in said(invoke(broken))
        assert said(invoke(broken))
    for spelling in ("en_gb", "en-gb", "EN_GB"):
        assert said(invoke(with_(SELF_HARM, spelling, "request", "locale"))) == said(invoke(SELF_HARM))


SHOWING_FAILED, PLAYING_FAILED = "Alexa.Presentation.APL.RuntimeError", "Alexa.Presentation.APLA.RuntimeError"


@pytest.mark.parametrize("kind", [SHOWING_FAILED, PLAYING_FAILED])
@pytest.mark.parametrize("errors", [[], [{"type": "A_NEW_ONE"}], "x", None])
def test_an_error_of_a_new_type_keeps_the_session(invoke: Invoke, kind: str, errors: Any) -> None:
    """A report of an error is noted and answered with nothing, whatever kind it is of, and the session stays."""
    data = invoke(envelope({"type": kind, "token": "x", "errors": errors}, rate=2))
    assert said(data) == ""
    assert data["sessionAttributes"] == {"rate": 2, "counted": True}


@pytest.mark.parametrize("kind", [SHOWING_FAILED, PLAYING_FAILED])
@pytest.mark.parametrize("screen", [True, False])
def test_a_practice_is_spoken_once_it_failed(invoke: Invoke, screen: bool, kind: str) -> None:
    """After the report that it could not be played, practices are counted in speech for the rest of the session."""
    path = ("context", "System", "device", "supportedInterfaces")

    def send(request: dict[str, Any], attributes: dict[str, Any]) -> dict[str, Any]:
        asked = envelope(request, **attributes)
        return invoke(asked if screen else with_(asked, {}, *path))

    first = send(intent_request("b-even", {}), {"rate": 2})
    assert [directive["type"] for directive in first["response"]["directives"]] == [SCREEN if screen else SOUND]
    failed = send({"type": kind, "errors": []}, first["sessionAttributes"])
    assert failed["response"] == {}
    attributes = failed["sessionAttributes"]
    for again in ("AgainIntent", "b-long-out", "g-orient"):
        spoken = send(intent_request(again, {}), attributes)
        attributes = spoken["sessionAttributes"]
        assert [directive["type"] for directive in spoken["response"]["directives"]] == ["Dialog.ElicitSlot"]
        assert spoken["response"]["shouldEndSession"] is False
        assert "<break" in spoken["response"]["outputSpeech"]["ssml"]


def test_an_ended_session_is_not_remembered(invoke: Invoke) -> None:
    """There is no next time to send attributes along for."""
    assert invoke(envelope({"type": "SessionEndedRequest", "reason": "USER_INITIATED"}, rate=2)) == {
        "version": "1.0", "sessionAttributes": {}, "response": {}, "userAgent": ANY
    }  # fmt: skip


class Unforgetting(NoStore):
    """A store that breaks in a way nobody foresaw."""

    def forget(self, user: str) -> bool:
        """Break."""
        raise TypeError


def test_nobody_is_apologised_to_who_does_not_wait(skill: Skill) -> None:
    """What breaks while an event is noted is answered with nothing, and the session stays."""
    data = build(replace(skill, store=Unforgetting()))(envelope({"type": "AlexaSkillEvent.SkillDisabled"}, rate=2))
    assert (data["response"], data["sessionAttributes"]) == ({}, {"rate": 2})


def test_an_apology_leaves_the_screen_as_it_is(skill: Skill) -> None:
    """It is spoken, at the listener's rate, and nothing is drawn over what is shown."""
    words = copy.copy(skill.responses)
    words.render = lambda name, *arguments, **options: skill.responses.render(  # type: ignore[method-assign]
        "nowhere" if name == "BodyIntent" else name, *arguments, **options
    )
    data = build(replace(skill, responses=words))(envelope(intent_request("BodyIntent", {}), rate=2))
    assert [each["type"] for each in data["response"]["directives"]] == ["Dialog.ElicitSlot"]
    assert 'rate="88%"' in said(data)
    assert "went wrong" in said(data)
    assert data["sessionAttributes"]["rate"] == 2


def test_a_session_comes_back_unless_it_is_new(invoke: Invoke) -> None:
    """The attributes of a session that goes on count; a new one, or a request out of session, begins afresh."""
    going_on = envelope(intent_request("AMAZON.HelpIntent", {}), rate=2)
    assert 'rate="88%"' in said(invoke(going_on))
    assert 'rate="95%"' in said(invoke(with_(going_on, True, "session", "new")))
    outside = invoke(without(going_on, "session"))
    assert 'rate="95%"' in said(outside)
    assert "sessionAttributes" not in outside


@pytest.mark.parametrize("argument", ["BodyIntent", "nowhere"])
def test_a_touch_leads_to_a_response_or_back(invoke: Invoke, argument: str) -> None:
    """What a touch names is answered where there is such a response; else it goes on where it was."""
    touched = invoke(with_(TOUCH, [argument], "request", "arguments"))
    asked = invoke(
        envelope(intent_request("BodyIntent" if argument == "BodyIntent" else "AMAZON.ResumeIntent", {}), rate=2)
    )
    assert said(touched) == said(asked)


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR", ""])
def test_a_locale_not_spoken_is_logged(invoke: Invoke, locale: str, caplog: pytest.LogCaptureFixture) -> None:
    """The log names a locale that is not spoken here, and none that is."""
    invoke(with_(LAUNCH, locale, "request", "locale"))
    expected = {"fr-FR": "locale fr-FR is not spoken here; answered in en-US", "en-GB": "",
                "": "locale - is not spoken here; answered in en-US"}  # fmt: skip
    assert caplog.messages == ([expected[locale]] if expected[locale] else [])


SCREEN, SOUND = "Alexa.Presentation.APL.RenderDocument", "Alexa.Presentation.APLA.RenderDocument"


@pytest.mark.parametrize(
    ("discreet", "screen", "directive", "whispered"),
    [(False, True, SCREEN, False), (False, False, SOUND, False), (True, True, SOUND, True), (True, False, SOUND, True)],
)
def test_what_plays_a_practice(invoke: Invoke, discreet: bool, screen: bool, directive: str, whispered: bool) -> None:
    """A circle on a screen where it may be seen, and no speech beside it; else sound alone, at the listener's rate."""
    asked = envelope(intent_request("b-even", {}), rate=2, **({"discreet": True} if discreet else {}))
    if not screen:
        asked = with_(asked, {}, "context", "System", "device", "supportedInterfaces")
    response = invoke(asked)["response"]
    assert [each["type"] for each in response["directives"]] == [directive]
    assert ("whispered" in json.dumps(response["directives"])) is whispered
    assert 'rate=\\"88%\\"' in json.dumps(response["directives"])
    assert ("outputSpeech" in response) == (directive == SOUND)
    assert response["shouldEndSession"] is False


@pytest.mark.parametrize(
    ("newest", "practice", "answer"),
    [
        ("1.0", SOUND, "1.0"),
        ("1.1", SOUND, "1.1"),
        ("1.4", SOUND, "1.4"),
        ("1.5", SOUND, "1.5"),
        ("1.6", SCREEN, "1.6"),
        ("1.9", SCREEN, "1.6"),
        ("2022.1", SCREEN, "1.6"),
        ("2031.4", SCREEN, "1.6"),
        ("x", SOUND, "1.0"),
        (1.6, SOUND, "1.0"),
        (None, SOUND, "1.0"),
    ],
)
def test_no_document_is_newer_than_the_screen(invoke: Invoke, newest: Any, practice: str, answer: str) -> None:
    """An older screen shows answers in its own version, and plays a practice as sound alone."""
    path = ("context", "System", "device", "supportedInterfaces", "Alexa.Presentation.APL", "runtime", "maxVersion")
    played = invoke(with_(envelope(intent_request("b-even", {}), rate=2), newest, *path))["response"]
    assert [each["type"] for each in played["directives"]] == [practice]
    shown = invoke(with_(SELF_HARM, newest, *path))["response"]["directives"][0]
    assert (shown["type"], shown["document"]["version"]) == (SCREEN, answer)
    if practice == SCREEN:
        assert played["directives"][0]["document"]["version"] == "1.6"


@pytest.mark.parametrize("screen", [True, False])
def test_silence_moves_on_by_sound(invoke: Invoke, screen: bool) -> None:
    """At one's own pace the reprompt brings the rest of the practice along, as sound even on a screen."""
    asked = envelope(intent_request("OwnPaceIntent", {}), rate=2)
    if not screen:
        asked = with_(asked, {}, "context", "System", "device", "supportedInterfaces")
    response = invoke(asked)["response"]
    assert [each["type"] for each in response["directives"]] == ([SCREEN] if screen else [])
    assert [each["type"] for each in response["reprompt"]["directives"]] == [SOUND]
    assert 'rate=\\"88%\\"' in json.dumps(response["reprompt"]["directives"])


def test_only_so_many_words_are_read() -> None:
    """However many slots come with however many words, only so much is read."""
    flood = {f"slot{number}": {"value": "one two " * 200} for number in range(100)}
    incoming = read_request(with_(BOX, flood, "request", "intent", "slots"), RESPONSES)
    assert len(incoming.words) == 16
    assert sum(map(len, incoming.words.values())) == 3000


@pytest.mark.parametrize("broken", [without(QUESTION, "request"), without(QUESTION, "request", "type")])
def test_what_cannot_be_understood_keeps_the_session(invoke: Invoke, broken: dict[str, Any]) -> None:
    """An envelope without a request or a type gets an empty valid response, and its session back."""
    data = invoke(broken)
    assert (data["version"], said(data), data["sessionAttributes"]) == ("1.0", "", {"rate": 2})


def mutations(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every way to break one field: its path, and the whole with that field gone, odd, doubled or beside a new one."""
    holder = tree
    for key in path:
        holder = holder[key]
    if path:
        yield path, changed(tree, path, lambda up, key: up.pop(key))
        for odd in ODD_VALUES:
            yield path, with_(tree, odd, *path)
    if isinstance(holder, dict):
        yield path, with_(tree, {"new": ["x"]}, *path, "aNewKey")
    for key in holder if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ():
        yield from mutations(tree, (*path, key))


@pytest.mark.parametrize("case", ASKED)
def test_one_broken_field_never_silences(invoke: Invoke, case: str) -> None:
    """Of all requests with one field broken, silent are only those without a request or a type that waits."""
    every = list(mutations(ASKED[case]))
    assert len(every) > 300
    for path, broken in random.Random(case).sample(every, 300):
        data = invoke(json.dumps(broken))
        assert bool(said(data)) == (read_request(broken, RESPONSES).type in ANSWERED), path
        assert data["version"] == "1.0"
        if path[:1] != ("session",):
            assert "sessionAttributes" in data, path


class Forgetful(NoStore):
    """A store that notes who was forgotten."""

    def __init__(self) -> None:
        self.forgotten: list[str] = []

    def forget(self, user: str) -> bool:
        """Note it."""
        self.forgotten.append(user)
        return True


def test_who_disables_the_skill_is_forgotten_whatever_else_is_broken(skill: Skill) -> None:
    """Only the type of the event and the id of the listener are needed."""
    store = Forgetful()
    invoke = build(replace(skill, store=store))
    event = without(envelope({"type": "AlexaSkillEvent.SkillDisabled", "eventCreationTime": 1_764_324_000}), "session")
    needed = {("request",), ("request", "type"), ("context",), ("context", "System"), ("context", "System", "user"),
              ("context", "System", "user", "userId")}  # fmt: skip
    for path, broken in mutations(event):
        store.forgotten.clear()
        assert said(invoke(broken)) == ""
        if path not in needed:
            assert store.forgotten == [USER], path


def test_one_broken_field_never_shuts_the_door() -> None:
    """A door lets in whatever has a time and this skill's id, and does not mind what else is broken."""
    verifier = Verifier("amzn1.ask.skill.x", now=lambda: datetime(2026, 11, 23, 10, 20, tzinfo=UTC))
    application = ("context", "System", "application", "applicationId")
    needed = {application[:length] for length in range(1, 5)} | {("request",), ("request", "timestamp")}
    refused = set()
    for path, broken in mutations(DISCLOSED):
        try:
            verifier.verify_envelope(broken)
        except Refused:
            refused.add(path)
    assert refused == needed | {("session", "application", "applicationId")}
