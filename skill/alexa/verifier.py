"""Shows that a request comes from Alexa, is meant for this skill, and is recent.

The rules are those of Amazon's "Host a Custom Skill as a Web Service", in the order of Amazon's own Python verifier.
"""

from __future__ import annotations

import base64
import functools
import http.client
import posixpath
import queue
import re
import socket
import ssl
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import urlsplit

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store

SIGNER = "echo-api.amazon.com"
TOLERANCE = timedelta(seconds=150)
EVENT_TOLERANCE = timedelta(seconds=3600)
EVENTS = frozenset(
    f"AlexaSkillEvent.Skill{name}"
    for name in ("Enabled", "Disabled", "PermissionChanged", "PermissionAccepted", "AccountLinked")
)

FETCH_SECONDS = 3.0  # Alexa stops waiting after 8 s.
FETCH_BYTES = 64 * 1024  # A real chain has about 8 KB.
FETCHES_AT_ONCE = 2  # With the next, fewer than a worker has threads (deploy/gunicorn.conf.py): one is left to answer.
WAITING_AT_ONCE = 1  # Threads that wait for another one's fetch while there are warm chains to be served.
FAILURE_SECONDS = 5.0  # How long a failed fetch stands before the url is asked again.
FAILURES_KEPT = 64
SETTLED_SECONDS = 120.0  # A signature that fails against a chain asked for longer ago than this is worth a new fetch.

# No query and no percent escape: they would let one chain stand under endless names, and push the warm ones out.
_URL = re.compile(r"https://s3\.amazonaws\.com(?::(?:443)?)?(/[!-~]*)", re.IGNORECASE | re.ASCII)
_URL_LENGTH = 512
_NOT_IN_PATH = frozenset("%?#\\")
_PADDING, _HASH = PKCS1v15(), SHA256()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Value = TypeVar("Value")


class Refused(Exception):
    """A request that is not to be trusted: the rule it breaks, and how an operator mends it; nothing of the request."""

    def __init__(self, rule: str, hint: str) -> None:
        super().__init__(rule, hint)
        self.rule = rule
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.rule}: {self.hint}"


class Headers(Protocol):
    """What is asked of a request's headers; a dict will do, and so will Werkzeug's."""

    def get(self, key: str, /) -> str | None: ...

    def items(self) -> Iterable[tuple[str, str]]: ...


# -- Fetching ---------------------------------------------------------------------------------------------------------


def fetch(
    url: str, *, timeout: float = FETCH_SECONDS, limit: int = FETCH_BYTES, context: ssl.SSLContext | None = None
) -> bytes:
    """Return what an https url holds, within so many seconds and bytes in all, and without following redirects."""
    deadline = time.monotonic() + timeout
    try:
        return _fetch(url, deadline, limit, context or _tls())
    except (OSError, ValueError, RuntimeError, http.client.HTTPException):  # RuntimeError: no thread to be had
        raise _unfetched() from None


def _fetch(url: str, deadline: float, limit: int, context: ssl.SSLContext) -> bytes:
    parts = urlsplit(url)
    host, port = parts.hostname, parts.port or 443
    if parts.scheme != "https" or not host:
        raise ValueError("not an https url")
    context.sslsocket_class = _HurriedSocket
    with _connect(host, port, deadline) as plain:
        plain.settimeout(_left(deadline))
        with cast(_HurriedSocket, context.wrap_socket(plain, server_hostname=host)) as secured:
            secured.deadline = deadline
            connection = http.client.HTTPSConnection(host, port, context=context)
            connection.sock = secured
            path = parts._replace(scheme="", netloc="", fragment="").geturl()
            connection.request("GET", path, headers={"Connection": "close"})
            with connection.getresponse() as response:
                content = response.read(limit + 1) if response.status == 200 else b""
                if not content or len(content) > limit or response.length:  # length: bytes promised and not sent
                    raise ValueError("not a whole, small page")
                return content


