"""A turn of the conversation in words: which variant, which question, what plays, what the screen shows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from skill.alexa import audio, presentation
from skill.content.responses import Reply, escaped
from skill.core.skill import Skill
from skill.dialog.model import AGAIN, LIST_PRACTICES, LIST_TOPICS, MORE, ONWARD, PRACTICE_ON, Turn, base_name
from skill.dialog.state import RATES, Exercise, Session
from skill.exercises.timeline import Part

BED = "waves"
"""The quiet sound under a practice, for a listener who asks for one."""
WHISPERED_MINUTES = 2
"""Counts longer than this are not whispered: a voice may not hold a whisper (content reference, tone)."""


@dataclass(frozen=True)
class Rendered:
    """A reply with all that goes with it."""

    reply: Reply
    session: Session
    directives: tuple[Mapping[str, Any], ...] = ()
    if_silent: tuple[Mapping[str, Any], ...] = ()
    """What plays with the reprompt, when nobody says anything."""
    part: Part | None = None
    """The cues that play, for somebody who watches."""


def render_reply(skill: Skill, turn: Turn, locale: str, *, screen: bool) -> Rendered:
    """The turn's response in words, and the session that remembers it."""
    session, response = turn.session, turn.response
    variant = session.variant if turn.again else skill.variants.next(response)
    reply = skill.responses.render(
        response, locale, discreet=session.discreet, variant=variant, variables=variables(skill, turn, locale)
    )
    if session.brief and reply.gist and base_name(response) in skill.conversation.catalogue.topics:
        reply = replace(reply, body=escaped(reply.gist))
    here = skill.conversation.settle(turn, reply.offer)
    kept = onward(skill, turn, reply, here, locale)
    after = replace(here, variant=variant) if kept is reply else replace(here, offer=kept.offer, variant=variant)
    return Rendered(kept, after, (presentation.screen(kept, after),) if screen else ())


def render_exercise(skill: Skill, turn: Turn, locale: str, *, screen: bool) -> Rendered:
    """The session's exercise from its opening on. The rest of it plays as exact audio, with a circle on a screen."""
    session, name = turn.session, turn.response
    if session.exercise.stepwise:
        return render_step(skill, turn, locale, screen=screen)
    ready = skill.exercises.prepare(session, locale)
    ending = "PracticeEnd" if ready.last else "PracticeHalf"
    ask = skill.responses.render(ending, locale, discreet=session.discreet)
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
    warned = replace(
        session,
        cautioned=session.cautioned or bool(ready.pattern.phases),
        marked=session.marked or not ready.words.claims,
    )
    after = skill.conversation.settle(replace(turn, session=warned), reply.offer)
    if session.counted:
        counted = Markup(audio.ssml(ready.now))  # escaped there
        return Rendered(replace(reply, body=counted, question=ask.question if asks else Markup("")), after)
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
    return Rendered(replace(reply, body=Markup("")), after, (plays,), part=part)


def render_step(skill: Skill, turn: Turn, locale: str, *, screen: bool) -> Rendered:
    """One step at the listener's own pace: said, then waited for; silence moves on by itself."""
    session = turn.session
    steps, left = skill.exercises.own_pace(session, locale)
    if session.exercise.part >= len(steps):
        over = replace(turn, response="PracticeOver", starts=False, session=replace(session, exercise=Exercise()))
        return render_reply(skill, over, locale, screen=screen)
    step = steps[session.exercise.part]
    ask = skill.responses.render("PracticeStep", locale, discreet=session.discreet)
    reply = Reply(
        response=turn.response,
        body=escaped(step.text),
        question=ask.question,
        reprompt=escaped(step.reprompt),
        offer=ask.offer,
    )
    after = skill.conversation.settle(turn, reply.offer)
    silent = audio.apla(left, token=presentation.TOKEN, whisper=session.discreet)
    return Rendered(reply, after, (presentation.screen(reply, after),) if screen else (), (silent,))


def variables(skill: Skill, turn: Turn, locale: str) -> dict[str, Any]:
    """What a response may need besides the helpers: the names of what it lists, the section it cites."""
    session, held = turn.session, dict(turn.variables)
    if "cited" in held:
        claims = skill.responses.claims_of(session.at, locale, discreet=session.discreet)
        held["cited"] = tuple(section.cited for section in skill.responses.claims.sections_of(claims))
    return held


def onward(skill: Skill, turn: Turn, reply: Reply, here: Session, locale: str) -> Reply:
    """A reply whose offer still leads somewhere new; `here` is the session after it.

    An offer of a topic already heard would turn the conversation in a circle, so it becomes the next one that was not.
    After a safety answer nothing is offered: only whether there is anything else.
    """
    session, conversation = turn.session, skill.conversation
    if reply.safety or not reply.question:
        return reply
    leads_on = reply.offer in (
        *conversation.catalogue.topics,
        *conversation.catalogue.practices,
        MORE,
        LIST_TOPICS,
        LIST_PRACTICES,
    )
    if session.safe and leads_on:
        quiet = skill.responses.render("SafetyQuiet", locale, discreet=session.discreet)
        return replace(reply, question=quiet.question, reprompt=quiet.reprompt, offer="")
    if conversation.fresh_offer(reply.offer, here):
        return reply
    topic = conversation.onward(here, here.at)
    other = skill.responses.render(
        ONWARD, locale, discreet=session.discreet, variables=variables(skill, turn, locale) | {"next_topic": topic}
    )
    return replace(reply, question=other.question, reprompt=other.reprompt, offer=other.offer)
