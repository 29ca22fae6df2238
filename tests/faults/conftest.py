"""A server for the tests of faults: the one that production uses, unless `FAULTS_SERVERS` names others.

    FAULTS_SERVERS=all python -m pytest tests/faults

ends with a table of what each server, bare and behind nginx, made of each fault. Between two names stands `;`.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from faults.served import Served
from faults.servers import SERVERS, chosen, nginx

TOP = Path(__file__).parents[2]
BROKEN = "EmotionsIntent"
"""What cannot be spoken in the words of the server that tests share."""

Start = Callable[..., Served]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a server is known to fail: a test that passes all the same says so."""
    for item in items:
        if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
            continue
        server: Any = item.callspec.params.get("server")
        if server and server[1] == "bare" and item.originalname in SERVERS[server[0]].fails:
            item.add_marker(pytest.mark.xfail(reason=f"{server[0]} is known to fail this", strict=True))


@pytest.fixture(scope="session", params=chosen(), ids=lambda each: f"{each[0]}-{each[1]}")
def server(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Which server, and what stands in front of it."""
    kind, front = request.param
    if missing := SERVERS[kind].missing():
        pytest.skip(f"pip install {missing}")
    if front == "nginx" and nginx() is None:
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")
    return kind, front


@pytest.fixture
def serve(tmp_path: Path, server: tuple[str, str]) -> Iterator[Start]:
    """Starts a server of a test's own, and ends it afterwards."""
    with contextlib.ExitStack() as stack:

        def start(**more: Any) -> Served:
            served = Served(tmp_path, *server, **more)
            stack.callback(served.close)
            served.until_it_answers()
            return served

        yield start


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, server: tuple[str, str]) -> Iterator[Start]:
    """Gives the server that tests share, and another where a test has knocked it over."""
    running: list[Served] = []

    def get() -> Served:
        if not running or running[-1].process.poll() is not None:
            folder = tmp_path_factory.mktemp("shared")
            shutil.copytree(TOP / "responses", folder / "responses")
            broken = folder / "responses" / "en" / f"{BROKEN}.ssml"
            broken.write_text(broken.read_text("utf-8") + "{{ nobody.knows }}", "utf-8")
            store: dict[str, Any] = {"SOFT_LANDING_STORE": str(folder / "settings.db"), "SOFT_LANDING_SECRET": "secret"}
            running.append(Served(folder, *server, **store))
        running[-1].until_it_answers()
        return running[-1]

    yield get
    for served in running:
        served.close()


@pytest.fixture
def usual(shared: Start) -> Served:
    """A server that answers, with a store of settings and one file of words that breaks when it is spoken."""
    return shared()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, where servers were asked for by name."""
    if "FAULTS_SERVERS" not in os.environ:
        return
    found: dict[str, dict[tuple[str, str], str]] = {}
    for outcome in ("passed", "xfailed", "skipped", "failed", "error"):
        for report in terminalreporter.getreports(outcome):
            named = re.fullmatch(r".*::test_(\w+)\[([^\[]+)-(bare|nginx)(?:-(.+))?\]", report.nodeid)
            if named:
                fault, kind, front, which = named.groups()
                row = found.setdefault(fault.replace("_", " ") + (f", {which}" if which else ""), {})
                row[kind, front] = outcome if outcome not in ("failed", "error") else reason(report)
    columns = [(kind, front) for kind, front in chosen() if any((kind, front) in row for row in found.values())]
    terminalreporter.write_line("\n| fault | " + " | ".join(f"{kind}, {front}" for kind, front in columns) + " |")
    terminalreporter.write_line("| --- " * (len(columns) + 1) + "|")
    for fault, row in sorted(found.items()):
        terminalreporter.write_line(f"| {fault} | " + " | ".join(row.get(column, "") for column in columns) + " |")


def reason(report: Any) -> str:
    """The first words of what failed."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return f"FAILED: {crash.message.splitlines()[0][:100]}" if crash else "FAILED"
