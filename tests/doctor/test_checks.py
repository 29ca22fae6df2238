"""The doctor, called to servers on loopback where nothing is wrong, or one thing."""

from __future__ import annotations

import json
import ssl
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from amazon import DAY, NOW, Identity, authority, leaf
from click.testing import CliRunner, Result
from cryptography import x509

from skill.content.responses import Responses
from skill.doctor.certificates import check_names
from skill.doctor.checks import check_address, examine
from skill.doctor.commands import doctor
from skill.doctor.diagnosis import ERROR, NOTE, OK, Diagnosis, Expected, NoPackage, of_package
from skill.doctor.probe import EndpointAddress
from skill.package.commands import package
from skill.paths import folder

pytestmark = pytest.mark.slow

LOCALES = Responses(folder("responses")).locales
HOST = (x509.DNSName("localhost"),)
ROOT = authority("doctor's root")
MIDDLE = authority("doctor's intermediate", ROOT)
STRANGER = authority("somebody else's root")

HEALTH = {"version": version("soft-landing"), "locales": list(LOCALES), "words_changed": "2026-01-01T00:00:00+00:00"}


def certified(*chain: Identity, **how: Any) -> tuple[bytes, bytes]:
    """A certificate with what is sent beside it, and its key."""
    issuer = chain[0] if chain else MIDDLE
    own = leaf(issuer, **{"names": HOST, **how})
    return own.pem + b"".join(one.pem for one in chain or (MIDDLE,)), own.key_pem


def alone(issuer: Identity | None) -> tuple[bytes, bytes]:
    """A certificate with nothing sent beside it, and its key."""
    own = leaf(issuer, names=HOST)
    return own.pem, own.key_pem


@dataclass
class Patient:
    """How a server behaves; by default as ours does."""

    pair: tuple[bytes, bytes] = field(default_factory=lambda: certified())
    refusal: int = 400
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    date: timedelta | None = timedelta()
    health: Any = field(default_factory=lambda: dict(HEALTH))
    missing: tuple[str, ...] = ()
    page_type: str = "text/html; charset=utf-8"
    tls: bool = True
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    drops: bool = False


class Server(ThreadingHTTPServer):
    """A server that behaves like its patient."""

    daemon_threads = True
    patient: Patient
    context: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands first, in the thread of this connection."""
        if self.context is not None:
            request = self.context.wrap_socket(request, server_side=True)
        with request:
            super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever goes away in the middle of a handshake is none of our business."""


