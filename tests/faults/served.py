"""A real server with the skill on loopback, bare or behind nginx, and somebody who sends it signed requests."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import resource
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from amazon import URL, Amazon, authority, leaf
from cryptography import x509

from faults.app import ID
from faults.servers import SERVERS, nginx, nginx_conf

PATIENCE = 15
"""Seconds after which a server that should have answered is taken for dead."""
STARTING = 180
"""Seconds that a start may take on a machine that has much else to do."""

TESTS = Path(__file__).parents[1]
USER = "amzn1.ask.account.zanzibar"


def envelope(kind: str, attributes: dict[str, Any] | None = None, **changes: Any) -> bytes:
    """A request as Alexa sends it: a launch, or the intent of that name in a session."""
    asked: dict[str, Any] = {"type": "IntentRequest", "intent": {"name": kind, "slots": {}}}
    if kind == "LaunchRequest":
        asked = {"type": kind}
    asked |= {"requestId": "x", "timestamp": datetime.now(UTC).isoformat(), "locale": "en-US"} | changes
    application, user = {"applicationId": ID}, {"userId": USER}
    session = {"sessionId": "x", "new": attributes is None, "application": application, "user": user}
    system = {"application": application, "user": user, "device": {"deviceId": "x", "supportedInterfaces": {}}}
    whole = {"version": "1.0", "session": session, "context": {"System": system}, "request": asked}
    session["attributes"] = attributes or {}
    return json.dumps(whole).encode()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A server by its name in `SERVERS`, and what stands in front of it."""

    def __init__(
        self, folder: Path, kind: str, front: str, *, workers: int = 1, descriptors: int = 0, **environment: str
    ) -> None:
        self.amazon, self.folder, self.kind, self.front = Amazon(), folder, kind, front
        (folder / "root.pem").write_bytes(self.amazon.root.pem)
        (folder / "chain.pem").write_bytes(self.amazon.pages[URL])
        (folder / "witnessed").touch()
        self.log, self.behind = folder / "log", free_port()
        path = os.pathsep.join(filter(None, [str(TESTS), str(TESTS.parent), os.environ.get("PYTHONPATH", "")]))
        limits = (descriptors, descriptors)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                SERVERS[kind].command(self.behind, workers),
                env=os.environ | {"FAULTS": str(folder), "PYTHONPATH": path} | environment,
                cwd=folder,
                stdout=log,
                stderr=log,
                preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limits)) if descriptors else None,
            )
        self.proxy: subprocess.Popen[bytes] | None = None
        self.port, self.context = self.behind, ssl.create_default_context()
        if front == "nginx":
            self.start_nginx()

    def start_nginx(self) -> None:
        """Put nginx in front, as deploy/nginx.conf has it, with a certificate of its own."""
        root, program = authority("site root"), nginx()
        assert program
        own = leaf(root, names=(x509.DNSName("localhost"),))
        self.folder.chmod(0o755)
        (self.folder / "fullchain.pem").write_bytes(own.pem + root.pem)
        (self.folder / "privkey.pem").write_bytes(own.key_pem)
        self.context = ssl.create_default_context(cadata=root.pem.decode())
        self.port = free_port()
        conf = self.folder / "nginx.conf"
        conf.write_text(nginx_conf(self.folder, self.port, free_port(), self.behind))
        with (self.folder / "nginx.out").open("wb") as log:
            self.proxy = subprocess.Popen([program, "-c", str(conf), "-p", str(self.folder)], stderr=log)

    def until_it_answers(self) -> float:
        """Wait for the first good answer; how many seconds that took."""
        start = time.monotonic()
        while time.monotonic() - start < STARTING:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.post("LaunchRequest", timeout=5)[0] == 200:
                    return time.monotonic() - start
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"no answer any more (exit {self.process.poll()}): {self.log.read_text()[-2000:]}")

    def until(self, what: str, names: set[str]) -> None:
        """Wait until the witness has noted of all these requests that they begun or ended."""
        deadline = time.monotonic() + PATIENCE
        while not names <= self.witnessed(what).keys():
            assert time.monotonic() < deadline, f"never {what}: {sorted(names - self.witnessed(what).keys())[:5]}"
            time.sleep(0.02)

    def connection(self, timeout: float) -> http.client.HTTPConnection:
        """A connection as Alexa makes it, or what nginx makes of it."""
        if self.proxy:
            return http.client.HTTPSConnection("localhost", self.port, timeout=timeout, context=self.context)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def socket(self, timeout: float = PATIENCE) -> socket.socket:
        """A bare connection."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout)
        return self.context.wrap_socket(plain, server_hostname="localhost") if self.proxy else plain

    def post(self, kind: str | bytes, timeout: float = PATIENCE, **headers: str) -> tuple[int, str]:
        """Send one signed request, and return the status and what was said."""
        body = kind if isinstance(kind, bytes) else envelope(kind)
        with contextlib.closing(self.connection(timeout)) as connection:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("POST", "/", body, self.amazon.sign(body) | named)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def raw(self) -> tuple[bytes, bytes]:
        """A signed request as bytes: its head, and its body."""
        body = envelope("BodyIntent")
        lines = [f"{name}: {value}" for name, value in self.amazon.sign(body).items()]
        head = ["POST / HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *lines]
        return "\r\n".join(head).encode() + b"\r\n\r\n", body

    @contextlib.contextmanager
    def callers(self, many: int, said: bytes) -> Iterator[None]:
        """So many who have said this much, and say no more."""
        with contextlib.ExitStack() as stack:
            for _ in range(many):
                stack.enter_context(self.socket()).sendall(said)
            time.sleep(0.5)
            yield

    def witnessed(self, what: str) -> dict[str, int]:
        """The names of the requests that begun or ended, each with the worker's process."""
        lines = (line.split() for line in (self.folder / "witnessed").read_text().splitlines())
        return {line[1]: int(line[2]) for line in lines if line[0] == what and len(line) == 3}

    def stop(self) -> int:
        """End it, and return how it exited; -9 when it had to be killed."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            for child in self.workers():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, 9)
            self.process.kill()
            return self.process.wait()

    def workers(self) -> list[int]:
        """Its workers: of its children, those that serve (multiprocessing has a helper of its own)."""
        found = []
        with contextlib.suppress(OSError):
            for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
                if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes():
                    found.append(int(child))
        return sorted(found)

    def close(self) -> None:
        """End it and what stands in front of it."""
        self.stop()
        if self.proxy:
            self.proxy.terminate()
            self.proxy.wait(PATIENCE)
