"""Alexa's JSON to Amazon's model objects and back, as `DefaultSerializer` does it, from tables made once a class.

Amazon's reads every type's name as text, imports its module and rebuilds its maps again for every object of every
request. Here that happens once for each class; what comes out is equal, and what cannot be read raises the same error.
What is seldom asked for of the context and the session (viewport, application, user ...) is read when somebody asks,
and only then is an odd value in it found.
"""

import json
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any

from ask_sdk_core.exceptions import SerializationException
from ask_sdk_model import Context, Device, RequestEnvelope, Session, SupportedInterfaces
from ask_sdk_model.interfaces.system import SystemState
from ask_sdk_model.services import Serializer
from dateutil.parser import parse  # type: ignore[import-untyped]  # the SDK brings it along

Read = Callable[[Any], Any]
"""A value of some JSON in, never null; what the model holds in its place out."""

NATIVE: dict[str, Any] = {
    kind.__name__: kind for kind in (int, float, str, bool, date, datetime, object)
} | {"long": int}  # fmt: skip
PLAIN = frozenset({str, int, float, bool, bytes, type(None)})

LIST = re.compile(r"list\[(.*)\]")
DICT = re.compile(r"dict\(([^,]*), (.*)\)")

READ_AT_ONCE: dict[Any, frozenset[str]] = {
    Session: frozenset(),
    Context: frozenset({"system"}),
    SystemState: frozenset({"device"}),
    Device: frozenset({"supported_interfaces"}),
    SupportedInterfaces: frozenset(),
}
"""Of these models, the fields that every answer looks into; objects in all others wait until they are asked for."""

ALEXAS_TIME = re.compile(r"([12][0-9]{3})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")
"""How Alexa writes a time; every other spelling is left to dateutil."""


USER = {"userId": ""}
USUAL: dict[str, Any] = {
    "version": "1.0",
    "session": {"new": True, "sessionId": "", "application": {"applicationId": ""}, "user": USER, "attributes": {}},
    "context": {
        "System": {
            "application": {"applicationId": ""},
            "user": USER,
            "device": {"deviceId": "", "supportedInterfaces": {"Alexa.Presentation.APL": {}}},
            "apiEndpoint": "",
            "apiAccessToken": "",
        },
        "Viewport": {},
        "Alexa.Presentation.APL": {},
        "Extensions": {},
    },
}
EVERY_REQUEST = {"requestId": "", "locale": "en-US", "timestamp": "2000-01-01T00:00:00Z"}
MATCHED = {"authority": "", "status": {"code": "ER_SUCCESS_MATCH"}, "values": [{"value": {"name": "", "id": ""}}]}
RESOLUTIONS = {"resolutionsPerAuthority": [MATCHED]}
SLOT = {
    "name": "", "value": "", "confirmationStatus": "NONE", "resolutions": RESOLUTIONS,
    "slotValue": {"type": "Simple", "value": "", "resolutions": RESOLUTIONS},
}  # fmt: skip
USUAL_REQUESTS: tuple[dict[str, Any], ...] = (
    {"type": "LaunchRequest"},
    {"type": "IntentRequest", "intent": {"name": "", "confirmationStatus": "NONE", "slots": {"": SLOT}}},
    {"type": "SessionEndedRequest", "reason": "USER_INITIATED"},
)
"""What most listeners' devices send, without anything in it."""


class Data(dict[str, Any]):
    """What is data for JSON already, all the way down, and is not changed: it is written, and copied, as it stands."""

    def __deepcopy__(self, memo: object) -> "Data":
        return self


AS_IT_STANDS = PLAIN | {Data}


class TableSerializer(Serializer):  # type: ignore[misc]
    """Stands in for `ask_sdk_core.serialize.DefaultSerializer`."""

    def deserialize(self, payload: str | bytes | None, obj_type: Any) -> Any:
        """The object that some JSON text holds; raises `SerializationException`."""
        if payload is None:
            return None
        try:
            data = json.loads(payload)
        except Exception as error:
            raise SerializationException("the text is not JSON") from error
        return self.build(data, obj_type)

    def build(self, data: Any, obj_type: Any) -> Any:
        """The object that some parsed JSON holds; raises `SerializationException`."""
        return None if data is None else reader(obj_type)(data)

    def warm(self) -> None:
        """Make the tables for the usual requests now rather than when the first ones come."""
        for asked in USUAL_REQUESTS:
            envelope = self.build({**USUAL, "request": {**asked, **EVERY_REQUEST}}, RequestEnvelope)
            envelope.context.system.user.user_id  # noqa: B018  # it is read when it is asked for

    def serialize(self, obj: Any) -> Any:
        """An object as data for JSON, without what is none in a model."""
        return written(obj)


