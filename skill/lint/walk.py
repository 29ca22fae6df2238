"""A listener who tries everything: from every state every request, then long seeded wanderings through every locale.

What certification tries by hand: stop and cancel close from everywhere, help keeps the session open and asks, whatever
is open asks and whatever is closed does not; and what nobody tries by hand: no error, no circle, no answer too large.
"""

import json
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skill.alexa.handlers import build
from skill.app import build_skill
from skill.content.locales import BASE_LANGUAGE, Speech, any_of, language_of
from skill.content.markup import plain
from skill.core.skill import Skill
from skill.dialog.names import FALLBACK, HELP, LAUNCH, NO, QUIET, YES
from skill.exercises.patterns import PatternError
from skill.lint.content_tree import UNREADABLE, ContentTree, unreadable
from skill.lint.finding import Finding
from skill.lint.interaction_model.model import Model, numbered, slot_types, text
from skill.lint.json_lines import BrokenJson
from skill.lint.questions import check_questions
from skill.lint.ssml import speech_problems
from skill.simulator.device import APPLICATION, LastReply, intent_request

WALK_SEED = 20_240_229
MAX_RESPONSE_BYTES = 24 * 1024
"""The most of a whole response. Amazon prints 120 KB now and printed 24 before; what stays below fits both."""

DIALOG_FAMILY = "Dialog."
"""How the types of directives begin that steer Alexa's dialog: they are neither heard nor seen."""
WAYS_OUT = ("AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent")
DEEPER = (YES, NO, "MoreIntent", "AMAZON.NextIntent", "AMAZON.RepeatIntent", FALLBACK)
YES_TURNS = 150
"""More than there are things to say yes to."""
MAX_REFUSALS = 5
"""After so many times of no, or of nothing understood, a session has closed."""
STATES, SAMPLED = 150, 10
"""How many deeper states are tried, and how many requests in each besides the ways out."""
WALKS, WALK_STEPS = 4, 50

ODD_WORDS = ("why do i cry afterwards", "help me breathe", "what is the capital of france", "i am fifteen", "zzz", "")
SLOT_VALUES: Mapping[str, Sequence[str]] = {
    "duration": ("PT1M", "PT5M", "PT0S", "P3D", "?"),
    "rounds": ("1", "40", "0", "99999", "?"),
    "in": ("4", "0", "99"),
    "out": ("6", "0", "?"),
    "hold": ("7", "0"),
    "rest": ("4", "?"),
    "question": ODD_WORDS,
}
"""What may come in a slot of Amazon's own types, odd values included."""


@dataclass(frozen=True)
class WalkRequest:
    """One request."""

    name: str
    slots: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{k}={v}' for k, v in self.slots.items())})" if self.slots else self.name


@dataclass(frozen=True)
class WalkResponse:
    """One answer."""

    response: str
    data: Mapping[str, Any]
    screen: bool

    @property
    def body(self) -> Mapping[str, Any]:
        """What stands under `response`."""
        found = self.data.get("response")
        return found if isinstance(found, Mapping) else {}

    @property
    def speech(self) -> str:
        """The speech, as it is sent."""
        return str((self.body.get("outputSpeech") or {}).get("ssml") or "")

    @property
    def text(self) -> str:
        """The speech without its tags."""
        return plain(self.speech)

    @property
    def reprompt(self) -> str:
        """What is said when nobody answers."""
        return str(((self.body.get("reprompt") or {}).get("outputSpeech") or {}).get("ssml") or "")

    @property
    def directives(self) -> list[str]:
        """The types of its directives that play or show something."""
        return [name for name in self._types if not name.startswith(DIALOG_FAMILY)]

    @property
    def elicits(self) -> bool:
        """Whether it asks Alexa for all that is said next."""
        return any(name.startswith(DIALOG_FAMILY) for name in self._types)

    @property
    def _types(self) -> list[str]:
        return [str(one.get("type")) for one in self.body.get("directives") or ()]

    @property
    def open(self) -> bool:
        """Whether Alexa listens on."""
        return self.body.get("shouldEndSession") is False

    @property
    def state(self) -> Mapping[str, Any]:
        """What comes back with the next request."""
        return self.data.get("sessionAttributes") or {}


