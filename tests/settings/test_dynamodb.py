"""Settings in DynamoDB, against a server process (`dynalite`), and against one that refuses."""

import http.server
import json
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from skill.settings import open_store
from skill.settings.model import Settings, SettingsStore, StoreError, row_key

pytestmark = pytest.mark.slow  # of the tools; a writer of words need not wait for it

boto3 = pytest.importorskip("boto3", reason="pip install 'soft-landing[dynamodb]'")

USER = "amzn1.ask.account.zanzibar"
LIKED = Settings(discreet=True, rate=2, minutes=3, counting="whole", language="en-GB")
WHOLE: dict[str, Any] = {
    "discreet": {"BOOL": True},
    "rate": {"N": "2"},
    "minutes": {"N": "3"},
    "counting": {"S": "whole"},
    "language": {"S": "en-GB"},
}


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a DynamoDB server on loopback."""
    program = shutil.which("dynalite")
    if program is None:
        pytest.skip("npm install -g dynalite, to test against a DynamoDB server")
    command = [program, "--host", "127.0.0.1", "--port", "0", "--createTableMs", "0", "--deleteTableMs", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()  # Dynalite listening at: http://127.0.0.1:41234
        yield line.split()[-1]
        process.kill()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The AWS SDK's variables for a server on loopback, and nothing of whoever runs the tests."""
    for name in ("AWS_REGION", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    return monkeypatch


@pytest.fixture
def client(server: str, environment: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client that looks at the table from outside; the table is empty."""
    environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", server)
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="listeners",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName="listeners", WaiterConfig={"Delay": 0, "MaxAttempts": 200})
    yield client
    client.delete_table(TableName="listeners")
    client.get_waiter("table_not_exists").wait(TableName="listeners", WaiterConfig={"Delay": 0, "MaxAttempts": 2000})
    client.close()


@pytest.fixture
def store(client: Any) -> SettingsStore:
    """A store in that table."""
    return open_store("dynamodb://listeners", "secret")


def test_keeps_and_forgets(store: SettingsStore) -> None:
    """Settings come back as they were kept, and go at once."""
    assert store.recall(USER) is None
    assert store.forget(USER) is False
    store.keep(USER, Settings())
    assert store.recall(USER) == Settings()
    store.keep(USER, LIKED)
    assert store.recall(USER) == LIKED
    assert store.recall("amzn1.ask.account.other") is None
    assert store.forget(USER) is True
    assert store.recall(USER) is None
    assert store.forget(USER) is False


def test_nobody_has_no_settings(store: SettingsStore, client: Any) -> None:
    """A request without a listener's id reads, writes and deletes nothing."""
    with pytest.raises(StoreError, match="names no listener"):
        store.keep("", LIKED)
    assert store.recall("") is None
    assert store.forget("") is False
    assert client.scan(TableName="listeners")["Items"] == []


def test_a_row_names_nobody(store: SettingsStore, client: Any) -> None:
    """A row is a keyed hash and the settings; another secret finds nothing."""
    store.keep(USER, LIKED)
    key = {"S": row_key("secret", USER)}
    assert client.scan(TableName="listeners")["Items"] == [{"id": key, "settings": {"M": WHOLE}}]
    assert open_store("dynamodb://listeners", "other").recall(USER) is None


def test_reads_what_the_ask_sdks_adapter_wrote(store: SettingsStore, client: Any) -> None:
    """Rows of `DynamoDbAdapter(attribute_name="settings")`, which stored them before: boto3's own types, one map."""
    resource = boto3.resource("dynamodb")
    resource.Table("listeners").put_item(
        Item={
            "id": row_key("secret", USER),
            "settings": {"discreet": True, "rate": 2, "minutes": 3, "counting": "whole", "language": "en-GB"},
        }
    )
    resource.meta.client.close()
    assert store.recall(USER) == LIKED
    assert store.forget(USER) is True


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"settings": {"NULL": True}},
        {"settings": {"S": '{"discreet": true}'}},
        {"settings": {"L": [{"M": WHOLE}]}},
        {"settings": {"M": {}}},
        {"settings": {"M": {"topic": {"S": "x"}}}},
        {"settings": {"M": {"settings": {"M": WHOLE}}}},
        {"attributes": {"M": WHOLE}},
        *(
            {"settings": {"M": {**WHOLE, name: value}}}
            for name, value in [
                ("rate", {"NULL": True}),
                ("rate", {"N": "1.5"}),
                ("rate", {"N": "1e-7"}),
                ("rate", {"N": "-0.5"}),
                ("rate", {"S": "2"}),
                ("rate", {"BOOL": True}),
                ("minutes", {"NS": ["1", "2"]}),
                ("minutes", {"B": b"\xff"}),
                ("discreet", {"L": [{"N": "1"}]}),
                ("discreet", {"N": "1"}),
                ("discreet", {"S": "yes"}),
                ("counting", {"M": {"whole": {"BOOL": True}}}),
                ("counting", {"SS": ["whole"]}),
                ("language", {"N": "49"}),
            ]
        ),
    ],
    ids=str,
)
def test_rubbish_is_a_store_error(store: SettingsStore, client: Any, row: dict[str, Any]) -> None:
    """A row that holds no settings is said so, without what it holds; it can be written anew, and forgotten."""
    client.put_item(TableName="listeners", Item={"id": {"S": row_key("secret", USER)}, **row})
    with pytest.raises(StoreError, match=r"^a row of the store holds no settings; it is passed over until"):
        store.recall(USER)
    store.keep(USER, LIKED)
    assert store.recall(USER) == LIKED
    client.put_item(TableName="listeners", Item={"id": {"S": row_key("secret", USER)}, **row})
    assert store.forget(USER) is True
    assert store.recall(USER) is None


