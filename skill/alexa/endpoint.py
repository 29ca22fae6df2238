"""The door: `POST /` for Alexa, `GET /health` for the host, and the pages that the store asks for.

A request's raw body is verified before it is parsed. Every refusal is 400, as Amazon's certification demands, with one
line in the log that says which rule failed and how to mend it. Nothing here can switch verification off.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import Any, Protocol

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wsgi import get_content_length, get_input_stream

from skill.alexa.verifier import Headers, Refused

log = logging.getLogger("skill.door")

BODY_BYTES = 128 * 1024
"""The largest request that is read. Alexa's are a few kilobytes; Amazon prints no limit."""

CONTROLS = frozenset(
    {
        "AMAZON.HelpIntent",
        "AMAZON.StopIntent",
        "AMAZON.CancelIntent",
        "AMAZON.NavigateHomeIntent",
        "AMAZON.FallbackIntent",
        "AMAZON.YesIntent",
        "AMAZON.NoIntent",
        "AMAZON.RepeatIntent",
        "AMAZON.NextIntent",
        "AMAZON.PreviousIntent",
        "AMAZON.StartOverIntent",
        "AMAZON.PauseIntent",
        "AMAZON.ResumeIntent",
        "MoreIntent",
        "TopicsIntent",
        "PracticesIntent",
        "ShorterIntent",
        "SlowerIntent",
        "FasterIntent",
        "SourceIntent",
    }
)
"""The intents whose name may stand in a log. Which topic, feeling, practice or worry it was is nobody's business."""

REQUEST_TYPES = frozenset(
    {
        "LaunchRequest",
        "IntentRequest",
        "SessionEndedRequest",
        "CanFulfillIntentRequest",
        "SessionResumedRequest",
        "System.ExceptionEncountered",
        "Connections.Response",
    }
)
EVENT_FAMILIES = frozenset(
    {"AlexaSkillEvent", "Alexa.Presentation.APL", "Alexa.Presentation.APLA", "AudioPlayer", "Dialog"}
)

SIGNED = {"HTTP_SIGNATURE_256": "Signature-256", "HTTP_SIGNATURECERTCHAINURL": "SignatureCertChainUrl"}
"""The headers of a signature, by their names in WSGI (PEP 3333)."""

LOCALE = re.compile(r"[a-z]{2}-[A-Z]{2}")

JSON, TEXT = "application/json", "text/plain; charset=utf-8"

Answer = tuple[str, str, bytes]
"""A status, a content type and a body."""

Invoke = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""The skill as the door knows it: the data of a request in, the data of a response out."""


class Guard(Protocol):
    """Whoever decides that a request may come in; raises `Refused`."""

    def verify_signature(self, headers: Headers, body: bytes) -> None:
        """Whether Alexa signed these bytes."""

    def verify_envelope(self, envelope: Mapping[str, Any]) -> None:
        """Whether it is recent, and meant for this skill."""


def open_door(app: Flask, invoke: Invoke, guard: Guard, health: Mapping[str, Any], pages: Mapping[str, str]) -> None:
    """Put the door into an app; `pages` are whole HTML pages by name, such as `privacy`."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES

    def answered(environ: dict[str, Any]) -> Answer:
        start = perf_counter()
        envelope: Mapping[str, Any] = {}
        try:
            body = read_body(environ)
            guard.verify_signature({name: environ[key] for key, name in SIGNED.items() if key in environ}, body)
            envelope = parse(body)
            guard.verify_envelope(envelope)
        except Refused as refused:
            note(start, envelope, "refused", rule=refused.rule, hint=refused.hint)
            return "400 BAD REQUEST", TEXT, f"Refused: {refused.rule}.\n".encode()
        try:
            answer = orjson.dumps(invoke(envelope))
        except Exception as error:  # no request may end in a 500, whatever breaks behind the door
            log.error("the skill broke: %s", type(error).__name__)
            note(start, envelope, "broken")
            return "200 OK", JSON, b'{"version":"1.0","response":{}}'
        note(start, envelope, "answered")
        return "200 OK", JSON, answer

    flask = app.wsgi_app

    def door(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Alexa's requests come straight in; all others go through Flask, which takes as long as the answer itself."""
        if environ["REQUEST_METHOD"] != "POST" or environ.get("PATH_INFO") != "/":
            return flask(environ, start_response)
        status, kind, content = answered(environ)
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(content)))])
        return (content,)

    app.wsgi_app = door  # type: ignore[method-assign]  # Flask's documented place for what stands in front of it

    @app.post("/")
    def alexa() -> Response:
        """Names the route, so that every other method is refused; `door` answers before it is reached."""
        status, kind, content = answered(request.environ)
        return Response(content, status, content_type=kind)

    @app.get("/health")
    def healthy() -> Response:
        return Response(orjson.dumps(health), content_type=JSON)

    @app.get("/<any(privacy, terms):name>")
    def page(name: str) -> Response:
        return Response(pages[name], mimetype="text/html")

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        """Werkzeug's own refusals, in our plain words and without what was sent."""
        return plain(f"{error.name}.\n", error.code or 400)


