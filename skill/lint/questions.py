"""Whether every question understands the answers that it asks for: its own words, an option by its place, yes, no, why.

A question that lists what one can say has to understand exactly those words, in every locale and both wordings.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace

from skill.content.markup import plain
from skill.core.interpret import of_free_words
from skill.core.render import open_reply, render_reply
from skill.core.replies import reader_of
from skill.core.skill import Skill
from skill.dialog import names
from skill.dialog.model import Request, Turn
from skill.dialog.reply_rules import PLACE
from skill.dialog.state import Session
from skill.dialog.variables import LISTS, VARIABLES
from skill.lint.finding import Finding
from skill.nlu.encoder import Encoder, Floats
from skill.nlu.languages import LanguageModels
from skill.nlu.tokens import normal

LEADS_NOWHERE = frozenset({names.FALLBACK, names.WHICH, names.GENTLE_CHECK})
PLACES_SAID = ("first", "second", "third")
SAID_BACK = (
    "yes",
    "no",
    "later",
    "leave",
    "why",
    "neither",
    "either",
    "both",
    "unsure",
    "again",
    "other",
    "last",
    "listening",
)
"""The meanings that are said back to every question."""
PHRASES = 3
"""By how many of its phrases each is said."""


def check_questions(skill: Skill) -> Iterator[Finding]:
    """All findings: each names the response that asks. What two locales ask in the same words is tried once."""
    tried, skill = set(), replace(skill, understanding=remembering(skill.understanding))
    for locale in skill.responses.locales:
        for discreet in (False, True):
            for session in open_sessions(skill, locale, discreet=discreet):
                asked = open_reply(skill, session, locale)
                words = (skill.responses.language(locale).code, asked.question, asked.reprompt, session.options)
                if words in tried:
                    continue
                tried.add(words)
                file = skill.responses.path(session.asked, locale, discreet=discreet) or "responses"
                for wrong, why, hint in question_problems(skill, session, locale):
                    yield Finding(file, None, f"in {locale}: {wrong}", why, hint)


class RememberingEncoder(Encoder):
    """One that reads the same words once: they are said to hundreds of questions."""

    def __init__(self, encoder: Encoder) -> None:
        self.size, self._encoder = encoder.size, encoder
        self._known: dict[tuple[int, ...], Floats] = {}

    def windows(self, text: str) -> list[list[int]]:
        """The word pieces of a text."""
        return self._encoder.windows(text)

    def vector(self, window: Sequence[int]) -> Floats:
        """(1, E) float32, as the other one makes it."""
        known = self._known.get(key := tuple(window))
        if known is None:
            known = self._known[key] = self._encoder.vector(window)
        return known


def remembering(models: LanguageModels) -> LanguageModels:
    """The same understanding, which remembers what it has read."""
    own = {language: copy(understanding) for language, understanding in models.by_language.items()}
    for understanding in own.values():
        understanding.encoder = RememberingEncoder(understanding.encoder)
    return LanguageModels(own)


def open_sessions(skill: Skill, locale: str, *, discreet: bool = False) -> Iterator[Session]:
    """A session in front of every question that a response of a locale asks."""
    conversation = skill.conversation_in(locale)
    for name in sorted(conversation.catalogue.names):
        row = VARIABLES.get(name)
        for state in row.tried(conversation) if row else (Session(),):
            session = Session(**{**state.__dict__, "discreet": discreet})
            turn = Turn(name, session, conversation.variables(name, session))
            if name in names.ASIDES or name in conversation.catalogue.practices:
                continue
            rendered = render_reply(skill, turn, locale)
            if rendered.reply.question and rendered.session.asked == name:
                yield rendered.session


def question_problems(skill: Skill, session: Session, locale: str) -> Iterator[tuple[str, str, str]]:
    """What is wrong with one open question: what, why that matters, how to mend it."""
    reader, asked = reader_of(skill, locale), open_reply(skill, session, locale)
    question, reprompt = plain(asked.question), plain(asked.reprompt)
    file = f"responses/{skill.responses.language(locale).code}/replies.toml"
    clauses = reader.clauses(question)
    if len(clauses) > 1 and session.options and session.asked not in LISTS:
        alternative = session.instead or session.options[-1]
        choice = heard(skill, session, clauses[-1], locale)
        if choice != alternative and (choice, alternative) != (names.STOP, names.NO):
            yield (
                f"“{clauses[-1]}” leads to {choice}, and it stands for {alternative}",
                "A listener says back what was offered",
                f"Set instead or options in the header, or add it to [names] in {file}",
            )
        said = {clauses[-1], reader.bare(clauses[-1])}
        lexicon = ((name, normal(one)) for name, listed in reader.words.names.items() for one in listed)
        offered = [name for name, phrase in lexicon if phrase in said and not name.startswith("AMAZON.")]
        if choice == names.NO and offered:
            yield (
                f"“{clauses[-1]}” is the name of {offered[0]}, and leads to a no",
                "What was offered is declined in the listener's place",
                "Set options in the header, all of them in the order in which they are spoken",
            )
    for phrase in dict.fromkeys((*clauses[1:], *reader.parts(reprompt))):
        if not understood(skill, session, phrase, locale):
            yield (
                f"“{phrase}” stands in the question, and choosing it leads nowhere",
                "A listener says back what was offered",
                f"Add it to [names] in {file}, or to [question.{session.asked}]",
            )
    for place, option in zip(PLACES_SAID, session.options, strict=False):
        response = skill.conversation.answer(Request(names.CHOICE, {PLACE: place}), session).response
        if response in LEADS_NOWHERE or response == names.EXPLAIN:
            yield f"{option} cannot be chosen as the {place}", "People choose by place", "Look at its options"
    for meaning in SAID_BACK:
        for phrase in reader.words.means.get(meaning, ())[:PHRASES]:
            if not understood(skill, session, phrase, locale):
                yield (
                    f"“{phrase}” ({meaning}) is not understood",
                    "It is a usual reply",
                    f"Look at [means] and [question.{session.asked}] in {file}",
                )


def understood(skill: Skill, session: Session, phrase: str, locale: str) -> bool:
    """Whether words lead somewhere as a reply to the open question, and nobody is taken for somebody in danger."""
    name = heard(skill, session, phrase, locale)
    alarmed = name in skill.conversation.catalogue.safety and name not in session.options
    stays = bool(session.safe) and name == names.FALLBACK  # met with presence
    return (name not in LEADS_NOWHERE or stays) and not alarmed


def heard(skill: Skill, session: Session, phrase: str, locale: str) -> str:
    """The request that a reply makes."""
    return of_free_words(skill, phrase, locale, session)[0].name
