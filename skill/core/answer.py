"""One turn from request to reply: choose, keep settings where that was asked for, render."""

import logging
from dataclasses import dataclass, replace
from functools import partial

from skill.core.render import Rendered, render
from skill.core.replies import choices
from skill.core.skill import ReplyTrace, Skill
from skill.dialog.model import Request, Turn
from skill.dialog.names import FASTER, OTHER_MEANT, SAFETY_ANYWHERE, SEND, SLOWER, WHICH
from skill.dialog.state import Session
from skill.nlu.classifier import Meaning
from skill.settings.model import Settings, StoreError

log = logging.getLogger("skill")

SETTINGS_RESPONSES = ("Remembered", "Forgotten")
"""Responses that say that settings were kept or deleted, and so have to be true."""
WITHOUT_A_LISTENER = {
    "RememberIntent": "RememberIntent.nobody",
    "Remembered": "Remembered.failed",
    "Forgotten": "Forgotten.nothing",
    SEND: f"{SEND}.nobody",
}
"""What is true in place of these where nobody is known whose settings, or whose app, they would be about."""


@dataclass(frozen=True)
class Recipient:
    """Whom a speaker speaks to."""

    user: str
    """The speaker's id of the listener; empty for none."""
    locale: str
    """The locale to answer in."""
    known: bool
    """False where the listener's own locale is not spoken, so that no country's helplines are known to be theirs."""
    timed: bool = True
    """Whether the speaker keeps time: without, a practice goes at the listener's pace, and speech at the voice's."""


def first_session(skill: Skill, user: str) -> Session:
    """A fresh session, with what the listener asked us to remember."""
    try:
        settings = skill.store.recall(user)
    except StoreError as error:
        log.warning("store: %s", error)
        settings = None
    return settings.session() if settings else Session()


def answer(
    skill: Skill, request: Request, session: Session, recipient: Recipient, meaning: Meaning | None = None
) -> Rendered:
    """The answer to a request in a session; `meaning` is what was understood where free words were."""
    turn = skill.conversation_in(recipient.locale).answer(request, session)
    if not recipient.known:
        turn = replace(turn, response=anywhere(skill, turn.response))
    if turn.starts and not recipient.timed:
        turn = replace(turn, session=replace(turn.session, exercise=replace(turn.session.exercise, stepwise=True)))
    if turn.response in (SLOWER, FASTER) and not recipient.timed:
        turn = replace(turn, session=replace(turn.session, rate=session.rate), variables={"limit": True})
    turn = with_settings(skill, turn, session, recipient)
    rendered = render(skill, turn, recipient.locale)
    if skill.on_reply:
        part = rendered.playback.part if rendered.playback else None
        other = (turn.other,) if turn.other and rendered.session.asked in OTHER_MEANT else ()
        skill.on_reply(
            ReplyTrace(
                (request.instead if turn.door else request.name).removesuffix(".NextDoor"),
                rendered.reply.response,
                meaning.confidence if meaning else None,
                request.offered if request.name == WHICH else other,
                part.opening if part else "",
                part,
                bool(turn.door),
                request.slots,
                partial(choices, skill, rendered.session, recipient.locale),
            )
        )
    return rendered


def anywhere(skill: Skill, response: str) -> str:
    """The response for a country whose helplines we do not know: no other country's number is guessed.

    One that names a line, by `need` in its header, gives way to its own `.anywhere`, else to that of its kind.
    """
    there, words = skill.conversation.catalogue.names, skill.responses
    whole, _, variant = response.partition(".")
    if response.endswith(".anywhere"):
        return response
    if f"{response}.anywhere" in there:
        return f"{response}.anywhere"
    if whole in skill.conversation.catalogue.safety:
        return next(name for name in (f"{SAFETY_ANYWHERE}.{variant}", SAFETY_ANYWHERE) if name in there)
    if f"{whole}.anywhere" in there and words.header(response, words.base_locale).get("need"):
        return f"{whole}.anywhere"
    return response


def with_settings(skill: Skill, turn: Turn, before: Session, recipient: Recipient) -> Turn:
    """The turn, with settings kept or deleted where it is to do so; it says truthfully how that went."""
    if not recipient.user:
        return replace(turn, response=WITHOUT_A_LISTENER.get(turn.response, turn.response))
    if not turn.session.remembered and turn.response not in SETTINGS_RESPONSES:
        return turn
    settings = Settings.of(turn.session, recipient.locale)
    try:
        if turn.response == "Remembered":
            skill.store.keep(recipient.user, settings)
            return replace(turn, session=replace(turn.session, remembered=True))
        if turn.response == "Forgotten":
            deleted = skill.store.forget(recipient.user)
            session = replace(turn.session, remembered=False)
            return replace(turn, response="Forgotten" if deleted else "Forgotten.nothing", session=session)
        if settings != Settings.of(before, recipient.locale):
            skill.store.keep(recipient.user, settings)
    except StoreError as error:
        log.warning("store: %s", error)
        if turn.response in SETTINGS_RESPONSES:
            return replace(turn, response=f"{turn.response}.failed")
    return turn
