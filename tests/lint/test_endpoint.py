"""An endpoint that lets in what is not Alexa is found."""

import http.server
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from skill.alexa import verifier
from skill.alexa.refused import Refused
from skill.app import create_app
from skill.lint.endpoint import SKILL_ID, FakeAlexa, ProbeResponse, Send, check_endpoint, check_refused, unsigned_probes
from skill.settings.model import NoStore

from .mistakes import caught, show

pytestmark = pytest.mark.slow

NOW = datetime.fromisoformat("2026-01-31T12:00:00+00:00")


def answering(status: int) -> Send:
    """A door that answers everything alike."""
    return lambda headers, body: ProbeResponse(status, b"{}")


@pytest.mark.parametrize("status", [200, 401, 403, 404, 500, 502])
def test_every_probe_must_be_answered_400(status: int) -> None:
    """Whatever else a probe is answered is an error, for each of them."""
    probes = tuple(unsigned_probes(NOW))
    found = list(check_refused(answering(status), probes, "skill/alexa/endpoint.py"))
    assert len(found) == len(probes)
    assert all(one.severe for one in found)
    assert not list(check_refused(answering(400), probes, "skill/alexa/endpoint.py"))


class Lenient(verifier.Verifier):
    """A guard that does not know one of its rules."""

    forgotten = ""

    def verify_signature(self, headers: Any, body: bytes) -> None:
        self.unless(super().verify_signature, headers, body)

    def verify_envelope(self, envelope: Any) -> None:
        self.unless(super().verify_envelope, envelope)

    def unless(self, verify: Callable[..., None], *given: Any) -> None:
        """Verify, and let the forgotten rule pass."""
        try:
            verify(*given)
        except Refused as refused:
            if refused.rule != self.forgotten:
                raise


@pytest.mark.parametrize(
    ("rule", "probe"),
    [
        ("timestamp", "an old timestamp"),
        ("application-id", "the application id of another skill"),
        ("signature", "a body changed after it was signed"),
        ("certificate-fetch", "a certificate that cannot be fetched"),
    ],
)
def test_a_door_that_forgets_a_rule_is_found(rule: str, probe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rule of the door has a probe that notices when it is gone."""
    monkeypatch.setattr(Lenient, "forgotten", rule)
    monkeypatch.setattr(verifier, "Verifier", Lenient)
    assert "it was let in" in caught(check_endpoint(), f"{probe}: ").wrong


def test_a_door_that_refuses_everybody_is_found() -> None:
    """A launch that is signed, recent and ours must be answered."""
    caught(
        check_endpoint(build=lambda *_, **settings: create_app("amzn1.ask.skill.other", **settings)), "A launch that is"
    )


def test_an_app_that_does_not_start_is_found() -> None:
    """What keeps the app from starting is the finding."""
    caught(check_endpoint(build=lambda *_, **settings: create_app(" ", **settings)), "does not start")


@pytest.fixture
def served() -> Iterator[Callable[[Any], str]]:
    """Serves an app, or a handler, on loopback, and gives its address."""
    servers: list[Any] = []

    def serve(what: Any) -> str:
        server: Any = (
            make_server("127.0.0.1", 0, what)
            if isinstance(what, Flask)
            else http.server.HTTPServer(("127.0.0.1", 0), what)
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


class Gullible(http.server.BaseHTTPRequestHandler):
    """Answers whatever comes with 200."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def test_over_the_network(served: Callable[[Any], str]) -> None:
    """A skill that runs is tried by its address; one that lets everything in is found out."""
    alexa = FakeAlexa(NOW)
    app = create_app(SKILL_ID, trust_roots=[alexa.root], fetch=alexa.fetch, store=NoStore())
    good = list(check_endpoint(served(app)))
    assert not good, show(good)
    url = served(Gullible)
    finding = caught(check_endpoint(url), "no signature headers: it was let in")
    assert finding.file == url


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("http://skill.example/", "no https URL"),
        ("skill.example", "no https URL"),
        ("http://127.0.0.1:1/", "No connection"),
        ("https://127.0.0.1:1/", "No connection"),
    ],
)
def test_addresses_that_lead_nowhere(url: str, wrong: str) -> None:
    """An address that Alexa could not use is the finding."""
    caught(check_endpoint(url), wrong)
