"""A move of the conversation in words: which variant, which question, what plays, what the screen shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from markupsafe import Markup

from skill.alexa import audio, presentation
from skill.content.responses import Reply, Responses, escaped
from skill.core.exercise import Exercises
from skill.dialog.model import AGAIN, MORE, ONWARD, PRACTICE_ON, PRACTICES, TOPICS, Move, base
from skill.dialog.rules import Conversation
from skill.dialog.state import RATES, Codes, Exercise, Session, changed
from skill.exercises.patterns import Pattern
from skill.exercises.timeline import Part
from skill.nlu.classifier import Understanding
from skill.settings.store import Memory


@dataclass(frozen=True)
class Answered:
    """What was answered, for somebody who watches from outside: the speaker on one's own machine."""

    intent: str
    response: str
    confidence: float | None
    offered: tuple[str, ...]
    spoken: str = ""
    """What is said at once, where the device gets it as a sound and not as speech."""
    part: Part | None = None
    """What plays after it."""


@dataclass(frozen=True)
class House:
    """The rooms that an answer needs."""

    responses: Responses
    patterns: Mapping[str, Pattern]
    exercises: Exercises
    conversation: Conversation
    understanding: Understanding
    memory: Memory
    turns: "Turns"
    codes: Codes
    watch: Callable[[Answered], None] | None = None


BED = "waves"
"""The quiet sound under a practice, for a listener who asks for one."""
WHISPERED_MINUTES = 2
"""Counts longer than this are not whispered: a voice may not hold a whisper (content reference, tone)."""


class Turns:
    """Which variant of a greeting or a closer is next: in order, one after the other, for the whole process.

    Nobody is counted. `seed` is where every response's round starts, so that a test or a repeat has the same words.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._counts: dict[str, count[int]] = {}

    def next(self, response: str) -> int:
        """The number of the next variant of a response, small enough for a session."""
        return next(self._counts.setdefault(response, count(self._seed))) % 60


@dataclass(frozen=True)
class Spoken:
    """A reply with all that goes with it."""

    reply: Reply
    session: Session
    directives: tuple[Mapping[str, Any], ...] = ()
    if_silent: tuple[Mapping[str, Any], ...] = ()
    """What plays with the reprompt, when nobody says anything."""
    part: Part | None = None
    """The cues that play, for somebody who watches."""


def said(house: House, move: Move, locale: str, *, screen: bool) -> Spoken:
    """The move's response in words, and the session that remembers it."""
    session, response = move.session, move.response
    turn = session.turn if move.again else house.turns.next(response)
    reply = house.responses.render(
        response, locale, discreet=session.discreet, turn=turn, variables=variables(house, move, locale)
    )
    if session.brief and reply.gist and base(response) in house.conversation.catalogue.topics:
        reply = changed(reply, body=escaped(reply.gist))
    here = house.conversation.settle(move, reply.offer)
    kept = onward(house, move, reply, here, locale)
    after = changed(here, turn=turn) if kept is reply else changed(here, offer=kept.offer, turn=turn)
    return Spoken(kept, after, (presentation.screen(kept, after),) if screen else ())


