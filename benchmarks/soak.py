"""Lets the skill run for a while at 80 % of what it can bear, and says whether it made an error or grew.

    python benchmarks/soak.py --minutes 10

Two gunicorn workers, mixed signed requests (`traffic.py`), everything on (`served.py`). What it can bear is measured
first, with the same load and nothing held back: the load shares the machine with the skill. Requests are signed anew
every minute, so that their timestamps stay fresh. Exits with 1 on an error, or when the workers' memory at the end is
over 2 % more than after the first fifth.
"""

import argparse
import asyncio
import multiprocessing
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import traffic
from amazon import Amazon, chain
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

HERE = Path(__file__).parent
CONNECTIONS = 8
PER_CONNECTION = 200
"""Requests until a connection is opened anew: the worker with less to do takes it, so that both have their share."""
BATCH = 1500
"""So many different requests at a time; as many are made each minute."""
FRESH = 60.0
SHARE = 0.8
GROWTH = 0.02


@dataclass
class Seen:
    """What a stretch of load gave."""

    answered: int = 0
    again: int = 0
    """Requests sent a second time, because the server had closed an idle connection."""
    errors: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)


class Load:
    """Sends signed requests over a few connections, evenly paced or as fast as they are answered."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self.port = port
        self.requests = requests
        self.turn = 0

    async def run(self, seconds: float, rate: float = 0.0) -> Seen:
        """Load for some seconds, at so many requests a second; 0 is as fast as it goes."""
        seen = Seen()
        start = time.perf_counter()
        await asyncio.gather(*(self.caller(seen, start, start + seconds, rate, who) for who in range(CONNECTIONS)))
        return seen

    async def caller(self, seen: Seen, start: float, end: float, rate: float, who: int) -> None:
        """One connection's requests."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        number = 0
        while time.perf_counter() < end:
            if rate:
                await asyncio.sleep(max(0.0, start + (number * CONNECTIONS + who) / rate - time.perf_counter()))
            number += 1
            if number % PER_CONNECTION == 0:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            self.turn += 1
            body = self.requests[self.turn % len(self.requests)]
            sent = time.perf_counter()
            for attempt in (1, 2):
                try:
                    writer.write(body)
                    status, said = await asyncio.wait_for(answer(reader), 10)
                except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                    writer.close()
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    if attempt == 1 and not isinstance(error, TimeoutError):
                        seen.again += 1
                        continue
                    seen.errors[type(error).__name__] += 1
                    break
                if status == 200 and b'"response"' in said:
                    seen.answered += 1
                    seen.milliseconds.append((time.perf_counter() - sent) * 1000)
                else:
                    seen.errors[f"status {status}"] += 1
                break
        writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The status and body of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return int(head.split(b" ", 2)[1]), await reader.readexactly(int(length.split(b":")[1]))


def sign_for_ever(key: bytes, pipe: Connection) -> None:
    """Makes a fresh batch each time somebody asks, in a process of its own."""
    amazon = Amazon()
    kept = load_pem_private_key(key, None)
    amazon.leaf = type(amazon.leaf)(amazon.leaf.certificate, kept)  # type: ignore[arg-type]  # the other process's key
    seed = 0
    while pipe.recv():
        seed += 1
        pipe.send([raw(one) for one in traffic.requests(BATCH, amazon, seed=seed)])


def raw(one: traffic.Signed) -> bytes:
    """A request as it goes over the wire."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in one.headers.items())
    head = f"POST / HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {len(one.body)}\r\n\r\n"
    return head.encode() + one.body


def workers(master: int) -> list[int]:
    """The processes that answer."""
    return sorted(map(int, Path(f"/proc/{master}/task/{master}/children").read_text().split()))


def memory(master: int) -> float:
    """Megabytes resident in all workers together."""
    pages = (int(Path(f"/proc/{worker}/statm").read_text().split()[1]) for worker in workers(master))
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def soak(port: int, master: int, pipe: Connection, minutes: float) -> bool:
    """Measure, then soak; whether it went well."""
    loop = asyncio.get_running_loop()

    async def batch() -> list[bytes]:
        pipe.send(True)
        made: list[bytes] = await loop.run_in_executor(None, pipe.recv)
        return made

    load = Load(port, await batch())
    await load.run(3)  # everybody wakes up
    free = await load.run(8)
    capacity, first = free.answered / 8, workers(master)
    rate = capacity * SHARE
    print(f"it can bear {capacity:.0f} requests a second here; {rate:.0f} a second for {minutes:g} minutes", flush=True)
    samples: list[tuple[float, float]] = []
    total, start, end = Seen(), time.perf_counter(), time.perf_counter() + minutes * 60

    async def watch() -> None:
        while time.perf_counter() < end:
            samples.append(((time.perf_counter() - start) / (end - start), memory(master)))
            await asyncio.sleep(min(2.0, minutes * 60 / 100))

    watching = asyncio.create_task(watch())
    while (left := end - time.perf_counter()) > 0.5:
        coming = asyncio.create_task(batch())
        seen = await load.run(min(FRESH, left), rate)
        load.requests = await coming
        total.answered += seen.answered
        total.again += seen.again
        total.errors += seen.errors
        total.milliseconds += seen.milliseconds
        print(f"  {seen.answered} answered, {memory(master):.1f} MB", flush=True)
    await watching
    early = statistics.median(held for when, held in samples if 0.2 <= when <= 0.35)
    late = statistics.median(held for when, held in samples if when >= 0.85)
    growth, ordered = late / early - 1, sorted(total.milliseconds)
    print(
        f"{total.answered} answered, {sum(total.errors.values())} errors {dict(total.errors)}, {total.again} sent again"
    )
    print(
        f"median {statistics.median(ordered):.1f} ms, p99 {ordered[int(len(ordered) * 0.99)]:.1f} ms, "
        f"slowest {ordered[-1]:.0f} ms"
    )
    print(f"memory of both workers {early:.1f} MB after a fifth, {late:.1f} MB at the end: {growth:+.2%}")
    same = workers(master) == first
    if not same:
        print("a worker died and was replaced")
    return not total.errors and same and growth <= GROWTH


def main() -> None:
    """Soak the skill; exits with 1 when it did not stand."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--minutes", type=float, default=10)
    chosen = options.parse_args()
    amazon = Amazon()
    with tempfile.TemporaryDirectory() as name, socket.socket() as free:
        folder = Path(name)
        (folder / "root.pem").write_bytes(amazon.root.certificate.public_bytes(Encoding.PEM))
        (folder / "chain.pem").write_bytes(chain(amazon.leaf, amazon.intermediate))
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        ours, theirs = multiprocessing.Pipe()
        key = amazon.leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        signer = multiprocessing.get_context("spawn").Process(target=sign_for_ever, args=(key, theirs), daemon=True)
        signer.start()
        paths = os.pathsep.join([str(HERE), str(HERE.parent / "tests"), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", "4", "--log-level", "warning"]
        server = subprocess.Popen(
            [*command, "--no-control-socket", "--bind", f"127.0.0.1:{port}", "served:app"],
            env={**os.environ, "BENCHMARK_FOLDER": name, "PYTHONPATH": paths},
        )
        try:
            for _ in range(200):
                with socket.socket() as caller:
                    if caller.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            well = asyncio.run(soak(port, server.pid, ours, chosen.minutes))
        finally:
            signer.kill()
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
