"""Turns Alexa's requests into our names, and our replies into Alexa's responses."""

import json
import logging
import traceback
from collections.abc import Callable, Mapping
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
from skill.core.render import Answered, House, Spoken, played, said
from skill.dialog.model import WHICH, Move
from skill.dialog.state import Session, changed, pack, unpack
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

    def __init__(self, house: House) -> None:
        self.house = house

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Whether the request waits for an answer."""
        return bool(handler_input.request_envelope.request.object_type in self.NAMES)

    def handle(self, handler_input: HandlerInput) -> Response:
        """The answer."""
        house = self.house
        envelope = handler_input.request_envelope
        locale, known = spoken_locale(house.responses, envelope)
        session = recall(house, envelope)
        request, meaning = understood(house.understanding, house.conversation.catalogue, envelope)
        move = house.conversation.answer(request, session)
        if not known:
            move = changed(move, response=anywhere(house, move.response))
        move = settings_kept(house, move, session, envelope, locale)
        screen = has_screen(envelope)
        spoken = played(house, move, locale, screen=screen) if move.starts else said(house, move, locale, screen=screen)
        if house.watch:
            answered = Answered(
                request.name.removesuffix(".NextDoor"),
                spoken.reply.response,
                meaning.confidence if meaning else None,
                request.offered if request.name == WHICH else (),
                spoken.part.cues[0].text if spoken.part else "",
                spoken.part,
            )
            house.watch(answered)
        return speak(house, handler_input, spoken)


class Silence(AbstractRequestHandler):  # type: ignore[misc]
    """Takes note of what cannot be answered: the end of a session, skill events, reports of errors."""

    def __init__(self, house: House) -> None:
        self.house = house

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Everything that no other handler took."""
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        """An empty response; a listener who disabled the skill is forgotten."""
        envelope = handler_input.request_envelope
        if envelope.session and envelope.request.object_type == SESSION_ENDED:
            handler_input.attributes_manager.session_attributes = Data()  # there is no next time to remember for
        elif envelope.session:
            session = recall(self.house, envelope)
            counted = session.counted or envelope.request.object_type == SOUND_FAILED
            remember(handler_input, changed(session, counted=counted))
        if envelope.request.object_type == SKILL_DISABLED:
            try:
                self.house.memory.forget(user_id(envelope))
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

    def __init__(self, house: House) -> None:
        self.house = house

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
        session = recall(self.house, envelope)
        locale = self.house.responses.place(getattr(envelope.request, "locale", None)).locale
        spoken = said(self.house, Move("error", session), locale, screen=False)
        return speak(self.house, handler_input, spoken)


def whereabouts(exception: BaseException) -> str:
    """File and line of each step to an exception: no values, no message, which may hold somebody's words."""
    steps = traceback.extract_tb(exception.__traceback__)[-4:]
    return " < ".join(f"{step.filename.rpartition('/')[2]}:{step.lineno}" for step in reversed(steps))


def recall(house: House, envelope: RequestEnvelope) -> Session:
    """The session as it came back, or a fresh one with what the listener asked us to remember."""
    alexa = envelope.session
    if alexa and not alexa.new and alexa.attributes:
        return unpack(alexa.attributes, house.codes)
    try:
        kept = house.memory.recall(user_id(envelope))
    except StoreError as error:
        log.warning("store: %s", error)
        kept = None
    return kept.session() if kept else Session()


def remember(handler_input: HandlerInput, session: Session) -> None:
    """Send a session along, instead of what came; a request out of session has nowhere to keep one."""
    if handler_input.request_envelope.session:
        handler_input.attributes_manager.session_attributes = Data(pack(session))


def settings_kept(house: House, move: Move, before: Session, envelope: RequestEnvelope, locale: str) -> Move:
    """Keeps or forgets settings where the move is to do so, and says truthfully how that went."""
    if not move.session.remembered and move.response not in ("Remembered", "Forgotten"):
        return move
    user, settings = user_id(envelope), Settings.of(move.session, locale)
    try:
        if move.response == "Remembered":
            house.memory.keep(user, settings)
            return changed(move, session=changed(move.session, remembered=True))
        if move.response == "Forgotten":
            found = house.memory.forget(user)
            session = changed(move.session, remembered=False)
            return changed(move, response="Forgotten" if found else "Forgotten.nothing", session=session)
        if settings != Settings.of(before, locale):
            house.memory.keep(user, settings)
    except StoreError as error:
        log.warning("store: %s", error)
        if move.response in ("Remembered", "Forgotten"):
            return changed(move, response=f"{move.response}.failed")
    return move


def speak(house: House, handler_input: HandlerInput, spoken: Spoken) -> Response:
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
    if card := presentation.card(reply, session, house.responses.claims):
        response.card = SimpleCard(**card)
    return response


def anywhere(house: House, response: str) -> str:
    """The response for a country whose helplines we do not know: no other country's number is guessed."""
    if f"{response}.anywhere" in house.conversation.catalogue.names:
        return f"{response}.anywhere"
    return "SafetyAnywhere" if response in house.conversation.catalogue.needs else response


def has_screen(envelope: RequestEnvelope) -> bool:
    """Whether the device can show an APL document."""
    system = envelope.context and envelope.context.system
    interfaces = system and system.device and system.device.supported_interfaces
    return bool(interfaces and interfaces.alexa_presentation_apl)


def build(house: House) -> Callable[[str | Mapping[str, Any]], dict[str, Any]]:
    """The skill as a plain function: Alexa's request in, as text or already parsed, the response's data out.

    Raises nothing for any request that is JSON: a type or a value that Amazon's own model does not know gets an empty
    valid response.
    """
    builder = CustomSkillBuilder()
    for handler in (Answer(house), CanFulfill(), Silence(house)):
        builder.add_request_handler(handler)
    builder.add_exception_handler(Apology(house))
    skill = builder.create()
    skill.serializer = TableSerializer()
    skill.serializer.warm()

    def answer(request: str | Mapping[str, Any]) -> dict[str, Any]:
        try:
            parsed = json.loads(request) if isinstance(request, str) else request
            envelope = skill.serializer.build(parsed, RequestEnvelope)
            if envelope.session and envelope.session.attributes:
                # The SDK would copy them all the way down for handlers that write into them; ours send new ones.
                envelope.session.attributes = Data(envelope.session.attributes)
            data = skill.serializer.serialize(skill.invoke(envelope, None))
        except Exception as error:  # the SDK raises whatever a strange envelope makes it stumble over
            log.warning("not a request we know: %s at %s", type(error).__name__, whereabouts(error))
            return dict(NOTHING)
        return dict(data)

    return answer
