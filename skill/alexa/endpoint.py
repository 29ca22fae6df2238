"""The endpoint: `POST /` for Alexa, `GET /health` for the host, and the pages that the store asks for.

A request's raw body is verified before it is parsed. Every refusal is 400, as Amazon's certification demands, with one
line in the log that says which rule failed and what to do. Nothing here can switch verification off.
"""

import json
import logging
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

import orjson
from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from skill.alexa.log import RequestLog
from skill.alexa.refused import Refused
from skill.alexa.verifier import Verifier

log = logging.getLogger("skill")

BODY_BYTES = 128 * 1024
"""The largest request that is read. Alexa's are a few kilobytes; Amazon prints no limit."""

JSON = "application/json"

Invoke = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""The skill as the endpoint knows it: the data of a request in, the data of a response out."""


def add_routes(
    app: Flask,
    invoke: Invoke,
    verifier: Verifier,
    request_log: RequestLog,
    health: Mapping[str, Any],
    pages: Mapping[str, str],
) -> None:
    """Give an app its routes; `pages` are whole HTML pages by name: `privacy`, `de/privacy`."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES

    @app.post("/")
    def alexa() -> Response:
        start = perf_counter()
        envelope: Mapping[str, Any] = {}
        try:
            body = read_body(request)
            verifier.verify_signature(request.headers, body)
            envelope = parse(body)
            verifier.verify_envelope(envelope)
        except Refused as refused:
            request_log.failed(start, envelope, "refused", rule=refused.rule, hint=refused.hint)
            return plain_text(f"Refused: {refused.rule}.\n", 400)
        try:
            data = invoke(envelope)
            answer = orjson.dumps(data)
        except Exception as error:  # no request may end in a 500, whatever breaks behind the endpoint
            log.error("the skill broke: %s", type(error).__name__)
            request_log.failed(start, envelope, "broken")
            return Response(b'{"version":"1.0","response":{}}', content_type=JSON)
        request_log.answered(start, envelope, data)
        return Response(answer, content_type=JSON)

    @app.get("/health")
    def healthy() -> Response:
        return Response(orjson.dumps(health), content_type=JSON)

    @app.get("/<any(privacy, terms):name>")
    @app.get("/<language>/<any(privacy, terms):name>")
    def page(name: str, language: str = "") -> Response:
        html = pages.get(f"{language}/{name}" if language else name)
        return Response(html, mimetype="text/html") if html else plain_text("No such page.\n", 404)

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        """Werkzeug's own refusals, in our plain words and without what was sent."""
        return plain_text(f"{error.name}.\n", error.code or 400)


def read_body(request: Request) -> bytes:
    """The raw bytes; the signature covers exactly these. Raises `Refused` for a body that is too large or cut off."""
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise Refused("body-size", f"requests over {BODY_BYTES} bytes are not read; Alexa sends far less") from None
    except (HTTPException, OSError):
        raise Refused("body", "the request's body did not arrive whole; look at the proxy in front") from None


def parse(body: bytes) -> Mapping[str, Any]:
    """The envelope in some verified bytes; raises `Refused` when they are not a JSON object.

    What orjson finds too odd, such as half a character or a number of many digits, Python's own parser takes.
    """
    try:
        envelope = orjson.loads(body)
    except ValueError:
        try:
            envelope = json.loads(body.decode())
        except (ValueError, RecursionError):
            envelope = None
    if not isinstance(envelope, dict):
        raise Refused("body", "the body is not a JSON object; only Alexa's requests belong here")
    return envelope


def plain_text(text: str, status: int) -> Response:
    """A short plain answer."""
    return Response(text, status, mimetype="text/plain")
