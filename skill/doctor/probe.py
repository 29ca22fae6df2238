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

BYTES = 256 * 1024
"""The most that is read of a page."""


@dataclass(frozen=True)
class Door:
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


def addresses(door: Door) -> Sequence[str]:
    """Where a name leads; asked in a thread that may be left behind, because the name service keeps no deadline."""
    answer: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def look() -> None:
        try:
            found = socket.getaddrinfo(door.host, door.port, type=socket.SOCK_STREAM)
            answer.put(list(dict.fromkeys(str(place[4][0]) for place in found)))
        except (OSError, ValueError):
            answer.put([])

    threading.Thread(target=look, daemon=True).start()
    try:
        return answer.get(timeout=door.seconds)
    except queue.Empty:
        raise TimeoutError from None


def connected(door: Door) -> socket.socket:
    """A connection, or why there is none."""
    return socket.create_connection((door.host, door.port), timeout=door.seconds)


@contextlib.contextmanager
def secured(door: Door, context: ssl.SSLContext) -> Iterator[ssl.SSLSocket]:
    """A connection with TLS."""
    with connected(door) as plain, context.wrap_socket(plain, server_hostname=door.host) as session:
        yield session


def trusting(ca: Path | None) -> ssl.SSLContext:
    """The roots that everybody trusts, and one's own."""
    context = ssl.create_default_context(cafile=certifi.where())
    if ca:
        context.load_verify_locations(cafile=ca)
    return context


def ask(
    door: Door, trusted: bool, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str]
) -> Page:
    """One request, within so many seconds in all, and without following anything."""
    start = time.monotonic()
    context = trusting(door.ca) if trusted else unwary()
    connection = http.client.HTTPSConnection(door.host, door.port, timeout=door.seconds, context=context)
    with contextlib.closing(connection):
        connection.request(method, path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        content = b""
        while len(content) < BYTES and (piece := answer.read1(BYTES)):
            content += piece
            if time.monotonic() - start > door.seconds:
                raise TimeoutError
        found = {key.lower(): value for key, value in answer.getheaders()}
        return Page(answer.status, found, content, time.monotonic() - start)


def unwary() -> ssl.SSLContext:
    """For looking on behind a certificate that was found wanting; nothing secret is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def speaks_older(door: Door) -> bool:
    """Whether TLS 1.2 is spoken too."""
    context = unwary()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        with secured(door, context):
            return True
    except OSError:
        return False


def reason_of(error: BaseException) -> str:
    """A short reason in words."""
    text = getattr(error, "verify_message", "") or getattr(error, "reason", "") or getattr(error, "strerror", "")
    return str(text or type(error).__name__).replace("_", " ").lower()
