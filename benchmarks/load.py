"""Servers pinned to one core, a load from the other, and what both say of it."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from constants import SECRET
from traffic import Signed

from skill.settings import open_store
from skill.settings.model import Settings

HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 8

GUNICORN = ["gunicorn", "--workers", "1", "--worker-class"]
GRANIAN = ["granian", "--interface", "wsgi", "--workers", "1", "--respawn-failed-workers", "--blocking-threads"]

SERVERS = {
    "gunicorn sync": [*GUNICORN, "sync"],
    "gunicorn 1 thread": [*GUNICORN, "gthread", "--threads", "1"],
    "gunicorn 4 threads": [*GUNICORN, "gthread", "--threads", "4"],
    "gunicorn 8 threads": [*GUNICORN, "gthread", "--threads", "8"],
    "gunicorn gevent": [*GUNICORN, "gevent"],
    "granian 1 thread": [*GRANIAN, "1"],
    "granian 4 threads": [*GRANIAN, "4"],
    "granian 64 threads": [*GRANIAN, "64", "--backpressure", "128"],
}


class CannotRun(Exception):
    """The benchmark cannot run here; the message says what is missing."""


@dataclass(frozen=True)
class Run:
    """What one stretch of load gave."""

    per_second: float
    p50: float
    p99: float
    """In milliseconds."""
    cpu: float
    """Microseconds of the worker's processor time for each request."""
    before: int
    after: int
    """The worker's resident memory in kilobytes."""
    own: int
    """What of it no other process has: without the pages of libraries that all share."""


class Server:
    """An app under a server on loopback, with one worker."""

    def __init__(self, app: str, kind: str, folder: Path, core: int) -> None:
        self.port = free_port()
        program, *options = SERVERS[kind]
        address = ["--bind", f"127.0.0.1:{self.port}"] if program == "gunicorn" else ["--port", str(self.port)]
        with (folder / "server.txt").open("ab") as log:
            self.process = subprocess.Popen(
                ["taskset", "-c", str(core), sys.executable, "-m", program, *options, *address, app],
                cwd=HERE,
                env=environment(folder),
                stdout=log,
                stderr=log,
            )

    @property
    def worker(self) -> int:
        """The process that answers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return max((int(child) for child in children), default=self.process.pid)

    def post(self, one: Signed, timeout: float = 5) -> tuple[int, bytes]:
        """Send one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request("POST", "/", one.body, dict(one.headers))
            answer = connection.getresponse()
            return answer.status, answer.read()

    def wait(self, one: Signed, seconds: float = 20) -> float:
        """Until it answers well; how many seconds that took from now."""
        start = time.perf_counter()
        while time.perf_counter() - start < seconds:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.post(one)[0] == 200:
                    return time.perf_counter() - start
            if self.process.poll() is not None:
                break
            time.sleep(0.002)
        raise CannotRun("a server did not start; its own words are in server.txt of the folder kept by --keep")

    def load(self, requests: Path, seconds: float, core: int) -> Run:
        """Send it all it can take for some seconds."""
        worker = self.worker
        before, start = memory(worker), cpu(worker)
        told = wrk(self.port, requests, seconds, core)
        spent = cpu(worker) - start
        if told["refused"] or told["broken"]:
            raise CannotRun(f"{told['refused']} requests were refused and {told['broken']} broken off")
        return Run(
            told["requests"] / told["seconds"],
            told["p50"],
            told["p99"],
            spent / told["requests"] * 1e6,
            before,
            memory(worker),
            own(worker),
        )

    def stop(self) -> None:
        """End it, and wait for its end."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def serving(app: str, kind: str, folder: Path, one: Signed, core: int = 0) -> Iterator[Server]:
    """A server that answers, ended afterwards."""
    server = Server(app, kind, folder, core)
    try:
        server.wait(one)
        yield server
    finally:
        server.stop()


def kept_settings(folder: Path) -> None:
    """A store in which somebody's settings are kept already, so that every new session looks into it."""
    open_store(str(folder / "settings.db"), SECRET).keep("somebody", Settings())


def wrk(port: int, requests: Path, seconds: float, core: int, connections: int = CONNECTIONS) -> dict[str, float]:
    """What wrk tells of so many seconds of load."""
    command: Sequence[str] = [
        *("taskset", "-c", str(core), "wrk", "--threads", "1", "--connections", str(connections)),
        *("--duration", f"{seconds:.0f}s", "--script", str(HERE / "replay.lua"), f"http://127.0.0.1:{port}/"),
        *("--", str(requests)),
    ]
    told = subprocess.run(command, capture_output=True, text=True)
    if told.returncode:
        raise CannotRun(f"wrk ended with {told.stderr.strip() or told.returncode}")
    found: dict[str, float] = json.loads(told.stdout.strip().splitlines()[-1])
    return found


def cpu(process: int) -> float:
    """The processor time of a process, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(process: int) -> int:
    """The resident memory of a process, in kilobytes."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def own(process: int) -> int:
    """The memory that would be free if this process ended (its unique set size), in kilobytes."""
    parts = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in parts if line.startswith("Private_"))


def environment(folder: Path) -> dict[str, str]:
    """What the servers are told: where the project is, installed or not, and where the requests.

    Python keeps what it compiled, as it does for an installed package, whatever this shell says; so does the skill.
    """
    usual = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    path = os.pathsep.join(filter(None, [str(HERE.parent), usual.get("PYTHONPATH", "")]))
    compiled = str(folder / "compiled")
    return {**usual, "BENCHMARK_FOLDER": str(folder), "PYTHONPATH": path, "SOFT_LANDING_CACHE": compiled}


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
