"""What a day's listeners would send: signed requests in sessions, and the throw-away Amazon that signs them.

The requests are the project's own: its topics, feelings, practices and controls, and free questions in listeners'
words, each with the session that the skill itself answered before it. Half a dozen locales, some devices with a screen.
"""

import json
import random
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from constants import APPLICATION
from cryptography.hazmat.primitives.serialization import Encoding

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from amazon import Amazon, chain  # noqa: E402  # the tests' own

from skill.alexa.handlers import build  # noqa: E402
from skill.app import build_skill  # noqa: E402
from skill.core.skill import Skill  # noqa: E402

TURNS = 8
"""The most requests of one session."""

TOPIC, FEELING, PRACTICE, SAFETY, QUESTION = "a topic", "a feeling", "a practice", "a safety answer", "a free question"
MIX = {
    TOPIC: 26,
    FEELING: 12,
    PRACTICE: 6,
    SAFETY: 2,
    QUESTION: 10,
    "AMAZON.YesIntent": 14,
    "MoreIntent": 9,
    "AMAZON.NoIntent": 4,
    "AMAZON.NextIntent": 4,
    "AMAZON.RepeatIntent": 3,
    "AMAZON.HelpIntent": 3,
    "TopicsIntent": 2,
    "SlowerIntent": 1,
    "SourceIntent": 1,
    "AMAZON.StopIntent": 3,
}
"""Of a hundred requests inside a session; each session is opened by one more, two of three times a `LaunchRequest`."""

SCREENS = 0.3
"""How many devices have a screen."""


@dataclass(frozen=True)
class Signed:
    """One request, ready to be sent."""

    headers: Mapping[str, str]
    body: bytes
    kind: str


def requests(count: int, amazon: Amazon | None = None, *, seed: int = 1, words: bool = True) -> list[Signed]:
    """So many signed requests, fresh for 150 seconds from now; without `words`, none is a free question."""
    amazon = amazon or Amazon()
    dice = random.Random(seed)
    skill = build_skill()
    invoke = build(skill)
    made: list[Signed] = []
    while len(made) < count:
        for kind, envelope in session(dice, skill, invoke, MIX if words else {**MIX, QUESTION: 0}):
            body = json.dumps(envelope, ensure_ascii=False).encode()
            made.append(Signed(amazon.sign(body) | {"Content-Type": "application/json; charset=utf-8"}, body, kind))
    return made[:count]