class Behaviour(BaseHTTPRequestHandler):
    """What the patient answers."""

    server: Server

    def do_POST(self) -> None:
        """The door."""
        patient = self.server.patient
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(patient.delay)
        if not patient.drops:
            self.answer(patient.refusal, "text/plain", b"Refused.\n", patient.headers)

    def do_GET(self) -> None:
        """The pages."""
        patient, name = self.server.patient, self.path.strip("/")
        if name in patient.missing:
            self.answer(404, "text/plain", b"Not Found.\n")
        elif name == "health":
            body = patient.health if isinstance(patient.health, bytes) else json.dumps(patient.health).encode()
            self.answer(200, "application/json", body)
        else:
            self.answer(200, patient.page_type, b"<h1>Page</h1>")

    def answer(self, status: int, kind: str, body: bytes, more: dict[str, str] | None = None) -> None:
        """One answer, with the patient's idea of the time."""
        self.send_response_only(status)
        if self.server.patient.date is not None:
            self.send_header("Date", format_datetime(datetime.now(UTC) + self.server.patient.date, usegmt=True))
        for key, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(more or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    """The root that vouches for our patients."""
    path = tmp_path / "root.pem"
    path.write_bytes(ROOT.pem)
    return path


@contextmanager
def running(patient: Patient, tmp_path: Path) -> Iterator[str]:
    """A server on loopback, and its address."""
    server = Server(("127.0.0.1", 0), Behaviour)
    server.patient = patient
    if patient.tls:
        for name, content in zip(("certificate.pem", "key.pem"), patient.pair, strict=True):
            (tmp_path / name).write_bytes(content)
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what one test is about
            server.context.minimum_version, server.context.maximum_version = patient.oldest, patient.newest
        if patient.newest < ssl.TLSVersion.TLSv1_2:
            server.context.set_ciphers("ALL:@SECLEVEL=0")
        server.context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def results_of(patient: Patient, tmp_path: Path, ca: Path | None, expected: Expected | None = None) -> list[Diagnosis]:
    """What the doctor finds."""
    with running(patient, tmp_path) as url:
        return list(examine(url, expected or Expected(LOCALES), ca=ca, seconds=1.5))


def failed(results: list[Diagnosis]) -> list[str]:
    """What keeps Alexa away, by the check that found it."""
    return [result.check for result in results if result.state == ERROR]


def test_finds_nothing_where_nothing_is_wrong(tmp_path: Path, ca: Path) -> None:
    """Every check is made, and loopback is all there is to note."""
    results = results_of(Patient(), tmp_path, ca)
    assert failed(results) == []
    assert [(result.check, result.found.split(":")[0][:9]) for result in results if result.state == NOTE] == [
        ("address", "localhost"),
        ("address", "port " + results[1].found[5:9]),
        ("name", "localhost"),
    ]
    assert [result.check for result in results if result.state == OK] == [
        *("port", "tls", "dates", "names", "chain", "endpoint", "clock", "locales", "privacy", "terms")
    ]


YEAR_AGO, MONTH_AGO = NOW - 365 * DAY, NOW - 30 * DAY

ILLNESSES = {
    "self-signed": (Patient(pair=alone(None)), ["chain"], "vouches for itself"),
    "wrong name": (
        Patient(pair=certified(names=(x509.DNSName("other.example.org"),))),
        ["names"],
        "names other.example.org, and not localhost",
    ),
    "no name": (Patient(pair=certified(names=())), ["names"], "names no host at all"),
    "expired": (Patient(pair=certified(starts=YEAR_AGO, ends=MONTH_AGO)), ["dates"], "ran out on"),
    "not yet": (Patient(pair=certified(starts=NOW + DAY, ends=NOW + 30 * DAY)), ["dates"], "begins on"),
    "no chain": (Patient(pair=alone(MIDDLE)), ["chain"], "the whole chain"),
    "a stranger's": (Patient(pair=certified(STRANGER)), ["chain"], "issued by somebody else's root"),
    "no tls": (Patient(tls=False), ["tls"], "listen 443 ssl"),
    "old tls": (
        Patient(newest=ssl.TLSVersion.TLSv1_1, oldest=ssl.TLSVersion.TLSv1),
        ["tls"],
        "nothing newer than TLS 1.1",
    ),
    "slow": (Patient(delay=2.0), ["endpoint"], "no answer in 1.5 s"),
    "drops": (Patient(drops=True), ["endpoint"], "the connection broke"),
    "broken": (Patient(refusal=500), ["endpoint"], "journalctl -u soft-landing"),
    "nobody behind": (Patient(refusal=502), ["endpoint"], "SOFT_LANDING_APPLICATION_ID"),
    "elsewhere": (Patient(refusal=404), ["endpoint"], "as if nothing were there"),
    "another refusal": (Patient(refusal=401), ["endpoint"], "where Amazon demands 400"),
    "a strange status": (Patient(refusal=599), ["endpoint"], "answered 599"),
    "lets anybody in": (Patient(refusal=200), ["endpoint"], "Requests are not verified"),
    "sends on": (
        Patient(refusal=301, headers={"Location": "https://www.example.org/"}),
        ["endpoint"],
        "to https://www.example.org/",
    ),
    "clock behind": (Patient(date=timedelta(seconds=-400)), ["clock"], " s apart"),
    "clock ahead": (Patient(date=timedelta(seconds=400)), ["clock"], "timedatectl set-ntp true"),
    "fewer locales": (
        Patient(health={**HEALTH, "locales": ["en-US"]}),
        ["locales"],
        f"does not speak {', '.join(locale for locale in LOCALES if locale != 'en-US')}",
    ),
    "another program": (Patient(health=b"ok"), ["health"], "is not the skill's"),
    "no health": (Patient(missing=("health",)), ["health"], "/health is answered 404"),
    "no privacy": (Patient(missing=("privacy",)), ["privacy"], "a reviewer opens it"),
    "no terms": (Patient(missing=("terms",)), ["terms"], "/terms is answered 404"),
    "no page": (Patient(page_type="text/plain"), ["privacy", "terms"], "text/plain, not a page"),
}


@pytest.mark.parametrize(("patient", "checks", "said"), ILLNESSES.values(), ids=ILLNESSES)
def test_names_what_is_wrong(patient: Patient, checks: list[str], said: str, tmp_path: Path, ca: Path) -> None:
    """One fault is found once, by its check, and with what to do."""
    results = results_of(patient, tmp_path, ca)
    assert failed(results) == checks
    found = [result for result in results if result.state == ERROR]
    assert any(said in str(result) for result in found), [str(result) for result in found]
    assert all(result.hint for result in found)


NOTES = {
    "soon": (Patient(pair=certified(ends=NOW + 5 * DAY)), "runs out on"),
    "new tls only": (Patient(oldest=ssl.TLSVersion.TLSv1_3), "TLS 1.3 only"),
    "clock a little off": (Patient(date=timedelta(seconds=60)), " s apart"),
    "no clock": (Patient(date=None), "have no date"),
    "more locales": (Patient(health={**HEALTH, "locales": [*LOCALES, "xx-XA"]}), "speaks xx-XA as well"),
    "another version": (Patient(health={**HEALTH, "version": "9.9"}), "the server runs 9.9"),
}


@pytest.mark.parametrize(("patient", "said"), NOTES.values(), ids=NOTES)
def test_notes_what_is_worth_knowing(patient: Patient, said: str, tmp_path: Path, ca: Path) -> None:
    """What does not keep Alexa away today is a note."""
    results = results_of(patient, tmp_path, ca)
    assert failed(results) == []
    assert any(said in str(result) for result in results if result.state == NOTE)


def test_looks_on_behind_a_fault(tmp_path: Path, ca: Path) -> None:
    """One visit names all that is wrong, whatever comes first."""
    patient = Patient(
        pair=certified(STRANGER, names=(), ends=MONTH_AGO, starts=YEAR_AGO), refusal=500, missing=("terms",)
    )
    assert failed(results_of(patient, tmp_path, ca)) == ["dates", "names", "endpoint", "terms"]


def test_our_root_is_not_trusted_by_itself(tmp_path: Path) -> None:
    """Without --ca a private root is nobody's."""
    assert failed(results_of(Patient(), tmp_path, None)) == ["chain"]


def test_a_package_that_says_self_signed_may_have_it(tmp_path: Path, ca: Path) -> None:
    """For testing, Amazon takes a certificate that vouches for itself, if it was told."""
    patient = ILLNESSES["self-signed"][0]
    with running(patient, tmp_path) as url:
        results = list(examine(url, Expected(LOCALES, url, "SelfSigned"), ca=ca, seconds=1.5))
    assert failed(results) == []
    assert any("as the package says" in result.found for result in results)


STAR, NAMED = x509.DNSName("*.example.org"), x509.DNSName("skill.example.org")


@pytest.mark.parametrize(
    ("names", "kind", "states", "hint"),
    [
        ((STAR,), "", [NOTE], "is fine if the package was made with --certificate wildcard"),
        ((STAR,), "Wildcard", [OK], ""),
        ((STAR,), "Trusted", [ERROR], "Package again with --certificate wildcard"),
        ((NAMED,), "Wildcard", [OK, NOTE], "Package again with --certificate trusted"),
        ((NAMED, STAR), "Wildcard", [OK], ""),
        ((NAMED, STAR), "Trusted", [OK], ""),
    ],
)
def test_a_wildcard_has_to_be_packaged_as_one(
    names: tuple[x509.DNSName, ...], kind: str, states: list[str], hint: str
) -> None:
    """Amazon wants to be told when a certificate is made out to all hosts of a domain, and only then."""
    own = leaf(ROOT, names=names).certificate
    results = list(
        check_names(own, EndpointAddress("skill.example.org", 443, "/", 1, None), Expected(LOCALES, certificate=kind))
    )
    assert [result.state for result in results] == states
    assert hint in results[-1].hint


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("https://skill.example.org/", OK),
        ("https://abc.execute-api.us-east-1.amazonaws.com/dev", OK),
        ("https://x.lambda-url.eu-west-1.on.aws/", OK),
        ("https://alexa.example.org/", NOTE),
        ("https://skill.internal/", NOTE),
        ("https://skill.example.org/?x", ERROR),
        ("https://192.0.2.7/", ERROR),
    ],
)
def test_says_how_much_an_address_matters(url: str, state: str) -> None:
    """One of Amazon's names in a host keeps nobody away; an address that Alexa does not take does."""
    (result,) = check_address(url, Expected(LOCALES), None, 1)
    assert result.state == state


