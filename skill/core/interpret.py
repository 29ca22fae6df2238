"""What words and slots ask for: a disclosure before anything else, then a reply to the open question, then a new
thought.
"""

from collections.abc import Mapping
from dataclasses import replace

from skill.content.locales import language_of
from skill.core.followups import follow_up
from skill.core.replies import practising, read_reply, reader_of
from skill.core.reply_reader import NOS, ReadReply
from skill.core.skill import Skill
from skill.dialog.model import Request, base_name
from skill.dialog.names import (
    ASIDE,
    CHOICE,
    EXPLAIN,
    FALLBACK,
    FORGET_ME,
    GENTLE_CHECK,
    HELP,
    HOLD_SCREEN,
    LAUNCH,
    LIST_PRACTICES,
    LIST_TOPICS,
    LISTENING,
    LONGER,
    NO,
    OUT_OF_SCOPE,
    PRACTICE_ABOUT,
    PRIVACY,
    QUIET,
    RESUME,
    SOURCE,
    WHICH,
    WRONG,
    YES,
)  # fmt: skip
from skill.dialog.state import Session
from skill.nlu.classifier import Context, Meaning
from skill.nlu.questions import ALIKE, HERE_ALIKE, SAME, TOLD_ALIKE
from skill.nlu.roles import NEW_THOUGHT
from skill.nlu.tokens import normal

QUESTION = "QuestionIntent"
"""The intent of free words: after a question, and after a carrier such as "tell me"."""
ANY_WORDS = "WordsIntent"
"""The intent that takes any sentence, in a model that listens wide (`soft-landing package --listen-wide`)."""
FREE_WORDS: Mapping[str, str] = {QUESTION: "question", ANY_WORDS: "words"}
"""The slot of each that carries the words."""

ABOUT_THE_SKILL = frozenset({FORGET_ME, HELP, LIST_PRACTICES, LIST_TOPICS, PRIVACY, SOURCE})
"""What is asked of the skill itself, whatever question is open."""
SURE_BEHIND_A_YES = 0.85
"""How sure the words behind a yes have to be understood to count more than the yes."""
SURE_OF_A_THOUGHT = 0.4
"""The same, where the reply as a whole was learned as a thought of its own."""
SURE_OF_ITS_OWN = 0.5
"""How sure words have to be understood to be no reply, whatever was learned of replies."""


def interpret(
    skill: Skill, intent: str, slots: Mapping[str, str], words: Mapping[str, str], locale: str, session: Session
) -> tuple[Request, Meaning | None]:
    """The request that an intent makes in a session, and what was understood of its words where they decided it.

    `slots` are ids by the slots' names, `words` are what matched no id: a disclosure in any of them comes first.
    `locale` is the listener's, whose language the words are in, and `session` is what stands: after a safety answer
    the same words mean something else.
    """
    request, meaning = understand(skill, intent, slots, words, locale, session)
    phrases = skill.follow_ups_in(locale)
    told = [word for text in words.values() for word in phrases.told(skill.understanding.fold(text, locale))]
    return (replace(request, slots={**request.slots, "told": " ".join(told)}) if told else request), meaning


def understand(
    skill: Skill, intent: str, slots: Mapping[str, str], words: Mapping[str, str], locale: str, session: Session
) -> tuple[Request, Meaning | None]:
    """The same, without what the listener said of themselves beside it."""
    if intent in FREE_WORDS and words.keys() == {FREE_WORDS[intent]}:
        return of_free_words(skill, words[FREE_WORDS[intent]], locale, session)
    meanings = {
        slot: skill.understanding.hear(text, locale, context_of(skill, session)) for slot, text in words.items()
    }
    disclosed = [meaning for meaning in meanings.values() if meaning.intent in skill.conversation.catalogue.safety]
    if disclosed:
        order = tuple(skill.conversation.catalogue.safety)
        pressing = min(disclosed, key=lambda meaning: order.index(str(meaning.intent)))
        return Request(str(pressing.intent)), pressing
    if intent in FREE_WORDS:
        meaning = meanings.get(FREE_WORDS[intent]) or Meaning(None)
        return request_of(meaning), meaning
    for meaning in meanings.values():
        slots = {**meaning.slots, **slots}
    named = tuple(value for value in slots.values() if value != intent and base_name(value) == intent)
    return Request(intent or FALLBACK, slots, fits=named), None  # a slot's value may name a part: what a word means


def context_of(skill: Skill, session: Session) -> Context:
    """What stands in a session, as the understanding's table of costs names it."""
    states = (
        "safe" if session.safe else "",
        "practice" if skill.conversation.exercise_rules.is_here(session) else "",
        session.company,
    )
    asked = frozenset(session.options) if session.asked else frozenset()
    return Context(tuple(filter(None, states)), asked, base_name(session.at))