# In.


@cache
def reader(kind: Any) -> Read:
    """How values of a type are read; `kind` is a class or a type's name such as `list[a.b.C]`."""
    if isinstance(kind, str):
        if kind.startswith("list["):
            return list_reader(kind)
        if kind.startswith("dict("):
            return dict_reader(kind)
        kind = NATIVE.get(kind) or loaded(kind)
    if kind is object:
        return lambda value: value
    if kind in (date, datetime):
        return date_reader(kind)
    if kind in PLAIN:
        return plain_reader(kind)
    if issubclass(kind, Enum):
        return enum_reader(kind)
    if not hasattr(kind, "deserialized_types"):
        return lambda value: value
    if hasattr(kind, "get_real_child_model"):
        return family_reader(kind)
    return model_reader(kind)


def loaded(name: str) -> Any:
    """The class of a full name; raises `SerializationException`."""
    module, _, own = name.rpartition(".")
    try:
        return getattr(import_module(module), own)
    except Exception as error:
        raise SerializationException(f"there is no class {name}") from error


def list_reader(kind: str) -> Read:
    """`list[C]`, or `list[C, D]` with a type for each place."""
    inner = LIST.match(kind)
    if inner is None:
        return lambda value: []
    kinds = [part.strip() for part in inner[1].split(",")]
    if len(kinds) > 1:
        reads = [reader(part) for part in kinds]
        return lambda value: [
            None if each is None else read(each) for each, read in zip(value, reads, strict=False)
        ]  # fmt: skip
    read = reader(kinds[0])
    return lambda value: [None if each is None else read(each) for each in value]


def dict_reader(kind: str) -> Read:
    """`dict(str, C)`."""
    inner = DICT.match(kind)
    if inner is None:
        return lambda value: {}
    read = reader(inner[2])
    return lambda value: {key: None if each is None else read(each) for key, each in value.items()}


def date_reader(kind: type) -> Read:
    """A time, or its day."""

    def read(value: Any) -> Any:
        usual = ALEXAS_TIME.fullmatch(value) if type(value) is str else None
        try:
            moment = datetime(*map(int, usual.groups()), tzinfo=zulu()) if usual else parse(value)  # type: ignore[arg-type, misc]  # six numbers
        except ValueError as error:
            raise SerializationException("not a time") from error
        return moment.date() if kind is date else moment

    return read


@cache
def zulu() -> tzinfo | None:
    """What dateutil takes for "Z" on this machine: its own UTC, or the local zone where that is the same."""
    zone: tzinfo | None = parse("2000-01-01T00:00:00Z").tzinfo
    return zone


def plain_reader(kind: Any) -> Read:
    """A string or a number; what cannot become one stays as it is, or raises."""

    def read(value: Any) -> Any:
        try:
            return kind(value)
        except TypeError:
            return value
        except ValueError as error:
            raise SerializationException(f"not of type {kind.__name__}") from error

    return read


def enum_reader(kind: type[Enum]) -> Read:
    """One of some names."""
    members = {member.value: member for member in kind}

    def read(value: Any) -> Any:
        try:
            return members[value]
        except (KeyError, TypeError) as error:
            raise SerializationException(f"not a {kind.__name__}") from error

    return read


def family_reader(family: Any) -> Read:
    """A class whose members are told apart by a key, such as a request by its `type`."""
    told_by, members = family.json_discriminator_key, family.discriminator_value_class_map
    reads: dict[str, Read] = {}

    def read(value: Any) -> Any:
        try:
            name = value[told_by]
            known = reads.get(name)
            if known is None:
                known = reads[name] = model_reader(loaded(members[name]))
        except SerializationException:
            raise
        except Exception as error:  # no such key, no such member, or not a mapping at all
            raise SerializationException(f"not a {family.__name__} that is known") from error
        return known(value)

    return read


