"""gunicorn against granian for this skill: speed, and how each takes a bad day: `python benchmarks/servers.py`.

Needs `pip install gevent granian` besides what run.py needs; takes about four minutes; prints two tables in Markdown.
"""

import os
import shutil
import signal
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import traffic
from load import SERVERS, CannotRun, Run, Server, kept_settings, serving

ROUNDS, SECONDS = 3, 3.0
REQUESTS = 1500
SLOW = 40
"""Connections that have begun a request and never go on."""
MEASURED_BY = "gunicorn 4 threads"


def main() -> None:
    """Measure, and print the tables."""
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    try:
        kept_settings(folder)
        speed(folder)
        bad_days(folder)
    except CannotRun as error:
        print(f"The benchmark cannot run: {error}.", file=sys.stderr)
        raise SystemExit(1) from error
    finally:
        shutil.rmtree(folder)


def speed(folder: Path) -> None:
    """The skill under each server in turn, as ratios to the first choice."""
    made = traffic.write(folder, REQUESTS)
    runs: dict[str, list[Run]] = {kind: [] for kind in SERVERS}
    with ExitStack() as stack:
        servers = {kind: stack.enter_context(serving("served:app", kind, folder, made[0])) for kind in SERVERS}
        for each in servers.values():
            each.load(folder / "requests.lua", 1, 1)
        for _ in range(ROUNDS):
            for kind, each in servers.items():
                runs[kind].append(each.load(folder / "requests.lua", SECONDS, 1))

    def ratio(kind: str, of: Callable[[Run], float]) -> float:
        return statistics.median(of(a) / of(b) for a, b in zip(runs[kind], runs[MEASURED_BY], strict=True))

    print(f"Ratios to {MEASURED_BY}, medians of {ROUNDS} interleaved rounds.\n")
    print("| server | requests a second | p50 | p99 | processor time | memory |\n| --- | --- | --- | --- | --- | --- |")
    for kind in SERVERS:
        found = [ratio(kind, of) for of in NUMBERS]
        print(f"| {kind} | " + " | ".join(f"{number:.2f}" for number in found) + " |", flush=True)


NUMBERS: tuple[Callable[[Run], float], ...] = (
    lambda run: run.per_second,
    lambda run: run.p50,
    lambda run: run.p99,
    lambda run: run.cpu,
    lambda run: run.after,
)


def bad_days(folder: Path) -> None:
    """What a listener would notice."""
    one = traffic.write(folder, REQUESTS)[0]
    print("\n| server | broken off by a stop under load | stops in (s) | back after a killed worker (s) ", end="")
    print(f"| an answer beside {SLOW} slow clients (s) | 200 KB | says 100 MB |\n" + "| --- " * 7 + "|")
    for kind in SERVERS:
        broken, ended = stopped(folder, kind, one)
        back = after_a_kill(folder, kind, one)
        with serving("served:app", kind, folder, one) as server:
            beside = beside_slow(server, one)
            large, huge = sent(server, 200_000, 200_000), sent(server, 1_000, 100_000_000)
        print(f"| {kind} | {broken} | {ended:.1f} | {back} | {beside} | {large} | {huge} |", flush=True)


def stopped(folder: Path, kind: str, one: traffic.Signed) -> tuple[int, float]:
    """How many answers were cut off when the server was told to end, and how long it took to end.

    A connection refused or reset before any answer was not accepted any more: a host in front sends it elsewhere.
    """
    server = Server("served:app", kind, folder, 0)
    server.wait(one)
    cut: list[bytes] = []
    over = threading.Event()

    def listen() -> None:
        while not over.is_set():
            probe = socket.create_connection(("127.0.0.1", server.port), 5)
            with probe, suppress(OSError):
                probe.settimeout(5)
                probe.sendall(raw(one))
                said = b""
                with suppress(OSError):
                    while piece := probe.recv(65536):
                        said += piece
                if said and not said.endswith(b"}"):
                    cut.append(said)

    def guarded() -> None:
        with suppress(OSError):
            listen()

    listeners = [threading.Thread(target=guarded) for _ in range(4)]
    for each in listeners:
        each.start()
    time.sleep(1.5)
    start = time.perf_counter()
    server.stop()
    taken = time.perf_counter() - start
    over.set()
    for each in listeners:
        each.join()
    return len(cut), taken


def raw(one: traffic.Signed) -> bytes:
    """A request as bytes, on a connection of its own."""
    lines = [f"{name}: {value}" for name, value in one.headers.items()]
    head = ["POST / HTTP/1.1", "Host: localhost", "Connection: close", f"Content-Length: {len(one.body)}", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + one.body


def after_a_kill(folder: Path, kind: str, one: traffic.Signed) -> str:
    """Seconds until it answers again after its worker was killed."""
    server = Server("served:app", kind, folder, 0)
    try:
        server.wait(one)
        os.kill(server.worker, signal.SIGKILL)
        time.sleep(0.01)
        return f"{server.wait(one, 15):.1f}"
    except CannotRun:
        return "never"
    finally:
        server.stop()


def beside_slow(server: Server, one: traffic.Signed) -> str:
    """Seconds to an answer while many others have sent half a request."""
    with ExitStack() as stack:
        for _ in range(SLOW):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 5))
            slow.sendall(raw(one)[:600])
        time.sleep(0.3)
        start = time.perf_counter()
        try:
            status, _ = server.post(one, timeout=10)
        except OSError:
            return "none in 10"
        return f"{time.perf_counter() - start:.2f}" if status == 200 else str(status)


def sent(server: Server, size: int, promised: int) -> str:
    """The status line's number for a body of a size, under a promise of another."""
    with socket.create_connection(("127.0.0.1", server.port), 5) as probe:
        probe.settimeout(5)
        try:
            probe.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {promised}\r\n\r\n".encode() + b"x" * size)
            return probe.recv(100).decode().split()[1]
        except (OSError, IndexError):
            return "closed"


if __name__ == "__main__":
    main()