def of_free_words(skill: Skill, text: str, locale: str, session: Session) -> tuple[Request, Meaning | None]:
    """What a listener's own words ask for. A reply that the open question explains is no disclosure.

    A disclosure in the model's own words comes first, and while a safety answer stands, all that follows from it.
    """
    if reader_of(skill, locale).chooses_silence(text, session.asked):
        return Request(QUIET, {"ends": "yes"}), None
    meaning = skill.understanding.hear(text, locale, context_of(skill, session))
    reply = read_reply(skill, session, text, locale, meant_as_reply(session, meaning))
    wish = reply and reader_of(skill, locale).wants_to_hear(reply.rest)  # "neither, i just wanna know what's normal"
    if reply and reply.request.name == CHOICE and session.options and not wish:
        return reply.request, None  # a place among what was offered, and nothing else
    told = meaning.exact and meaning.intent in skill.conversation.catalogue.safety
    if (session.safe or told) and (request := follow_up(skill, session, text, locale, meaning)):
        return request, meaning
    if not (reply and reply.whole) and (request := as_written(skill, session, text, locale, meaning)):
        return request, meaning
    if reply and not reply.whole and (request := disclosure_in(skill, session, text, locale, meaning)):
        return request, meaning
    if reply and not reply.whole and in_doubt(skill, session, reply, locale, meaning):
        # In doubt what was said counts as well: a yes or a no is followed, and has a door beside it. A practice has no
        # room for one, so there the words are answered, and the offer stays open.
        if reply.request.name in (YES, NO) and not skill.conversation.answer(reply.request, session).starts:
            return Request(GENTLE_CHECK, reply.request.slots, meaning.offered[:1], reply.request.name), meaning
        return fitted(skill, request_of(meaning), text, locale), meaning
    if reply and meaning.exact and (reply.rest or reply.request.name == EXPLAIN):
        reply = None  # a phrase of the model is a thought of its own: "all good here", "what topics do you have"
    guessed = reply and not reply.whole and (reply.request.name == EXPLAIN or reader_of(skill, locale).asks(text))
    if guessed and has_an_answer(skill, session, meaning, text, locale):
        reply = None  # it has the words of what was asked, and is no wish to have that explained
    if not reply:
        return of_new_thought(skill, session, text, locale, meaning), meaning
    return of_more(skill, session, reply, locale, meaning) if reply.rest else (reply.request, None)


def meant_as_reply(session: Session, meaning: Meaning) -> str:
    """What words mean as a reply by what was learned; nothing where they are rather something of their own.

    A remark is that, too, and may have an answer of its own. While a safety answer stands nothing is guessed: what
    follows it has words of its own.
    """
    remark = meaning.intent == ASIDE and meaning.reply == "listening"
    sure = SURE_OF_ITS_OWN if meaning.intent in ABOUT_THE_SKILL else max(SURE_OF_ITS_OWN, meaning.reply_confidence)
    own = remark or (meaning.intent not in (None, ASIDE) and meaning.confidence >= sure)
    return "" if own or session.safe else meaning.reply


def as_written(skill: Skill, session: Session, text: str, locale: str, meaning: Meaning) -> Request | None:
    """The part for which a question stands in so many words, whatever else it sounds like; none in doubt of safety."""
    index, doubts = skill.questions.get(language_of(locale)), (*skill.conversation.catalogue.safety, GENTLE_CHECK)
    found = index.written(text) if index and not session.safe and meaning.intent not in doubts else None
    return Request(found[0], meaning.slots if meaning.intent == found[0] else {}, fits=found[1:]) if found else None


def in_doubt(skill: Skill, session: Session, reply: ReadReply, locale: str, meaning: Meaning) -> bool:
    """Whether words that are a reply in part may tell of harm, and not in the part that the question explains."""
    catalogue, reader = skill.conversation.catalogue, reader_of(skill, locale)
    explained = reply.request.name in reader.words.practice  # "i'm dizzy" stops it, whatever else it may be
    likelier = meaning.safety >= skill.understanding.base_rate(locale)  # than in anybody's words
    if meaning.intent != GENTLE_CHECK or session.asked == HOLD_SCREEN or explained or not likelier:
        return False
    rest = skill.understanding.hear(reply.rest, locale, context_of(skill, session)) if reply.rest else meaning
    return rest.intent == GENTLE_CHECK or rest.intent in catalogue.safety


def has_an_answer(skill: Skill, session: Session, meaning: Meaning, text: str, locale: str) -> bool:
    """Whether words surely ask for something else than the open question explained.

    That is something about the skill, or the example that a greeting gives, for which a part is there.
    """
    if meaning.confidence < SURE_BEHIND_A_YES:
        return False
    if meaning.intent in ABOUT_THE_SKILL:
        return True
    return session.asked == LAUNCH and bool(fitted(skill, request_of(meaning), text, locale).fits)


def disclosure_in(skill: Skill, session: Session, text: str, locale: str, meaning: Meaning) -> Request | None:
    """The safety answer that words call for which the open question explains in part only."""
    request, safety = follow_up(skill, session, text, locale, meaning), skill.conversation.catalogue.safety
    if not request or request.name not in safety:
        rest = skill.understanding.ending(text, locale)  # "yes and i want to die"
        request = follow_up(skill, session, text, locale, rest) if rest.intent in safety else None
    if not request:
        return None
    return None if request.name in reader_of(skill, locale).expected(session.asked) else request


