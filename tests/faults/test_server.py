"""What breaks in a server or is sent to it, bare and behind nginx; `docs/faults.md` tells it in words."""

import contextlib
import http.client
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from faults.conftest import Start
from faults.served import PATIENCE, STARTING, Served, envelope

pytestmark = pytest.mark.slow

CROWD = 40
ALEXA_WAITS = 8
"""Seconds."""


# -- The server itself ------------------------------------------------------------------------------------------------


def test_a_worker_killed_in_mid_request(usual: Served) -> None:
    """The request in its hands is lost, and the next one is served by a new worker."""
    with ThreadPoolExecutor(1) as crowd:
        held = crowd.submit(usual.post, "BodyIntent", X_Name="held", X_Hold="9")
        usual.until("begun", {"held"})
        os.kill(usual.witnessed("begun")["held"], signal.SIGKILL)
        with contextlib.suppress(OSError, http.client.HTTPException):
            assert held.result(PATIENCE)[0] == 502
    usual.until_it_answers()
    status, said = usual.post("BodyIntent", X_Name="next")
    assert (status, "outputSpeech" in said) == (200, True)
    assert usual.witnessed("ended")["next"] != usual.witnessed("begun")["held"]


def test_a_worker_killed_as_it_starts(usual: Served) -> None:
    """A new worker that is killed at once, as where memory is short, has a successor too."""
    for _ in range(2):
        (worker,) = usual.workers()
        os.kill(worker, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while usual.workers() in ([], [worker]) and time.monotonic() < deadline:
            time.sleep(0.02)
    usual.until_it_answers()


class Crowd:
    """Eight who ask all the time, until told that the server may go."""

    def __init__(self, served: Served) -> None:
        self.served, self.may_go, self.over = served, False, False
        self.answered: list[str] = []
        self.lost: list[str] = []
        self.pool = ThreadPoolExecutor(8)
        self.asking = [self.pool.submit(self.ask, who) for who in range(8)]

    def ask(self, who: int) -> None:
        """Ask, and note what came."""
        for turn in range(4000):
            name = f"{who}-{turn}"
            try:
                status, said = self.served.post("BodyIntent", timeout=STARTING, X_Name=name, X_Hold="0.02")
            except (OSError, http.client.HTTPException) as error:
                status, said = 0, repr(error)
            if status == 200:
                assert "outputSpeech" in said
                self.answered.append(name)
            elif self.may_go:
                return
            else:
                self.lost.append(f"{name}: {status} {said[:80]}")
            if self.over:
                return

    def wait(self, more: int) -> None:
        """Until so many more were answered."""
        enough, deadline = len(self.answered) + more, time.monotonic() + STARTING
        while len(self.answered) < enough and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.answered) >= enough, f"{len(self.answered)} answered, {len(self.lost)} lost: {self.lost[:3]}"

    def end(self) -> None:
        """Wait for all."""
        self.over = True
        for each in self.asking:
            each.result(STARTING)
        self.pool.shutdown()


def test_new_workers_under_load(serve: Start) -> None:
    """SIGHUP has new workers read everything anew, and nobody is turned away.

    Until they have, people wait. nginx waits ten seconds at most, and on a busy machine a start may take longer.
    """
    served = serve(workers=2)
    crowd = Crowd(served)
    try:
        crowd.wait(50)
        before = set(served.workers())
        served.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 2 * STARTING
        while before & set(served.workers()) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not before & set(served.workers()), "an old worker is still there"
        crowd.wait(50)
    finally:
        crowd.end()
    assert [lost for lost in crowd.lost if not (served.proxy and ": 504 " in lost)] == []


def test_a_stop_under_load(serve: Start) -> None:
    """When the host stops the skill, every request that it has begun is answered, and it exits in order."""
    served = serve(workers=2)
    crowd = Crowd(served)
    try:
        crowd.wait(100)
        crowd.may_go = True
        code = served.stop()
    finally:
        crowd.may_go = True
        crowd.end()
    begun = {name for name in served.witnessed("begun") if name}
    assert (crowd.lost, begun - set(crowd.answered), code) == ([], set(), 0)


@pytest.mark.parametrize("what", ["idle", "half a head", "half a body"])
def test_a_stop_while_callers_wait(serve: Start, what: str) -> None:
    """Whoever keeps a connection and says nothing more does not keep the server from stopping in time."""
    served = serve()
    head, body = served.raw()
    said = {"idle": b"", "half a head": head[:100], "half a body": head + body[:100]}[what]
    with served.callers(2, said):
        start = time.monotonic()
        code = served.stop()
        taken = time.monotonic() - start
    assert (code, taken < PATIENCE) == (0, True)