class _HurriedSocket(ssl.SSLSocket):
    """A socket whose timeout counts for all it receives together, so that a trickle of bytes cannot keep it open."""

    deadline: float

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        self.settimeout(_left(self.deadline))
        return super().recv_into(buffer, nbytes, flags)


def _connect(host: str, port: int, deadline: float) -> socket.socket:
    addresses = _addresses(host, port, deadline)
    for tries_left, (family, kind, protocol, _, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        plain = socket.socket(family, kind, protocol)
        try:
            # An address that never answers (often IPv6) may use up half of the time, and leaves the rest to the next.
            plain.settimeout(_left(deadline) / min(tries_left, 2))
            plain.connect(address)
        except OSError:
            plain.close()
            continue
        return plain
    raise OSError("no address answers")


def _addresses(host: str, port: int, deadline: float) -> list[Any]:
    """Ask the name service from a thread that may be left behind, because it keeps no deadline of ours."""
    answer: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError):
            answer.put([])

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answer.get(timeout=_left(deadline))
    except queue.Empty:
        raise TimeoutError from None


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@functools.cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


def _unfetched() -> Refused:
    return Refused(
        "certificate-fetch",
        "Let this machine reach s3.amazonaws.com on port 443; without that no request can be shown to be Alexa's",
    )


def _roots() -> list[x509.Certificate]:
    """Read certifi's roots one by one, so that one which a newer cryptography cannot read does not cost the others."""
    with open(certifi.where(), "rb") as file:
        blocks = re.findall(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", file.read(), re.DOTALL)
    roots = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)  # One root has a serial number of zero.
        for block in blocks:
            try:
                roots.append(x509.load_pem_x509_certificate(block))
            except ValueError:
                continue
    return roots


# -- Verifying --------------------------------------------------------------------------------------------------------


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Chain:
    """A chain that was found good: the signer's key, when all its certificates are valid, and when it was asked for."""

    key: RSAPublicKey
    starts: float
    ends: float
    asked: float

    def covers(self, moment: float) -> bool:
        return self.starts <= moment <= self.ends

    def signed(self, signature: bytes, body: bytes) -> bool:
        try:
            self.key.verify(signature, body, _PADDING, _HASH)
        except InvalidSignature:
            return False
        return True