@pytest.mark.parametrize(
    ("url", "check", "said"),
    [
        ("http://skill.example.org/", "address", "Alexa only calls https"),
        ("skill", "address", "does not begin with https://"),
        ("https://", "address", "names no host"),
        ("https://[::1/", "address", "is not an address"),
        ("https://skill..example.org/", "address", "is not an address"),
        ("https://exa mple.org/", "address", "is not an address"),
        ("https://nowhere.invalid/", "name", "leads nowhere"),
        ("https://localhost:9/", "port", "port 9 refuses"),
    ],
)
def test_an_address_that_leads_nowhere(url: str, check: str, said: str) -> None:
    """Where there is nothing to look at, it says so and stops."""
    *_, last = examine(url, Expected(LOCALES), seconds=2)
    assert (last.check, last.state) == (check, ERROR)
    assert said in last.found


# -- The command ------------------------------------------------------------------------------------------------------


def run(*words: str) -> Result:
    """Run `soft-landing doctor`."""
    return CliRunner().invoke(doctor, list(words))


def test_exits_with_0_without_an_error(tmp_path: Path, ca: Path) -> None:
    """The exit status is for scripts, and the lines are for people."""
    with running(Patient(), tmp_path) as url:
        result = run("--url", url, "--ca", str(ca))
    assert result.exit_code == 0, result.output
    assert "ok    endpoint: an unsigned request is refused with 400" in result.output


