"""Calls an endpoint from outside, as Alexa would, within a time that is kept."""

import contextlib
import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import certifi

MAX_PAGE_BYTES = 256 * 1024
"""The most that is read of a page."""


@dataclass(frozen=True)
class EndpointAddress:
    """The address under examination."""

    host: str
    port: int
    path: str
    seconds: float
    ca: Path | None


@dataclass(frozen=True)
class Page:
    """One answer by HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


def addresses(endpoint: EndpointAddress) -> Sequence[str]:
    """Where a name leads; asked in a thread that may be left behind, because the name service keeps no deadline."""
    answer: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def look() -> None:
        try:
            found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
            answer.put(list(dict.fromkeys(str(place[4][0]) for place in found)))
        except (OSError, ValueError):
            answer.put([])

    threading.Thread(target=look, daemon=True).start()
    try:
        return answer.get(timeout=endpoint.seconds)
    except queue.Empty:
        raise TimeoutError from None


def connected(endpoint: EndpointAddress) -> socket.socket:
    """A connection, or why there is none."""
    return socket.create_connection((endpoint.host, endpoint.port), timeout=endpoint.seconds)


@contextlib.contextmanager
def tls_session(endpoint: EndpointAddress, context: ssl.SSLContext) -> Iterator[ssl.SSLSocket]:
    """A connection with TLS."""
    with connected(endpoint) as plain, context.wrap_socket(plain, server_hostname=endpoint.host) as session:
        yield session


def verified_context(ca: Path | None) -> ssl.SSLContext:
    """A TLS context that trusts certifi's roots and, if given, the PEM file `ca`."""
    context = ssl.create_default_context(cafile=certifi.where())
    if ca:
        context.load_verify_locations(cafile=ca)
    return context


def send_request(
    endpoint: EndpointAddress,
    trusted: bool,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str],
) -> Page:
    """One request, within so many seconds in all, and without following anything."""
    start = time.monotonic()
    context = verified_context(endpoint.ca) if trusted else unverified_context()
    connection = http.client.HTTPSConnection(endpoint.host, endpoint.port, timeout=endpoint.seconds, context=context)
    with contextlib.closing(connection):
        connection.request(method, path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        content = b""
        while len(content) < MAX_PAGE_BYTES and (piece := answer.read1(MAX_PAGE_BYTES)):
            content += piece
            if time.monotonic() - start > endpoint.seconds:
                raise TimeoutError
        found = {key.lower(): value for key, value in answer.getheaders()}
        return Page(answer.status, found, content, time.monotonic() - start)


def unverified_context() -> ssl.SSLContext:
    """A TLS context that verifies nothing, to read a certificate that verification refuses. Send nothing secret."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def supports_tls_1_2(endpoint: EndpointAddress) -> bool:
    """Whether TLS 1.2 is spoken too."""
    context = unverified_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        with tls_session(endpoint, context):
            return True
    except OSError:
        return False


def reason_of(error: BaseException) -> str:
    """A short reason in words."""
    text = getattr(error, "verify_message", "") or getattr(error, "reason", "") or getattr(error, "strerror", "")
    return str(text or type(error).__name__).replace("_", " ").lower()