class Verifier:
    """Refuses what does not come from Alexa or is not for this skill; safe to share between threads.

    A chain that has been found good is kept, and no request that needs only a kept chain waits for the network. Any
    other request costs a thread at most one fetch, and few threads fetch or wait at once, whatever urls are sent.
    """

    def __init__(
        self,
        application_id: str,
        *,
        trust_roots: Iterable[x509.Certificate] | None = None,
        fetch: Callable[[str], bytes] = fetch,
        now: Callable[[], datetime] = _utc_now,
        cache_size: int = 16,
    ) -> None:
        if not application_id or cache_size < 1:
            raise ValueError("A verifier needs the skill's application id and room for one certificate chain")
        self._application_id = application_id
        self._policy = PolicyBuilder().store(Store(_roots() if trust_roots is None else list(trust_roots)))
        self._fetch = fetch
        self._now = now
        self._cache_size = cache_size
        self._lock = threading.Lock()  # Guards the four below, and is never held while anything is fetched.
        self._chains: OrderedDict[str, _Chain] = OrderedDict()
        self._failures: OrderedDict[str, tuple[float, Refused]] = OrderedDict()
        self._fetching: dict[str, Future[_Chain | Refused]] = {}
        self._waiting = 0

    def verify_signature(self, headers: Headers, body: bytes) -> None:
        """Refuse a body that Alexa has not signed; takes the raw bytes, because the signature covers those exactly."""
        encoded = _header(headers, "Signature-256")
        url = _chain_url(_header(headers, "SignatureCertChainUrl"))
        moment = self._now().timestamp()
        chain = self._kept(url, moment) or self._fetched(url, moment)
        try:
            signature = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise Refused("signature", "Let the proxy in front pass the Signature-256 header on unchanged") from None
        if chain.signed(signature, body):
            return
        # What a url holds may change with the signing key, before the old certificate runs out.
        newer = self._renewed(url, chain, moment)
        if newer is None or not newer.signed(signature, body):
            raise Refused("signature", "Let the proxy in front pass the body on unchanged, byte for byte")

    def verify_envelope(self, envelope: Mapping[str, Any]) -> None:
        """Refuse what is not recent (150 s either way, 3,600 s for five skill events) or not for this skill."""
        request = _mapping(_mapping(envelope).get("request"))
        kind = request.get("type")
        if not isinstance(kind, str):
            raise _malformed()
        age = _age(request.get("timestamp"), self._now())
        if age is None or age > (EVENT_TOLERANCE if kind in EVENTS else TOLERANCE):
            raise Refused(
                "timestamp",
                "Set this machine's clock by a time service; if it is right, the request was held up or is a replay",
            )
        self._verify_application(_mapping(_mapping(envelope.get("context")).get("System")))
        # Requests out of session have no session, and it is the context that counts; the two cannot disagree.
        session = envelope.get("session")
        if session is not None and _mapping(_mapping(session).get("application", {})).get("applicationId") is not None:
            self._verify_application(session)

    def _verify_application(self, holder: Mapping[str, Any]) -> None:
        found = _mapping(holder.get("application")).get("applicationId")
        if not isinstance(found, str) or found != self._application_id:
            raise Refused(
                "application-id",
                "Set the application id to the skill id in the developer console, or point the other skill elsewhere",
            )

    def _kept(self, url: str, moment: float) -> _Chain | None:
        with self._lock:
            chain = self._chains.get(url)
            if chain is None or not chain.covers(moment):
                return None
            self._chains.move_to_end(url)
            return chain

    def _fetched(self, url: str, moment: float, instead_of: _Chain | None = None) -> _Chain:
        """Fetch the chain of a url, or wait for the thread that is about it already."""
        with self._lock:
            chain = self._chains.get(url)
            if chain is not None and chain is not instead_of and chain.covers(moment):
                return chain  # Another thread has just brought it.
            since, failure = self._failures.get(url, (0.0, None))
            if failure is not None and abs(moment - since) < FAILURE_SECONDS:
                raise Refused(failure.rule, failure.hint)
            pending = self._fetching.get(url)
            mine = pending is None
            if pending is None:
                if len(self._fetching) >= FETCHES_AT_ONCE:
                    raise _unfetched()
                pending = self._fetching[url] = Future()
            elif self._waiting >= WAITING_AT_ONCE and self._chains:
                raise _unfetched()
            else:
                self._waiting += 1
        outcome = self._bring(url, pending) if mine else self._await(pending)
        if isinstance(outcome, Refused):
            raise Refused(outcome.rule, outcome.hint)  # A new one each time: an exception is not to be shared.
        return outcome

    def _bring(self, url: str, pending: Future[_Chain | Refused]) -> _Chain | Refused:
        outcome: _Chain | Refused = _unfetched()
        try:
            outcome = self._build(self._load(url))
        except Refused as refusal:
            outcome = Refused(refusal.rule, refusal.hint)  # Without the traceback, which would hold on to a request.
        finally:
            moment = self._now().timestamp()
            with self._lock:
                if isinstance(outcome, Refused):
                    _keep(self._failures, url, (moment, outcome), FAILURES_KEPT)
                else:
                    self._failures.pop(url, None)
                    _keep(self._chains, url, outcome, self._cache_size)
                del self._fetching[url]
            pending.set_result(outcome)
        return outcome

    def _await(self, pending: Future[_Chain | Refused]) -> _Chain | Refused:
        try:
            return pending.result(timeout=FETCH_SECONDS + 1)
        except TimeoutError:
            return _unfetched()
        finally:
            with self._lock:
                self._waiting -= 1

    def _renewed(self, url: str, chain: _Chain, moment: float) -> _Chain | None:
        """Ask a url again, but so seldom that false signatures are no way to make us fetch."""
        with self._lock:
            if url not in self._fetching and self._chains.get(url) is chain:
                if abs(moment - chain.asked) < SETTLED_SECONDS:
                    return None
                chain.asked = moment
        try:
            return self._fetched(url, moment, instead_of=chain)
        except Refused:
            return None

    def _load(self, url: str) -> bytes:
        try:
            return self._fetch(url)
        except Refused:
            raise
        except Exception as error:  # Whatever a fetcher of someone's own raises, the door stays up.
            raise _unfetched() from error

    def _build(self, pem: bytes) -> _Chain:
        now = self._now()
        try:
            leaf, *others = x509.load_pem_x509_certificates(pem)
            starts, ends, key = leaf.not_valid_before_utc, leaf.not_valid_after_utc, leaf.public_key()
        except Exception as error:  # A parser of foreign bytes has many ways to say no.
            raise Refused(
                "certificate-chain", "See what the network puts in the place of Amazon's certificates"
            ) from error
        if not starts <= now <= ends:
            raise Refused(
                "certificate-dates", "Set this machine's clock by a time service; if it is right, wait for Amazon"
            )
        try:
            chain = self._policy.time(now).build_server_verifier(x509.DNSName(SIGNER)).verify(leaf, others)
        except Exception as error:
            raise _untrusted() from error
        if not isinstance(key, RSAPublicKey):
            raise _untrusted()
        return _Chain(
            key=key,
            starts=max(certificate.not_valid_before_utc for certificate in chain).timestamp(),
            ends=min(certificate.not_valid_after_utc for certificate in chain).timestamp(),
            asked=now.timestamp(),
        )