def of_new_thought(skill: Skill, session: Session, text: str, locale: str, meaning: Meaning) -> Request:
    """What words ask for that are no reply we know.

    While a question is open nothing begins by a guessed yes, and who only tells something is listened to, not asked
    which of two topics it was.
    """
    if request := follow_up(skill, session, text, locale, meaning):
        return request
    request, reader, catalogue = request_of(meaning), reader_of(skill, locale), skill.conversation.catalogue
    if session.asked and request.name == YES and not reader.has_yes(text):
        return Request(EXPLAIN)
    if session.asked and request.name in (WHICH, FALLBACK) and reader.is_statement(text):
        return Request(LISTENING)
    asks_first = reader.asks(reader.bare(normal(text)).partition(" ")[0])  # "how about" is an opener, and asks nothing
    if asks_first and not set(request.slots.values()).isdisjoint(skill.conversation.exercise_rules.offered()):
        return Request(PRACTICE_ABOUT, request.slots)
    unsure = request.name not in (GENTLE_CHECK, *catalogue.safety) and meaning.confidence < SURE_OF_ITS_OWN
    if asks_first and unsure and practising(skill, session):
        return Request(PRACTICE_ABOUT, {"pattern": session.exercise.practice})  # "how do i hold my arms"
    return about_here(skill, session, request, text, locale) or fitted(skill, request, text, locale)


def fitted(skill: Skill, request: Request, text: str, locale: str) -> Request:
    """The request with the parts of its answer that some words ask for.

    What was learned of the parts chooses them, unless the words are nearly those of a question that stands with one, or
    more like those of a part of which nothing was learned. Who asks nothing hears the first part, if it is likely too.
    """
    index = skill.questions.get(language_of(locale))
    if not index:
        return request
    name, learned, asks = request.instead or request.name, request.fits, reader_of(skill, locale).asks(text)
    alike = index.fitting(name, text, ALIKE if asks else TOLD_ALIKE)
    if learned and alike and skill.understanding.knows_part(alike[0], locale):
        alike = index.fitting(name, text, SAME)
    if name in learned and not asks:
        learned = (name, *(part for part in learned if part != name))
    return replace(request, fits=alike or learned)


def about_here(skill: Skill, session: Session, request: Request, text: str, locale: str) -> Request | None:
    """Where a request leads nowhere, the part of the subject told last that answers the same words; else none."""
    here, places, index = base_name(session.at), skill.conversation.catalogue, skill.questions.get(language_of(locale))
    lost = request.name in (FALLBACK, WHICH) or request.name.startswith(OUT_OF_SCOPE)
    if not lost or not index or here not in {*places.topics, *places.feelings}:
        return None
    fits = index.fitting(here, text, HERE_ALIKE)
    return Request(here, fits=fits) if fits else None


def of_more(
    skill: Skill, session: Session, reply: ReadReply, locale: str, whole: Meaning
) -> tuple[Request, Meaning | None]:
    """What a yes or a no with more words behind it asks for: those words, where they surely ask for something.

    Less sure is enough where such a reply, all its words together, was learned as a thought of its own.
    """
    meaning = skill.understanding.hear(reply.rest, locale, context_of(skill, session))
    reader = reader_of(skill, locale)
    if request := follow_up(skill, session, reply.rest, locale, meaning):
        return request, meaning
    request = request_of(meaning)
    same = request.name == base_name(session.said) and not reader.asks(reply.rest)
    goes_on = reply.request.name == YES and request.name == RESUME  # "yes, continue"
    wish = request.name in (*skill.conversation.exercise_rules.changes, LONGER)
    asked = reply.request.name != YES and reader.wants_to_hear(reply.rest)
    sure = SURE_OF_A_THOUGHT if whole.reply == NEW_THOUGHT else SURE_BEHIND_A_YES
    unsure = not (wish or asked or meaning.exact) and meaning.confidence < sure
    empty = not reader.content(reply.rest) or reader.is_reason(reply.rest)
    all_of_it = whole.reply in NOS and whole.reply_confidence > whole.confidence  # "no, skip the body"
    refused = reply.request.name == NO and all_of_it and not asked and request.name != QUIET
    if same or goes_on or unsure or empty or refused or request.name in (FALLBACK, WHICH, WRONG, YES, NO, ASIDE):
        return reply.request, None
    if reply.request.name == YES and wish:
        return Request(YES, {"also": request.name}), None
    return fitted(skill, request, reply.rest, locale), meaning


def request_of(meaning: Meaning) -> Request:
    """What free words ask for: one thing, one of two, or nothing we know."""
    if meaning.intent == GENTLE_CHECK:
        return Request(GENTLE_CHECK, meaning.slots, meaning.offered, meaning.instead, meaning.parts)
    if meaning.intent:
        return Request(meaning.intent, meaning.slots, meaning.offered, fits=meaning.parts)
    if len(meaning.offered) == 2:
        return Request(WHICH, meaning.slots, meaning.offered)
    return Request(FALLBACK)