def model_reader(model: Any) -> Read:
    """An object of the model: its fields by their names in JSON, and any other key as it comes."""
    names = {**{name: name for name in model.deserialized_types}, **getattr(model, "attribute_map", {})}
    declared = {key: (name, model.deserialized_types[name]) for name, key in names.items()}
    blank = dict(vars(model()))
    fields: dict[str, tuple[str, type | None, Read]] = {}
    fresh, make = blank.copy, model.__new__
    at_once = READ_AT_ONCE.get(model)

    def field(key: str) -> tuple[str, type | None, Read] | None:
        """A field's name, the type that may stand as it is, and how others are read; made when it first comes."""
        if key not in declared:
            return None
        name, kind = declared[key]
        native = NATIVE.get(kind)
        inner = reader(kind) if at_once is None or name in at_once else later(kind)
        fields[key] = (name, native if native in PLAIN else None, inner)
        return fields[key]

    def read(value: Any) -> Any:
        made = make(model)
        made.__dict__ = held = fresh()
        unknown = None
        try:
            if not isinstance(value, dict):
                empty(value)
                return made
            for key, each in value.items():
                try:
                    name, same, inner = fields[key]
                except KeyError:
                    known = field(key)
                    if known is None:
                        unknown = [*(unknown or ()), key]
                        continue
                    name, same, inner = known
                held[name] = each if each is None or type(each) is same else inner(each)
            for key in unknown or ():
                setattr(made, key, value[key])
        except SerializationException:
            raise
        except Exception as error:  # whatever a strange value makes its reader stumble over
            raise SerializationException(f"not a {model.__name__}") from error
        return made

    return read


def later(kind: str) -> Read:
    """How a field is read that waits: an object without anything in it, which reads itself when it is asked."""
    read_now = reader(kind)
    model: Any = None if kind in NATIVE or kind.startswith(("list[", "dict(")) else loaded(kind)
    if not hasattr(model, "deserialized_types") or hasattr(model, "get_real_child_model"):
        return read_now
    # What Python keeps an object's fields in, whatever `Unread` makes of the name.
    held = next(vars(base)["__dict__"] for base in model.__mro__ if "__dict__" in vars(base))

    class Unread(model):  # type: ignore[misc]  # the model's own class, known only here
        """One of the model's objects before it was read; an object of the model alone from then on."""

        def __getattr__(self, name: str) -> Any:
            return getattr(read(self), name)

        def __setattr__(self, name: str, value: Any) -> None:
            setattr(read(self), name, value)

        def __eq__(self, other: object) -> bool:
            return bool(read(self) == other)

        __hash__ = None  # type: ignore[assignment]  # as the model's

        def __reduce_ex__(self, protocol: Any) -> Any:  # what a copy is made of
            return read(self).__reduce_ex__(protocol)

        @property
        def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
            fields: dict[str, Any] = vars(read(self))
            return fields

    def read(unread: Any) -> Any:
        made = vars(read_now(held.__get__(unread)[""]))
        object.__setattr__(unread, "__class__", model)
        held.__set__(unread, made)
        return unread

    make, put = Unread.__new__, held.__set__

    def read_later(value: Any) -> Any:
        if type(value) is not dict:
            return read_now(value)
        made = make(Unread)
        put(made, {"": value})
        return made

    return read_later


def empty(value: Any) -> None:
    """Amazon's reader takes an empty text or list for an object without anything in it, and stumbles over the rest."""
    if not isinstance(value, str | list) or value:
        raise SerializationException("not an object")


# Out.


def written(obj: Any) -> Any:
    """An object as data for JSON."""
    kind: Any = type(obj)
    if kind in AS_IT_STANDS:
        return obj
    if kind is dict:
        return {key: written(each) for key, each in obj.items()}
    if kind is list:
        return [written(each) for each in obj]
    if hasattr(kind, "deserialized_types"):
        data = {}
        for name, key in names_of(kind):
            each = getattr(obj, name)
            if each is not None:
                data[key] = each if type(each) in AS_IT_STANDS else written(each)
        return data
    return rarely_written(obj)


@cache
def names_of(model: Any) -> Iterable[tuple[str, str]]:
    """A model's fields by their names in Python and in JSON."""
    names = getattr(model, "attribute_map", {})
    return tuple((name, names.get(name, name)) for name in model.deserialized_types)


def rarely_written(obj: Any) -> Any:
    """The other types that Amazon's serializer knows, and what descends from the usual ones."""
    if isinstance(obj, str | int | float | bytes):
        return obj
    if isinstance(obj, list):
        return [written(each) for each in obj]
    if isinstance(obj, tuple):
        return tuple(written(each) for each in obj)
    if isinstance(obj, date):
        return obj.isoformat()
    if isinstance(obj, Enum):
        return obj.value
    if isinstance(obj, Decimal):
        return int(obj) if obj % 1 == 0 else float(obj)
    if isinstance(obj, dict):
        return {key: written(each) for key, each in obj.items()}
    return {name: written(getattr(obj, name)) for name in obj.deserialized_types if getattr(obj, name) is not None}