def _untrusted() -> Refused:
    return Refused("certificate-chain", "Update certifi; if it is the latest, the certificate is not Alexa's")


def _header(headers: Headers, name: str) -> str:
    value = headers.get(name)
    if value is None:
        value = next((value for key, value in headers.items() if key.lower() == name.lower()), None)
    if not isinstance(value, str) or not value.strip():
        raise Refused(
            "signature-header",
            "Let the proxy in front pass Signature-256 and SignatureCertChainUrl on; Alexa always sends both",
        )
    return value


@functools.lru_cache(maxsize=64)
def _chain_url(url: str) -> str:
    """Return the one spelling of a chain's url, or refuse it."""
    match = _URL.fullmatch(url) if len(url) <= _URL_LENGTH else None
    if match is not None and _NOT_IN_PATH.isdisjoint(match[1]):
        path = posixpath.normpath(match[1])
        if path.startswith("/echo.api/"):
            return f"https://s3.amazonaws.com{path}"
    raise Refused(
        "certificate-url", "Let the proxy in front pass SignatureCertChainUrl on unchanged; Alexa's is always in order"
    )


def _age(timestamp: object, now: datetime) -> timedelta | None:
    """Return how far a timestamp is from now; ISO 8601 with an offset, or milliseconds since 1970 as Alexa has sent."""
    try:
        if isinstance(timestamp, str):
            return abs(now - datetime.fromisoformat(timestamp))
        if isinstance(timestamp, int):
            return abs((now - _EPOCH) // _MICROSECOND - timestamp * 1000) * _MICROSECOND
    except (ValueError, TypeError, OverflowError):  # TypeError: without an offset it could be any hour's
        pass
    return None


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, (dict, Mapping)):  # dict alone is what JSON gives, and is quick to tell
        raise _malformed()
    return value


def _malformed() -> Refused:
    return Refused("body", "Let the proxy in front pass the body on unchanged; this one isn't shaped as Alexa's are")


def _keep(store: OrderedDict[str, Value], key: str, value: Value, size: int) -> None:
    store[key] = value
    store.move_to_end(key)
    while len(store) > size:
        store.popitem(last=False)
