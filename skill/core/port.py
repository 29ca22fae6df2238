"""The one port at which every speaker stands: what was said and a session in, a `Rendered` out, with the next session.

A speaker is a room of its own. It makes a `Heard` of what reaches it and its own format of a `Rendered`, it carries the
session or keeps it for as long as it likes, and it knows nothing else of the skill.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from skill.content.locales import BASE_LANGUAGE, INVOCATION_NAME, Language, language_of
from skill.core.answer import Recipient, answer, first_session
from skill.core.interpret import FREE_WORDS, QUESTION, interpret
from skill.core.render import Rendered, render_reply
from skill.core.skill import Skill
from skill.dialog.model import Turn
from skill.dialog.names import APOLOGY, CANCEL, LAUNCH, STOP
from skill.dialog.state import Session

ALWAYS_HEARD = (STOP, CANCEL)
"""The intents whose own phrases reach them whatever was asked."""
ISO_COUNTRIES = {"UK": "GB"}
"""What people and programs call a country in place of its two letters in ISO 3166, which gives these to no other."""


@dataclass(frozen=True)
class Heard:
    """What reached a speaker: an intent with its slots, or free words."""

    intent: str
    slots: Mapping[str, str] = field(default_factory=dict)
    """Ids of matched values, durations and numbers, by the slots' names."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What was said in slots and matched nothing, by their names: never to be logged or kept."""
    locale: str = ""
    """The locale whose language the words are in; empty where it is that of the answer."""
    opens: bool = False
    """Whether the skill was called by its name before the words."""


def in_words(languages: Mapping[str, Language], text: str, locale: str) -> Heard:
    """Whole sentences as a speaker hears them that hands over every word: the name alone opens, a way out is one."""
    text = text.strip()
    opening = opening_of(languages, locale).match(text)
    words = text[opening.end() :].strip(" ,.?!") if opening else text
    if opening and not words:
        return Heard(LAUNCH)
    language = languages.get(language_of(locale)) or languages[BASE_LANGUAGE]
    plainly = words.strip(" .!?,").casefold()
    if way := next((name for name in ALWAYS_HEARD if plainly in language.built_in.get(name, ())), ""):
        return Heard(way)
    return Heard(QUESTION, words={FREE_WORDS[QUESTION]: words}, locale=locale, opens=bool(opening))


def opening_of(languages: Mapping[str, Language], locale: str) -> re.Pattern[str]:
    """How a session is opened by voice in a locale, or in English: "ask soft landing why people cry afterwards"."""
    spoken = [languages[code].speech for code in (language_of(locale), BASE_LANGUAGE) if code in languages]
    verbs = "|".join(verb for speech in spoken for verb in speech.open)
    connecting = "|".join(word for speech in spoken for word in speech.connect)
    return re.compile(rf"^(?:{verbs})\s+{INVOCATION_NAME}\b(?:\s+(?:{connecting})\b)?", re.IGNORECASE)


def somebody(skill: Skill, locale: str, *, timed: bool) -> Recipient:
    """A listener of whom a speaker knows a locale, in whatever spelling, and nothing else."""
    spellings = {spoken.casefold(): spoken for spoken in skill.responses.locales}
    language, dash, country = locale.replace("_", "-").partition("-")
    place = skill.responses.place(spellings.get(f"{language}{dash}{iso_country(country)}".casefold(), locale))
    return Recipient("", place.locale, place.known, timed)


def iso_country(letters: str) -> str:
    """A country by its letters in ISO 3166."""
    return ISO_COUNTRIES.get(letters.upper(), letters.upper())


def locale_of_words(named: str, here: Recipient) -> str:
    """The locale that words are in: that of the answer, unless another was named that is not spoken here."""
    return here.locale if here.known or not named else named.replace("_", "-")


def take_turn(skill: Skill, heard: Heard, session: Session | None, recipient: Recipient) -> Rendered:
    """One turn: understood in the session that stands, or in a first one, answered and rendered."""
    session = first_session(skill, recipient.user) if session is None else session
    locale = heard.locale or recipient.locale
    request, meaning = interpret(skill, heard.intent, heard.slots, heard.words, locale, session)
    return answer(skill, request, session, recipient, meaning)


def apology(skill: Skill, session: Session, locale: str) -> Rendered:
    """What is said where a turn broke. It asks neither the store nor the rules, which may be what broke."""
    return replace(render_reply(skill, Turn(APOLOGY, session), locale), shown=False)
