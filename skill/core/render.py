"""A turn of the conversation in words: which variant, which question, what plays, what a screen may show.

It knows no speaker: what it renders is turned into one's own format elsewhere, in the room of each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from skill.content.markup import escaped, plain
from skill.content.reply import Reply
from skill.content.responses import TOLD
from skill.core.cards import Card, card
from skill.core.skill import Skill
from skill.dialog.model import Question, Turn, base_name, is_aside
from skill.dialog.names import (
    AGAIN,
    ASIDE,
    ASIDE_ABOUT,
    DOOR,
    HOLD_SCREEN,
    LAUNCH,
    LIST_PRACTICES,
    LIST_TOPICS,
    LISTENING,
    MINOR_CHECK,
    MORE,
    ONWARD,
    OTHER_READING,
    PRACTICE_ON,
    PRACTICE_OVER,
    QUIET,
    SEND,
)
from skill.dialog.state import Exercise, Session
from skill.dialog.variables import LISTS
from skill.exercises.patterns import Pattern
from skill.exercises.timeline import Part
from skill.exercises.wording import Words

BED = "waves"
"""The quiet sound under a practice, for a listener who asks for one."""
FIXED = frozenset({HOLD_SCREEN, MINOR_CHECK})
"""Responses that protect somebody, though no safety answer stands behind them."""
CHANGED_AT_OWN_PACE = frozenset({"worse", "without_holds"})
"""Changes that are said at the listener's own pace too, where there is no length, no speed and no counting."""
GIVING_WAY = frozenset({LAUNCH, ONWARD, OTHER_READING, ASIDE, ASIDE_ABOUT})
"""Responses whose question gives way to what a remark may have been about, as that of a topic or a feeling does."""
WHISPERED_MINUTES = 2
"""Counts longer than this are not whispered: a voice may not hold a whisper (content reference, tone)."""


@dataclass(frozen=True)
class Circle:
    """A circle that breathes with a practice on a screen."""

    title: str
    labels: Mapping[str, str]
    """The word shown in each kind of phase, such as "in"."""


@dataclass(frozen=True)
class Playback:
    """What plays in its exact time, its opening and its question included."""

    part: Part
    bed: str = ""
    """The quiet sound under it; empty for none."""
    whisper: bool = False
    circle: Circle | None = None
    """What a screen may show with it; none in a discreet session."""


@dataclass(frozen=True)
class Screen:
    """What a screen may show beside an answer. All of it is empty where nothing may be seen."""

    title: str = ""
    text: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Rendered:
    """A turn in words, ready for any speaker."""

    reply: Reply
    """What is said; without a body where `playback` or `counted` says it."""
    session: Session
    """What is remembered after it."""
    playback: Playback | None = None
    """What plays. Only its opening may be said before it: other speech would not keep time with it."""
    counted: Part | None = None
    """A practice to be counted in speech, for a device that could not play one."""
    if_silent: Playback | None = None
    """What plays when nobody answers."""
    shown: bool = False
    """Whether a screen is to show it, and not left as it is."""
    card: Card | None = None
    """What goes into the speaker's app; none unless the listener asked for it."""
    rests: bool = False
    """Whether the session stays open without a word or a question."""
    cautions: bool = False
    """Whether the caution before breathing is said in it."""

    @property
    def listens(self) -> bool:
        """Whether the session stays open: a reply with a reprompt waits for another."""
        return bool(self.reply.reprompt) or self.rests

    @property
    def screen(self) -> Screen | None:
        """What a screen may show; none where it is left as it is. Discreet and safety turns show nothing."""
        reply, session = self.reply, self.session
        if not self.shown:
            return None
        if session.discreet or session.safe or reply.safety or reply.need:
            return Screen()
        return Screen(reply.title, plain(reply.body), plain(reply.reprompt))

    @property
    def speech(self) -> Markup:
        """What is said at once, as SSML without `<speak>`; empty for silence, and where `playback` says it."""
        return Markup(" ").join(part for part in (self.reply.body, self.reply.question) if part)

    @property
    def text(self) -> str:
        """What is said at once, in plain words; where a practice plays, the words that open it."""
        return plain(self.speech) or (self.playback.part.cues[0].text if self.playback else "")

    @property
    def fixed(self) -> bool:
        """Whether it is said as it stands, word for word: words of safety, cautions, whatever has a number in it."""
        session, response = self.session, self.reply.response
        words_of_safety = self.reply.safety or self.reply.need or session.safe or session.door or session.closed
        protects = response in FIXED or response.endswith(".anywhere")  # for a country whose number is not known
        return bool(words_of_safety) or protects or self.cautions or "<say-as" in self.speech


def render(skill: Skill, turn: Turn, locale: str) -> Rendered:
    """What a turn says, plays and shows in a locale. Raises `ResponseError` for a response that cannot be rendered."""
    if not turn.starts:
        return render_reply(skill, turn, locale)
    if turn.session.exercise.stepwise:
        return render_step(skill, turn, locale)
    return render_exercise(skill, turn, locale)


