"""Alexa's signing certificates: fetched in good time, verified, and kept while they are valid."""

import functools
import http.client
import queue
import re
import socket
import ssl
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store

from skill.alexa.refused import Refused

SIGNER = "echo-api.amazon.com"

FETCH_SECONDS = 3.0  # Alexa stops waiting after 8 s.
FETCH_BYTES = 64 * 1024  # A real chain has about 8 KB.
FETCHES_AT_ONCE = 2  # With the next, fewer than a worker has threads (deploy/gunicorn.conf.py): one is left to answer.
WAITING_AT_ONCE = 1  # Threads that wait for another one's fetch while there are warm chains to be served.
FAILURE_SECONDS = 5.0  # How long a failed fetch stands before the url is asked again.
FAILURES_KEPT = 64
SETTLED_SECONDS = 120.0  # A signature that fails against a chain asked for longer ago than this is worth a new fetch.

_PADDING, _HASH = PKCS1v15(), SHA256()

Value = TypeVar("Value")


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


@dataclass(slots=True)
class Chain:
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


class Chains:
    """Certificate chains by their urls; safe to share between threads.

    A chain that has been found good is kept, and no request that needs only a kept chain waits for the network. Any
    other request costs a thread at most one fetch, and few threads fetch or wait at once, whatever urls are sent.
    """

    def __init__(
        self,
        trust_roots: Iterable[x509.Certificate] | None,
        fetch: Callable[[str], bytes],
        now: Callable[[], datetime],
        size: int,
    ) -> None:
        self._policy = PolicyBuilder().store(Store(_roots() if trust_roots is None else list(trust_roots)))
        self._fetch = fetch
        self._now = now
        self._size = size
        self._lock = threading.Lock()  # Guards the four below, and is never held while anything is fetched.
        self._chains: OrderedDict[str, Chain] = OrderedDict()
        self._failures: OrderedDict[str, tuple[float, Refused]] = OrderedDict()
        self._fetching: dict[str, Future[Chain | Refused]] = {}
        self._waiting = 0

    def chain(self, url: str, moment: float) -> Chain:
        """The chain at a url, valid at a moment (seconds since 1970); raises `Refused`."""
        return self._kept(url, moment) or self._fetched(url, moment)

    def renewed(self, url: str, chain: Chain, moment: float) -> Chain | None:
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

    def _kept(self, url: str, moment: float) -> Chain | None:
        with self._lock:
            chain = self._chains.get(url)
            if chain is None or not chain.covers(moment):
                return None
            self._chains.move_to_end(url)
            return chain

    def _fetched(self, url: str, moment: float, instead_of: Chain | None = None) -> Chain:
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

    def _bring(self, url: str, pending: Future[Chain | Refused]) -> Chain | Refused:
        outcome: Chain | Refused = _unfetched()
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
                    _keep(self._chains, url, outcome, self._size)
                del self._fetching[url]
            pending.set_result(outcome)
        return outcome

    def _await(self, pending: Future[Chain | Refused]) -> Chain | Refused:
        try:
            return pending.result(timeout=FETCH_SECONDS + 1)
        except TimeoutError:
            return _unfetched()
        finally:
            with self._lock:
                self._waiting -= 1

    def _load(self, url: str) -> bytes:
        try:
            return self._fetch(url)
        except Refused:
            raise
        except Exception as error:  # Whatever a fetcher of someone's own raises, the endpoint stays up.
            raise _unfetched() from error

    def _build(self, pem: bytes) -> Chain:
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
        return Chain(
            key=key,
            starts=max(certificate.not_valid_before_utc for certificate in chain).timestamp(),
            ends=min(certificate.not_valid_after_utc for certificate in chain).timestamp(),
            asked=now.timestamp(),
        )


def _untrusted() -> Refused:
    return Refused("certificate-chain", "Update certifi; if it is the latest, the certificate is not Alexa's")


def _keep(store: OrderedDict[str, Value], key: str, value: Value, size: int) -> None:
    store[key] = value
    store.move_to_end(key)
    while len(store) > size:
        store.popitem(last=False)
