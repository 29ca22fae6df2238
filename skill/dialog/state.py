"""What a conversation remembers from one request to the next, and how it travels.

It goes out with every response and comes back with the next request, so it is small, holds nobody's words, and names
responses by short codes (a topic, a feeling or a safety answer is nobody else's business).

It comes back to any worker, and during a deployment to one of another version. So it is read field by field: a value
that cannot be read costs its own field and no other, and a field that this version does not know is passed over. What
protects the listener is never lost by that (`unpack`). Rules for changing the format: a field may be added or dropped
at any time; one whose meaning changes gets a new name.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any

from skill.dialog.codes import NameCodes, code
from skill.dialog.names import SAFETY_ANYWHERE
from skill.exercises.patterns import LENGTHS as LENGTHS  # minutes that a practice can last

RATES = (75, 82, 88, 95, 102, 110)
"""Speech rates in percent, slowest first. Calm delivery is 85 to 95 (Amazon's SSML reference; the floor is 20)."""
USUAL_RATE = 3

BYTES = 1024
"""The most that the session may take in a response."""

MOST_OPTIONS = 3
"""How many options a question can have: people hold about three by ear (Amazon, designing for voice)."""

MOST_TOLD = 4
"""How much of what a listener said of themselves is remembered."""

ROUNDS = (1, 40)
"""The fewest and the most breaths of one practice; 37 gentle ones fill five minutes."""

COUNTINGS = ("fading", "whole", "none")
PACES = ("slow", "usual", "fast")
COMPANIES = ("alone", "together")


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
    asked: str = ""
    """The response whose question is open; empty for none. Its words, and those of `options`, choose an option."""
    options: tuple[str, ...] = ()
    """What the open question lets one choose, by name or by place, three at the most."""
    later: str = ""
    """An option that was chosen beside another one ("both"): it is offered next."""
    variant: int = 0
    """Which variant of `said` was spoken, so that a repeat has the same words."""
    heard: tuple[tuple[str, str], ...] = ()
    """The topics heard and the numbers of the parts of each, such as `"13"`, in the order of hearing."""
    page: int = 0
    """Where a list stands."""
    misses: int = 0
    """How many times in a row nothing was understood."""
    rate: int = USUAL_RATE
    brief: bool = False
    discreet: bool = False
    resting: bool = False
    """Whether the skill was told to be silent while a safety answer stands: it says nothing until it is called back."""
    safe: str = ""
    """The safety answer given last, or `SAFETY_ANYWHERE` for one that this version does not know; while it stands,
    nothing is offered."""
    door: str = ""
    """The safety answer that a door was held open to, or that was taken back: no reason to hold it open again."""
    told: tuple[str, ...] = ()
    """What the listener said of themselves that a helpline depends on, the newest first: "scotland"."""
    company: str = ""
    """`alone` or `together`, as the listener last said of themselves; empty where nothing was said."""
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

    def heard_parts(self, topic: str) -> str:
        """The numbers of a topic's parts that were spoken, each a digit; empty for none."""
        return dict(self.heard).get(topic, "")


def pack(session: Session) -> dict[str, Any]:
    """The session as attributes: only what differs from a fresh one."""
    plain: dict[str, Any] = {}
    for name, value in session.__dict__.items():
        if value == SESSION[name]:
            continue
        if name in NAMES:
            value = code(value)
        elif name in LISTS_OF_NAMES:
            value = [code(each) for each in value]
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


NAMES = frozenset({"said", "at", "offer", "instead", "asked", "later", "safe", "door"})
LISTS_OF_NAMES: Mapping[str, int] = {"options": MOST_OPTIONS, "told": MOST_TOLD}
"""The fields that hold several names, and how many at the most."""
SESSION = {field.name: field.default for field in fields(Session)}
EXERCISE = {field.name: field.default for field in fields(Exercise)}
"""The fields of a fresh one, and their values."""
CHOICES: Mapping[str, Collection[object]] = {
    "rate": range(len(RATES)),
    "minutes": LENGTHS,
    "rounds": range(ROUNDS[1] + 1),
    "counting": COUNTINGS,
    "pace": PACES,
    "company": COMPANIES,
}
NUMBERS = range(1000)
"""What any other number can be."""
PARTS, SECONDS = frozenset("123456789"), range(21)
"""The parts of a topic that can be heard, and the seconds of a count of one's own."""


def unpack(attributes: object, codes: NameCodes) -> Session:
    """The session that some attributes describe, field by field; nothing is raised, whatever comes in.

    A field that cannot be read has its usual value. Four protect the listener; `pack` writes them only where they do,
    so that one which is there and cannot be read protects as well: `discreet` and `closed` are true, `holds` is false,
    and `safe` is `SAFETY_ANYWHERE`, an answer that fits every need.
    """
    if not isinstance(attributes, Mapping):
        return Session()
    values = _fields(SESSION, attributes, codes)
    for field, harmless in (("discreet", False), ("closed", False), ("holds", True)):
        if field in attributes:
            values[field] = harmless if attributes[field] is harmless else not harmless
    if not values.get("safe") and ("safe" in attributes or values.get("closed")):
        values["safe"] = SAFETY_ANYWHERE
    return Session(**values)


def _fields(usual: Mapping[str, Any], attributes: Mapping[str, Any], codes: NameCodes) -> dict[str, Any]:
    """Those fields of a session or an exercise that can be read."""
    values = {}
    for field, value in attributes.items():
        try:
            if field in usual:
                values[field] = _value(field, value, usual[field], codes)
        except ValueError:
            continue
    return values


def _value(field: str, value: Any, usual: object, codes: NameCodes) -> object:
    """One field's value; raises `ValueError` for one that `pack` never writes."""
    if field in NAMES or field == "practice":
        return codes.name(field, value)
    if field in LISTS_OF_NAMES:
        if not isinstance(value, list) or len(value) > LISTS_OF_NAMES[field]:
            raise ValueError(field)
        return tuple(codes.name(field, each) for each in value)
    if field == "heard":
        return tuple(_heard(value, codes).items())
    if field == "exercise":
        return Exercise(**_fields(EXERCISE, value, codes)) if isinstance(value, Mapping) else usual
    if field == "seconds" and isinstance(value, list):
        if len(value) != 4 or not all(type(second) is int and second in SECONDS for second in value):
            raise ValueError(field)
        return tuple(value)
    if type(value) is not type(usual) or value not in CHOICES.get(field, NUMBERS):  # a bool is 0 or 1
        raise ValueError(field)
    return value


def _heard(value: object, codes: NameCodes) -> dict[str, str]:
    """The topics heard and the parts of each, without those that cannot be read."""
    heard = {}
    for entry in value if isinstance(value, list) else ():
        with suppress(ValueError):
            if isinstance(entry, str) and entry[6:] and PARTS.issuperset(entry[6:]):
                heard[codes.name("heard", entry[:6])] = "".join(sorted(set(entry[6:])))
    return heard