def session(
    dice: random.Random,
    skill: Skill,
    invoke: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    mix: Mapping[str, int] = MIX,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """One listener's requests, until the skill or the listener ends it."""
    locale, screen = dice.choice(skill.responses.locales), dice.random() < SCREENS
    listener, identifier = f"amzn1.ask.account.{ids(dice, 180)}", f"amzn1.echo-api.session.{uuid_of(dice)}"
    attributes: dict[str, Any] = {}
    for turn in range(dice.randrange(2, TURNS)):
        kind = "LaunchRequest"
        if turn or dice.random() < 1 / 3:
            kind = dice.choices(list(mix), list(mix.values()))[0]
        envelope = wrapped(dice, asked(dice, skill, kind), locale, listener, screen)
        envelope["session"] |= {"new": not turn, "sessionId": identifier, "attributes": attributes}
        yield kind, envelope
        answer = invoke(envelope)
        attributes = dict(answer.get("sessionAttributes") or {})
        if answer["response"].get("shouldEndSession") is not False:
            return
    ended = wrapped(dice, {"type": "SessionEndedRequest", "reason": "USER_INITIATED"}, locale, listener, screen)
    ended["session"] |= {"new": False, "sessionId": identifier, "attributes": attributes}
    yield "SessionEndedRequest", ended


def asked(dice: random.Random, skill: Skill, kind: str) -> dict[str, Any]:
    """One request of a kind."""
    catalogue = skill.conversation.catalogue
    if kind == "LaunchRequest":
        return {"type": kind}
    if kind == TOPIC:
        return intent(dice.choice(catalogue.topics))
    if kind == FEELING:
        return intent(dice.choice(sorted(catalogue.feelings)))
    if kind == SAFETY:
        return intent(dice.choice(sorted(catalogue.safety)))
    if kind == PRACTICE:
        breaths = sorted(name for name, kind in catalogue.practices.items() if kind.breathing)
        return intent("BreathingIntent", pattern=dice.choice(breaths), duration="PT2M")
    if kind == QUESTION:
        return intent("QuestionIntent", question=dice.choice(QUESTIONS))
    return intent(kind)


def intent(name: str, **slots: str) -> dict[str, Any]:
    """An IntentRequest as Alexa fills it in; what is no duration and no free words comes resolved."""
    filled: dict[str, Any] = {}
    for key, value in slots.items():
        filled[key] = {"name": key, "value": value, "confirmationStatus": "NONE", "source": "USER"}
        filled[key]["slotValue"] = {"type": "Simple", "value": value}
        if key not in ("duration", "question"):
            match = {
                "authority": f"amzn1.er-authority.echo-sdk.{APPLICATION}.{key}",
                "status": {"code": "ER_SUCCESS_MATCH"},
                "values": [{"value": {"name": value, "id": value}}],
            }
            filled[key]["resolutions"] = {"resolutionsPerAuthority": [match]}
            filled[key]["slotValue"]["resolutions"] = filled[key]["resolutions"]
    return {"type": "IntentRequest", "intent": {"name": name, "confirmationStatus": "NONE", "slots": filled}}


def wrapped(dice: random.Random, request: dict[str, Any], locale: str, listener: str, screen: bool) -> dict[str, Any]:
    """The envelope that Alexa puts around a request, with all the ids and tokens at their real lengths."""
    application, user = {"applicationId": APPLICATION}, {"userId": listener}
    device = {"deviceId": f"amzn1.ask.device.{ids(dice, 180)}", "supportedInterfaces": {}}
    system = {
        "application": application,
        "user": user,
        "device": device,
        "apiEndpoint": "https://api.amazonalexa.com",
        "apiAccessToken": ids(dice, 900),
    }
    context: dict[str, Any] = {"System": system, "Extensions": {"available": {}}}
    if screen:
        device["supportedInterfaces"] = {"Alexa.Presentation.APL": {"runtime": {"maxVersion": "2024.3"}}}
        context["Viewport"] = VIEWPORT
        context["Alexa.Presentation.APL"] = {"token": "soft-landing", "version": "APL_WEB_RENDERER_GANDALF"}
    return {
        "version": "1.0",
        "session": {"application": application, "user": user},
        "context": context,
        "request": {
            "requestId": f"amzn1.echo-api.request.{uuid_of(dice)}",
            "locale": locale,
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **request,
        },
    }


VIEWPORT = {
    "experiences": [{"arcMinuteWidth": 246, "arcMinuteHeight": 144, "canRotate": False, "canResize": False}],
    "mode": "HUB",
    "shape": "RECTANGLE",
    "pixelWidth": 1024,
    "pixelHeight": 600,
    "dpi": 160,
    "currentPixelWidth": 1024,
    "currentPixelHeight": 600,
    "touch": ["SINGLE"],
    "video": {"codecs": ["H_264_42", "H_264_41"]},
}


def ids(dice: random.Random, length: int) -> str:
    """Letters and digits that mean nothing."""
    return "".join(dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=length))


def uuid_of(dice: random.Random) -> uuid.UUID:
    """An id that is the same in every run."""
    return uuid.UUID(int=dice.getrandbits(128), version=4)


def questions() -> list[str]:
    """Free questions in listeners' words, long and short: the evaluation's, which the understanding did not learn."""
    files = [HERE.parent / "tests" / "evaluation" / "choosing" / f"{name}.jsonl" for name in ("scenes", "short")]
    return [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()]


QUESTIONS = questions()


def write(folder: Path, count: int, *, words: bool = True) -> list[Signed]:
    """Put into a folder what a load needs: the requests as Lua, and the root and chain that make them good."""
    amazon = Amazon()
    (folder / "root.pem").write_bytes(amazon.root.certificate.public_bytes(Encoding.PEM))
    (folder / "chain.pem").write_bytes(chain(amazon.leaf, amazon.intermediate))
    made = requests(count, amazon, words=words)
    rows = (
        "{{" + ", ".join(f"[ {quoted(key)} ] = {quoted(value)}" for key, value in one.headers.items()) + "}, "
        f"{quoted(one.body.decode())}}}"
        for one in made
    )
    (folder / "requests.lua").write_text("return {\n" + ",\n".join(rows) + "\n}\n", "utf-8")
    return made


def quoted(text: str) -> str:
    """A text as Lua."""
    return f"[====[{text}]====]"
