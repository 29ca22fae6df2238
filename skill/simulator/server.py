"""`soft-landing serve`: the skill under gunicorn on loopback, with a page at `/` that stands for the speaker.

`POST /` takes Alexa's envelopes unsigned and for any application id, so that any Alexa client can drive it. For that
reason it is reachable from this machine only: it binds to loopback, refuses callers from elsewhere, and refuses a
`Host` or an `Origin` that is not loopback, so that a page on the web cannot reach it through a name of its own.
"""

import json
from collections import OrderedDict
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from gunicorn.app.base import BaseApplication
from werkzeug.exceptions import HTTPException

from skill.alexa.endpoint import BODY_BYTES, parse, plain_text, read_body
from skill.alexa.handlers import build
from skill.alexa.refused import Refused
from skill.app import build_skill, elicits, health
from skill.loopback import NotLoopback, is_loopback
from skill.simulator.device import Device, LastReply
from skill.simulator.page import PAGE, page_in, page_words

DEVICES = 20
"""How many tabs may each have a session of their own."""

TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}


def host_of(value: str) -> str:
    """The host in a `Host` header or an origin, without its port; empty when there is none."""
    try:
        return urlsplit(value if "//" in value else f"//{value}").hostname or ""
    except ValueError:
        return ""


def create_app() -> Flask:
    """The local app: the page, and the door for unsigned envelopes."""
    app = Flask("skill.simulator", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    trace, lock = LastReply(), Lock()
    skill = build_skill(on_reply=trace)
    invoke = build(skill, elicit=elicits())
    devices: OrderedDict[str, Device] = OrderedDict()
    words = {locale: page_words(skill, locale) for locale in skill.responses.locales}

    @app.before_request
    def only_this_machine() -> Response | None:
        origin = request.headers.get("Origin")
        near = is_loopback(request.remote_addr or "") and is_loopback(host_of(request.host))
        if near and (origin is None or is_loopback(host_of(origin))):
            return None
        return plain_text("This speaker answers its own machine only.\n", 403)

    @app.post("/")
    def alexa() -> Response:
        try:
            envelope = parse(read_body(request))
        except Refused as refused:
            return plain_text(f"Refused: {refused.rule}. {refused.hint}.\n", 400)
        with lock:
            return as_json(invoke(envelope))

    @app.post("/say")
    def say() -> Response:
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict) or not all(isinstance(asked.get(key), str) for key in ("tab", "locale")):
            return plain_text("Send JSON with tab, locale and text.\n", 400)
        with lock:
            device = devices.pop(asked["tab"][:64], None) or Device(invoke, skill.understanding, trace)
            devices[asked["tab"][:64]] = device
            while len(devices) > DEVICES:
                devices.popitem(last=False)
            device.locale, device.screen = asked["locale"], bool(asked.get("screen"))
            if asked.get("end"):
                device.hang_up()
            if not isinstance(asked.get("text"), str):
                return as_json({})
            turn = device.hear(asked["text"][:8000])
        return as_json(
            {
                **turn.as_line(),
                "timeline": turn.timeline,
                "request": turn.request_json,
                "answer": turn.response_json,
            }
        )

    @app.get("/")
    @app.get("/page/<name>")
    def page(name: str = "index.html") -> Response:
        file = PAGE.joinpath(name)
        kind = TYPES.get(name.rpartition(".")[2])
        if "/" in name or "\\" in name or kind is None or not file.is_file():
            return plain_text("No such page.\n", 404)
        if kind == "text/html":
            wanted = request.accept_languages.best_match(list(words)) or skill.responses.base_locale
            answer = Response(page_in(words, wanted), mimetype=kind)
        else:
            answer = Response(file.read_bytes(), mimetype=kind)
        answer.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    @app.get("/health")
    def healthy() -> Response:
        return as_json(health(skill.responses))

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        return plain_text(f"{error.name}.\n", error.code or 400)

    return app


def as_json(value: Any) -> Response:
    """A value as a JSON answer."""
    return Response(json.dumps(value, ensure_ascii=False), mimetype="application/json")


def serve_locally(host: str, port: int) -> None:
    """Serve until stopped; raises `NotLoopback` for an address that others could reach."""
    if not is_loopback(host):
        raise NotLoopback(
            f"{host} is not a loopback address. The speaker takes unsigned requests, so it stays on this machine; "
            'for Alexa, start the production app: gunicorn "skill:create_app()"'
        )
    shown = f"[{host}]" if ":" in host else host
    settings = {"bind": f"{shown}:{port}", "workers": 1, "threads": 4, "preload_app": True}
    Local(settings | {"control_socket_disable": True}).run()


class Local(BaseApplication):  # type: ignore[misc]
    """gunicorn, started from here with a few settings."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its settings."""
        for key, value in self.settings.items():
            if key in self.cfg.settings:  # older ones have no socket to be steered by, and no setting against it
                self.cfg.set(key, value)

    def load(self) -> Flask:
        """The app to serve."""
        app = create_app()
        bind = self.settings["bind"]
        print(f"Soft Landing is listening. Open http://{bind}/ and say hello. Control-C stops it.", flush=True)
        return app
