"""What breaks around the skill, and what a listener and an operator meet then; `docs/faults.md` tells it in words.

The network's own faults are in `test_signature.py` and those of the stores alone in `tests/settings`; here each goes
through the whole app. Those of a real server, and these once more behind one, are in `test_servers.py`.
"""

import contextlib
import http.client
import http.server
import json
import logging
import os
import resource
import shutil
import socket
import sqlite3
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from amazon import DAY, NOW, URL, Amazon, Identity, authority, chain, leaf, rsa_key, sign
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from faults.app import ID
from faults.served import PATIENCE, envelope
from flask.testing import FlaskClient
from test_signature import LOOPBACK, Site, serving

from skill.alexa.certificates import fetch
from skill.app import build_skill, create_app
from skill.content.markup import plain
from skill.content.responses import ResponseError
from skill.settings import open_store
from skill.settings.model import NoStore, Settings, SettingsStore
from skill.settings.sqlite import SqliteStore

pytestmark = pytest.mark.slow

KEPT = "I'll use your settings next time"
NOT_KEPT = "I couldn't keep your settings this time"
NOT_CLEARED = "I couldn't reach what I keep"
WELCOME = "Soft Landing"


class Listener:
    """Somebody who talks to the skill: says a request's name, and hears words, or Alexa's apology as a status."""

    def __init__(self, client: FlaskClient, amazon: Amazon) -> None:
        self.client = client
        self.amazon = amazon
        self.attributes: dict[str, Any] | None = None

    def hears(self, kind: str, **headers: str) -> str:
        """The words of the answer; the number of a status that is not 200."""
        body = envelope(kind, self.attributes)
        answer = self.client.post("/", data=body, headers=self.amazon.sign(body) | headers)
        if answer.status_code != 200:
            return str(answer.status_code)
        data = answer.get_json()
        self.attributes = data.get("sessionAttributes") or {}
        return plain((data["response"].get("outputSpeech") or {}).get("ssml", ""))


def listener(amazon: Amazon, fetcher: Callable[[str], bytes] | None = None, **options: Any) -> Listener:
    """A listener at an app of their own."""
    app = create_app(ID, trust_roots=amazon.roots, fetch=fetcher or amazon.fetch, **options)
    return Listener(app.test_client(), amazon)