def test_exits_with_1_on_an_error(tmp_path: Path, ca: Path) -> None:
    """As JSON each line is an object with what was found and how to mend it."""
    with running(Patient(refusal=502), tmp_path) as url:
        result = run("--url", url, "--ca", str(ca), "--json")
    assert result.exit_code == 1
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert [set(line) for line in lines] == [{"check", "state", "found", "hint"}] * len(lines)
    (found,) = [line for line in lines if line["state"] == "error"]
    assert (found["check"], "gunicorn does not run" in found["hint"]) == ("endpoint", True)


def test_compares_with_a_package(tmp_path: Path, ca: Path) -> None:
    """A package made for another address is found out."""
    out = tmp_path / "package"
    assert CliRunner().invoke(package, ["--endpoint", "https://skill.example.org/", "--out", str(out)]).exit_code == 0
    assert of_package(out) == Expected(LOCALES, "https://skill.example.org/", "Trusted")
    with running(Patient(), tmp_path) as url:
        result = run("--url", url, "--ca", str(ca), "--package", str(out))
    assert result.exit_code == 1
    assert "the package names https://skill.example.org/" in result.output


def test_a_folder_is_not_a_package(tmp_path: Path) -> None:
    """Some other folder is refused in plain words."""
    with pytest.raises(NoPackage, match="soft-landing package writes one"):
        of_package(tmp_path)
    assert run("--url", "https://localhost/", "--package", str(tmp_path)).exit_code == 1