@pytest.mark.parametrize("what", ["idle", "half a head", "half a body"])
def test_forty_who_say_no_more(usual: Served, what: str) -> None:
    """Forty who hold a connection, half a head or half a body keep nobody from an answer that Alexa waits for."""
    served = usual
    head, body = served.raw()
    said = {"idle": b"", "half a head": head[:100], "half a body": head + body[:100]}[what]
    with served.callers(CROWD, said):
        assert [served.post("BodyIntent", timeout=ALEXA_WAITS)[0] for _ in range(3)] == [200] * 3
    assert served.post("BodyIntent", timeout=ALEXA_WAITS)[0] == 200


def test_two_hundred_half_bodies(usual: Served) -> None:
    """Nor do two hundred."""
    served = usual
    head, body = served.raw()
    with served.callers(200, head + body[:100]):
        assert [served.post("BodyIntent", timeout=ALEXA_WAITS)[0] for _ in range(3)] == [200] * 3


def test_out_of_file_descriptors(serve: Start, server: tuple[str, str]) -> None:
    """While idle callers use up every descriptor it may be deaf; when they hang up, it answers without a restart."""
    if server[1] == "nginx":
        pytest.skip("callers who say nothing do not come through nginx")
    served = serve(descriptors=48)
    callers = []
    for _ in range(80):
        caller = socket.socket()
        caller.settimeout(0.5)
        with contextlib.suppress(OSError):
            caller.connect(("127.0.0.1", served.port))
        callers.append(caller)
    deadline = time.monotonic() + PATIENCE
    while "oo many open files" not in served.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    for caller in callers:
        caller.close()
    assert "oo many open files" in served.log.read_text(), "nothing ran out, so this test shows nothing"
    served.until_it_answers()
    assert served.process.poll() is None


# -- Requests ---------------------------------------------------------------------------------------------------------


def test_signed_nonsense(usual: Served) -> None:
    """Whatever is signed gets an answer as JSON or a 400, never a 500."""
    for body in (b"", b"{}", b"[]", b"null", b"\xff\x00", b'{"request":{"type":"New"}}', b"[" * 5000):
        assert usual.post(body)[0] in (200, 400)
    odd: list[tuple[str, Any]] = [
        ("locale", None),
        ("locale", 7),
        ("requestId", []),
        ("intent", "x"),
        ("type", "New.Type"),
    ]
    for field, value in odd:
        assert usual.post(envelope("BodyIntent", **{field: value}))[0] in (200, 400)
    assert usual.post("BodyIntent")[0] == 200


def test_large_bodies(usual: Served) -> None:
    """What is too large is refused, whether it comes or is only promised, and the next one is answered."""
    assert usual.post(b"x" * 200_000)[0] == 400
    with usual.socket() as caller:
        caller.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n" + b"x" * 1000)
        assert caller.recv(100).split()[1] in (b"400", b"413")
    assert usual.post("BodyIntent")[0] == 200


def test_what_is_no_http(usual: Served) -> None:
    """Bytes that are no HTTP get a 400 or are hung up on, and the next one is answered."""
    head, body = usual.raw()
    for said in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(20),
        b"\r\n" * 2000,
        b"GET " + b"/" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
        head.replace(b"Content-Length: ", b"Content-Length: -") + body,
        head.replace(b"Content-Length: ", b"Transfer-Encoding: chunked\r\nContent-Length: ") + b"zz\r\n" + body,
        head.replace(b"Host:", b"Ho\0st:") + body,
    ):
        with usual.socket(3) as caller, contextlib.suppress(OSError):
            caller.sendall(said)
            answer = caller.recv(200)
            assert not answer.startswith(b"HTTP") or answer.split()[1][:1] in (b"4", b"5"), (said[:40], answer)
    assert usual.post("BodyIntent", timeout=ALEXA_WAITS)[0] == 200


def test_nothing_of_anyone_in_the_servers_own_log(usual: Served) -> None:
    """What the server and the skill write together names no listener, no topic and no words."""
    served = usual
    served.post("BodyIntent")
    served.post("BodyIntent", Cookie="zanzibar", X_Forwarded_For="zanzibar", Signature_256="zanzibar")
    with served.socket() as caller:
        caller.sendall(b"POST /zanzibar?zanzibar HTTP/1.1\r\nHost: zanzibar\r\nContent-Length: 999\r\n\r\nzanzibar")
    time.sleep(0.5)
    log = served.log.read_text()
    assert '"outcome":"answered"' in log
    assert '"outcome":"refused"' in log
    assert "zanzibar" not in log
