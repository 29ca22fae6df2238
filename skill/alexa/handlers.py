"""Turns Alexa's requests into our names, and our replies into Alexa's responses."""

import json
import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import CustomSkillBuilder
from ask_sdk_model import RequestEnvelope, Response
from ask_sdk_model.canfulfill import CanFulfillIntent, CanFulfillIntentValues
from ask_sdk_model.ui import Reprompt, SimpleCard, SsmlOutputSpeech

from skill.alexa import presentation
from skill.alexa.requests import SCREEN, spoken_locale, understood, user_id
from skill.alexa.serializer import Data, TableSerializer
from skill.core.render import Rendered, render_exercise, render_reply
from skill.core.skill import ReplyTrace, Skill
from skill.dialog.model import WHICH, Turn
from skill.dialog.state import Session, pack, unpack
from skill.settings.store import Settings, StoreError

log = logging.getLogger("skill")

SOUND_FAILED = "Alexa.Presentation.APLA.RuntimeError"
"""The device could not play a practice: for the rest of the session it is counted in speech."""
SKILL_DISABLED = "AlexaSkillEvent.SkillDisabled"
SESSION_ENDED = "SessionEndedRequest"

NOTHING: dict[str, Any] = {"version": "1.0", "response": {}}
"""The answer to what we do not know: valid, and silent."""


class Answer(AbstractRequestHandler):  # type: ignore[misc]
    """Answers whatever a listener says: recall, choose, render, remember, speak."""

    NAMES = frozenset(
        {
            "LaunchRequest",
            "IntentRequest",
            f"{SCREEN}.UserEvent",
            "SessionResumedRequest",
            "Connections.Response",
            "Dialog.InputRequest",
            "Dialog.API.Invoked",
        }
    )

    def __init__(self, skill: Skill) -> None:
        self.skill = skill

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Whether the request waits for an answer."""
        return bool(handler_input.request_envelope.request.object_type in self.NAMES)

    def handle(self, handler_input: HandlerInput) -> Response:
        """The answer."""
        skill = self.skill
        envelope = handler_input.request_envelope
        locale, known = spoken_locale(skill.responses, envelope)
        session = recall(skill, envelope)
        request, meaning = understood(skill.understanding, skill.conversation.catalogue, envelope)
        turn = skill.conversation.answer(request, session)
        if not known:
            turn = replace(turn, response=anywhere(skill, turn.response))
        turn = settings_kept(skill, turn, session, envelope, locale)
        screen = has_screen(envelope)
        spoken = (
            render_exercise(skill, turn, locale, screen=screen)
            if turn.starts
            else render_reply(skill, turn, locale, screen=screen)
        )
        if skill.on_reply:
            answered = ReplyTrace(
                request.name.removesuffix(".NextDoor"),
                spoken.reply.response,
                meaning.confidence if meaning else None,
                request.offered if request.name == WHICH else (),
                spoken.part.cues[0].text if spoken.part else "",
                spoken.part,
            )
            skill.on_reply(answered)
        return speak(skill, handler_input, spoken)


class Silence(AbstractRequestHandler):  # type: ignore[misc]
    """Takes note of what cannot be answered: the end of a session, skill events, reports of errors."""

    def __init__(self, skill: Skill) -> None:
        self.skill = skill

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Everything that no other handler took."""
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        """An empty response; a listener who disabled the skill is forgotten."""
        envelope = handler_input.request_envelope
        if envelope.session and envelope.request.object_type == SESSION_ENDED:
            handler_input.attributes_manager.session_attributes = Data()  # there is no next time to remember for
        elif envelope.session:
            session = recall(self.skill, envelope)
            counted = session.counted or envelope.request.object_type == SOUND_FAILED
            remember(handler_input, replace(session, counted=counted))
        if envelope.request.object_type == SKILL_DISABLED:
            try:
                self.skill.store.forget(user_id(envelope))
            except StoreError as error:
                log.warning("store: %s", error)
        return handler_input.response_builder.response


class CanFulfill(AbstractRequestHandler):  # type: ignore[misc]
    """Says no: an intimate subject is not volunteered to somebody who did not name the skill."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Whether Alexa asks before routing."""
        return bool(handler_input.request_envelope.request.object_type == "CanFulfillIntentRequest")

    def handle(self, handler_input: HandlerInput) -> Response:
        """No, to every question of the kind."""
        remember(handler_input, Session())
        fulfil = CanFulfillIntent(can_fulfill=CanFulfillIntentValues.NO)
        return handler_input.response_builder.set_can_fulfill_intent(fulfil).response


class Apology(AbstractExceptionHandler):  # type: ignore[misc]
    """Apologises when something broke, and tells the log where: never with what words, never whose."""

    def __init__(self, skill: Skill) -> None:
        self.skill = skill

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        """Every exception."""
        return True

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        """`error.ssml`, with the session as it was."""
        log.error("apologised: %s at %s", type(exception).__name__, whereabouts(exception))
        envelope = handler_input.request_envelope
        if envelope.request.object_type not in Answer.NAMES:
            remember(handler_input, Session())
            return handler_input.response_builder.response
        session = recall(self.skill, envelope)
        locale = self.skill.responses.place(getattr(envelope.request, "locale", None)).locale
        spoken = render_reply(self.skill, Turn("error", session), locale, screen=False)
        return speak(self.skill, handler_input, spoken)