class Listener:
    """Somebody with a device, who can go back to any earlier state of a session."""

    def __init__(self, skill: Skill, trace: LastReply) -> None:
        self._skill = build(skill)
        self._watched = trace
        self.speech = skill.responses.language(skill.responses.base_locale).speech
        self.turns = 0

    def ask(
        self, asked: WalkRequest, state: Mapping[str, Any] | None = None, *, locale: str = "en-US", screen: bool = False
    ) -> WalkResponse:
        """What is answered to a request, in a state or at the start of a session."""
        self.turns += 1
        self._watched.last = None
        request = {"type": LAUNCH} if asked.name == LAUNCH else intent_request(asked.name, asked.slots)
        data = self._skill(json.dumps(envelope(request, state, locale, screen)))
        seen: Any = self._watched.last
        return WalkResponse(seen.response if seen else "", json.loads(json.dumps(data)), screen)


def envelope(
    request: Mapping[str, Any], state: Mapping[str, Any] | None, locale: str, screen: bool
) -> Mapping[str, Any]:
    """Alexa's envelope around a request."""
    user = {"userId": "amzn1.ask.account.rehearsal"}
    interfaces = {"Alexa.Presentation.APL": {"runtime": {"maxVersion": "2024.2"}}} if screen else {}
    device = {"deviceId": "amzn1.ask.device.rehearsal", "supportedInterfaces": interfaces}
    application = {"applicationId": APPLICATION}
    return {
        "version": "1.0",
        "session": {
            "new": state is None,
            "sessionId": "amzn1.echo-api.session.rehearsal",
            "application": application,
            "attributes": dict(state or {}),
            "user": user,
        },
        "context": {"System": {"application": application, "user": user, "device": device}},
        "request": {
            "requestId": "amzn1.echo-api.request.rehearsal",
            "timestamp": "2024-02-29T12:00:00Z",
            "locale": locale,
            **request,
        },
    }


def check_conversation(responses: Path, models: Path, drafts: Collection[str] = ()) -> Iterator[Finding]:
    """All findings of a walk, each once with the first way to it."""
    trace = LastReply()
    try:
        tree = ContentTree.read(responses, drafts)
        skill = build_skill(responses=responses, models=models, drafts=drafts, on_reply=trace)
    except (*UNREADABLE, PatternError) as error:
        yield unreadable(error, "responses")
        return
    except Exception as error:  # whatever keeps the skill from starting is the finding
        wrong = f"The skill does not start: {type(error).__name__}: {error}"
        yield Finding("interaction_models", None, wrong, "Nobody is answered", "Run soft-landing train")
        return
    yield from check_questions(skill)
    seen: set[tuple[str, str]] = set()
    for heard, way, wrong, why, hint in walk(
        Listener(skill, trace), requests_of(models, tree.responses.languages.served), tree
    ):
        response = heard.response
        if (response, wrong) not in seen:
            seen.add((response, wrong))
            name = response if response in tree.catalogue.names else ""
            file = tree.file(name, "en-US", discreet=False) if name else "skill/dialog/rules.py"
            yield Finding(file, None, f"{way}: {wrong}", why, hint)


def requests_of(models: Path, languages: Collection[str] = (BASE_LANGUAGE,)) -> tuple[WalkRequest, ...]:
    """A launch, and every intent of some languages' models, with and without its slots."""
    found: dict[str, WalkRequest] = {LAUNCH: WalkRequest(LAUNCH)}
    for path in sorted(models.glob("*.json")):
        if language_of(path.stem) not in languages:
            continue
        try:
            model = Model.read(path)
        except BrokenJson:
            continue  # the model's own check says so
        values = {
            text(kind, "name"): [own for _, value in numbered(kind.get("values")) if (own := text(value, "id"))]
            for _, kind in model.rows("types")
        }
        for name, intent in model.intents.items():
            one = WalkRequest(name)
            found.setdefault(str(one), one)
            for slot, kind in slot_types(intent).items():
                for value in values.get(kind) or SLOT_VALUES.get(slot, ()):
                    one = WalkRequest(name, {slot: value})
                    found.setdefault(str(one), one)
    counts = {"in": "4", "hold": "7", "out": "8"}
    if "BreathingIntent" in found:
        found["counts"] = WalkRequest("BreathingIntent", counts)
    return tuple(found.values())