def render_reply(skill: Skill, turn: Turn, locale: str) -> Rendered:
    """The turn's response in words, and the session that remembers it."""
    session, response = turn.session, turn.response
    if is_aside(response, session):
        return render_aside(skill, turn, locale)
    variant = session.variant if turn.again else skill.variants.next(response)
    reply = skill.responses.render(
        response, locale, discreet=session.discreet, variant=variant, variables=variables(skill, turn, locale)
    )
    if session.brief and reply.gist and base_name(response) in skill.conversation.catalogue.topics:
        reply = replace(reply, body=escaped(reply.gist))
    reply = with_door(skill, reply, turn, locale)
    conversation = skill.conversation
    after = conversation.settle(turn, question_of(reply, response), variant)
    leading, asked = leading_on(skill, turn, reply, after, locale)
    if asked != response:
        after = replace(after, **conversation.opened(after, asked, question_of(leading, asked)))
    rests = response == QUIET and after.resting
    return Rendered(leading, after, shown=True, card=sent(skill, turn, locale), rests=rests)


def sent(skill: Skill, turn: Turn, locale: str) -> Card | None:
    """What was heard last, in its own words, where the turn sends it; never while a safety answer stands."""
    session = turn.session
    if turn.response != SEND or turn.variables["card"] != "sent" or session.safe:
        return None
    values = dict(skill.conversation_in(locale).variables(session.at, session))
    return card(skill.responses.render(session.at, locale, variables=values), skill.responses.claims_in(locale))


def with_door(skill: Skill, reply: Reply, turn: Turn, locale: str) -> Reply:
    """The reply with the sentence behind it that leads to help, where the turn has one.

    A sentence of its own that ends alike ("... say, I need a number.") gives way to it.
    """
    if not turn.door:
        return reply
    need = skill.conversation.catalogue.safety[turn.door].need
    door = skill.responses.render(DOOR, locale, discreet=turn.session.discreet, variables={"need": need})
    _, comma, to_say = door.body.rpartition(", ")
    body = re.sub(rf"(?:^|\s)[^.!?<>]*{re.escape(comma + to_say)}", "", reply.body) if comma else reply.body
    return replace(reply, body=Markup(" ").join(part for part in (Markup(body).strip(), door.body) if part))


def question_of(reply: Reply, asked: str) -> Question:
    """What a reply asks, which is what the response `asked` has at its end."""
    return Question(asked if reply.question else "", reply.offer, reply.instead, reply.options)


def open_reply(skill: Skill, session: Session, locale: str) -> Reply:
    """The response whose question is open, rendered once more: its words are those that a reply may take up."""
    values = skill.conversation_in(locale).variables(session.asked, session)
    return skill.responses.render(session.asked, locale, discreet=session.discreet, variables=dict(values))


def render_aside(skill: Skill, turn: Turn, locale: str) -> Rendered:
    """A word on the open question, and the question once more; nothing else is changed by it.

    What a remark may have been about is offered instead, unless a practice or somebody's consent hangs on the question.
    """
    session, conversation = turn.session, skill.conversation
    asked = open_reply(skill, session, locale)
    values = {"offer": session.offer, "why": asked.why, "practice": session.offer in skill.patterns}
    variant = skill.variants.next(turn.response)
    aside = skill.responses.render(turn.response, locale, discreet=session.discreet, variant=variant, variables=values)
    aside, places = with_door(skill, aside, turn, locale), conversation.catalogue
    gives_way = base_name(session.asked) in {*GIVING_WAY, *places.topics, *places.feelings} and not session.safe
    if turn.other and gives_way and conversation.fresh_offer(turn.other, session):
        reply, name = other_reading(skill, turn, aside, locale)
        after = replace(session, **conversation.opened(session, name, question_of(reply, name)))
        return Rendered(reply, after, shown=True)
    reply = replace(aside, question=asked.question, reprompt=asked.reprompt)
    return Rendered(reply, session, shown=True)


def render_exercise(skill: Skill, turn: Turn, locale: str) -> Rendered:
    """The session's exercise from its opening on, as exact sound or, where that failed, counted in speech."""
    session = turn.session
    prepared = skill.exercises.prepare(session, locale)
    words = prepared.words
    name = "PracticeEnd" if prepared.last else "PracticeHalf"
    ask = skill.responses.render(name, locale, discreet=session.discreet)
    # Said once by a bare yes, it has been enough: it ends without asking again, so that yes never goes round in a ring.
    asks = not (prepared.last and session.exercise.times)
    reply = Reply(
        response=turn.response,
        body=Markup(""),
        reprompt=ask.reprompt if asks else Markup(""),
        offer=(AGAIN if prepared.last else PRACTICE_ON) if asks else "",
    )
    question = Question(name if asks else "", reply.offer)
    after = skill.conversation.settle(
        replace(turn, session=warned(session, prepared.pattern, words, marked=prepared.last)), question
    )
    cautions = after.cautioned and not session.cautioned
    if session.counted:
        counted = replace(reply, question=ask.question if asks else Markup(""))
        return Rendered(counted, after, counted=prepared.now, cautions=cautions)
    opening = words.once_more if session.exercise.times else prepared.opening
    if changed := words.changed.get(turn.variables.get("changed", ""), ""):
        opening = f"{changed} {opening}"
    playback = Playback(
        prepared.whole(opening, plain(ask.question) if asks and prepared.last else ""),
        bed=BED if session.exercise.bed else "",
        whisper=session.discreet and session.exercise.minutes <= WHISPERED_MINUTES,
        circle=None if session.discreet else Circle(words.title, words.bare),
    )
    return Rendered(reply, after, playback, cautions=cautions)


