"""How fast the skill is, as ratios to two companions that are measured beside it: `python benchmarks/run.py`.

Prints a report in Markdown. Takes under five minutes; exits with 1 where it cannot run, and says why. README.md beside
this file tells what is measured and how.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import traffic
from load import CannotRun, Run, Server, environment, kept_settings, serving

APPS = {"skill": "served:app", "floor": "floor:app", "echo": "echo:app"}
SERVER = "gunicorn 4 threads"
ROUNDS, SECONDS = 12, 2.0
REQUESTS = 3000
STARTS = 7

HERE = Path(__file__).parent


def main() -> None:
    """Measure, and print the report."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--server", default=SERVER, help="as in load.py, for all three apps (default: %(default)s)")
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--keep", action="store_true", help="keep the folder with the requests and the logs")
    options.add_argument("--words", action="store_true", help="with free questions, ten in a hundred requests")
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    try:
        check()
        report(folder, chosen.server, chosen.rounds, words=chosen.words)
    except CannotRun as error:
        print(f"The benchmark cannot run: {error}.", file=sys.stderr)
        raise SystemExit(1) from error
    finally:
        if not chosen.keep:
            shutil.rmtree(folder)


def check() -> None:
    """Whether all is there; raises `CannotRun`."""
    for program, package in {"wrk": "wrk", "taskset": "util-linux"}.items():
        if shutil.which(program) is None:
            raise CannotRun(f"{program} is missing (Debian: apt-get install {package})")
    if len(os.sched_getaffinity(0)) < 2:
        raise CannotRun("it needs two processor cores, one for the server and one for the load")


def report(folder: Path, server: str, rounds: int, *, words: bool) -> None:
    """The whole report."""
    kept_settings(folder)
    started = starts(folder, server)
    made = traffic.write(
        folder, REQUESTS, words=words
    )  # after the starts, so that it is fresh for as long as it is replayed
    runs = rounds_of(folder, server, rounds, made)
    skill, floor, echo = (runs[name] for name in ("skill", "floor", "echo"))
    spread = ", ".join(f"{middle(run.per_second for run in runs[name]):.0f}" for name in APPS)
    print(
        f"# Speed\n\nPython {platform.python_version()}, {server}, one worker on one core, {rounds} interleaved rounds"
    )
    print(f"{'With' if words else 'Without'} free questions, whose own time benchmarks/understanding.py tells; rounds")
    print(f"of {SECONDS:.0f} s each, medians. Requests a second on this machine (skill, floor, echo): {spread}.\n")
    print("| what | wanted | found |\n| --- | --- | --- |")
    row("requests a second, of the floor's", "" if words else "≥ 0.40", ratio(skill, floor, lambda run: run.per_second))
    row("requests a second, of the echo's", "", ratio(skill, echo, lambda run: run.per_second))
    row(
        "processor time for a request, times the floor's",
        "" if words else "≤ 2.5",
        ratio(skill, floor, lambda run: run.cpu),
    )
    row("99th percentile, times the floor's", "", ratio(skill, floor, lambda run: run.p99))
    row("start to the first good answer, in process (s)", "≤ 0.6", middle(started["process"]))
    row("the same with the server's own start (s)", "", middle(started["server"]))
    row("memory of the worker before the load (MB)", "≤ 160", skill[0].before / 1024)
    row("memory of the worker after it (MB)", "≤ 160", skill[-1].after / 1024)
    row("of it what no other process shares (MB)", "", skill[-1].own / 1024)
    row("growth over the last round (%)", "flat", (skill[-1].after / skill[-1].before - 1) * 100)


def row(what: str, wanted: str, found: float) -> None:
    """A line of the table."""
    print(f"| {what} | {wanted} | {found:.2f} |", flush=True)


def starts(folder: Path, server: str) -> dict[str, list[float]]:
    """Seconds from nothing to the first good answer: one Python process with the app alone, and under the server."""
    one = traffic.write(folder, 1)[0]
    found: dict[str, list[float]] = {"process": [], "server": []}
    for _ in range(STARTS):
        found["process"].append(alone(folder, one))
        begin = time.perf_counter()
        started = Server(APPS["skill"], server, folder, 0)
        try:
            started.wait(one)
            found["server"].append(time.perf_counter() - begin)
        finally:
            started.stop()
    return found


def alone(folder: Path, one: traffic.Signed) -> float:
    """Seconds until a fresh process has answered one request."""
    (folder / "one.json").write_bytes(one.body)
    headers = [f"{name}={value}" for name, value in one.headers.items()]
    begin = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, str(HERE / "first.py"), *headers], stdout=subprocess.PIPE, cwd=HERE, env=environment(folder)
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        taken = time.perf_counter() - begin
    if said != b"good\n":
        raise CannotRun("the skill did not answer its first request")
    return taken


def rounds_of(folder: Path, server: str, rounds: int, made: Sequence[traffic.Signed]) -> dict[str, list[Run]]:
    """The load on each app in turn, as often as asked; all three stay up, and only one is loaded at a time."""
    requests = folder / "requests.lua"
    found: dict[str, list[Run]] = {name: [] for name in APPS}
    with (
        serving(APPS["skill"], server, folder, made[0]) as skill,
        serving(APPS["floor"], server, folder, made[0]) as floor,
        serving(APPS["echo"], server, folder, made[0]) as echo,
    ):
        servers = {"skill": skill, "floor": floor, "echo": echo}
        for each in servers.values():
            each.load(requests, 2, 1)  # a round that does not count
        for _ in range(rounds):
            for name, each in servers.items():
                found[name].append(each.load(requests, SECONDS, 1))
    return found


def ratio(ours: Sequence[Run], theirs: Sequence[Run], of: Callable[[Run], float]) -> float:
    """The median over rounds of one number's ratio."""
    return middle(of(one) / of(other) for one, other in zip(ours, theirs, strict=True))


def middle(numbers: Iterable[float]) -> float:
    """The median."""
    return statistics.median(numbers)


if __name__ == "__main__":
    main()
