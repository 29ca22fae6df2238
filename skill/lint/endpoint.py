"""The door as Amazon tries it before a skill is published: whatever is not Alexa's, meant for us and recent gets 400.

Against the app itself an Alexa of our own signs, with a certificate authority made on the spot and thrown away; over
the network only what needs no signature of Amazon's can be tried.
"""

import base64
import http.client
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask import Flask

from skill.alexa.certificates import SIGNER
from skill.app import create_app
from skill.lint.finding import Finding
from skill.settings.model import NoStore

ENDPOINT_FILE = "skill/alexa/endpoint.py"
SKILL_ID = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
CHAIN = "https://s3.amazonaws.com/echo.api/rehearsal.pem"
TIMEOUT_SECONDS = 8.0
"""Alexa waits no longer."""
DAY = timedelta(days=1)

WRONG_URLS = {
    "a URL without TLS": "http://s3.amazonaws.com/echo.api/cert.pem",
    "a URL of another host": "https://notamazon.com/echo.api/cert.pem",
    "a URL whose path is spelt otherwise": "https://s3.amazonaws.com/EcHo.aPi/cert.pem",
    "a URL with another path": "https://s3.amazonaws.com/invalid.path/cert.pem",
    "a URL with another port": "https://s3.amazonaws.com:563/echo.api/cert.pem",
    "a URL with no number for a port": "https://s3.amazonaws.com:abc/echo.api/cert.pem",
    "a URL that climbs out": "https://s3.amazonaws.com/echo.api/../evil/cert.pem",
    "a URL that is none": "cert.pem",
}
"""The invalid ones of Amazon's page "Host a Custom Skill as a Web Service", and those its verifiers are tested with."""


@dataclass(frozen=True)
class ProbeResponse:
    """What came back."""

    status: int
    body: bytes


Send = Callable[[Mapping[str, str], bytes], ProbeResponse]
"""Posts a body with some headers."""


@dataclass(frozen=True)
class Probe:
    """One thing that Amazon tries."""

    name: str
    headers: Mapping[str, str]
    body: bytes


class FakeAlexa:
    """Signs requests as Alexa does: an app that trusts `root` and fetches with `fetch` accepts what it signs."""

    def __init__(self, now: datetime) -> None:
        root_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Soft Landing rehearsal")])
        own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SIGNER)])
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        self.root = (
            _builder(name, name, root_key.public_key(), root_key.public_key(), now)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .sign(root_key, hashes.SHA256())
        )
        leaf = (
            _builder(own, name, self.key.public_key(), root_key.public_key(), now)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(SIGNER)]), critical=False)
            .sign(root_key, hashes.SHA256())
        )
        self.chain = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (leaf, self.root))

    def fetch(self, url: str) -> bytes:
        """What stands at a URL: our chain at its own, nothing anywhere else."""
        if url != CHAIN:
            raise OSError("nothing is there")
        return self.chain

    def signed(self, body: bytes, algorithm: hashes.HashAlgorithm | None = None) -> dict[str, str]:
        """The headers that go with a body."""
        signature = self.key.sign(body, PKCS1v15(), algorithm or hashes.SHA256())
        return {"SignatureCertChainUrl": CHAIN, "Signature-256": base64.b64encode(signature).decode()}


def _builder(subject: x509.Name, issuer: x509.Name, key: Any, issuing: Any, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing), critical=False)
    )


def launch(now: datetime, application: str = SKILL_ID) -> bytes:
    """A launch as Alexa sends it."""
    named = {"application": {"applicationId": application}, "user": {"userId": "amzn1.ask.account.rehearsal"}}
    envelope = {
        "version": "1.0",
        "session": {"new": True, "sessionId": "amzn1.echo-api.session.rehearsal", **named},
        "context": {"System": {**named, "device": {"deviceId": "rehearsal", "supportedInterfaces": {}}}},
        "request": {
            "type": "LaunchRequest",
            "requestId": "amzn1.echo-api.request.rehearsal",
            "timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "locale": "en-US",
        },
    }
    return json.dumps(envelope).encode()


def unsigned_probes(now: datetime) -> Iterator[Probe]:
    """What can be tried on any skill: nothing here bears a signature of Amazon's."""
    body = launch(now)
    forged = base64.b64encode(b"\x01" * 256).decode()
    yield Probe("no signature headers", {}, body)
    yield Probe("an empty certificate URL", {"SignatureCertChainUrl": "", "Signature-256": forged}, body)
    yield Probe("an empty signature", {"SignatureCertChainUrl": CHAIN, "Signature-256": ""}, body)
    for name, url in WRONG_URLS.items():
        yield Probe(name, {"SignatureCertChainUrl": url, "Signature-256": forged}, body)
    yield Probe("a forged signature", {"SignatureCertChainUrl": CHAIN, "Signature-256": forged}, body)
    yield Probe("a signature that is no base64", {"SignatureCertChainUrl": CHAIN, "Signature-256": "?"}, body)
    yield Probe("only the old Signature header", {"SignatureCertChainUrl": CHAIN, "Signature": forged}, body)
    yield Probe("an empty body", {}, b"")
    yield Probe("a body that is no JSON", {}, b"hello")


