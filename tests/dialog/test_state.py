"""A session's journey: what is written can be read, by this version and by another, and what protects is never lost."""

import json
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table import conversation, names

from skill.content.responses import Responses
from skill.dialog.codes import NameCodes, code
from skill.dialog.model import Catalogue, Question, Request, Turn
from skill.dialog.names import GENTLE_CHECK, SAFETY_ANYWHERE, WHICH
from skill.dialog.rules import Conversation
from skill.dialog.state import (
    BYTES,
    COUNTINGS,
    EXERCISE,
    LENGTHS,
    MOST_OPTIONS,
    MOST_TOLD,
    NAMES,
    PACES,
    RATES,
    ROUNDS,
    SESSION,
    Exercise,
    Session,
    pack,
    unpack,
)
from skill.paths import folder


def codes() -> NameCodes:
    """The codes of this version."""
    return conversation().codes()


RESPONSES = sorted(names().names | set(names().practices))
PLACES = [name for name in RESPONSES if conversation().settle(Turn(name, Session()), Question()).at == name]
LEADS = sorted({*RESPONSES, *conversation()._rules})
FULLEST = Session(
    said="WhyItMattersIntent.2",
    at="WhyItMattersIntent.2",
    offer="VulnerabilityIntent",
    instead="TogetherIntent.solo",
    asked="WhyItMattersIntent.2",
    resting=True,
    options=("VulnerabilityIntent", "TogetherIntent.solo", "AMAZON.NoIntent"),
    later="VulnerabilityIntent",
    heard=tuple((topic, "123456789") for topic in names().topics),
    page=9,
    misses=2,
    rate=0,
    brief=True,
    discreet=True,
    safe="PartnerViolenceIntent",
    door="SelfHarmIntent",
    told=("scotland", "northern-ireland", "lgbt", "man"),
    company="together",
    holds=False,
    closed=True,
    cautioned=True,
    marked=True,
    counted=True,
    remembered=True,
    exercise=Exercise("b-long-out", 5, 40, "slow", "whole", True, True, 1, 3, (4, 7, 8, 0), True),
)


def with_field(field: str, value: Any) -> Session:
    """`FULLEST`, with something else in one field."""
    values: dict[str, Any] = {field: value}
    return replace(FULLEST, **values)