def read_body(environ: dict[str, Any]) -> bytes:
    """The raw bytes; the signature covers exactly these. Raises `Refused` for a body that is too large or cut off."""
    length = get_content_length(environ)
    try:
        if length is None or length > BODY_BYTES:  # in pieces, or more than is read
            return get_input_stream(environ, max_content_length=BODY_BYTES).read()
        body: bytes = environ["wsgi.input"].read(length)
    except RequestEntityTooLarge:
        raise Refused("body-size", f"requests over {BODY_BYTES} bytes are not read; Alexa sends far less") from None
    except (HTTPException, OSError):
        raise cut_off() from None
    if len(body) != length:
        raise cut_off()
    return body


def cut_off() -> Refused:
    """What is said of a body that ends too early."""
    return Refused("body", "the request's body did not arrive whole; look at the proxy in front")


def parse(body: bytes) -> Mapping[str, Any]:
    """The envelope in some verified bytes; raises `Refused` when they are not a JSON object."""
    try:
        envelope = orjson.loads(body)
    except ValueError:
        envelope = None
    if not isinstance(envelope, dict):
        raise Refused("body", "the body is not a JSON object; only Alexa's requests belong here")
    return envelope


def plain(text: str, status: int) -> Response:
    """A short plain answer."""
    return Response(text, status, mimetype="text/plain")


def note(start: float, envelope: Mapping[str, Any], outcome: str, **more: str) -> None:
    """One line a request: what kind, which control, where, how it went, how long. No ids, no words, no slot values."""
    level = logging.INFO if outcome == "answered" else logging.WARNING
    if log.isEnabledFor(level):
        line = {**kind(envelope), "outcome": outcome, **more, "milliseconds": round((perf_counter() - start) * 1000, 1)}
        # Made here: `log.log` would first look for who called it, which no line says and which takes longer.
        log.handle(log.makeRecord(log.name, level, __file__, 0, orjson.dumps(line).decode(), (), None, "note"))


def kind(envelope: Mapping[str, Any]) -> dict[str, str]:
    """The type, control and locale of a request, each only where it is one that we know."""
    asked = envelope.get("request")
    if not isinstance(asked, dict):
        return {}
    found: dict[str, str] = {}
    name = asked.get("type")
    if isinstance(name, str):
        family = name.rpartition(".")[0]
        found["request"] = name if name in REQUEST_TYPES else family if family in EVENT_FAMILIES else "other"
    intent = asked.get("intent")
    if isinstance(intent, dict) and isinstance(intent.get("name"), str) and intent["name"] in CONTROLS:
        found["intent"] = intent["name"]
    locale = asked.get("locale")
    if isinstance(locale, str) and LOCALE.fullmatch(locale):
        found["locale"] = locale
    return found