def signed_probes(alexa: FakeAlexa, now: datetime) -> Iterator[Probe]:
    """What only one who signs can try."""
    body = launch(now)
    yield Probe("a body changed after it was signed", alexa.signed(body), body.replace(b"Launch", b"launch"))
    yield Probe("a SHA-1 signature", alexa.signed(body, hashes.SHA1()), body)
    elsewhere = {**alexa.signed(body), "SignatureCertChainUrl": CHAIN.replace("rehearsal", "missing")}
    yield Probe("a certificate that cannot be fetched", elsewhere, body)
    for name, moved in (("an old timestamp", -timedelta(seconds=200)), ("a timestamp to come", timedelta(seconds=200))):
        late = launch(now + moved)
        yield Probe(name, alexa.signed(late), late)
    other = launch(now, SKILL_ID.replace("00", "11"))
    yield Probe("the application id of another skill", alexa.signed(other), other)
    for name, text in (("a signed body that is no JSON", b"hello"), ("a signed body that is a list", b"[]")):
        yield Probe(name, alexa.signed(text), text)


HINTS = {
    404: "Point the URL at the app's own POST /",
    405: "Let the proxy in front pass POST on",
    401: "ProbeResponse 400: a skill that answered 401 was taken out of the store",
    403: "ProbeResponse 400, and let the proxy in front pass the request on",
    413: "Let the proxy in front pass requests of 128 KB on",
    502: "Start the app; the proxy in front finds nobody",
}


def check_endpoint(url: str | None = None, *, build: Callable[..., Flask] = create_app) -> Iterator[Finding]:
    """All findings about the door: that of the app as `build` makes it, or one on the network."""
    now = datetime.now(UTC).replace(microsecond=0)
    if url is not None:
        yield from check_url(url, now)
        return
    alexa = FakeAlexa(now)
    try:
        app = build(SKILL_ID, trust_roots=[alexa.root], fetch=alexa.fetch, now=lambda: now, store=NoStore())
    except Exception as error:  # whatever keeps the app from starting is the finding
        wrong = f"The app does not start: {type(error).__name__}: {error}"
        yield Finding("skill/app.py", None, wrong, "Nobody is answered", "Mend what it names")
        return
    client = app.test_client()

    def send(headers: Mapping[str, str], body: bytes) -> ProbeResponse:
        answered = client.post("/", data=body, headers=dict(headers), content_type="application/json")
        return ProbeResponse(answered.status_code, answered.get_data())

    yield from check_refused(send, (*unsigned_probes(now), *signed_probes(alexa, now)), ENDPOINT_FILE)
    yield from check_accepted(send, alexa, now)


def check_refused(send: Send, probes: tuple[Probe, ...], file: str) -> Iterator[Finding]:
    """Each probe is answered 400 and nothing else."""
    for probe in probes:
        status = send(probe.headers, probe.body).status
        if status != 400:
            why = "Amazon sends such requests before it publishes, and again later, and takes nothing but 400"
            hint = HINTS.get(status, "Refuse it with 400 before anything of it is read")
            severity = "it was let in" if status < 300 else f"it was answered {status}"
            yield Finding(file, None, f"{probe.name}: {severity}, not 400", why, hint)


def check_accepted(send: Send, alexa: FakeAlexa, now: datetime) -> Iterator[Finding]:
    """What Alexa signs is answered: a door that refuses everybody would pass all the rest."""
    body = launch(now)
    answer = send(alexa.signed(body), body)
    try:
        said = json.loads(answer.body).get("response", {}).get("outputSpeech")
    except (ValueError, AttributeError):
        said = None
    if answer.status != 200 or not said:
        wrong = f"A launch that is signed, recent and ours was answered {answer.status}{'' if said else ' and silence'}"
        yield Finding(ENDPOINT_FILE, None, wrong, "Nobody could open the skill", "The log says which rule refused it")


# Over the network.


class Unreachable(Exception):
    """Nobody answers at a URL; says what kept us from it."""


def check_url(url: str, now: datetime) -> Iterator[Finding]:
    """The probes that need no signature of Amazon's, against a skill that runs."""
    parts = urlsplit(url)
    loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and loopback)):
        why = "Alexa sends nothing to any other address"
        yield Finding(url, None, "It is no https URL", why, "Give https://host/ (http only on this machine)")
        return

    def send(headers: Mapping[str, str], body: bytes) -> ProbeResponse:
        return post(url, headers, body)

    probes = tuple(unsigned_probes(now))
    try:
        send(probes[0].headers, probes[0].body)
    except Unreachable as error:
        yield Finding(
            url, None, str(error), "Alexa would say that there was a problem", "soft-landing doctor says more"
        )
        return
    for probe in probes:
        try:
            yield from check_refused(send, (probe,), url)
        except Unreachable as error:
            yield Finding(url, None, f"{probe.name}: {error}", "It must be answered 400", "Look at the app's log")


def post(url: str, headers: Mapping[str, str], body: bytes) -> ProbeResponse:
    """Post once: no redirects, no proxy, within the time that Alexa waits. Raises `Unreachable`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, parts.port or 443, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            connection = http.client.HTTPConnection(host, parts.port or 80, timeout=TIMEOUT_SECONDS)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            answered = connection.getresponse()
            return ProbeResponse(answered.status, answered.read(64 * 1024))
        finally:
            connection.close()
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(f"Its certificate is not trusted: {error.verify_message}") from error
    except TimeoutError as error:
        raise Unreachable(f"No answer within {TIMEOUT_SECONDS:g} s") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Unreachable(f"No connection: {type(error).__name__}: {error}") from error
