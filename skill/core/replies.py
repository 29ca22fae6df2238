"""The open question as a listener heard it, and what a reply to it asks for."""

from collections.abc import Sequence

from skill.content.locales import language_of
from skill.content.markup import plain
from skill.core.render import open_reply
from skill.core.reply_reader import NOS, OpenQuestion, ReadReply, ReplyReader
from skill.core.skill import Skill
from skill.dialog import names
from skill.dialog.model import Request
from skill.dialog.state import MOST_OPTIONS, Session
from skill.dialog.variables import LISTS
from skill.nlu.tokens import normal

CLAUSE = 4
"""The most words of a way of a question that is shown as it was spoken."""
DECLINED = (names.NO, NOS["later"])
"""What leaves an offer for now, where no is one of the options."""


def reader_of(skill: Skill, locale: str) -> ReplyReader:
    """The replies of a locale's language."""
    return skill.replies[language_of(skill.responses.place(locale).locale)]


def read_reply(skill: Skill, session: Session, text: str, locale: str, meant: str = "") -> ReadReply | None:
    """What free words ask for as a reply to the open question; none where they are a new thought.

    Where the lists say nothing, `meant` counts: what was learned that such a reply means, empty for nothing likely. It
    counts, too, where it is a no and a practice would begin by words that only look like a yes.
    """
    reader = reader_of(skill, locale)
    if session.door and session.asked != names.GENTLE_CHECK and (said := reader.own_reply(text, names.DOOR)):
        line = skill.conversation.safety_rules.behind_a_door(session.door)
        return ReadReply(Request(line if said.name == names.YES else names.WRONG))
    question = open_question(skill, session, locale, reader) if session.asked else None
    found = reader.read(text, question, practising=practising(skill, session))
    learned = reader.meant(meant, text, question) if question else None
    guessed = found and not found.whole and found.request.name not in reader.words.practice
    over_a_no = found and guessed and meant in NOS and skill.conversation.answer(found.request, session).starts
    in_doubt = found and guessed and meant == "unsure" and found.request.name == names.EXPLAIN  # "i can't decide which"
    return ReadReply(learned, whole=False) if learned and (over_a_no or in_doubt or not found) else found


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
    # "Shall I go on to feelings?": to that, "go on" is a yes, and not more of the same.
    named = {part for part in (*parts, *reader.parts(reprompt)) if f" {part} " not in f" {clauses[0]} "}
    beside = {
        name: said
        for name, phrases in reader.words.names.items()
        if name not in offered and (said := [phrase for phrase in phrases if phrase in named])
    }
    practice = session.offer in skill.patterns
    # One practice was offered, and another one may be chosen by exactly its name.
    other = [name for name in skill.patterns if practice and name not in offered]
    others = {name: called(skill, session, name, locale, reader) for name in other}
    practices = frozenset(name for name in session.options if name in skill.patterns)
    spoken = f"{plain(asked.body)} {question}"
    return OpenQuestion(session.asked, session.offer, question, spoken, practice, practices, options, beside, others)


def choices(skill: Skill, session: Session, locale: str) -> tuple[str, ...]:
    """What can be said to the open question, a few words for each: its options, or yes and no, and what it names
    besides. Each was read as what it stands for; what would be read otherwise is left out.
    """
    if not session.asked:
        return ()
    reader, speech = reader_of(skill, locale), skill.responses.language(locale).speech
    question, asked = open_question(skill, session, locale, reader), open_reply(skill, session, locale)
    plainly = {names.YES: speech.yes, names.NO: speech.no}
    ways: dict[str, Sequence[str]] = {name: [] for name in plainly}
    several = len(reader.clauses(question.sentence)) > 1
    if session.options and (several or len(session.options) == MOST_OPTIONS):
        inviting = {normal(words).split()[0] for words in speech.invitations}
        parts = reader.parts(question.sentence)
        brief = [one for one in parts if one.count(" ") < CLAUSE and one.split()[0] not in inviting]
        ways = {}
        for name, phrases in question.options:
            known = called(skill, session, name, locale, reader)
            own = [one for one in brief if one in phrases]
            whole = [one for one in own if one in known]
            there = [*named_in(question.sentence, known), *named_in(plain(asked.reprompt), known)]
            longer = [one for one in there if " " in one or any(part.endswith(f" {one}") for part in parts)]
            spoken = skill.responses.called(name, locale, discreet=session.discreet)
            ways[name] = own if name == names.NO else [*whole, *longer, spoken, *own, *known[:1]]
    ways |= {name: sorted(phrases, key=len, reverse=True) for name, phrases in question.beside.items()}
    found = []
    for name, phrases in ways.items():
        for phrase in filter(None, (*phrases, plainly.get(name, ""))):
            read = reader.read(phrase, question, practising=practising(skill, session))
            if read and name != names.STOP and (read.request.name == name or (name, read.request) == DECLINED):
                found.append(phrase)
                break
    return tuple(found)


def named_in(sentence: str, phrases: Sequence[str]) -> list[str]:
    """Those phrases that stand in a sentence, the longest first."""
    said = f" {normal(sentence)} "
    return sorted((one for one in phrases if f" {normal(one)} " in said), key=len, reverse=True)


def called(skill: Skill, session: Session, name: str, locale: str, reader: ReplyReader) -> Sequence[str]:
    """What a response is called where it is offered; a safety answer by its helpline as well."""
    spoken = skill.responses.called(name, locale, discreet=session.discreet)
    kind, lines = skill.conversation.catalogue.safety.get(name), skill.responses.helplines
    line = lines.choose(kind.need, locale, session.told).name if kind and lines.has(kind.need, locale) else ""
    return [*reader.words.names.get(name, ()), *filter(None, (spoken, line))]