WalkProblem = tuple[WalkResponse, str, str, str, str]
"""An answer, the way to it, what is wrong with it, why that matters, how to mend it."""


def walk(listener: Listener, every: Sequence[WalkRequest], tree: ContentTree) -> Iterator[WalkProblem]:
    """Everything that is wrong anywhere on the walk."""
    dice = random.Random(WALK_SEED)
    starts = [(str(asked), asked, listener.ask(asked)) for asked in every]
    plain_asks = [asked for asked in every if not asked.slots]
    for way, _, heard in starts:
        yield from check_response(heard, way)
    states = [(way, heard) for way, asked, heard in starts if heard.open and not asked.slots]
    some_slots = [(way, heard) for way, asked, heard in starts if heard.open and asked.slots]
    for way, heard in states:
        yield from check_requests_after(listener, way, heard, plain_asks)
    for way, heard in some_slots:
        yield from check_requests_after(listener, way, heard, dice.sample(plain_asks, min(SAMPLED, len(plain_asks))))
    for way, heard in deeper_states(listener, states, dice):
        yield from check_response(heard, way)
        if heard.open:
            yield from check_requests_after(listener, way, heard, dice.sample(every, min(SAMPLED, len(every))))
    for name in (*tree.catalogue.topics, *sorted(tree.catalogue.feelings), *tree.catalogue.practices, LAUNCH):
        yield from check_yes(listener, WalkRequest(name))
    for way, heard in states:
        yield from check_closing(listener, way, heard, NO)
        yield from check_closing(listener, way, heard, FALLBACK)
    for locale in tree.responses.locales:
        for screen in (False, True):
            for _ in range(WALKS):
                yield from wander(listener, every, dice, locale, screen)


def check_requests_after(
    listener: Listener, way: str, before: WalkResponse, every: Sequence[WalkRequest]
) -> Iterator[WalkProblem]:
    """Some requests in one state, and always the ways out and help."""
    for asked in every:
        heard = listener.ask(asked, before.state)
        yield from check_response(heard, f"{way}, then {asked}")
    for out in WAYS_OUT:
        heard = listener.ask(WalkRequest(out), before.state)
        if heard.open:
            why = "Certification says stop and cancel in every state, and expects to be out"
            yield heard, f"{way}, then {out}", "the session stays open", why, "Give its response no question"
    heard = listener.ask(WalkRequest(HELP), before.state)
    if not heard.open or not heard.text.endswith("?"):
        why = "Certification asks for help in every state, and expects a question and an open session"
        yield heard, f"{way}, then {HELP}", "help does not ask", why, "Set a question in its header"
    if before.text.endswith("?"):
        heard = listener.ask(WalkRequest(YES), before.state)
        if (
            heard.response in (YES, FALLBACK)
            and before.response not in (YES, FALLBACK)
            and offered(before, listener.speech)
        ):
            why = "It asked, and yes is not understood"
            yield before, f"{way}, then yes", "yes leads nowhere", why, "Set an offer, or ask what it can answer"


def offered(heard: WalkResponse, speech: Speech) -> bool:
    """Whether a question can be answered by yes: it begins as "Shall I" and "Would you like" do, and has no "or"."""
    question = heard.text.rsplit(". ", 1)[-1]
    invited = any_of(speech.invitations).match(question)
    return bool(invited) and not any_of(speech.alternative).search(question)


def deeper_states(
    listener: Listener, states: Sequence[tuple[str, WalkResponse]], dice: random.Random
) -> list[tuple[str, WalkResponse]]:
    """States that lie one more request away, each kind once."""
    found: dict[str, tuple[str, WalkResponse]] = {}
    for way, before in states:
        for name in DEEPER:
            heard = listener.ask(WalkRequest(name), before.state)
            state = {key: value for key, value in heard.state.items() if key not in ("variant", "heard")}
            found.setdefault(json.dumps(state, sort_keys=True), (f"{way}, then {name}", heard))
    rows = list(found.values())
    return rows if len(rows) <= STATES else dice.sample(rows, STATES)


