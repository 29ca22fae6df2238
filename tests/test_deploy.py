"""Running it for real: the files in deploy/, nginx with TLS in front of gunicorn, on loopback."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import runpy
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from amazon import Amazon, authority, leaf
from cryptography import x509
from faults.served import STARTING, free_port
from faults.servers import nginx, nginx_conf

from skill.alexa.certificates import FETCHES_AT_ONCE, WAITING_AT_ONCE
from skill.content.responses import Responses
from skill.doctor import checks
from skill.doctor.diagnosis import ERROR, Expected
from skill.paths import folder

pytestmark = pytest.mark.slow

TOP = Path(__file__).parent.parent
DEPLOY = TOP / "deploy"
ID = "amzn1.ask.skill.0b2c3d4e"
MARK = "zanzibar"
LOCALES = Responses(folder("responses")).locales

APP = """
import time
from pathlib import Path
from cryptography import x509
from skill.app import create_app

HERE = Path(__file__).parent

def app():
    roots = x509.load_pem_x509_certificates((HERE / "amazon.pem").read_bytes())
    inner = create_app(trust_roots=roots, fetch=lambda url: (HERE / "chain.pem").read_bytes())
    skill = inner.wsgi_app
    def slow(environ, start):
        if "HTTP_X_SLOW" in environ:
            (HERE / "busy").touch()
            time.sleep(0.7)
        return skill(environ, start)
    inner.wsgi_app = slow
    return inner
"""
"""The production app with a throw-away Amazon, and with a request that takes its time."""


@dataclass(frozen=True)
class Site:
    """nginx and gunicorn, running."""

    port: int
    plain_port: int
    folder: Path
    gunicorn: subprocess.Popen[bytes]
    amazon: Amazon

    def connect(self) -> http.client.HTTPSConnection:
        """A connection that trusts this site's own root."""
        context = ssl.create_default_context(cafile=str(self.folder / "site-root.pem"))
        return http.client.HTTPSConnection("localhost", self.port, timeout=5, context=context)

    def signed(self, **changes: str) -> tuple[bytes, dict[str, str]]:
        """A launch as Alexa sends it, and its headers."""
        body = json.dumps(launch()).encode()
        return body, {"Content-Type": "application/json", **self.amazon.sign(body), **changes}


def launch() -> dict[str, object]:
    """A request that opens the skill."""
    application, user = {"applicationId": ID}, {"userId": f"amzn1.ask.account.{MARK}"}
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "version": "1.0",
        "session": {"new": True, "sessionId": MARK, "application": application, "user": user},
        "context": {"System": {"application": application, "user": user, "device": {"deviceId": MARK}}},
        "request": {"type": "LaunchRequest", "requestId": MARK, "timestamp": stamp, "locale": "en-US"},
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """gunicorn as deploy/gunicorn.conf.py says, behind nginx as deploy/nginx.conf says."""
    program = nginx()
    if program is None:
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")
    folder, amazon = tmp_path_factory.mktemp("site"), Amazon()
    folder.chmod(0o755)
    root = authority("site root")
    own = leaf(root, names=(x509.DNSName("localhost"),))
    (folder / "fullchain.pem").write_bytes(own.pem + root.pem)
    (folder / "privkey.pem").write_bytes(own.key_pem)
    (folder / "site-root.pem").write_bytes(root.pem)
    (folder / "amazon.pem").write_bytes(amazon.root.pem)
    (folder / "chain.pem").write_bytes(amazon.pages[amazon.url])
    (folder / "deployed.py").write_text(APP)
    port, plain_port, behind = free_port(), free_port(), free_port()
    (folder / "nginx.conf").write_text(nginx_conf(folder, port, plain_port, behind))
    environment = {
        **os.environ,
        "SOFT_LANDING_APPLICATION_ID": ID,
        "SOFT_LANDING_BIND": f"127.0.0.1:{behind}",
        "SOFT_LANDING_WORKERS": "1",
        "PYTHONPATH": os.pathsep.join([str(folder), str(TOP)]),
    }
    serve = [sys.executable, "-m", "gunicorn", "-c", str(DEPLOY / "gunicorn.conf.py"), "deployed:app()"]
    with (folder / "gunicorn.log").open("wb") as log:
        gunicorn = subprocess.Popen(serve, cwd=folder, env=environment, stdout=log, stderr=log)
        proxy = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=log)
    try:
        for where in (behind, port):
            wait_for(where, folder)
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", behind, timeout=STARTING)) as first:
            first.request("GET", "/health")  # gunicorn listens before its worker has read the words
            assert first.getresponse().status == 200
        yield Site(port, plain_port, folder, gunicorn, amazon)
    finally:
        for process in (proxy, gunicorn):
            process.terminate()
            process.wait(10)