@pytest.fixture(autouse=True)
def written(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """All that an operator sees."""
    caplog.set_level(logging.INFO, logger="skill")
    return caplog


def outcomes(written: pytest.LogCaptureFixture) -> list[str]:
    """What the door noted: the rule of each refusal, or the outcome."""
    lines = [json.loads(record.getMessage()) for record in written.records if record.name == "skill.requests"]
    return [line.get("rule", line["outcome"]) for line in lines]


def remarks(written: pytest.LogCaptureFixture) -> list[str]:
    """What else was noted."""
    return [record.getMessage() for record in written.records if record.name == "skill"]


# -- Certificates -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A real TLS host for certificate chains, which answers each path with another fault."""
    amazon = Amazon()
    with serving(leaf(amazon.intermediate, names=LOOPBACK), amazon.intermediate, tmp_path_factory) as site:
        yield site


def from_site(site: Site, path: str) -> Callable[[str], bytes]:
    """Fetches every chain from a path of that host, over TLS, with a short patience."""
    context = ssl.create_default_context(cadata=Amazon().root.pem.decode())
    return lambda url: fetch(site.url + path, timeout=0.3, context=context)


@pytest.mark.parametrize(
    "path", ["silent", "drips", "missing", "error", "redirect", "gigabyte", "endless", "noise", "empty", "cut"]
)
def test_a_faulty_certificate_host(site: Site, written: pytest.LogCaptureFixture, path: str) -> None:
    """A host that is slow or answers wrongly refuses the request, with one line; a slow one is left before it ends."""
    site.left.clear()
    someone = listener(Amazon(), from_site(site, path))
    assert someone.hears("LaunchRequest") == "400"
    assert path not in ("silent", "drips") or site.left.wait(PATIENCE)
    assert outcomes(written) == ["certificate-fetch"]
    assert remarks(written) == []


def test_another_chain_at_the_host(site: Site, written: pytest.LogCaptureFixture) -> None:
    """A chain that nobody vouches for lets nobody in."""
    assert listener(Amazon(), from_site(site, "other")).hears("LaunchRequest") == "400"
    assert outcomes(written) == ["certificate-chain"]


def test_a_certificate_host_gone_after_the_first_request(site: Site, written: pytest.LogCaptureFixture) -> None:
    """Once a chain is warm, nobody notices that its host is gone."""
    host = {"path": "good"}
    someone = listener(Amazon(), lambda url: from_site(site, host["path"])(url))
    assert WELCOME in someone.hears("LaunchRequest")
    host["path"] = "missing"
    assert all(someone.hears("BodyIntent") != "400" for _ in range(3))
    assert outcomes(written) == ["answered"] * 4


OTHER_ROOT = authority("a stranger's root")
CHAINS: dict[str, tuple[str, Callable[[Amazon], tuple[Identity, ...]]]] = {
    "expired": ("certificate-dates", lambda amazon: (leaf(amazon.intermediate, ends=NOW - DAY), amazon.intermediate)),
    "not yet valid": (
        "certificate-dates",
        lambda amazon: (leaf(amazon.intermediate, starts=NOW + DAY), amazon.intermediate),
    ),
    "another name": (
        "certificate-chain",
        lambda amazon: (leaf(amazon.intermediate, names=(x509.DNSName("echo-api.example.com"),)), amazon.intermediate),
    ),
    "unknown authority": ("certificate-chain", lambda amazon: (leaf(OTHER_ROOT), OTHER_ROOT)),
    "self-signed": ("certificate-chain", lambda amazon: (leaf(None),)),
    "no intermediate": ("certificate-chain", lambda amazon: (amazon.leaf,)),
}


@pytest.mark.parametrize("fault", CHAINS)
def test_a_faulty_chain(written: pytest.LogCaptureFixture, fault: str) -> None:
    """A chain with one thing wrong lets nobody in, and the line says what is wrong with it."""
    amazon, (rule, made) = Amazon(), CHAINS[fault]
    amazon.pages[URL] = chain(*made(amazon))
    assert listener(amazon).hears("LaunchRequest") == "400"
    assert outcomes(written) == [rule]


@pytest.mark.parametrize("fault", ["SHA-1", "another body", "another key"])
def test_a_faulty_signature(written: pytest.LogCaptureFixture, fault: str) -> None:
    """Only Alexa's SHA-256 signature over this very body lets a request in."""
    amazon, body = Amazon(), envelope("LaunchRequest")
    made = {
        "SHA-1": sign(body, rsa_key("leaf"), hashes.SHA1()),
        "another body": sign(body + b" ", rsa_key("leaf")),
        "another key": sign(body, rsa_key("a stranger")),
    }[fault]
    answer = listener(amazon).client.post("/", data=body, headers=amazon.sign(body) | {"Signature-256": made})
    assert answer.status_code == 400
    assert outcomes(written) == ["signature"]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_wrong_by_an_hour(written: pytest.LogCaptureFixture, hours: int) -> None:
    """Every request is refused until the clock is right, the line says so, and then the next one is answered."""
    wrong = {"by": timedelta(hours=hours)}
    someone = listener(Amazon(), now=lambda: datetime.now(UTC) + wrong["by"])
    assert someone.hears("LaunchRequest") == "400"
    wrong["by"] = timedelta()
    assert WELCOME in someone.hears("LaunchRequest")
    assert outcomes(written) == ["timestamp", "answered"]
    assert "clock" in written.text


# -- The store of settings --------------------------------------------------------------------------------------------


def remembered(store: SettingsStore) -> Listener:
    """A listener whose settings are kept."""
    someone = listener(Amazon(), store=store)
    someone.hears("RememberIntent")
    assert KEPT in someone.hears("AMAZON.YesIntent")
    someone.attributes = None
    return someone


def lock(file: Path) -> contextlib.AbstractContextManager[Any]:
    """Another process's write that does not come to an end."""
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    return contextlib.closing(other)


def whole_lock(file: Path) -> contextlib.AbstractContextManager[Any]:
    """Another process's lock that lets nobody read either; it is had only while nobody has the file open."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    return contextlib.closing(other)


@contextlib.contextmanager
def read_only(file: Path) -> Iterator[None]:
    """Nobody may write the file: root, who may do everything, becomes somebody else for a while."""
    for path in (file, *file.parent.glob(f"{file.name}-*")):
        path.chmod(0o444)
    file.parent.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        file.parent.chmod(0o755)


@contextlib.contextmanager
def full_disk(file: Path) -> Iterator[None]:
    """Nothing can grow beyond what it has: to SQLite a file-size limit is a disk that is full."""
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, kept[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)


@contextlib.contextmanager
def corrupt(file: Path) -> Iterator[None]:
    """Something wrote over the file."""
    for path in file.parent.glob(f"{file.name}-*"):
        path.unlink()
    file.write_bytes(os.urandom(8192))
    yield


@contextlib.contextmanager
def gone(file: Path) -> Iterator[None]:
    """The folder was unmounted, and something else stands in the file's place."""
    for path in (file, *file.parent.glob(f"{file.name}-*")):
        path.unlink()
    file.mkdir()
    yield


STORE_FAULTS: dict[str, Callable[[Path], contextlib.AbstractContextManager[Any]]] = {
    "locked": lock,
    "read-only": read_only,
    "full": full_disk,
    "corrupt": corrupt,
    "gone": gone,
}


@pytest.fixture
def file() -> Iterator[Path]:
    """A settings file in a folder that everybody may see, as `tmp_path` is not."""
    folder = Path(tempfile.mkdtemp(prefix="soft-landing-"))
    folder.chmod(0o755)
    yield folder / "settings.db"
    shutil.rmtree(folder)


@pytest.mark.parametrize("fault", STORE_FAULTS)
def test_a_faulty_store(file: Path, written: pytest.LogCaptureFixture, fault: str) -> None:
    """The listener is welcomed and answered without settings, and told the truth about them."""
    someone = remembered(SqliteStore(file, "secret"))
    someone.hears("ForgetMeIntent")
    someone.hears("AMAZON.YesIntent")
    someone = remembered(SqliteStore(file, "secret"))  # everything lazy is loaded now
    written.clear()
    with STORE_FAULTS[fault](file):
        assert WELCOME in someone.hears("LaunchRequest")
        someone.hears("RememberIntent")
        assert NOT_KEPT in someone.hears("AMAZON.YesIntent")
        assert someone.hears("BodyIntent") not in ("", "400")
        someone.hears("ForgetMeIntent")
        assert NOT_CLEARED in someone.hears("AMAZON.YesIntent")
    assert outcomes(written) == ["answered"] * 6
    assert remarks(written)
    assert set(remarks(written)) <= {
        f"store: the file of settings did not answer: {kind}" for kind in ("OperationalError", "DatabaseError")
    }
    assert len(remarks(written)) <= 3


def test_a_store_locked_before_anyone_reads_it(file: Path, written: pytest.LogCaptureFixture) -> None:
    """The listener is welcomed without settings; when the lock is gone, with them."""
    SqliteStore(file, "secret").keep("somebody else", Settings())
    someone = listener(Amazon(), store=SqliteStore(file, "secret"))
    with whole_lock(file):
        assert WELCOME in someone.hears("LaunchRequest")
    assert remarks(written) == ["store: the file of settings did not answer: OperationalError"]
    someone.attributes = None
    assert WELCOME in someone.hears("LaunchRequest")
    assert len(remarks(written)) == 1


def test_no_lock_is_waited_for_longer(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every connection to the file gives up on a lock after half a second: nobody waits longer for a setting."""
    connect, waits = sqlite3.connect, []

    def noting(*arguments: Any, **options: Any) -> sqlite3.Connection:
        waits.append(options.get("timeout"))
        connection: sqlite3.Connection = connect(*arguments, **options)
        return connection

    monkeypatch.setattr(sqlite3, "connect", noting)
    someone = remembered(SqliteStore(file, "secret"))
    for kind in ("LaunchRequest", "SlowerIntent", "ForgetMeIntent", "AMAZON.YesIntent"):
        someone.hears(kind)
    assert len(waits) >= 4
    assert all(wait is not None and wait <= 0.5 for wait in waits)


def test_a_slow_store(file: Path, written: pytest.LogCaptureFixture) -> None:
    """A lock that is let go within half a second costs the listener that wait and nothing else."""
    someone = remembered(SqliteStore(file, "secret"))
    someone.hears("RememberIntent")
    held = lock(file)
    held.__enter__()
    threading.Timer(0.2, held.__exit__, (None, None, None)).start()
    written.clear()
    assert KEPT in someone.hears("AMAZON.YesIntent")
    assert remarks(written) == []


def test_settings_of_a_mended_store_are_kept_again(file: Path) -> None:
    """A fault leaves nothing behind: when it is over, settings are kept, without a restart."""
    someone = remembered(SqliteStore(file, "secret"))
    with lock(file):
        someone.hears("RememberIntent")
        assert NOT_KEPT in someone.hears("AMAZON.YesIntent")
    someone.hears("RememberIntent")
    assert KEPT in someone.hears("AMAZON.YesIntent")


class Table(http.server.BaseHTTPRequestHandler):
    """A table in DynamoDB that is throttled, out of order, or silent, as its server's `fault` says."""

    server: "Tables"

    def do_POST(self) -> None:
        """Answer, or do not."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1
        if self.server.fault == "silent":
            self.server.waited_out |= not self.server.over.wait(PATIENCE)
            return
        if self.server.fault == "drops":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        kind = {"throttled": "ProvisionedThroughputExceededException", "out of order": "InternalServerError"}
        body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{kind[self.server.fault]}"}).encode()
        self.send_response(400 if self.server.fault == "throttled" else 500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep still."""


class Tables(http.server.ThreadingHTTPServer):
    """Stands for DynamoDB on loopback, where a real one cannot be made to fail."""

    daemon_threads = True

    def __init__(self, fault: str) -> None:
        super().__init__(("127.0.0.1", 0), Table)
        self.fault = fault
        self.asked = 0
        self.over = threading.Event()
        self.waited_out = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Take it that the other side has hung up."""


@pytest.mark.parametrize("fault", ["throttled", "out of order", "drops", "silent", "away"])
def test_a_faulty_table(fault: str, written: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """DynamoDB throttling, out of order, silent or away costs the settings, and no answer."""
    pytest.importorskip("boto3", reason="pip install 'soft-landing[dynamodb]'")
    tables = Tables(fault)
    threading.Thread(target=tables.serve_forever, args=(0.01,), daemon=True).start()
    for name, value in {
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{tables.server_port}",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
    }.items():
        monkeypatch.setenv(name, value)
    if fault == "away":
        tables.server_close()
    someone = listener(Amazon(), store=open_store("dynamodb://listeners", "secret"))
    assert WELCOME in someone.hears("LaunchRequest")
    assert not tables.waited_out, "Alexa stops waiting after 8 seconds"
    someone.hears("RememberIntent")
    assert NOT_KEPT in someone.hears("AMAZON.YesIntent")
    assert outcomes(written) == ["answered"] * 3
    assert len(remarks(written)) == 2
    assert all(remark.startswith("store: the table of settings did not answer: ") for remark in remarks(written))
    assert fault == "away" or tables.asked
    tables.over.set()
    tables.shutdown()
    tables.server_close()


class Broken(NoStore):
    """A store that breaks in a way nobody thought of."""

    def recall(self, user: str) -> Settings | None:
        """Break."""
        self.asked = getattr(self, "asked", 0) + 1
        raise TypeError("zanzibar")


def test_a_store_that_breaks_unforeseen(written: pytest.LogCaptureFixture) -> None:
    """The apology is spoken, keeps the session open, and does not ask the store a second time."""
    store = Broken()
    someone = listener(Amazon(), store=store)
    assert "something went wrong on my side" in someone.hears("LaunchRequest")
    assert store.asked == 1
    assert "went wrong" not in someone.hears("BodyIntent")
    assert store.asked == 1, "the session that the apology sent along is enough"
    assert [remark.split(" at ")[0] for remark in remarks(written)] == ["apologised: TypeError"]
    assert "zanzibar" not in written.text


# -- The words --------------------------------------------------------------------------------------------------------


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A copy of the words, to be broken."""
    return Path(shutil.copytree(Path(__file__).parent.parent / "responses", tmp_path / "responses"))


@pytest.mark.parametrize("fault", ["{% if %}", "{{ nobody.knows }}", None])
def test_templates_broken_on_disk(words: Path, written: pytest.LogCaptureFixture, fault: str | None) -> None:
    """Files that break or vanish while the skill runs are noticed by nobody before the next start."""
    someone, usual = listener(Amazon(), responses=words), listener(Amazon())
    for file in words.rglob("*.ssml"):
        if fault is None:
            file.unlink()
        else:
            file.write_text(fault)
    for kind in ("LaunchRequest", "BodyIntent", "MoreIntent", "AMAZON.YesIntent", "AMAZON.StopIntent"):
        assert someone.hears(kind) == usual.hears(kind)
    assert remarks(written) == []


def test_a_template_broken_before_the_start(words: Path) -> None:
    """A file that is no template does not let the skill start, and the message names it."""
    (words / "en" / "BodyIntent.ssml").write_text("{% if %}")
    with pytest.raises(ResponseError, match=r"en/BodyIntent\.ssml"):
        listener(Amazon(), responses=words)


@pytest.mark.parametrize(
    "words_",
    [
        "You & me.",
        "You&nbsp;and me.",
        "Fewer < more.",
        "<p>You and me.",
        "You and me.</p>",
        "You <p>and <s>me.</p></s>",
        '<break time="1s">You and me.',
        "<break time=1s/>You and me.",
        "{% set question %}You & me?{% endset %}",
        "{% if discreet %}<p>{% endif %}You and me.",
        "</speak><speak>",
        "<amazn:effect name='whispered'>You and me.</amazn:effect>",
        '<break time="15s"/>You and me.',
        "<p><break time='10001ms'/></p>",
    ],
)
@pytest.mark.parametrize("file", ["en/BodyIntent.ssml", "en/discreet/BodyIntent.ssml", "en/AMAZON.HelpIntent.ssml"])
def test_malformed_markup_before_the_start(words: Path, words_: str, file: str) -> None:
    """Speech that would end a session with Alexa's apology does not let the skill start: file and line are named."""
    lines = (words / file).read_text("utf-8").splitlines()
    (words / file).write_text("\n".join([*lines, words_, ""]), "utf-8")
    said = rf"^responses/{file}:{len(lines) + 1}: malformed markup \(.*(&amp;|shorten it)$"
    with pytest.raises(ResponseError, match=said):
        build_skill(responses=words)


def test_plain_words_and_whole_markup_start(words: Path) -> None:
    """A practice has words and no markup, so its signs are escaped; and Alexa's tags may stand anywhere else."""
    (words / "en" / "b-even.ssml").write_text((words / "en" / "b-even.ssml").read_text("utf-8") + "You & me.\n")
    file = words / "en" / "BodyIntent.ssml"
    file.write_text(
        file.read_text("utf-8") + "{# <p> & #}{{ '<p>' }}{% if discreet %}<p>a &amp; b</p>{% else %}<p>c</p>{% endif %}"
        "<amazon:effect name='whispered'><break time='{{ 300 }}ms'/><break time='10s'/></amazon:effect>\n",
        "utf-8",
    )
    someone = listener(Amazon(), responses=words)
    assert someone.hears("BodyIntent").count("<p>") == 1
    assert someone.hears("b-even").startswith("Even fives, one minute.")


def test_markup_that_an_expression_breaks(words: Path, written: pytest.LogCaptureFixture) -> None:
    """What is malformed only once it is rendered is not served either: the apology is, and the log says where."""
    file = words / "en" / "BodyIntent.ssml"
    file.write_text(file.read_text("utf-8") + "{{ '&'|safe }}", "utf-8")
    someone = listener(Amazon(), responses=words)
    assert "something went wrong on my side" in someone.hears("BodyIntent")
    assert [remark.split(" at ")[0] for remark in remarks(written)] == ["apologised: ResponseError"]


def test_a_template_that_cannot_be_rendered(words: Path, written: pytest.LogCaptureFixture) -> None:
    """A file that breaks only when it is spoken costs its own answer, which is an apology with a question."""
    file = words / "en" / "BodyIntent.ssml"
    file.write_text(file.read_text("utf-8") + "{{ nobody.knows }}", "utf-8")
    someone = listener(Amazon(), responses=words)
    assert "something went wrong on my side" in someone.hears("BodyIntent")
    assert someone.hears("EmotionsIntent") == listener(Amazon()).hears("EmotionsIntent")
    assert len(remarks(written)) == 1
    assert remarks(written)[0].startswith("apologised: ResponseError at responses.py:")


def test_an_apology_that_cannot_be_rendered(words: Path, written: pytest.LogCaptureFixture) -> None:
    """Where `error.ssml` breaks as well, the response is valid and silent, and the session goes on after it."""
    for name in ("BodyIntent", "error"):
        (words / "en" / f"{name}.ssml").write_text("{{ nobody.knows }}", "utf-8")
    someone = listener(Amazon(), responses=words)
    first = someone.hears("SlowerIntent")
    kept = someone.attributes
    assert first
    assert kept
    assert someone.hears("BodyIntent") == ""
    assert someone.attributes == kept
    assert [remark.split(" at ")[0] for remark in remarks(written)] == [
        "apologised: ResponseError", "silent: ResponseError"
    ]  # fmt: skip
    assert outcomes(written) == ["answered", "silent"]
    assert someone.hears("EmotionsIntent")