def whereabouts(exception: BaseException) -> str:
    """File and line of each step to an exception: no values, no message, which may hold somebody's words."""
    steps = traceback.extract_tb(exception.__traceback__)[-4:]
    return " < ".join(f"{step.filename.rpartition('/')[2]}:{step.lineno}" for step in reversed(steps))


def recall(skill: Skill, envelope: RequestEnvelope) -> Session:
    """The session as it came back, or a fresh one with what the listener asked us to remember."""
    alexa = envelope.session
    if alexa and not alexa.new and alexa.attributes:
        return unpack(alexa.attributes, skill.codes)
    try:
        kept = skill.store.recall(user_id(envelope))
    except StoreError as error:
        log.warning("store: %s", error)
        kept = None
    return kept.session() if kept else Session()


def remember(handler_input: HandlerInput, session: Session) -> None:
    """Send a session along, instead of what came; a request out of session has nowhere to keep one."""
    if handler_input.request_envelope.session:
        handler_input.attributes_manager.session_attributes = Data(pack(session))


def settings_kept(skill: Skill, turn: Turn, before: Session, envelope: RequestEnvelope, locale: str) -> Turn:
    """Keeps or forgets settings where the turn is to do so, and says truthfully how that went."""
    if not turn.session.remembered and turn.response not in ("Remembered", "Forgotten"):
        return turn
    user, settings = user_id(envelope), Settings.of(turn.session, locale)
    try:
        if turn.response == "Remembered":
            skill.store.keep(user, settings)
            return replace(turn, session=replace(turn.session, remembered=True))
        if turn.response == "Forgotten":
            found = skill.store.forget(user)
            session = replace(turn.session, remembered=False)
            return replace(turn, response="Forgotten" if found else "Forgotten.nothing", session=session)
        if settings != Settings.of(before, locale):
            skill.store.keep(user, settings)
    except StoreError as error:
        log.warning("store: %s", error)
        if turn.response in ("Remembered", "Forgotten"):
            return replace(turn, response=f"{turn.response}.failed")
    return turn


def speak(skill: Skill, handler_input: HandlerInput, spoken: Rendered) -> Response:
    """A reply as Alexa's response: speech, reprompt, card and directives, with the session stated outright."""
    reply, session = spoken.reply, spoken.session
    remember(handler_input, session)
    speech = presentation.ssml(session, reply.body, reply.question) if reply.body or reply.question else None
    response = Response(
        output_speech=SsmlOutputSpeech(ssml=speech) if speech else None,
        should_end_session=not reply.reprompt,
        directives=[Data(directive) for directive in spoken.directives],
    )
    if reply.reprompt:
        response.reprompt = Reprompt(
            output_speech=SsmlOutputSpeech(ssml=presentation.ssml(session, reply.reprompt)),
            directives=[Data(directive) for directive in spoken.if_silent] or None,
        )
    if card := presentation.card(reply, session, skill.responses.claims):
        response.card = SimpleCard(**card)
    return response


def anywhere(skill: Skill, response: str) -> str:
    """The response for a country whose helplines we do not know: no other country's number is guessed."""
    if f"{response}.anywhere" in skill.conversation.catalogue.names:
        return f"{response}.anywhere"
    return "SafetyAnywhere" if response in skill.conversation.catalogue.needs else response


def has_screen(envelope: RequestEnvelope) -> bool:
    """Whether the device can show an APL document."""
    system = envelope.context and envelope.context.system
    interfaces = system and system.device and system.device.supported_interfaces
    return bool(interfaces and interfaces.alexa_presentation_apl)


def build(skill: Skill) -> Callable[[str | Mapping[str, Any]], dict[str, Any]]:
    """The skill as a plain function: Alexa's request in, as text or already parsed, the response's data out.

    Raises nothing for any request that is JSON: a type or a value that Amazon's own model does not know gets an empty
    valid response.
    """
    builder = CustomSkillBuilder()
    for handler in (Answer(skill), CanFulfill(), Silence(skill)):
        builder.add_request_handler(handler)
    builder.add_exception_handler(Apology(skill))
    sdk = builder.create()
    sdk.serializer = TableSerializer()
    sdk.serializer.warm()

    def answer(request: str | Mapping[str, Any]) -> dict[str, Any]:
        try:
            parsed = json.loads(request) if isinstance(request, str) else request
            envelope = sdk.serializer.build(parsed, RequestEnvelope)
            if envelope.session and envelope.session.attributes:
                # The SDK would copy them all the way down for handlers that write into them; ours send new ones.
                envelope.session.attributes = Data(envelope.session.attributes)
            data = sdk.serializer.serialize(sdk.invoke(envelope, None))
        except Exception as error:  # the SDK raises whatever a strange envelope makes it stumble over
            log.warning("not a request we know: %s at %s", type(error).__name__, whereabouts(error))
            return dict(NOTHING)
        return dict(data)

    return answer