def check_yes(listener: Listener, start: WalkRequest) -> Iterator[WalkProblem]:
    """Yes to everything: it ends, and on the way nothing is said twice."""
    heard = listener.ask(start)
    said = {heard.text}
    for turn in range(1, YES_TURNS + 1):
        if not heard.open:
            return
        heard = listener.ask(WalkRequest(YES), heard.state)
        way = f"{start}, then {turn} times yes"
        if heard.text and heard.text in said:
            why = "Who says yes to everything would go round in a circle"
            yield heard, way, "the same words come again", why, "Offer something new, or ask nothing"
            return
        said.add(heard.text)
    why = "Who says yes to everything would never be done"
    yield heard, f"{start}, then {YES_TURNS} times yes", "it does not end", why, "Let it end without a question"


def check_closing(listener: Listener, way: str, before: WalkResponse, name: str) -> Iterator[WalkProblem]:
    """No, or words that nobody understands, again and again: the session closes by itself."""
    heard = before
    for _ in range(MAX_REFUSALS):
        heard = listener.ask(WalkRequest(name), heard.state)
        if not heard.open:
            return
    if name == FALLBACK and (heard.state.get("safe") or heard.state.get("exercise")):
        return  # a safety answer stays as long as somebody talks, and so does a practice at their own pace
    why = "Who wants nothing more must be let go"
    yield (
        heard,
        f"{way}, then {MAX_REFUSALS} times {name}",
        "the session stays open",
        why,
        "Let the last one ask nothing",
    )


def wander(
    listener: Listener, every: Sequence[WalkRequest], dice: random.Random, locale: str, screen: bool
) -> Iterator[WalkProblem]:
    """A long conversation by the dice; where it closes, a new one begins."""
    state: Mapping[str, Any] | None = None
    lately: list[str] = []
    for _ in range(WALK_STEPS):
        asked = dice.choice(every)
        heard = listener.ask(asked, state, locale=locale, screen=screen)
        lately = [*lately[-2:], str(asked)]
        yield from check_response(heard, f"{locale}{', on a screen' * screen}, {', then '.join(lately)}")
        state = heard.state if heard.open else None


def check_response(heard: WalkResponse, way: str) -> Iterator[WalkProblem]:
    """Whether one answer is sound by itself."""

    def problem(what: str, why: str, hint: str) -> WalkProblem:
        return heard, way, what, why, hint

    if heard.data.get("version") != "1.0" or heard.response in ("", "error"):
        why = "The listener hears an apology, or Alexa's own"
        yield problem("an error", why, "The log names the line; mend the response that it was to give")
        return
    if not isinstance(heard.body.get("shouldEndSession"), bool):
        why = "Left out, it depends on the device whether anybody is listened to"
        yield problem("it is not said whether the session stays open", why, "State shouldEndSession")
    if not heard.speech and not (heard.directives and heard.screen) and heard.response != QUIET:
        yield problem("silence", "Certification refuses an empty answer", "Write some words")
    if heard.open:
        if heard.response == QUIET:
            return  # it rests without a word, so that it can be called back
        if not heard.text.endswith("?") and not heard.directives:
            why = "An open session ends with a question; certification refuses another"
            yield problem("it stays open and asks nothing", why, "Set a question, or let it close")
        if not heard.reprompt:
            yield problem("no reprompt", "Whoever is silent hears nothing more", "Set one")
    else:
        if heard.text.endswith("?"):
            yield problem("it asks and closes", "Nobody can answer", "Set the question in the header")
        if heard.reprompt:
            yield problem("a reprompt in a closed session", "Nobody hears it", "Take it out")
    for speech in filter(None, (heard.speech, heard.reprompt)):
        for what, why, hint in speech_problems(speech):
            yield problem(what, why, hint)
    if heard.elicits and not (heard.open and heard.speech):
        hint = "Leave the directive out where nothing is asked in words"
        yield problem("a dialog directive and no question", "Alexa refuses the whole answer", hint)
    size = len(json.dumps(heard.data, ensure_ascii=False, separators=(",", ":")).encode())
    if size > MAX_RESPONSE_BYTES:
        yield problem(
            f"{size} bytes", f"More than {MAX_RESPONSE_BYTES} may not be taken", "Send less: fewer rows, a shorter card"
        )
    if not heard.screen and any(name.startswith("Alexa.Presentation.APL.") for name in heard.directives):
        yield problem(
            "a screen for a device without one", "Alexa refuses the whole answer", "WalkRequest for the device's screen"
        )
