"""A rendered turn as Alexa's response: speech, reprompt, card, directives, and the session stated outright."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from ask_sdk_model import Response
from ask_sdk_model.ui import Reprompt, SimpleCard, SsmlOutputSpeech

from skill.alexa.apl import WRITTEN_FOR, answer_screen, circle
from skill.alexa.apla import apla
from skill.alexa.ssml import counted_speech, ssml
from skill.core.interpret import FREE_WORDS, QUESTION
from skill.core.render import Playback, Rendered
from skill.dialog.state import RATES, Session

DOCUMENT_TOKEN = "soft-landing"
"""Names our document on a screen; the same for every answer, so it tells nothing."""

ELICIT_WORDS: Mapping[str, Any] = {
    "type": "Dialog.ElicitSlot",
    "slotToElicit": FREE_WORDS[QUESTION],
    "updatedIntent": {
        "name": QUESTION,
        "confirmationStatus": "NONE",
        "slots": {FREE_WORDS[QUESTION]: {"name": FREE_WORDS[QUESTION], "confirmationStatus": "NONE"}},
    },
}
"""Asks Alexa for the whole of what is said next, as free words ("Dialog Interface Reference", `ElicitSlot`).

The intent needs its place in the model's `dialog`: without it Alexa drops the directive and says nothing.
"""


def response_of(rendered: Rendered, *, apl: tuple[int, ...], elicit: bool = False) -> Response:
    """The response to send, to a device whose screen knows that version of APL, or has none of any.

    A reply with a reprompt keeps the session open. A practice without a circle has its opening in speech, which Alexa
    says before APL for Audio (Amazon's page "integrate-apl-audio-visual-response"): nobody meets silence alone where a
    device does not play that.

    With `elicit`, an open one asks Alexa for the next sentence whole. Where a practice plays it does not: Amazon wants
    the question in the response's speech, which a practice has in its own sound, and says nowhere whether a dialog
    directive may stand beside APL for Audio. A refusal would end the session in the middle of a breath.
    """
    reply, session, playback = rendered.reply, rendered.session, rendered.playback
    body: str = counted_speech(rendered.counted) if rendered.counted else reply.body
    directives: list[Mapping[str, Any]] = []
    if playback and playback.circle and apl >= WRITTEN_FOR:
        bed, rate = playback.bed or None, RATES[session.rate]
        title, labels = playback.circle.title, playback.circle.labels
        directives.append(circle(playback.part, token=DOCUMENT_TOKEN, title=title, labels=labels, rate=rate, bed=bed))
    elif playback:
        body = playback.part.opening
        directives.append(sound_alone(playback, session, opening=False))
    if apl and (shown := rendered.screen):
        directives.append(answer_screen(shown, token=DOCUMENT_TOKEN, apl=apl))
    response = Response(
        output_speech=SsmlOutputSpeech(ssml=ssml(session, body, reply.question)) if body or reply.question else None,
        should_end_session=not rendered.listens,
        directives=directives,
    )
    if reply.reprompt:
        silence = rendered.if_silent
        response.reprompt = Reprompt(
            output_speech=SsmlOutputSpeech(ssml=ssml(session, reply.reprompt)),
            directives=[sound_alone(silence, session)] if silence else None,
        )
    if elicit and reply.reprompt and response.output_speech and not (playback or rendered.if_silent):
        directives.append(ELICIT_WORDS)
    if rendered.card:
        response.card = SimpleCard(title=rendered.card.title, content=rendered.card.text)
    return response


def sound_alone(playback: Playback, session: Session, *, opening: bool = True) -> dict[str, Any]:
    """The directive that plays a practice without a screen, and without its opening where that is said before."""
    rate, bed, whisper = RATES[session.rate], playback.bed or None, playback.whisper
    return apla(playback.part, token=DOCUMENT_TOKEN, rate=rate, whisper=whisper, bed=bed, opening=opening)


def as_data(value: Any) -> Any:
    """One of Amazon's model objects as data for JSON, by its own names, without what is none.

    Mappings are ours (attributes, directives) and data already, so nothing in them is looked at: Amazon's serializer
    copies every node of an APL document.
    """
    if isinstance(value, list):
        return [as_data(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    names: Mapping[str, str] | None = getattr(value, "attribute_map", None)
    if names is None:
        return value
    held = ((key, getattr(value, name)) for name, key in names.items())
    return {key: each if isinstance(each, DATA) else as_data(each) for key, each in held if each is not None}


DATA = (str, bool, dict)
"""Most of what one of Amazon's objects holds, and data as it is."""
