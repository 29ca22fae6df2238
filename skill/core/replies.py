"""The open question as a listener heard it, and what a reply to it asks for."""

from collections.abc import Sequence

from skill.content.locales import language_of
from skill.content.markup import plain
from skill.core.render import open_reply
from skill.core.reply_reader import OpenQuestion, ReadReply, ReplyReader
from skill.core.skill import Skill
from skill.dialog import names
from skill.dialog.model import Request
from skill.dialog.state import Session
from skill.dialog.variables import LISTS


def reader_of(skill: Skill, locale: str) -> ReplyReader:
    """The replies of a locale's language."""
    return skill.replies[language_of(skill.responses.place(locale).locale)]


def read_reply(skill: Skill, session: Session, text: str, locale: str) -> ReadReply | None:
    """What free words ask for as a reply to the open question; none where they are a new thought."""
    reader = reader_of(skill, locale)
    if session.door and session.asked != names.GENTLE_CHECK and (said := reader.own_reply(text, names.DOOR)):
        line = skill.conversation.safety_rules.behind_a_door(session.door)
        return ReadReply(Request(line if said.name == names.YES else names.WRONG))
    question = open_question(skill, session, locale, reader) if session.asked else None
    return reader.read(text, question, practising=practising(skill, session))


def practising(skill: Skill, session: Session) -> bool:
    """Whether a practice was the last thing, so that words are about it."""
    rules = skill.conversation.exercise_rules
    return rules.is_on(session) or rules.is_here(session)


def open_question(skill: Skill, session: Session, locale: str, reader: ReplyReader) -> OpenQuestion:
    """The question that stands, with the words that choose each of its options."""
    asked = open_reply(skill, session, locale)
    question, reprompt = plain(asked.question), plain(asked.reprompt)
    clauses = reader.clauses(question)
    options = [(name, [*called(skill, session, name, locale, reader)]) for name in session.options]
    parts = reader.parts(question)
    ways = parts if len(parts) == len(options) else clauses
    if len(ways) == len(options) and session.asked not in LISTS:
        for (_, phrases), clause in zip(options, ways, strict=True):
            phrases.append(clause)
    elif options and len(clauses) > 1:  # a list: "start with the first of them, or go on?"
        options[0][1].append(clauses[0])
    offered = {name for name, _ in options}
    named = {*parts, *reader.parts(reprompt)}
    beside = {
        name: said
        for name, phrases in reader.words.names.items()
        if name not in offered and (said := [phrase for phrase in phrases if phrase in named])
    }
    practice = session.offer in skill.patterns
    # One practice was offered, and another one may be chosen by exactly its name.
    other = [name for name in skill.patterns if practice and name not in offered]
    others = {name: called(skill, session, name, locale, reader) for name in other}
    return OpenQuestion(
        session.asked, session.offer, question, f"{plain(asked.body)} {question}", practice, options, beside, others
    )


def called(skill: Skill, session: Session, name: str, locale: str, reader: ReplyReader) -> Sequence[str]:
    """What a response is called where it is offered."""
    spoken = skill.responses.called(name, locale, discreet=session.discreet)
    return [*reader.words.names.get(name, ()), *([spoken] if spoken else ())]
