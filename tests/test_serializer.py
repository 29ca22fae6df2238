"""The serializer reads and writes what Amazon's own does, object for object and error for error."""

import copy
import json
import random
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from importlib import import_module
from typing import Any

import pytest
from ask_sdk_core.exceptions import SerializationException
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import Intent, Request, RequestEnvelope, Response, ResponseEnvelope, User
from ask_sdk_model.canfulfill import CanFulfillIntent, CanFulfillIntentValues
from ask_sdk_model.dialog import ElicitSlotDirective
from ask_sdk_model.ui import Reprompt, SimpleCard, SsmlOutputSpeech
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from skill.alexa.serializer import NATIVE, TableSerializer

AMAZONS, OURS = DefaultSerializer(), TableSerializer()
REQUESTS = sorted(Request.discriminator_value_class_map)

ODD = (
    None, True, False, 0, -1, 7, 1.5, float("inf"), float("nan"), 10**400, "", "x", "5", "2026-02-30T00:00:00Z",
    "2026-11-23", "2026-11-23T10:00:00.123+02:00", "0001-01-01T00:00:00Z", "2026-11-23T24:00:00Z", "\ud800", "type",
    [], [None], [0], ["type"], ["x", {}], [[]], {}, {"": None}, {"type": []}, {"type": "nobody"}, {"type": None},
    {"type": "LaunchRequest"}, {"name": {"name": 1}}, {"__class__": 1}, {"__dict__": {"name": 1}}, {"object_type": "x"},
)  # fmt: skip
"""What a field may hold that it should not."""
UNKNOWN = ("zz", "", "a b", "__class__", "__dict__", "object_type", "attribute_map", "request_id", "Type")


class Maker:
    """Makes JSON for a type of the model, by chance: fields left out, strangers put in, odd values now and then."""

    def __init__(self, seed: int, odd: float) -> None:
        self.dice = random.Random(seed)
        self.odd = odd

    def make(self, kind: str, depth: int = 0) -> Any:
        """A value for a type's name."""
        if self.dice.random() < self.odd:
            return self.dice.choice(ODD)
        if kind.startswith("list["):
            return [self.make(kind[5:-1], depth + 1) for _ in range(self.dice.randrange(3))]
        if kind.startswith("dict("):
            inner = kind[5:-1].partition(", ")[2]
            return {f"key{number}": self.make(inner, depth + 1) for number in range(self.dice.randrange(3))}
        if kind in NATIVE:
            return self.dice.choice(PROPER[kind])
        return self.model(cls_of(kind), depth)

    def model(self, cls: Any, depth: int) -> Any:
        """A value for a class of the model."""
        if issubclass(cls, Enum):
            return self.dice.choice([member.value for member in cls])
        made: dict[str, Any] = {}
        if "discriminator_value_class_map" in vars(cls):
            name = self.dice.choice(sorted(cls.discriminator_value_class_map))
            return self.member(cls, name, depth)
        for name, kind in cls.deserialized_types.items():
            if self.dice.random() < (0.7 if depth < 6 else 0.1):
                made[cls.attribute_map.get(name, name)] = self.make(kind, depth + 1)
        if self.dice.random() < 0.1:
            made[self.dice.choice(UNKNOWN)] = self.dice.choice(ODD)
        return made

    def member(self, family: Any, name: str, depth: int) -> Any:
        """A value for one member of a family of classes."""
        made = self.model(cls_of(family.discriminator_value_class_map[name]), depth)
        return {**made, family.json_discriminator_key: name}

    def envelope(self, request: str) -> Any:
        """A whole envelope around one type of request."""
        made = self.model(RequestEnvelope, 0)
        return {**made, "request": self.member(Request, request, 1)}