KEPT = {"discreet": True, "closed": True, "holds": False, "safe": "PartnerViolenceIntent"}
"""What protects a listener, as `FULLEST` has it."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
EXERCISES = st.builds(
    Exercise,
    practice=st.sampled_from(["", *names().practices]),
    minutes=st.sampled_from(LENGTHS),
    rounds=st.integers(0, ROUNDS[1]),
    pace=st.sampled_from(PACES),
    counting=st.sampled_from(COUNTINGS),
    quiet=st.booleans(),
    bed=st.booleans(),
    part=st.integers(0, 999),
    times=st.integers(0, 999),
    seconds=st.just(()) | st.tuples(*[st.integers(0, 20)] * 4),
    stepwise=st.booleans(),
)
SESSIONS = st.builds(
    Session,
    said=st.sampled_from(["", *RESPONSES]),
    at=st.sampled_from(["", *PLACES]),
    offer=st.sampled_from(["", *LEADS]),
    instead=st.sampled_from(["", *LEADS]),
    safe=st.sampled_from([SAFETY_ANYWHERE, *names().safety]),
    heard=st.lists(
        st.tuples(st.sampled_from(names().topics), st.sampled_from(["1", "13", "2", "123456789"])),
        unique_by=lambda one: one[0],
    ).map(tuple),
    rate=st.integers(0, len(RATES) - 1),
    exercise=EXERCISES,
    **{
        field.name: st.integers(0, 999)
        for field in fields(Session)
        if type(field.default) is int and field.name != "rate"
    },
    **{field.name: st.booleans() for field in fields(Session) if type(field.default) is bool},
)


def journey(session: Session, known: NameCodes | None = None) -> Session:
    """A session that went out with a response and came back with the next request."""
    return unpack(json.loads(json.dumps(pack(session))), known or codes())


def protection(session: Session) -> dict[str, Any]:
    """What of a session protects the listener."""
    return {field: getattr(session, field) for field in KEPT}


@given(SESSIONS)
@settings(max_examples=50)
def test_whatever_is_written_is_read(session: Session) -> None:
    """Every field with every value that it can have comes back the same."""
    assert journey(session) == session


@pytest.mark.parametrize("before", [Session(), FULLEST], ids=["a fresh one", "the fullest"])
def test_survives_the_journey(before: Session) -> None:
    """What was packed comes back the same, and a fresh session takes no room."""
    assert journey(before) == before
    assert pack(Session()) == {}


def test_is_small_and_names_nothing() -> None:
    """The fullest session stays under a kilobyte, and no topic, feeling or safety answer can be read in it."""
    text = json.dumps(pack(FULLEST))
    assert len(text) < BYTES
    assert not any(name in text for name in RESPONSES)
    assert set(SESSION) - {"variant", "turn"} == set(pack(FULLEST)) - {"variant", "turn"}, "the fullest is not full"


# The names that a session may hold.


def offers() -> set[str]:
    """Every offer that a header has, in every locale and wording."""
    words = Responses(folder("responses"))
    found = set()
    for locale in words.locales:
        for discreet in (False, True):
            for name in words.names(locale, discreet=discreet):
                found.add(words.header(name, locale, discreet=discreet).get("offer", ""))
    return {offer for offer in found if re.fullmatch(r"[\w.-]+", offer)}  # not those of a variable, as `names[0]`


def intents() -> set[str]:
    """Every intent of the interaction models; free words are read before anything is stored."""
    found = set()
    for path in folder("interaction_models").glob("*.json"):
        model = json.loads(path.read_text("utf-8"))
        found |= {intent["name"] for intent in model["interactionModel"]["languageModel"]["intents"]}
    return found - {"QuestionIntent"}


@pytest.mark.parametrize("name", sorted(offers() | intents()))
def test_an_offer_can_be_read_back(name: str) -> None:
    """What any header offers and any intent that may be asked about is known to a session."""
    assert journey(Session(offer=name, instead=name)) == Session(offer=name, instead=name)


def test_whatever_the_rules_remember_can_be_read_back() -> None:
    """From every response, by every request, with every slot of a practice: what follows is read the same."""
    rules, known = conversation(), codes()
    asked = [Request(name) for name in LEADS]
    for practice in names().practices:
        slots = {"pattern": practice, "technique": practice, "care": practice}
        asked += [Request(intent, slots) for intent in names().practice_intents]
    asked += [Request(WHICH, {}, pair) for pair in pairwise(LEADS)]
    asked += [Request(GENTLE_CHECK, {}, (safety,), lead) for safety, lead in product(names().safety, names().topics)]
    for request in asked:
        for said in ("", "BodyIntent", "TopicsIntent", "b-even"):
            exercise = Exercise(said) if said == "b-even" else Exercise()
            turn = rules.answer(request, Session(said=said, at=said, exercise=exercise))
            session = rules.settle(
                turn, Question(turn.response, "MoreIntent", options=("MoreIntent", "AMAZON.NoIntent"))
            )
            assert journey(session, known) == session, request


def test_two_names_never_share_a_code() -> None:
    """Two names with one code would be told apart by nobody: it does not start."""
    first, second = colliding()
    with pytest.raises(ValueError, match=f"{second} and {first} have the same code; rename one of them"):
        NameCodes({"said": {first}, "offer": {second}})
    assert NameCodes({"said": {first}, "offer": {first}}).name("offer", code(first)) == first


def colliding() -> tuple[str, str]:
    """Two names with one code, in their order: by the birthday paradox among some thousands there are some."""
    known: dict[str, str] = {}
    for number in range(100_000):
        name = f"Intent{number:06}"
        if (other := known.setdefault(code(name), name)) != name:
            return other, name
    raise AssertionError("none found")


# One field that cannot be read.

BROKEN: dict[str, list[Any]] = {
    "said": ["BodyIntent", 1, ["x"], None, code("HoldScreen.go")],
    "at": ["x", code("AMAZON.HelpIntent"), {}],
    "offer": ["x", 0],
    "instead": ["x", None],
    "options": [[code("BodyIntent")] * (MOST_OPTIONS + 1), [code("BodyIntent"), "x"], code("BodyIntent"), None],
    "told": [[code("man")] * (MOST_TOLD + 1), "man", 1],
    "heard": [{"a": 1}, "x", 1],
    "page": [[1, 2, 3, 4], -1, 1000, True, 1.0, "1", None],
    "misses": [-1, 10**9],
    "rate": [-1, len(RATES), "1", False],
    "brief": ["yes", 1, None],
    "cautioned": [1],
    "marked": [[]],
    "counted": ["true"],
    "remembered": [{}],
    "exercise": [[], "x", None],
}


def cases() -> list[Any]:
    """Each field of a session with each of its broken values."""
    return [pytest.param(field, value, id=f"{field} is {value!r}") for field in BROKEN for value in BROKEN[field]]


@pytest.mark.parametrize(("field", "value"), cases())
def test_a_broken_value_costs_its_own_field(field: str, value: Any) -> None:
    """It has its usual value then, and all others are as they were."""
    session = unpack({**pack(FULLEST), field: value}, codes())
    assert session == with_field(field, SESSION[field])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("practice", code("BodyIntent")),
        ("practice", 3),
        ("minutes", 4),
        ("minutes", "5"),
        ("rounds", ROUNDS[1] + 1),
        ("rounds", -1),
        ("pace", "quick"),
        ("counting", "backwards"),
        ("quiet", 1),
        ("part", 1000),
        ("times", -1),
        ("seconds", [1, 2, 3]),
        ("seconds", [1, 2, 3, 21]),
        ("seconds", [1, 2, 3, -1]),
        ("seconds", [1, 2, 3, True]),
        ("seconds", "1234"),
        ("seconds", 7),
        ("stepwise", "no"),
        ("holds", 1),
    ],
    ids=str,
)
def test_a_broken_wish_costs_itself(field: str, value: Any) -> None:
    """Of a practice too: the length survives a way of counting that nobody knows."""
    packed = pack(FULLEST)
    session = unpack({**packed, "exercise": {**packed["exercise"], field: value}}, codes())
    usual: dict[str, Any] = {field: EXERCISE[field]} if field in EXERCISE else {}
    assert session == replace(FULLEST, exercise=replace(FULLEST.exercise, **usual))


@pytest.mark.parametrize("entry", ["x", 1, None, [], {}, f"{code('BodyIntent')}", f"{code('BodyIntent')}0",
                                   f"{code('BodyIntent')}10", f"{code('BodyIntent')}x", "0000001",
                                   f"{code('TearyIntent')}1"], ids=str)  # fmt: skip
def test_a_broken_topic_costs_itself(entry: object) -> None:
    """The topics heard before and after it stay in their order."""
    packed = [f"{code('EmotionsIntent')}2", entry, f"{code('ConsentIntent')}1"]
    assert unpack({"heard": packed}, codes()).heard == (("EmotionsIntent", "2"), ("ConsentIntent", "1"))


@pytest.mark.parametrize("attributes", [None, "said", 1, [], [["said", "x"]]], ids=str)
def test_what_is_no_session_is_a_fresh_one(attributes: object) -> None:
    """There is nothing in it to protect."""
    assert unpack(attributes, codes()) == Session()


# What protects the listener survives anything.


@pytest.mark.parametrize("value", [True, 1, 0, "", "yes", None, [], {}], ids=repr)
def test_protection_that_cannot_be_read_protects(value: object) -> None:
    """It is only written where it protects, so that being there says enough."""
    session = unpack({"discreet": value, "closed": value, "safe": value}, codes())
    assert (session.discreet, session.closed, session.safe) == (True, True, SAFETY_ANYWHERE)
    assert unpack({"holds": value}, codes()).holds is (value is True)


def test_no_protection_is_read_as_none() -> None:
    """What says plainly that it does not protect is believed."""
    assert unpack({"discreet": False, "closed": False, "holds": True}, codes()) == Session()


@pytest.mark.parametrize("name", ["BodyIntent", "SafetyQuiet", "StalkingIntent"])
def test_a_safety_answer_that_is_not_known_stands(name: str) -> None:
    """One of another version, or what is none in this one: a safety answer was given, and that is what counts."""
    assert unpack({"safe": code(name)}, codes()).safe == SAFETY_ANYWHERE


def test_a_closed_session_has_a_safety_answer_to_repeat() -> None:
    """Whoever said that they are under age can always have the line again."""
    assert unpack({"closed": True}, codes()).safe == SAFETY_ANYWHERE
    assert unpack({"closed": True, "safe": code("MinorIntent")}, codes()).safe == "MinorIntent"


@given(st.dictionaries(st.sampled_from([*sorted(set(SESSION) - set(KEPT)), "added"]), JSON, max_size=9))
@settings(max_examples=50)
def test_protection_survives_anything_else(rubbish: Mapping[str, object]) -> None:
    """Whatever comes with it."""
    assert protection(unpack({**pack(FULLEST), **rubbish}, codes())) == KEPT


@given(JSON | st.dictionaries(st.sampled_from(sorted(SESSION)), JSON | st.sampled_from(LEADS).map(code), max_size=9))
@settings(max_examples=30)
def test_whatever_comes_every_request_is_answered(attributes: object) -> None:
    """A session comes out that can be written and read again, and no request fails in it."""
    session = unpack(attributes, codes())
    assert journey(session) == session
    answer = conversation().answer
    for name in LEADS:
        turn = answer(Request(name, {}, ("BodyIntent", "NeedsIntent")), session)
        assert turn.response in RESPONSES, name
        assert turn.response == turn.session.exercise.practice or not turn.starts, name


# A deployment: two versions of the skill answer in turn.


def version(**changes: str) -> Conversation:
    """The conversation of a version that renamed or added responses."""
    now = names()

    def renamed(each: Any) -> Any:
        if isinstance(each, Mapping):
            return {changes.get(name, name): value for name, value in each.items()}
        return type(each)(changes.get(name, name) for name in each)

    newer: dict[str, Any] = {field.name: getattr(now, field.name) for field in fields(Catalogue)}
    for field in ("topics", "parts", "safety", "feelings", "practices", "names"):
        newer[field] = renamed(newer[field])
    unclear = changes.get(now.unclear, now.unclear)
    catalogue = replace(now, **{**newer, "unclear": unclear, "names": newer["names"] | {"NewResponse"}})
    return Conversation(catalogue)


@pytest.mark.parametrize("field", sorted(NAMES - {"safe"}))
def test_a_deployment_costs_what_it_renamed(field: str) -> None:
    """The older worker does not know the newer one's name, nor the newer the older's: that field alone is lost."""
    newer = version(EmotionsIntent="FeelingsIntent").codes()
    there = unpack({**pack(with_field(field, "FeelingsIntent")), "added": [1]}, codes())
    assert there == with_field(field, "")
    back = unpack(pack(with_field(field, "EmotionsIntent")), newer)
    heard = tuple(entry for entry in FULLEST.heard if entry[0] != "EmotionsIntent")
    assert back == replace(with_field(field, ""), heard=heard)


def test_a_deployment_keeps_what_protects() -> None:
    """Two versions in turn, one with a response, a field and a safety answer more: nobody is spoken to aloud by it."""
    newer = version(PartnerViolenceIntent="StalkingIntent").codes()
    session = replace(FULLEST, said="NewResponse", safe="StalkingIntent")
    for turn in range(6):
        packed = {**pack(session), **({"added": {"by": "the newer one"}} if turn % 2 == 0 else {})}
        session = unpack(json.loads(json.dumps(packed)), codes() if turn % 2 == 0 else newer)
        assert protection(session) == {**KEPT, "safe": SAFETY_ANYWHERE}
    assert session == replace(FULLEST, said="", safe=SAFETY_ANYWHERE)


def test_after_an_unknown_safety_answer_it_is_as_strict_as_after_any() -> None:
    """The number again, no topic, no practice; and what says that it was misheard still ends it."""
    session = unpack({"safe": code("StalkingIntent"), "said": code("StalkingIntent")}, codes())
    answers = {
        name: conversation().answer(Request(name), session).response
        for name in ("AMAZON.YesIntent", "AMAZON.RepeatIntent", "SkippingIntent", "BreathingIntent", "WrongIntent")
    }
    assert list(answers.values()) == [SAFETY_ANYWHERE, SAFETY_ANYWHERE, "After", SAFETY_ANYWHERE, "SafetyWrong"]
