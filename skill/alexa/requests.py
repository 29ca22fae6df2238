"""Alexa's envelope, read once into one frozen value.

Each field is read on its own from the parsed JSON: what is odd, missing or unknown costs that field, never the answer.
What nobody here reads (viewports, timestamps, confirmations ...) may hold anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Any

from skill.content.responses import Responses
from skill.core.interpret import FREE_WORDS
from skill.dialog.names import LAUNCH

APL = "Alexa.Presentation.APL"
"""The interface of a screen, and the family of its requests."""

INTENT = "IntentRequest"
TOUCH = f"{APL}.UserEvent"
ANSWERED = frozenset(
    {
        LAUNCH, INTENT, TOUCH, "SessionResumedRequest", "Connections.Response", "Dialog.InputRequest",
        "Dialog.API.Invoked",
    }
)  # fmt: skip
"""The types of request that wait for an answer."""

NUMBER_SLOTS = frozenset({"duration", "rounds", "in", "hold", "out", "rest"})
"""Slots of Amazon's own types, whose value is a number or a duration and never a listener's sentence."""
NUMBER_VALUE = re.compile(r"\d{1,5}|P[0-9YMWDTHS.]{1,20}|\?")
"""What Amazon sends for them: digits, an ISO 8601 duration, or a question mark for a number not understood."""

MOST_SLOTS, MOST_CHARACTERS = 16, 3000
"""How many slots and how much of their words are read: far more than Alexa sends, and a bound for a hostile request."""

APL_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})", re.ASCII)
LOCALE_SPELLING = re.compile(r"([a-z]{2})[-_]([a-z]{2})", re.IGNORECASE | re.ASCII)

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class IncomingRequest:
    """All that is known of a request. Text is empty where Alexa sent none, or something else in its place."""

    type: str
    """Such as `IntentRequest`; empty for an envelope without a request or a type."""
    locale: str
    """The locale to answer in."""
    locale_known: bool = False
    """Whether that is the listener's own: false for a locale that is not spoken here, and where none is named."""
    locale_sent: str = ""
    """The locale as it was named, in its usual spelling; empty for none and for what is no locale."""
    user: str = ""
    """Alexa's id of the listener's account for this skill."""
    apl: tuple[int, ...] = ()
    """The newest version of APL that its screen knows, such as (2024, 2); none without a screen."""
    in_session: bool = False
    """Whether there is a session that a response can send attributes along with."""
    attributes: Mapping[str, Any] | None = None
    """The session's attributes as they came back; none in a new session."""
    intent: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    """Ids of matched values, durations and numbers, by the slots' names."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What was said in slots and matched nothing, by their names: never to be logged or kept."""
    argument: str = ""
    """The first argument of a touch on the screen."""


def read_request(envelope: object, responses: Responses) -> IncomingRequest:
    """The request in some parsed JSON. Raises nothing, whatever comes."""
    request, session = within(envelope, "request"), mapping(envelope).get("session")
    attributes = mapping(session).get("attributes")
    system = within(envelope, "context", "System")
    screen = within(system, "device", "supportedInterfaces").get(APL)
    intent = mapping(request.get("intent"))
    slots, words = filled(mapping(intent.get("slots")))
    arguments = request.get("arguments")
    sent = usual_spelling(string(request.get("locale")))
    place = responses.place(sent)
    return IncomingRequest(
        type=string(request.get("type")),
        locale=place.locale,
        locale_known=place.known,
        locale_sent=sent,
        user=string(within(system, "user").get("userId")),
        apl=apl_version(string(within(screen, "runtime").get("maxVersion"))) if isinstance(screen, dict) else (),
        in_session=isinstance(session, dict),
        attributes=attributes if isinstance(attributes, dict) and mapping(session).get("new") is not True else None,
        intent=string(intent.get("name")),
        slots=slots,
        words=words,
        argument=string(arguments[0]) if isinstance(arguments, list) and arguments else "",
    )


def unread_field(envelope: object) -> str:
    """The path of what an envelope lacks to be understood at all; empty for one that has a request with a type."""
    request = mapping(envelope).get("request")
    if not isinstance(request, dict):
        return "request"
    return "" if string(request.get("type")) else "request.type"


@lru_cache(16)  # devices have few
def apl_version(newest: str) -> tuple[int, ...]:
    """The newest version of APL that a screen knows, the first one where it does not say."""
    match = APL_VERSION.match(newest)
    return (int(match[1]), int(match[2])) if match else (1, 0)


@lru_cache(64)
def usual_spelling(locale: str) -> str:
    """`en-GB` for `en-gb` and `en_GB`; empty for what is no locale."""
    match = LOCALE_SPELLING.fullmatch(locale)
    return f"{match[1].lower()}-{match[2].upper()}" if match else ""


def filled(slots: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The slots with a known value (its id), and those whose words matched nothing."""
    known: dict[str, str] = {}
    loose: dict[str, str] = {}
    left = MOST_CHARACTERS
    for name, slot in islice(slots.items(), MOST_SLOTS):
        value = string(mapping(slot).get("value"))
        if not value.strip():
            continue
        # A sentence that Amazon takes for somebody in its own catalogue of names is a sentence all the same.
        matched = "" if name in FREE_WORDS.values() else matched_id(slot)
        if matched or (name in NUMBER_SLOTS and NUMBER_VALUE.fullmatch(value)):
            known[name] = matched or value
        else:
            loose[name] = value[:left]
            left -= len(loose[name])
    return known, loose


def matched_id(slot: object) -> str:
    """The id of the first value that entity resolution found; empty when none."""
    for authority in items(within(slot, "resolutions").get("resolutionsPerAuthority")):
        for match in items(mapping(authority).get("values")):
            if found := string(within(match, "value").get("id")):
                return found
    return ""


# One value of a kind, or nothing of that kind.


def within(value: object, *path: str) -> Mapping[str, Any]:
    """The mapping at the end of a path of keys."""
    for key in path:
        if not isinstance(value, dict):
            return NOTHING
        value = value.get(key)
    return mapping(value)


def mapping(value: object) -> Mapping[str, Any]:
    """A value that holds others by name: what JSON gives for them, which is quicker to tell than any `Mapping`."""
    return value if isinstance(value, dict) else NOTHING


def items(value: object) -> list[Any]:
    """A value that is a list."""
    return value if isinstance(value, list) else []


def string(value: object) -> str:
    """A value that is text."""
    return value if isinstance(value, str) else ""