PROPER: dict[str, tuple[Any, ...]] = {
    "str": ("text", "", "é", "12"),
    "int": (0, 3, -2, 2**70),
    "long": (1,),
    "float": (1.5, 2, 0.0),
    "bool": (True, False),
    "date": ("2026-11-23",),
    "datetime": ("2026-11-23T10:20:30Z", "2026-11-23T10:20:30.25+01:00", "Mon Nov 23 2026"),
    "object": (None, 1, "x", [1, {"a": None}], {"deep": {"er": []}}),
}


def cls_of(name: str) -> Any:
    """The class of a full name."""
    module, _, own = name.rpartition(".")
    return getattr(import_module(module), own)


def whole(value: Any) -> Any:
    """A value with all that it holds, types included, for comparing."""
    if isinstance(value, dict):
        return "dict", [(key, whole(each)) for key, each in value.items()]
    if isinstance(value, list):
        return [whole(each) for each in value]
    if hasattr(value, "deserialized_types"):
        held = whole(vars(value))  # first, because an object that waits takes its model's class when it is read
        return type(value), held
    return type(value), repr(value)


def outcome(read: Any, *asked: Any) -> Any:
    """What comes of reading: all of the object, or the class of the error."""
    try:
        return whole(read(*asked))
    except Exception as error:
        return type(error)


def agree(envelope: Any, kind: Any = RequestEnvelope) -> None:
    """Both serializers make the same of some JSON, and write the same of what they made."""
    text = json.dumps(envelope)
    amazons = outcome(AMAZONS.deserialize, text, kind)
    assert outcome(OURS.deserialize, text, kind) == amazons
    assert outcome(OURS.build, json.loads(text), kind) == amazons
    if not isinstance(amazons, type) and "attribute_map" not in text:  # which would redefine how that object is written
        read = AMAZONS.deserialize(text, kind)
        assert outcome(OURS.serialize, read) == outcome(AMAZONS.serialize, read)


@pytest.mark.parametrize("request_", REQUESTS)
def test_reads_every_request(request_: str) -> None:
    """Envelopes of every type of request that the model knows are read alike, sound ones and odd ones."""
    for seed in range(60):
        for odd in (0.0, 0.01, 0.1):
            agree(Maker(seed, odd).envelope(request_))


