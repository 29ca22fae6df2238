"""What words and slots ask for: a request of the conversation, safety before anything else."""

from collections.abc import Mapping

from skill.core.skill import Skill
from skill.dialog.model import Request
from skill.dialog.names import FALLBACK, GENTLE_CHECK, WHICH
from skill.nlu.classifier import Meaning

QUESTION = "QuestionIntent"
"""The intent of free words."""
FREE_WORDS = "question"
"""The slot that carries them (`AMAZON.SearchQuery`)."""


def interpret(
    skill: Skill, intent: str, slots: Mapping[str, str], words: Mapping[str, str], locale: str
) -> tuple[Request, Meaning | None]:
    """The request that an intent makes, and what was understood of its words where they decided it.

    `slots` are ids by the slots' names, `words` are what matched no id: a disclosure in any of them comes first.
    `locale` is the listener's, whose language the words are in.
    """
    meanings = {slot: skill.understanding.hear(text, locale) for slot, text in words.items()}
    disclosed = [meaning for meaning in meanings.values() if meaning.intent in skill.conversation.catalogue.safety]
    if disclosed:
        order = tuple(skill.conversation.catalogue.safety)
        pressing = min(disclosed, key=lambda meaning: order.index(str(meaning.intent)))
        return Request(str(pressing.intent)), pressing
    if intent != QUESTION:
        for meaning in meanings.values():
            slots = {**meaning.slots, **slots}
        return Request(intent or FALLBACK, slots), None
    meaning = meanings.get(FREE_WORDS) or skill.understanding.hear("", locale)
    return request_of(meaning), meaning


def request_of(meaning: Meaning) -> Request:
    """What free words ask for: one thing, one of two, or nothing we know."""
    if meaning.intent == GENTLE_CHECK:
        return Request(GENTLE_CHECK, meaning.slots, meaning.offered, meaning.instead)
    if meaning.intent:
        return Request(meaning.intent, meaning.slots)
    if len(meaning.offered) == 2:
        return Request(WHICH, meaning.slots, meaning.offered)
    return Request(FALLBACK)