def played(house: House, move: Move, locale: str, *, screen: bool) -> Spoken:
    """The session's exercise from its opening on. The rest of it plays as exact audio, with a circle on a screen."""
    session, name = move.session, move.response
    if session.exercise.stepwise:
        return stepped(house, move, locale, screen=screen)
    ready = house.exercises.prepare(session, locale)
    ending = "PracticeEnd" if ready.last else "PracticeHalf"
    ask = house.responses.render(ending, locale, discreet=session.discreet)
    # Said once by a bare yes, it has been enough: it ends without asking again, so that yes never goes round in a ring.
    asks = not (ready.last and session.exercise.times)
    opening = ready.words.once_more if session.exercise.times else ready.opening
    question = presentation.plain(ask.question) if asks and ready.last else ""
    reply = Reply(
        response=name,
        body=escaped(opening),
        title=ready.words.title,
        name=ready.words.name,
        claims=ready.words.claims,
        gist=ready.words.gist,
        reprompt=ask.reprompt if asks else Markup(""),
        offer=(AGAIN if ready.last else PRACTICE_ON) if asks else "",
    )
    warned = changed(
        session,
        cautioned=session.cautioned or bool(ready.pattern.phases),
        marked=session.marked or not ready.words.claims,
    )
    after = house.conversation.settle(changed(move, session=warned), reply.offer)
    if session.counted:
        counted = Markup(audio.ssml(ready.now))  # escaped there
        return Spoken(changed(reply, body=counted, question=ask.question if asks else Markup("")), after)
    # Speech beside it would not keep time with it, and would be the last thing said: the opening is part of the sound.
    token, rate = presentation.TOKEN, RATES[session.rate]
    bed = BED if session.exercise.bed else None
    whisper = session.discreet and session.exercise.minutes <= WHISPERED_MINUTES
    circle = screen and not session.discreet
    made_with = (opening, question, rate, bed, whisper, circle)
    if made_with not in ready.made:
        whole = ready.whole(opening, question)
        if circle:
            labels = ready.words.bare
            directive = audio.circle(whole, token=token, title=reply.title, labels=labels, rate=rate, bed=bed)
        else:
            directive = audio.apla(whole, token=token, rate=rate, whisper=whisper, bed=bed)
        ready.made[made_with] = (whole, directive)
    part, plays = ready.made[made_with]
    return Spoken(changed(reply, body=Markup("")), after, (plays,), part=part)


def stepped(house: House, move: Move, locale: str, *, screen: bool) -> Spoken:
    """One step at the listener's own pace: said, then waited for; silence moves on by itself."""
    session = move.session
    steps, left = house.exercises.own_pace(session, locale)
    if session.exercise.part >= len(steps):
        over = changed(move, response="PracticeOver", starts=False, session=changed(session, exercise=Exercise()))
        return said(house, over, locale, screen=screen)
    step = steps[session.exercise.part]
    ask = house.responses.render("PracticeStep", locale, discreet=session.discreet)
    reply = Reply(
        response=move.response,
        body=escaped(step.text),
        question=ask.question,
        reprompt=escaped(step.reprompt),
        offer=ask.offer,
    )
    after = house.conversation.settle(move, reply.offer)
    silent = audio.apla(left, token=presentation.TOKEN, whisper=session.discreet)
    return Spoken(reply, after, (presentation.screen(reply, after),) if screen else (), (silent,))


def variables(house: House, move: Move, locale: str) -> dict[str, Any]:
    """What a response may need besides the helpers: the names of what it lists, the section it cites."""
    session, held = move.session, dict(move.variables)
    if "cited" in held:
        claims = house.responses.claims_of(session.at, locale, discreet=session.discreet)
        held["cited"] = tuple(section.cited for section in house.responses.claims.sections_of(claims))
    return held


def onward(house: House, move: Move, reply: Reply, here: Session, locale: str) -> Reply:
    """A reply whose offer still leads somewhere new; `here` is the session after it.

    An offer of a topic already heard would turn the conversation in a circle, so it becomes the next one that was not.
    After a safety answer nothing is offered: only whether there is anything else.
    """
    session, conversation = move.session, house.conversation
    if reply.safety or not reply.question:
        return reply
    leads_on = reply.offer in (
        *conversation.catalogue.topics,
        *conversation.catalogue.practices,
        MORE,
        TOPICS,
        PRACTICES,
    )
    if session.safe and leads_on:
        quiet = house.responses.render("SafetyQuiet", locale, discreet=session.discreet)
        return changed(reply, question=quiet.question, reprompt=quiet.reprompt, offer="")
    if conversation.fresh_offer(reply.offer, here):
        return reply
    topic = conversation.onward(here, here.at)
    other = house.responses.render(
        ONWARD, locale, discreet=session.discreet, variables=variables(house, move, locale) | {"next_topic": topic}
    )
    return changed(reply, question=other.question, reprompt=other.reprompt, offer=other.offer)
