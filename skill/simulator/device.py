"""A device without an account: words in, Alexa's request envelope to the skill, and what the listener meets out.

It hears as an Echo would. Where the last response elicited the free words, all that is said next goes to the skill as
it was said, but for the built-in ways to stop; otherwise the skill's own model stands in for Amazon's recogniser.
"""

import json
import re
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from time import perf_counter
from typing import Any

from skill.alexa.handlers import build
from skill.app import build_skill, elicits
from skill.content.locales import Language, Languages
from skill.content.markup import plain
from skill.core.interpret import ANY_WORDS, FREE_WORDS, QUESTION
from skill.core.port import in_words
from skill.core.skill import ReplyTrace
from skill.dialog.model import base_name
from skill.dialog.names import GENTLE_CHECK, LAUNCH
from skill.exercises.timeline import Cue
from skill.nlu.classifier import Meaning
from skill.nlu.languages import LanguageModels
from skill.paths import folder

APPLICATION = "amzn1.ask.skill.on-your-own-machine"

WAKE_WORD = re.compile(r"^alexa\b[ ,]*", re.IGNORECASE)

SLOT_TYPES_WITHOUT_RESOLUTION = frozenset({"duration", "rounds", "in", "hold", "out", "rest", *FREE_WORDS.values()})


@dataclass(frozen=True)
class Exchange:
    """One turn of a session, as `soft-landing ask --json` prints it."""

    heard: str
    intent: str | None
    slots: dict[str, str]
    confidence: float
    offered: list[str]
    door: bool
    """Whether a sentence at the end of the answer leads to help."""
    check: bool
    """Whether the answer is a question about safety, asked in doubt."""
    response: str
    speech: str
    ssml: str
    reprompt: str | None
    choices: list[str]
    """What can be said to the open question."""
    card: dict[str, Any] | None
    session_open: bool
    directives: list[str]
    milliseconds: float
    timeline: list[dict[str, Any]] = field(repr=False, default_factory=list)
    """What plays after the speech: start, length (milliseconds), kind and text of each cue."""
    request_json: dict[str, Any] = field(repr=False, default_factory=dict)
    response_json: dict[str, Any] = field(repr=False, default_factory=dict)

    def as_line(self) -> dict[str, Any]:
        """The turn without the two envelopes and without what plays."""
        line = asdict(self)
        del line["request_json"], line["response_json"], line["timeline"]
        return line


