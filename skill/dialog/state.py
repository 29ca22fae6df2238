"""What a conversation remembers from one request to the next, and how it travels.

It goes out with every response and comes back with the next request, so it is small, holds nobody's words, names
responses by short codes (a topic, a feeling or a safety answer is nobody else's business), and is checked when it comes
back: whatever is broken or hostile starts afresh.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

RATES = (75, 82, 88, 95, 102, 110)
"""Speech rates in percent, slowest first. Calm delivery is 85 to 95 (Amazon's SSML reference; the floor is 20)."""
USUAL_RATE = 3

BYTES = 1024
"""The most that the session may take in a response."""

HEARD = 40
"""How many topics are remembered as heard; more than there are, and a bound for a hostile session."""

LENGTHS = (1, 2, 3, 5)
"""Minutes a practice can last (the table of breathing patterns)."""

ROUNDS = (1, 40)
"""The fewest and the most breaths of one practice; 37 gentle ones fill five minutes."""

COUNTINGS = ("fading", "whole", "none")
PACES = ("slow", "usual", "fast")


@dataclass(frozen=True)
class Exercise:
    """A practice as it was asked for."""

    practice: str = ""
    minutes: int = 1
    rounds: int = 0
    """A number of breaths instead of minutes; 0 for minutes."""
    pace: str = "usual"
    counting: str = "fading"
    quiet: bool = False
    bed: bool = False
    """A quiet bed of sound under it, only on request."""
    part: int = 0
    """Which half of a long one, or which step of one at the listener's own pace."""
    times: int = 0
    """How often it was repeated by a bare yes."""
    seconds: tuple[int, ...] = ()
    """Custom counts: in, hold, out, hold."""
    stepwise: bool = False


@dataclass(frozen=True)
class Session:
    """What was said, what is offered, where "more" stands, and how the listener likes it."""

    said: str = ""
    """The response given last: what "repeat" says again."""
    at: str = ""
    """Where we are: the topic's part, feeling, list or practice heard last, such as `BodyIntent.2`."""
    offer: str = ""
    """The response that "yes" leads to."""
    instead: str = ""
    """The response that "no" leads to, where "no" is not the end of it."""
    variant: int = 0
    """Which variant of `said` was spoken, so that a repeat has the same words."""
    heard: tuple[tuple[str, int], ...] = ()
    """The topics heard and how many parts of each, in the order of hearing."""
    page: int = 0
    """Where a list stands."""
    misses: int = 0
    """How many times in a row nothing was understood."""
    rate: int = USUAL_RATE
    brief: bool = False
    discreet: bool = False
    safe: str = ""
    """The safety answer given last; while it stands, nothing is offered."""
    holds: bool = True
    """False once somebody said something that rules out held breaths."""
    closed: bool = False
    """Whether the listener said that they are under age, which ends the content for the session."""
    cautioned: bool = False
    """Whether the caution before breathing was spoken."""
    marked: bool = False
    """Whether it was said that practices are not from the article."""
    counted: bool = False
    """Whether the device could not play a practice as audio, so that it is counted in speech."""
    remembered: bool = False
    """Whether settings were kept from an earlier session."""
    exercise: Exercise = Exercise()

    def heard_parts(self, topic: str) -> int:
        """How many parts of a topic were spoken."""
        return dict(self.heard).get(topic, 0)


@lru_cache(maxsize=1024)  # more than there are names
def code(name: str) -> str:
    """A response's name as it stands in a session: stable between releases, and saying nothing to a reader."""
    return sha256(name.encode()).hexdigest()[:6]


def pack(session: Session) -> dict[str, Any]:
    """The session as attributes: only what differs from a fresh one."""
    plain: dict[str, Any] = {}
    for name, value in session.__dict__.items():
        if value == SESSION[name]:
            continue
        if name in NAMES:
            value = code(value)
        elif name == "heard":
            value = [f"{code(topic)}{parts}" for topic, parts in value]
        elif name == "exercise":
            value = {
                part: code(held) if part == "practice" else list(held) if part == "seconds" else held
                for part, held in value.__dict__.items()
                if held != EXERCISE[part]
            }
        plain[name] = value
    return plain


def unpack(attributes: object, names: Iterable[str]) -> Session:
    """The session that some attributes describe; a fresh one when anything about them is wrong.

    `names` are all names a session may hold: responses and requests. Nothing is raised, whatever comes in.
    """
    if not isinstance(attributes, Mapping):
        return Session()
    try:
        return _unpack(attributes, {code(name): name for name in names} if not isinstance(names, NameCodes) else names)
    except (KeyError, TypeError, ValueError, AttributeError):
        return Session()


class NameCodes(dict[str, str]):
    """Codes to names, made once: `unpack` is called with every request."""

    @classmethod
    def of(cls, names: Iterable[str]) -> "NameCodes":
        """All codes of some names; raises `ValueError` if two names share one."""
        table = cls()
        for name in names:
            if table.setdefault(code(name), name) != name:
                raise ValueError(f"{name} and {table[code(name)]} have the same code; rename one of them")
        return table


FRESH_SESSION = Session()
NAMES = frozenset({"said", "at", "offer", "instead", "safe"})
SESSION = {field.name: field.default for field in fields(Session)}
EXERCISE = {field.name: field.default for field in fields(Exercise)}
"""The fields of a fresh one, and their values."""


def _unpack(attributes: Mapping[str, Any], names: Mapping[str, str]) -> Session:
    values: dict[str, Any] = {}
    for key, value in attributes.items():
        default = SESSION[key]
        if key in NAMES:
            value = names[value]
        elif key == "heard":
            if not isinstance(value, list) or len(value) > HEARD:
                raise ValueError(key)
            value = tuple((names[item[:6]], _whole(int(item[6:]), 1, 9)) for item in value)
        elif key == "exercise":
            value = _exercise(value, names)
        elif type(value) is not type(default):
            raise TypeError(key)
        elif key == "rate":
            value = _whole(value, 0, len(RATES) - 1)
        elif type(value) is int:
            value = _whole(value, 0, 999)
        values[key] = value
    return replace(FRESH_SESSION, **values)


def _exercise(plain: Mapping[str, Any], names: Mapping[str, str]) -> Exercise:
    values: dict[str, Any] = {}
    for key, value in plain.items():
        default = EXERCISE[key]
        if key == "practice":
            value = names[value]
        elif key == "seconds":
            if len(value) != 4:
                raise ValueError(key)
            value = tuple(_whole(second, 0, 20) for second in value)
        elif type(value) is not type(default):
            raise TypeError(key)
        elif (
            (key == "minutes" and value not in LENGTHS)
            or (key == "counting" and value not in COUNTINGS)
            or (key == "pace" and value not in PACES)
        ):
            raise ValueError(key)
        elif type(value) is int:
            value = _whole(value, 0, 60)
        values[key] = value
    return Exercise(**values)


def _whole(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(value)
    return value
