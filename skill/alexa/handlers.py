"""Turns Alexa's requests into the skill's, and its replies into Alexa's responses."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import CustomSkillBuilder
from ask_sdk_model import RequestEnvelope, Response
from ask_sdk_model import Session as AlexaSession
from ask_sdk_model.canfulfill import CanFulfillIntent, CanFulfillIntentValues

from skill.alexa.requests import ANSWERED, APL, INTENT, TOUCH, IncomingRequest, read_request
from skill.alexa.response import as_data, response_of
from skill.core.answer import Recipient
from skill.core.port import Heard, apology, take_turn
from skill.core.render import Rendered
from skill.core.skill import Skill
from skill.dialog.names import LAUNCH, RESUME
from skill.dialog.state import Session, pack, unpack
from skill.errors import whereabouts
from skill.settings.model import StoreError

log = logging.getLogger("skill")

FAILED = frozenset({f"{APL}.RuntimeError", f"{APL}A.RuntimeError"})
"""The device could not show or play something, of whatever kind the error is: a practice, which is both on a screen, is
counted in speech for the rest of the session."""
SKILL_DISABLED = "AlexaSkillEvent.SkillDisabled"
SESSION_ENDED = "SessionEndedRequest"


class SkillHandler(AbstractRequestHandler):  # type: ignore[misc]
    """A handler that knows the skill. The request comes as an `IncomingRequest`, in the place of the SDK's context."""

    def __init__(self, skill: Skill, elicit: bool) -> None:
        self.skill = skill
        self.elicit = elicit


class AnswerHandler(SkillHandler):
    """Answers whatever a listener says: recall, understand, answer, remember, speak."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Whether the request waits for an answer."""
        return bool(handler_input.context.type in ANSWERED)

    def handle(self, handler_input: HandlerInput) -> Response:
        """The answer."""
        incoming: IncomingRequest = handler_input.context
        if not incoming.locale_known:
            log.warning("locale %s is not spoken here; answered in %s", incoming.locale_sent or "-", incoming.locale)
        session = returned_session(self.skill, incoming)
        recipient = Recipient(incoming.user, incoming.locale, incoming.locale_known)
        rendered = take_turn(self.skill, as_heard(self.skill, incoming), session, recipient)
        return send(self.skill, handler_input, rendered, elicit=self.elicit)


class CanFulfillHandler(SkillHandler):
    """Says no: an intimate subject is not volunteered to somebody who did not name the skill."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Whether Alexa asks before routing."""
        return bool(handler_input.context.type == "CanFulfillIntentRequest")

    def handle(self, handler_input: HandlerInput) -> Response:
        """No, to every question of the kind."""
        return Response(can_fulfill_intent=CanFulfillIntent(can_fulfill=CanFulfillIntentValues.NO))


class SilenceHandler(SkillHandler):
    """Takes note of what cannot be answered: the end of a session, skill events, reports of errors, the unknown."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Everything that no other handler took."""
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        """An empty response; a listener who disabled the skill is forgotten."""
        incoming: IncomingRequest = handler_input.context
        if incoming.type == SESSION_ENDED:
            return Response()  # there is no next time to remember for
        if incoming.type == SKILL_DISABLED:
            try:
                self.skill.store.forget(incoming.user)
            except StoreError as error:
                log.warning("store: who disabled the skill is not forgotten; %s", error)
        session = returned_session(self.skill, incoming) or Session()
        if incoming.type in FAILED:
            session = replace(session, counted=True)
        remember(handler_input, session)
        return Response()


class ApologyHandler(AbstractExceptionHandler):  # type: ignore[misc]
    """Apologises when something broke, and tells the log where: never with what words, never whose.

    It asks neither the store nor the rules, which may be what broke.
    """

    def __init__(self, skill: Skill, elicit: bool) -> None:
        self.skill = skill
        self.elicit = elicit

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        """Every exception."""
        return True

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        """`error.ssml`, with the session as it came back; silence where nobody waits for an answer."""
        log.error("apologised: %s at %s", type(exception).__name__, whereabouts(exception))
        incoming: IncomingRequest = handler_input.context
        session = returned_session(self.skill, incoming) or Session()
        if incoming.type not in ANSWERED:
            remember(handler_input, session)
            return Response()
        sorry = apology(self.skill, session, incoming.locale)
        return send(self.skill, handler_input, sorry, elicit=self.elicit)


def returned_session(skill: Skill, incoming: IncomingRequest) -> Session | None:
    """The session as it came back with the request; none where it is new or remembers nothing."""
    return unpack(incoming.attributes, skill.codes) if incoming.attributes else None


def as_heard(skill: Skill, incoming: IncomingRequest) -> Heard:
    """What a request asks for, as the port takes it."""
    if incoming.type == INTENT:
        # The words' own locale; that of the answer may be another.
        return Heard(incoming.intent, incoming.slots, incoming.words, incoming.locale_sent or incoming.locale)
    if incoming.type != TOUCH:
        return Heard(LAUNCH)
    return Heard(incoming.argument if incoming.argument in skill.conversation.catalogue.names else RESUME)


def send(skill: Skill, handler_input: HandlerInput, rendered: Rendered, *, elicit: bool) -> Response:
    """A rendered turn as Alexa's response, its session remembered.

    A dialog may begin with a launch or an intent (Amazon, "Dialog Interface Reference"); of a touch nothing is said.
    """
    remember(handler_input, rendered.session)
    incoming: IncomingRequest = handler_input.context
    return response_of(rendered, apl=incoming.apl, elicit=elicit and incoming.type in (LAUNCH, INTENT))


def remember(handler_input: HandlerInput, session: Session) -> None:
    """Send a session along, instead of what came; a request out of session has nowhere to keep one."""
    if handler_input.context.in_session:
        handler_input.attributes_manager.session_attributes = pack(session)


def build(skill: Skill, *, elicit: bool = True) -> Callable[[str | Mapping[str, Any]], dict[str, Any]]:
    """The skill as a plain function: Alexa's request in, as text or already parsed, the response's data out.

    With `elicit`, an open question asks Alexa for all that is said next (`response_of`).

    Raises nothing for any request that is JSON: one that cannot be understood, or whose answer and apology both broke,
    gets an empty valid response that keeps the session.
    """
    builder = CustomSkillBuilder()
    for kind in (AnswerHandler, CanFulfillHandler, SilenceHandler):
        builder.add_request_handler(kind(skill, elicit))
    builder.add_exception_handler(ApologyHandler(skill, elicit))
    sdk = builder.create()
    # The SDK dispatches, and looks at nothing of the envelope but whether there is a session to send along.
    within, outside = RequestEnvelope(session=AlexaSession()), RequestEnvelope()

    def invoke(request: str | Mapping[str, Any]) -> dict[str, Any]:
        envelope = json.loads(request) if isinstance(request, str) else request
        incoming = read_request(envelope, skill.responses)
        try:
            data: dict[str, Any] = as_data(sdk.invoke(within if incoming.in_session else outside, incoming))
        except Exception as error:  # the apology broke too
            log.error("silent: %s at %s", type(error).__name__, whereabouts(error))
            data = {"version": "1.0", "response": {}}
            if incoming.in_session:
                data["sessionAttributes"] = pack(returned_session(skill, incoming) or Session())
        return data

    return invoke
