"""What a request asks for: Alexa's envelope in, our name for it out, safety before anything else."""

import logging
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from ask_sdk_core.exceptions import SerializationException
from ask_sdk_model import IntentRequest, RequestEnvelope

from skill.content.responses import Responses
from skill.dialog.model import GENTLE_CHECK, WHICH, Catalogue, Request
from skill.nlu.classifier import SAFETY, Meaning, Understanding

log = logging.getLogger("skill")

QUESTION = "QuestionIntent"
FREE_WORDS = "question"
"""The slot that carries free words (`AMAZON.SearchQuery`)."""
NUMBERS = frozenset({"duration", "rounds", "in", "hold", "out", "rest"})
"""Slots of Amazon's own types, whose value is a number or a duration and never a listener's sentence."""

NUMBER = re.compile(r"\d{1,5}|P[0-9YMWDTHS.]{1,20}|\?")
"""What Amazon sends for them: digits, an ISO 8601 duration, or a question mark for a number not understood."""

SLOTS, CHARACTERS = 16, 3000
"""How many slots and how much of their words are read: far more than Alexa sends, and a bound for a hostile request."""

SCREEN = "Alexa.Presentation.APL"
LOCALE = re.compile(r"[a-z]{2}-[A-Z]{2}")


def spoken_locale(responses: Responses, envelope: RequestEnvelope) -> tuple[str, bool]:
    """The locale that we answer in, and whether it is the listener's own.

    One that we do not speak falls back, and the log says so; a request without one is of a kind that has none.
    """
    wanted = getattr(envelope.request, "locale", None)
    place = responses.place(wanted)
    if wanted is not None and not place.known:
        shown = wanted if LOCALE.fullmatch(str(wanted)) else "which is no locale"
        log.warning("locale %s is not spoken here; answered in %s", shown, place.locale)
    return place.locale, place.known or wanted is None


def user_id(envelope: RequestEnvelope) -> str:
    """Alexa's id of the listener's account for this skill; empty when there is none, or none that can be read."""
    system = envelope.context and envelope.context.system
    try:
        found = system and system.user and system.user.user_id
    except SerializationException:  # it is read here and not before
        return ""
    return found if isinstance(found, str) else ""


def understood(
    understanding: Understanding, catalogue: Catalogue, envelope: RequestEnvelope
) -> tuple[Request, Meaning | None]:
    """Our name for what was asked. Free words and unmatched slots are read here, safety before anything else."""
    alexa = envelope.request
    if not isinstance(alexa, IntentRequest):
        return screen_request(catalogue, alexa), None
    if alexa.intent is None or not isinstance(alexa.intent.name, str):
        return Request("AMAZON.FallbackIntent"), None
    slots, loose = filled(alexa.intent.slots or {})
    heard = {name: understanding.hear(words) for name, words in loose.items()}
    disclosed = [meaning for meaning in heard.values() if meaning.intent in catalogue.needs]
    if disclosed:
        pressing = min(disclosed, key=lambda meaning: SAFETY.index(str(meaning.intent)))
        return Request(str(pressing.intent)), pressing
    if alexa.intent.name != QUESTION:
        for meaning in heard.values():
            slots = {**meaning.slots, **slots}
        return Request(str(alexa.intent.name), slots), None
    meaning = heard.get(FREE_WORDS) or understanding.hear("")
    return meant(meaning), meaning


def screen_request(catalogue: Catalogue, alexa: Any) -> Request:
    """A touch names the response that it asks for; a launch is a launch."""
    if alexa.object_type != f"{SCREEN}.UserEvent":
        return Request("LaunchRequest")
    asked = next(iter(alexa.arguments or ()), None)
    known = isinstance(asked, str) and (asked in catalogue.names)
    return Request(str(asked) if known else "AMAZON.ResumeIntent")


def meant(meaning: Meaning) -> Request:
    """What free words ask for: one thing, one of two, or nothing we know."""
    if meaning.intent == GENTLE_CHECK:
        return Request(GENTLE_CHECK, meaning.slots, meaning.offered, meaning.instead)
    if meaning.intent:
        return Request(meaning.intent, meaning.slots)
    if len(meaning.offered) == 2:
        return Request(WHICH, meaning.slots, meaning.offered)
    return Request("AMAZON.FallbackIntent")


def filled(slots: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The slots with a known value (its id), and those whose words matched nothing."""
    known, loose, left = {}, {}, CHARACTERS
    for name, slot in islice(slots.items(), SLOTS):
        value = slot.value if slot and isinstance(slot.value, str) else ""
        if not value.strip():
            continue
        matched = matched_id(slot)
        if matched or (name in NUMBERS and NUMBER.fullmatch(value)):
            known[name] = matched or value
        else:
            loose[name] = value[:left]
            left -= len(loose[name])
    return known, loose


def matched_id(slot: Any) -> str:
    """The id of the value that entity resolution found; empty when none."""
    authorities: Iterable[Any] = (slot.resolutions and slot.resolutions.resolutions_per_authority) or ()
    for authority in authorities:
        for wrapper in (authority and authority.values) or ():
            if wrapper and wrapper.value and isinstance(wrapper.value.id, str):
                return wrapper.value.id
    return ""