def warned(session: Session, pattern: Pattern, words: Words, *, marked: bool) -> Session:
    """The session once a practice was opened: its cautions are said once, and, if `marked`, where it comes from."""
    return replace(
        session,
        cautioned=session.cautioned or bool(pattern.phases),
        marked=session.marked or (marked and not words.claims),
    )


def render_step(skill: Skill, turn: Turn, locale: str) -> Rendered:
    """One step at the listener's own pace: said, then waited for; silence moves on by itself, where sound can play."""
    session = turn.session
    practice = skill.exercises.own_pace(session, locale)
    if session.exercise.part >= len(practice.steps):
        marker = "" if practice.words.claims or session.marked or session.safe else practice.words.marker
        ended = replace(session, exercise=Exercise(), marked=session.marked or bool(marker))
        over = replace(turn, response=PRACTICE_OVER, session=ended, variables={"marker": marker})
        return render_reply(skill, over, locale)
    step = practice.steps[session.exercise.part]
    said = step.text
    if session.exercise.part == 0:
        what = turn.variables.get("changed", "")
        changed = practice.words.changed.get(what, "") if what in CHANGED_AT_OWN_PACE else ""
        said = " ".join(words for words in (changed, practice.opening, said) if words)
        turn = replace(turn, session=warned(session, practice.pattern, practice.words, marked=False))
    ask = skill.responses.render("PracticeStep", locale, discreet=session.discreet)
    reply = Reply(
        response=turn.response,
        body=escaped(said),
        question=ask.question,
        reprompt=escaped(step.reprompt),
        offer=ask.offer,
    )
    after = skill.conversation.settle(turn, question_of(reply, "PracticeStep"))
    if_silent = None if session.counted else Playback(practice.rest, whisper=session.discreet)
    cautions = after.cautioned and not session.cautioned
    return Rendered(reply, after, if_silent=if_silent, shown=True, cautions=cautions)


def variables(skill: Skill, turn: Turn, locale: str) -> dict[str, Any]:
    """What a response may need besides the helpers: the names of what it lists, the section it cites."""
    session, values = turn.session, dict(turn.variables)
    if session.told:
        values[TOLD] = session.told
    if "cited" in values:
        claims = skill.responses.claims_of(session.at, locale, discreet=session.discreet)
        values["cited"] = tuple(section.cited for section in skill.responses.claims_in(locale).sections_of(claims))
    return values


def leading_on(skill: Skill, turn: Turn, reply: Reply, after: Session, locale: str) -> tuple[Reply, str]:
    """A reply whose offer still leads somewhere new, and the response whose question it has; `after` is the session
    after it.

    What else the words may have meant comes before what the response offers of itself. An offer of a topic already
    heard would turn the conversation in a circle, so it becomes the next one that was not.
    After a safety answer nothing is offered: only whether there is anything else.
    """
    session, conversation = turn.session, skill.conversation_in(locale)
    if reply.safety or not reply.question:
        return reply, turn.response
    places = conversation.catalogue
    if session.safe and reply.offer in {*places.topics, *places.practices, MORE, LIST_TOPICS, LIST_PRACTICES}:
        quiet = skill.responses.render("SafetyQuiet", locale, discreet=session.discreet)
        return replace(with_question(reply, quiet), offer="", options=()), "SafetyQuiet"
    if turn.other and conversation.fresh_offer(turn.other, after):
        return other_reading(skill, turn, reply, locale)
    waits = turn.response in LISTS  # a list is chosen from first
    wanted = "" if waits or not conversation.fresh_offer(session.later, after) else session.later
    if not wanted and conversation.fresh_offer(reply.offer, after):
        return reply, turn.response
    variables_after = {"next_topic": wanted} if wanted else conversation.variables(ONWARD, after)
    onward = skill.responses.render(ONWARD, locale, discreet=session.discreet, variables=variables_after)
    return with_question(reply, onward), ONWARD


def other_reading(skill: Skill, turn: Turn, reply: Reply, locale: str) -> tuple[Reply, str]:
    """A reply that asks whether the words were about something else, and the response whose question that is."""
    asked, values = ASIDE_ABOUT if turn.response in (ASIDE, LISTENING) else OTHER_READING, {"names": (turn.other,)}
    other = skill.responses.render(asked, locale, discreet=turn.session.discreet, variables=values)
    return with_question(reply, other), asked


def with_question(reply: Reply, other: Reply) -> Reply:
    """A reply with the question of another one."""
    question, options = other.question, other.options
    return replace(
        reply, question=question, reprompt=other.reprompt, offer=other.offer, instead=other.instead, options=options
    )