def test_numbers_out_of_range_are_mended(store: SettingsStore, client: Any) -> None:
    """The largest number that DynamoDB holds is read, and left at the usual rate."""
    row = {"settings": {"M": {**WHOLE, "rate": {"N": "9" * 38}, "minutes": {"N": "-3"}}}}
    client.put_item(TableName="listeners", Item={"id": {"S": row_key("secret", USER)}, **row})
    settings = store.recall(USER)
    assert settings
    assert settings.session().rate == Settings().rate
    assert settings.session().exercise.minutes == Settings().minutes


def test_threads_share_a_store(store: SettingsStore) -> None:
    """Eight threads at once each read what they wrote."""
    together = threading.Barrier(8)

    def work(thread: int) -> None:
        together.wait()
        for count in range(10):
            user, settings = f"user-{thread}-{count}", Settings(rate=thread, minutes=count)
            store.keep(user, settings)
            assert store.recall(user) == settings
            assert store.forget(user) is True
            assert store.recall(user) is None

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))


def test_no_table_is_a_store_error(client: Any) -> None:
    """A table that is not there is an error of the same kind, by DynamoDB's code."""
    assert said_of(open_store("dynamodb://nobody", "secret")) == {"ResourceNotFoundException"}


class Refusal(http.server.BaseHTTPRequestHandler):
    """Answers as DynamoDB does when it refuses: with a code, and a message that names the key."""

    server: "Refusing"

    def do_POST(self) -> None:
        """Refuse."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = json.dumps({"__type": f"com.amazon.coral#{self.server.code}", "message": body}).encode()
        self.send_response(400)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer if self.server.code else b"\x00" * len(answer))

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep still."""


class Refusing(http.server.ThreadingHTTPServer):
    """A server that refuses everything with one code; with bytes that mean nothing while it has none."""

    code = ""


@pytest.fixture
def refusing(environment: pytest.MonkeyPatch) -> Iterator[Refusing]:
    """A server in DynamoDB's place."""
    with Refusing(("127.0.0.1", 0), Refusal) as server:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def said_of(store: SettingsStore) -> set[str]:
    """The reasons that the store's three operations give when they fail."""
    reasons = set()
    for action in (lambda: store.recall(USER), lambda: store.keep(USER, LIKED), lambda: store.forget(USER)):
        with pytest.raises(StoreError) as raised:
            action()
        told = re.fullmatch(r"the table of settings did not answer: (\w+)", str(raised.value))
        assert told, "the error says more than its code"
        assert raised.value.__suppress_context__ or raised.value.__context__ is None
        reasons.add(told[1])
    return reasons


@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "ThrottlingException", "AccessDeniedException"]
)
def test_a_refusal_is_a_store_error(refusing: Refusing, code: str) -> None:
    """Throttled, or not allowed: the error names DynamoDB's code, and neither listener nor key."""
    refusing.code = code
    assert said_of(open_store("dynamodb://listeners", "secret")) == {code}


def test_rubbish_is_no_answer(refusing: Refusing) -> None:
    """Bytes that mean nothing come with the status of HTTP alone."""
    assert said_of(open_store("dynamodb://listeners", "secret")) == {"400"}


def test_no_server_is_a_store_error(environment: pytest.MonkeyPatch) -> None:
    """Nobody listens at the address."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", f"http://127.0.0.1:{bound.getsockname()[1]}")
        assert said_of(open_store("dynamodb://listeners", "secret")) == {"EndpointConnectionError"}


def test_without_a_region_nothing_starts(environment: pytest.MonkeyPatch) -> None:
    """The error at the start says which variable to set."""
    environment.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(StoreError, match="set AWS_REGION or AWS_DEFAULT_REGION"):
        open_store("dynamodb://listeners", "secret")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        environment.setenv(name, "eu-west-1")
        open_store("dynamodb://listeners", "secret")
        environment.delenv(name)


@pytest.mark.parametrize(("name", "value"), [("AWS_PROFILE", "nobody"), ("AWS_ENDPOINT_URL_DYNAMODB", "nowhere")])
def test_a_wrong_set_up_is_said_at_the_start(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    """What the SDK cannot use is named, as the operator wrote it."""
    environment.setenv(name, value)
    with pytest.raises(StoreError, match=rf"^the AWS SDK cannot be used as it is set up: .*{value}"):
        open_store("dynamodb://listeners", "secret")