class Device:
    """One speaker in one room. It keeps a session open as Alexa would, and starts a new one when it has closed."""

    def __init__(
        self,
        invoke: Callable[[str], Mapping[str, Any]],
        understanding: LanguageModels,
        trace: "LastReply",
        *,
        locale: str = "en-US",
        screen: bool = False,
        user: str = "amzn1.ask.account.on-your-own-machine",
        whole: bool = True,
    ) -> None:
        """With `whole`, all that is said reaches the skill in its own words, as from an Echo whose model listens wide.
        Without, it does so where words are elicited, and otherwise the skill's own model stands in for the recogniser.
        """
        self.invoke = invoke
        self.understanding = understanding
        self.trace = trace
        self.locale = locale
        self.screen = screen
        self.user = user
        self._session = ""
        self._attributes: dict[str, Any] = {}
        self.whole = whole
        self._elicited: dict[str, Any] = {}

    @cached_property
    def languages(self) -> Mapping[str, Language]:
        """The languages, each with the verbs that open a skill."""
        return Languages.read(folder("responses")).all

    def hang_up(self) -> None:
        """End the session: the next words open a new one."""
        self._session, self._attributes, self._elicited = "", {}, {}

    def hear(self, text: str) -> Exchange:
        """One utterance, recognised and answered."""
        start = perf_counter()
        request, meaning = self._recognise(text)
        return self.send(request, heard=text, meaning=meaning, start=start)

    def send(
        self,
        request: dict[str, Any],
        *,
        heard: str = "",
        meaning: Meaning | None = None,
        start: float | None = None,
    ) -> Exchange:
        """One request of any type, in the open session or a new one."""
        start = perf_counter() if start is None else start
        envelope = self.envelope(request)
        self.trace.last = None
        data = dict(self.invoke(json.dumps(envelope)))
        response = data.get("response", {})
        open_ = response.get("shouldEndSession") is False
        self._attributes = data.get("sessionAttributes") or {}
        directives = response.get("directives") or []
        self._elicited = next((one for one in directives if one["type"] == "Dialog.ElicitSlot"), {})
        if not open_:
            self.hang_up()
        seen = self.trace.last
        offered: list[str] = [*seen.offered] if seen else []
        intent = None if len(offered) > 1 or not seen else seen.intent
        sure = seen.confidence if seen and seen.confidence is not None else meaning.confidence if meaning else 1.0
        ssml = (response.get("outputSpeech") or {}).get("ssml", "")
        # Without a circle the opening of what plays is in the speech.
        played: tuple[Cue, ...] = seen.part.cues[bool(ssml) :] if seen and seen.part else ()
        reprompt = ((response.get("reprompt") or {}).get("outputSpeech") or {}).get("ssml")
        return Exchange(
            heard=heard,
            intent=intent,
            slots=slots_of(request) | dict(seen.slots if seen else {}),
            confidence=round(float(sure), 4),
            offered=offered,
            door=seen.door if seen else False,
            check=base_name(seen.response) == GENTLE_CHECK if seen else False,
            response=seen.response if seen else "",
            speech=plain(ssml) or (seen.spoken if seen else ""),
            ssml=ssml,
            reprompt=plain(reprompt) if reprompt else None,
            choices=[*seen.choices()] if seen and open_ else [],
            card=response.get("card"),
            session_open=open_,
            directives=[directive["type"] for directive in directives],
            milliseconds=round((perf_counter() - start) * 1000, 2),
            timeline=[asdict(cue) | {"start": cue.start - played[0].start} for cue in played],
            request_json=envelope,
            response_json=data,
        )

    def envelope(self, request: dict[str, Any]) -> dict[str, Any]:
        """Alexa's envelope around a request, for this device in its session."""
        new = not self._session
        if new:
            self._session = f"amzn1.echo-api.session.{uuid.uuid4()}"
        interfaces: dict[str, Any] = {}
        if self.screen:
            interfaces["Alexa.Presentation.APL"] = {"runtime": {"maxVersion": "2024.2"}}
        user = {"userId": self.user}
        system = {
            "application": {"applicationId": APPLICATION},
            "user": user,
            "device": {"deviceId": "amzn1.ask.device.on-your-own-machine", "supportedInterfaces": interfaces},
            "apiEndpoint": "https://api.amazonalexa.com",
            "apiAccessToken": "none",
        }
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "version": "1.0",
            "session": {
                "new": new,
                "sessionId": self._session,
                "application": {"applicationId": APPLICATION},
                "attributes": self._attributes,
                "user": user,
            },
            "context": {"System": system},
            "request": {
                "requestId": f"amzn1.echo-api.request.{uuid.uuid4()}",
                "timestamp": stamp,
                "locale": self.locale,
                **request,
            },
        }

    def _recognise(self, text: str) -> tuple[dict[str, Any], Meaning | None]:
        """Words as the request that Alexa would make of them, and what was understood where the model stood in."""
        heard = in_words(self.languages, WAKE_WORD.sub("", text.strip()), self.locale)
        if heard.intent == LAUNCH:
            return {"type": heard.intent}, None
        if heard.opens:
            self._elicited = {}  # the skill is opened anew, so no slot waits
        if heard.intent != QUESTION:
            return intent_request(heard.intent, {}), None
        words = heard.words[FREE_WORDS[QUESTION]]
        if self.whole or self._elicited:
            return self._fill(words), None
        meaning = self.understanding.hear(words, self.locale)
        if meaning.exact and meaning.intent and "." not in meaning.intent.removeprefix("AMAZON."):
            return intent_request(meaning.intent, meaning.slots), meaning
        return intent_request(QUESTION, {FREE_WORDS[QUESTION]: words}), meaning

    def _fill(self, words: str) -> dict[str, Any]:
        """Words as the value of the slot that takes them."""
        if not self._elicited:
            return intent_request(ANY_WORDS, {FREE_WORDS[ANY_WORDS]: words})
        request = intent_request(self._elicited["updatedIntent"]["name"], {self._elicited["slotToElicit"]: words})
        return {**request, "dialogState": "IN_PROGRESS"}


class LastReply:
    """Remembers what the skill answered last, for the one who asked."""

    def __init__(self) -> None:
        self.last: ReplyTrace | None = None

    def __call__(self, answered: ReplyTrace) -> None:
        self.last = answered


def new_device(drafts: Collection[str] = (), **settings: Any) -> Device:
    """A device and the skill that it talks to, in this process; it speaks the languages in `drafts` as well."""
    trace = LastReply()
    skill = build_skill(drafts=drafts, on_reply=trace)
    elicit = elicits()
    return Device(build(skill, elicit=elicit), skill.understanding, trace, whole=elicit, **settings)


def intent_request(name: str, slots: Mapping[str, str]) -> dict[str, Any]:
    """An IntentRequest with its slots; an id of ours comes as a resolved value, as Alexa sends it."""
    filled: dict[str, Any] = {}
    for key, value in slots.items():
        filled[key] = {"name": key, "value": value, "confirmationStatus": "NONE", "source": "USER"}
        if key not in SLOT_TYPES_WITHOUT_RESOLUTION:
            match = {
                "authority": f"amzn1.er-authority.echo-sdk.{APPLICATION}.{key}",
                "status": {"code": "ER_SUCCESS_MATCH"},
                "values": [{"value": {"name": value, "id": value}}],
            }
            filled[key]["resolutions"] = {"resolutionsPerAuthority": [match]}
    return {"type": "IntentRequest", "intent": {"name": name, "confirmationStatus": "NONE", "slots": filled}}


def slots_of(request: Mapping[str, Any]) -> dict[str, str]:
    """The slots of a request, as names and values; free words are in `heard` already."""
    slots = request.get("intent", {}).get("slots", {})
    return {key: slot["value"] for key, slot in slots.items() if key not in FREE_WORDS.values()}
