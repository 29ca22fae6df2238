"""What breaks around the skill, once more with a real server before it; `docs/faults.md` tells it in words."""

import contextlib
import json
import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from amazon import DAY, NOW, Amazon, authority, chain, leaf
from test_signature import LOOPBACK, Site, serving

from faults.conftest import BROKEN, TOP, Start
from faults.served import PATIENCE, STARTING, Served, envelope

pytestmark = pytest.mark.slow

CROWD = 40
ALEXA_WAITS = 8
"""Seconds."""
KEPT, NOT_KEPT = "use your settings next time", "keep your settings this time"
NO_FILE = "store: the file of settings did not answer"
SILENT = "https://s3.amazonaws.com/echo.api/silent-{}.pem"


# -- Certificates and signatures --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A TLS host for certificate chains, which answers each path with another fault."""
    amazon = Amazon()
    with serving(leaf(amazon.intermediate, names=LOOPBACK), amazon.intermediate, tmp_path_factory) as site:
        yield site


@pytest.mark.parametrize(
    "path", ["silent", "drips", "missing", "error", "redirect", "gigabyte", "endless", "noise", "empty", "cut", "other"]
)
def test_a_faulty_certificate_host(usual: Served, site: Site, path: str) -> None:
    """Whoever names a chain of that host is refused, and whoever's chain is known is answered meanwhile."""
    (usual.folder / "host").write_text(site.url)
    with ThreadPoolExecutor(1) as other:
        asked = other.submit(
            usual.post, "LaunchRequest", SignatureCertChainUrl=f"https://s3.amazonaws.com/echo.api/host-{path}.pem"
        )
        assert usual.post("BodyIntent", timeout=ALEXA_WAITS)[0] == 200
        assert asked.result(PATIENCE)[0] == 400
    assert '"rule":"certificate-' in usual.log.read_text()


def test_a_faulty_chain_or_signature_or_clock(usual: Served) -> None:
    """What is not Alexa's, or not of now, is refused with a 400."""
    amazon = usual.amazon
    (usual.folder / "expired.pem").write_bytes(chain(leaf(amazon.intermediate, ends=NOW - DAY), amazon.intermediate))
    stranger = authority("a stranger's root")
    (usual.folder / "stranger.pem").write_bytes(chain(leaf(stranger), stranger))
    for name in ("expired", "stranger"):
        where = f"https://s3.amazonaws.com/echo.api/{name}.pem"
        assert usual.post("LaunchRequest", SignatureCertChainUrl=where)[0] == 400
    assert usual.post("LaunchRequest", Signature_256="AAAA")[0] == 400
    for hours in (-1, 1):
        late = (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
        assert usual.post(envelope("LaunchRequest", timestamp=late))[0] == 400
    rules = ("certificate-dates", "certificate-chain", "signature", "timestamp")
    assert all(f'"rule":"{rule}"' in usual.log.read_text() for rule in rules)


def test_many_certificate_urls_at_once(usual: Served) -> None:
    """Forty requests that name chains on a silent host are refused, and hold up nobody whose chain is known."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent, ThreadPoolExecutor(48) as crowd:
        served = usual
        (served.folder / "silent").write_text(f"https://127.0.0.1:{silent.getsockname()[1]}/")
        slow = [
            crowd.submit(
                served.post, "LaunchRequest", X_Name=f"slow-{number}", SignatureCertChainUrl=SILENT.format(number)
            )
            for number in range(CROWD)
        ]
        try:
            served.until("begun", {f"slow-{number}" for number in range(CROWD)})  # all are in the server's hands
            assert [served.post("BodyIntent")[0] for _ in range(10)] == [200] * 10
            assert not all(each.done() for each in slow), "the silent host held up nobody, so this test shows nothing"
        finally:
            silent.close()  # whoever waits for it is let go
        assert {each.result(PATIENCE)[0] for each in slow} == {400}


# -- Settings and words -----------------------------------------------------------------------------------------------


def remember(served: Served) -> str:
    """Ask to have settings kept, and return what is said."""
    asked = served.post(envelope("RememberIntent"))
    attributes = json.loads(asked[1])["sessionAttributes"]
    return served.post(envelope("AMAZON.YesIntent", attributes))[1]


def test_a_locked_store_and_a_mended_one(usual: Served) -> None:
    """While the file is locked, everybody is answered without settings; afterwards they are kept again."""
    assert KEPT in remember(usual)
    with contextlib.closing(sqlite3.connect(usual.folder / "settings.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with ThreadPoolExecutor(8) as crowd:
            everybody = [crowd.submit(usual.post, "LaunchRequest", ALEXA_WAITS) for _ in range(8)]
            assert NOT_KEPT in remember(usual)
            assert {each.result()[0] for each in everybody} == {200}
    assert KEPT in remember(usual)


@pytest.mark.parametrize("fault", ["corrupt", "gone"])
def test_a_broken_store(usual: Served, fault: str) -> None:
    """The listener is welcomed and answered without settings, and told the truth about them."""
    file = usual.folder / "settings.db"
    noted = usual.log.read_text().count(NO_FILE)
    for path in usual.folder.glob("settings.db*"):
        path.unlink()
    if fault == "corrupt":
        file.write_bytes(os.urandom(8192))
    else:
        file.mkdir()
    assert usual.post("LaunchRequest")[0] == 200
    assert NOT_KEPT in remember(usual)
    assert usual.log.read_text().count(NO_FILE) > noted


def test_a_silent_table(serve: Start) -> None:
    """DynamoDB that says nothing costs two seconds and the settings, also to eight at once."""
    pytest.importorskip("boto3", reason="pip install 'soft-landing[dynamodb]'")
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        names = {
            "SOFT_LANDING_STORE": "dynamodb://listeners",
            "SOFT_LANDING_SECRET": "secret",
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
        }
        served = serve(**names)
        with ThreadPoolExecutor(4) as crowd:
            together = list(crowd.map(lambda _: served.post("LaunchRequest", timeout=ALEXA_WAITS)[0], range(4)))
        assert together == [200] * 4
        assert "store: the table of settings did not answer" in served.log.read_text()


def test_words_that_break(usual: Served) -> None:
    """A file that cannot be spoken costs its own answer; files that vanish while it runs are noticed by nobody."""
    assert "something went wrong on my side" in usual.post(BROKEN)[1]
    assert "apologised: ResponseError" in usual.log.read_text()
    shutil.rmtree(usual.folder / "responses")
    status, said = usual.post("BodyIntent")
    assert (status, "outputSpeech" in said, "went wrong" in said) == (200, True, False)


def test_words_broken_before_the_start(tmp_path: Path, server: tuple[str, str]) -> None:
    """Nothing runs, the process ends by itself and not with a success, and the log names the file."""
    shutil.copytree(TOP / "responses", tmp_path / "responses")
    (tmp_path / "responses" / "en" / "BodyIntent.ssml").write_text("{% if %}")
    with contextlib.closing(Served(tmp_path, *server)) as served:
        assert served.process.wait(STARTING) != 0
        assert "en/BodyIntent.ssml" in served.log.read_text()