def wait_for(port: int, folder: Path) -> None:
    """Wait until somebody listens."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail((folder / "gunicorn.log").read_text())


def test_alexa_is_answered_through_nginx(site: Site) -> None:
    """Body and headers come through as they were signed; several turns go over one connection."""
    connection = site.connect()
    sockets = set()
    for _ in range(3):
        body, headers = site.signed()
        connection.request("POST", "/", body, headers)
        answer = connection.getresponse()
        spoken = json.loads(answer.read())["response"]["outputSpeech"]["ssml"]
        assert (answer.status, spoken[:7]) == (200, "<speak>")
        sockets.add(connection.sock)
    connection.close()
    assert len(sockets) == 1


@pytest.mark.parametrize("change", ["unsigned", "another body", "another header"])
def test_a_probe_is_answered_400_through_nginx(site: Site, change: str) -> None:
    """What is not Alexa's is refused with the status that certification demands."""
    body, headers = site.signed()
    if change == "unsigned":
        headers = {}
    elif change == "another body":
        body = body.replace(b"en-US", b"en-GB")
    else:
        headers["SignatureCertChainUrl"] = "https://example.org/echo.api/cert.pem"
    connection = site.connect()
    connection.request("POST", "/", body, headers)
    assert connection.getresponse().status == 400
    connection.close()


@pytest.mark.parametrize(("size", "status"), [(200_000, 400), (300_000, 413)])
def test_a_large_body_is_refused(site: Site, size: int, status: int) -> None:
    """The skill refuses what is too large for it, and nginx what is too large for anybody."""
    connection = site.connect()
    connection.request("POST", "/", b"x" * size, site.signed()[1])
    assert connection.getresponse().status == status
    connection.close()


def test_plain_http_is_sent_on(site: Site) -> None:
    """Whoever types the address without https arrives all the same."""
    connection = http.client.HTTPConnection("localhost", site.plain_port, timeout=5)
    connection.request("GET", "/privacy")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, "https://localhost/privacy")
    connection.close()


def test_the_doctor_finds_it_well(site: Site) -> None:
    """From outside everything is as Alexa wants it."""
    ca = site.folder / "site-root.pem"
    signs = list(checks.examine(f"https://localhost:{site.port}/", Expected(LOCALES), ca=ca, seconds=5))
    assert [str(sign) for sign in signs if sign.state == ERROR] == []
    assert signs[-1].check == "terms"


def test_the_log_tells_what_happened_and_of_nobody(site: Site) -> None:
    """One line a request, and no ids in it; nginx keeps none."""
    connection = site.connect()
    body, headers = site.signed()
    connection.request("POST", "/", body, headers)
    connection.getresponse().read()
    connection.close()
    log = (site.folder / "gunicorn.log").read_text()
    assert '"request":"LaunchRequest","locale":"en-US","outcome":"answered"' in log
    assert MARK not in log
    assert "127.0.0.1 " not in log
    assert not (site.folder / "logs").exists()


