"""The servers that the faults of `docs/faults.md` are tried on: how each is started, and nginx in front of it.

`FAULTS_SERVERS` says which, by name and with `;` between them, or `all`; without it, the one that production uses.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

DEPLOY = Path(__file__).parents[2] / "deploy"
PRODUCTION = "gunicorn gthread"
FRONTS = ("bare", "nginx")


@dataclass(frozen=True)
class Server:
    """A server and its options."""

    program: str
    options: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    """What it takes besides what the skill installs."""
    fails: tuple[str, ...] = ()
    """Tests that it is known to fail without nginx in front; `docs/faults.md` tells how."""

    def command(self, port: int, workers: int) -> list[str]:
        """What starts it on a port of loopback."""
        if self.program == "gunicorn":
            where = ["--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
            own = ["-c", str(DEPLOY / "gunicorn.conf.py"), *where, *self.options, "faults.app:create()"]
        else:
            where = ["--port", str(port), "--workers", str(workers)]
            own = [*GRANIAN, *where, *self.options, "faults.app:create"]
        return [sys.executable, "-m", self.program, *own]

    def missing(self) -> str:
        """What has to be installed first, if anything."""
        return " ".join(name for name in self.needs if importlib.util.find_spec(name) is None)


HELD = ("test_forty_who_say_no_more", "test_two_hundred_half_bodies")
GRANIAN = ("--interface", "wsgi", "--http", "1", "--no-ws", "--factory", "--respawn-failed-workers")

SERVERS = {
    PRODUCTION: Server("gunicorn", fails=HELD),
    "gunicorn gevent": Server("gunicorn", ("--worker-class", "gevent"), ("gevent",)),
    "granian, as it comes": Server("granian", (), ("granian",)),
    "granian, 4 threads": Server("granian", ("--blocking-threads", "4"), ("granian",)),
    "granian, 4 threads, backpressure 4": Server(
        "granian", ("--blocking-threads", "4", "--backpressure", "4"), ("granian",)
    ),
    "granian, 64 threads": Server(
        "granian",
        (
            "--blocking-threads",
            "64",
            "--backpressure",
            "128",
            "--workers-kill-timeout",
            "10",
            "--respawn-interval",
            "60",
        ),
        ("granian",),
    ),
}


def chosen() -> list[tuple[str, str]]:
    """The servers to try, each bare and behind nginx."""
    asked = os.environ.get("FAULTS_SERVERS", PRODUCTION)
    names = list(SERVERS) if asked == "all" else [name.strip() for name in asked.split(";")]
    return [(name, front) for name in names for front in FRONTS]


def nginx() -> str | None:
    """Where nginx is, if it is installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def nginx_conf(folder: Path, port: int, plain_port: int, behind: int) -> str:
    """deploy/nginx.conf with a test's ports and certificate, in the frame that /etc/nginx/nginx.conf is."""
    text = (DEPLOY / "nginx.conf").read_text()
    for pattern, ours in (
        (r"listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        (r"listen 80;", f"listen 127.0.0.1:{plain_port};"),
        (r"listen \[::\]:\d+( ssl)?;", ""),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{behind}"),
        (r"/etc/letsencrypt/live/skill\.example\.org", str(folder)),
        (r"skill\.example\.org", "localhost"),
    ):
        text, count = re.subn(pattern, ours, text)
        assert count, f"deploy/nginx.conf no longer has {pattern}"
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    spare = "".join(f"{kind}_temp_path {folder / kind};\n" for kind in kinds)
    return (
        f"daemon off; pid {folder / 'nginx.pid'}; error_log {folder / 'nginx.log'};\n"
        f"events {{}}\nhttp {{\n{spare}{text}\n}}\n"
    )