def test_reads_sound_envelopes() -> None:
    """What the maker makes without odd values is mostly sound, so that not only errors are compared."""
    made = [Maker(seed, 0.0).envelope(request) for seed in range(10) for request in REQUESTS]
    read = [outcome(OURS.build, envelope, RequestEnvelope) for envelope in made]
    assert sum(not isinstance(each, type) for each in read) > len(made) / 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(REQUESTS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["version", "session", "context", "request", "type", "System", "intent", "slots", "user"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_reads_anything(data: Any) -> None:
    """Any JSON at all gives the same object or the same error."""
    agree(data)


@pytest.mark.parametrize(
    "kind",
    [
        "list[str]",
        "list[str, int]",
        "list[",
        "dict(str, int)",
        "dict(str, ask_sdk_model.slot.Slot)",
        "dict(",
        "datetime",
        "date",
        "nobody.Knows",
        "ask_sdk_model.slot.Nobody",
        "ask_sdk_model.services.service_exception.ServiceException",
    ],
)
@pytest.mark.parametrize("value", ODD[:7] + ODD[10:], ids=repr)
def test_reads_bare_types(kind: str, value: Any) -> None:
    """Lists, mappings and times outside of any model are read alike."""
    text = json.dumps(value)
    assert outcome(OURS.deserialize, text, kind) == outcome(AMAZONS.deserialize, text, kind)


@pytest.mark.parametrize("text", [None, "", "{", "null", "[" * 50_000, b"{}", b"\xff", 5])
def test_reads_broken_text(text: Any) -> None:
    """What is no JSON raises the same error."""
    assert outcome(OURS.deserialize, text, RequestEnvelope) == outcome(AMAZONS.deserialize, text, RequestEnvelope)


def test_leaves_nothing_behind() -> None:
    """Two objects read after one another share nothing."""
    first = OURS.build({"session": {"attributes": {"said": "x"}, "strange": [1]}}, RequestEnvelope)
    first.session.user = "changed"
    second = OURS.build({"session": {}}, RequestEnvelope)
    assert vars(second.session) == vars(AMAZONS.deserialize('{"session": {}}', RequestEnvelope).session)


USER = {"session": {"user": {"userId": "u", "permissions": {"consentToken": "c"}}}}


@pytest.mark.parametrize(
    "ask",
    [
        lambda user: user.user_id,
        lambda user: user.permissions.consent_token,
        vars,
        repr,
        copy.copy,
        copy.deepcopy,
        lambda user: user.to_dict(),
        lambda user: user == 0,
        lambda user: user != 0,
        lambda user: setattr(user, "access_token", "t"),
    ],
    ids=["field", "deeper", "vars", "repr", "copy", "deepcopy", "to_dict", "eq", "ne", "setattr"],
)
def test_reads_what_waits_when_asked(ask: Any) -> None:
    """An object that nobody asked for is not read; asked in any way, it answers as Amazon's does, and is one of its."""
    waiting = OURS.build(USER, RequestEnvelope).session.user
    amazons = AMAZONS.deserialize(json.dumps(USER), RequestEnvelope).session.user
    assert isinstance(waiting, User)
    assert type(waiting) is not User
    assert ask(waiting) == ask(amazons)
    assert type(waiting) is User
    assert whole(waiting) == whole(amazons)


def test_compares_what_waits_from_either_side() -> None:
    """Two that wait are equal, and Amazon's is equal to one that waits."""
    amazons = AMAZONS.deserialize(json.dumps(USER), RequestEnvelope)
    assert amazons == OURS.build(USER, RequestEnvelope) == OURS.build(USER, RequestEnvelope)
    assert OURS.build({"session": {"user": {"userId": "v"}}}, RequestEnvelope) != amazons


def test_finds_what_is_odd_when_asked() -> None:
    """An odd value in what waits does not keep the rest from being answered, and raises the usual error when asked."""
    odd = {"context": {"System": {"user": {"permissions": {"scopes": 5}}}}}
    system = OURS.build(odd, RequestEnvelope).context.system
    assert system.device is None
    for _ in range(2):
        with pytest.raises(SerializationException):
            _ = system.user.permissions


class Own:
    """A class of our own with fields, but without other names for them."""

    deserialized_types = {"words": "str", "none": "str"}  # noqa: RUF012  # as Amazon's model has it

    def __init__(self) -> None:
        self.words, self.none = "text", None


class Late(datetime):
    """A time of a class of its own."""


@pytest.mark.parametrize(
    "value",
    [
        None,
        Response(),
        ResponseEnvelope(
            version="1.0",
            session_attributes={"heard": ["a", ("b", 1)], "none": None},
            response=Response(
                output_speech=SsmlOutputSpeech(ssml=Markup("<speak>é</speak>")),
                reprompt=Reprompt(output_speech=SsmlOutputSpeech(ssml="<speak/>")),
                card=SimpleCard(title="t", content="c"),
                directives=[{"type": "x", "document": {"a": [None, 1, {}]}}, ElicitSlotDirective(slot_to_elicit="s")],
                should_end_session=False,
                can_fulfill_intent=CanFulfillIntent(can_fulfill=CanFulfillIntentValues.NO),
            ),
        ),
        [datetime(2026, 1, 2, tzinfo=UTC), date(2026, 1, 2), Late(2026, 1, 2)],
        (Decimal("2"), Decimal("2.5"), b"x", True, 1.5),
        {"intent": Intent(name="x", slots={})},
        Own(),
        object(),
        {1, 2},
    ],
    ids=lambda value: type(value).__name__,
)
def test_writes_alike(value: Any) -> None:
    """Responses, and every type of value that Amazon's serializer knows, are written alike."""
    assert outcome(OURS.serialize, value) == outcome(AMAZONS.serialize, value)