def test_whoever_is_being_answered_is_answered_to_the_end(site: Site) -> None:
    """The service stops only after the answer. (The last test here, because it stops gunicorn.)"""
    answers = []

    def ask() -> None:
        connection = site.connect()
        body, headers = site.signed(**{"X-Slow": "1"})
        connection.request("POST", "/", body, headers)
        answers.append(connection.getresponse().status)
        connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    deadline = time.monotonic() + 5
    while not (site.folder / "busy").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    site.gunicorn.send_signal(signal.SIGTERM)
    asking.join(10)
    assert answers == [200]
    assert site.gunicorn.wait(10) == 0


def test_a_thread_is_left_when_certificates_are_waited_for() -> None:
    """Once one is known, fewer may wait for certificates than a worker has threads, here and in the README."""
    settings = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
    told = re.search(r"gunicorn --threads (\d+)", (TOP / "README.md").read_text("utf-8"))
    assert told
    assert settings["threads"] == int(told[1]) == FETCHES_AT_ONCE + WAITING_AT_ONCE + 1


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    """systemd reads the unit and warns of nothing."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed (Debian: apt-get install systemd)")
    unit = tmp_path / "soft-landing.service"
    text = (DEPLOY / "soft-landing.service").read_text()
    unit.write_text(text.replace("/opt/soft-landing/venv/bin/gunicorn", sys.executable))
    result = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    ours = [line for line in result.stderr.splitlines() if unit.name in line]
    assert (result.returncode, ours) == (0, [])


def test_the_template_is_one_that_cloudformation_takes() -> None:
    """Amazon's own linter finds nothing."""
    if shutil.which("cfn-lint") is None:
        pytest.skip("cfn-lint is not installed (pip install cfn-lint)")
    template = str(DEPLOY / "lambda/template.yaml")
    result = subprocess.run(["cfn-lint", template], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")


def test_the_function_is_built_for_its_processor() -> None:
    """What the build puts together runs where the template says."""
    template, build = ((DEPLOY / "lambda" / name).read_text() for name in ("template.yaml", "build.sh"))
    processor = re.findall(r"Architectures: \[(\w+)\]", template)
    built = set(re.findall(r"--platform manylinux\w+?_(x86_64|aarch64)\b", build))
    assert (processor, built) == (["arm64"], {"aarch64"})


def test_alexa_calls_what_has_a_snapshot() -> None:
    """Snapshots are of published versions, so the address that is handed over is that of the alias."""
    template = (DEPLOY / "lambda/template.yaml").read_text()
    assert re.search(r"SnapStart:\n +ApplyOn: !Ref Snapshot\n +AutoPublishAlias: \w+", template)
    assert re.search(r"Snapshot:\n +Type: String\n +Default: PublishedVersions\n", template)
    (endpoint,) = re.findall(r"Outputs:\n  Endpoint:\n.*\n    Value: (.*)", template)
    assert endpoint == "!Ref Skill.Alias"


def test_python_is_one_that_the_skill_runs_on() -> None:
    """The container, the function and its build name the same Python, one that the README says was tried."""
    found = {
        re.search(pattern, (DEPLOY / file).read_text()).group(1)  # type: ignore[union-attr]
        for file, pattern in (
            ("Containerfile", r"python:(3\.\d+)-slim"),
            ("lambda/template.yaml", r"Runtime: python(3\.\d+)"),
            ("lambda/build.sh", r"--python-version (3\.\d+)"),
        )
    }
    assert len(found) == 1
    allowed = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]["requires-python"]
    least = re.fullmatch(r">=(3\.\d+)", allowed)
    tried = re.search(r"\((3\.\d+(?:(?:, | and )3\.\d+)+) were tried", (TOP / "README.md").read_text())
    assert least
    assert tried
    tried_versions = re.findall(r"3\.\d+", tried[1])
    assert least[1] == tried_versions[0]
    assert found <= set(tried_versions)
