"""What is kept for a listener who asked for it, in real stores, and what a failing store costs: nothing."""

import json
import multiprocessing
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from skill.dialog.state import Exercise, Session
from skill.settings.store import DynamoStore, NoStore, Settings, SettingsStore, SqliteStore, StoreError, open_store

USER = "amzn1.ask.account.zanzibar"
LIKED = Settings(discreet=True, rate=2, minutes=3, counting="whole", language="en-GB")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the SQLite file goes."""
    return tmp_path / "settings.db"


@pytest.fixture(params=["sqlite", "dynamodb"])
def store(request: pytest.FixtureRequest, file: Path) -> SettingsStore:
    """Each kind of store."""
    if request.param == "sqlite":
        return SqliteStore(file, "secret")
    request.getfixturevalue("dynamodb")
    return DynamoStore("listeners", "secret")


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[None]:
    """A DynamoDB server on loopback, where `dynalite` is installed (`npm install -g dynalite`)."""
    pytest.importorskip("ask_sdk_dynamodb", reason="pip install 'soft-landing[dynamodb]'")
    program = shutil.which("dynalite")
    if program is None:
        pytest.skip("npm install -g dynalite, to test against a DynamoDB server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([program, "--port", str(port), "--createTableMs", "0"], stdout=subprocess.DEVNULL)
    os.environ.update(
        AWS_ENDPOINT_URL_DYNAMODB=f"http://127.0.0.1:{port}",
        AWS_DEFAULT_REGION="eu-west-1",
        AWS_ACCESS_KEY_ID="none",
        AWS_SECRET_ACCESS_KEY="none",
    )
    import boto3

    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    boto3.resource("dynamodb").create_table(
        TableName="listeners",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    ).wait_until_exists()
    yield
    server.kill()
    server.wait()


def test_keeps_and_forgets(store: SettingsStore) -> None:
    """Settings come back as they were kept, and go at once."""
    assert store.recall(USER) is None
    store.keep(USER, LIKED)
    assert store.recall(USER) == LIKED
    assert store.recall("amzn1.ask.account.other") is None
    assert store.forget(USER) is True
    assert store.recall(USER) is None
    assert store.forget(USER) is False


def test_writes_nothing_before_it_is_asked(file: Path) -> None:
    """Looking for a listener makes no file."""
    assert SqliteStore(file, "secret").recall(USER) is None
    assert not file.exists()


def test_the_file_names_nobody(file: Path) -> None:
    """The listener's id is not in the file, and what was forgotten is overwritten."""
    store = SqliteStore(file, "secret")
    store.keep(USER, LIKED)
    assert USER.encode() not in b"".join(path.read_bytes() for path in file.parent.iterdir())
    store.forget(USER)
    assert b"whole" not in b"".join(path.read_bytes() for path in file.parent.iterdir())


def test_the_secret_is_the_key(file: Path) -> None:
    """Another secret finds nothing."""
    SqliteStore(file, "secret").keep(USER, LIKED)
    assert SqliteStore(file, "other").recall(USER) is None


def test_settings_are_settings_only() -> None:
    """What is kept is what the privacy page lists: no topic, feeling or practice."""
    session = Session(said="BodyIntent", at="BodyIntent", safe="AssaultIntent", discreet=True)
    kept = Settings.of(session, "en-US")
    assert kept == Settings(discreet=True, language="en-US")
    assert set(vars(kept)) == {"discreet", "rate", "minutes", "counting", "language"}


def test_odd_settings_are_mended() -> None:
    """A value out of its range is left at its usual one."""
    assert Settings(rate=99, minutes=7, counting="x").session() == Session(remembered=True, exercise=Exercise())


@pytest.mark.parametrize("row", ["", "[]", "{", '{"discreet": "yes"}', '{"topic": "x"}', "\x00"])
def test_rubbish_is_a_store_error(file: Path, row: str) -> None:
    """A row that holds no settings is said so, without what it holds."""
    store = SqliteStore(file, "secret")
    store.keep(USER, LIKED)
    with sqlite3.connect(file) as database:
        database.execute("UPDATE listener SET settings = ?", (row,))
    database.close()
    with pytest.raises(StoreError, match="holds no settings"):
        store.recall(USER)


def test_corrupt_file_is_a_store_error(file: Path) -> None:
    """A file that is no database, locked or read-only raises one kind of error."""
    file.write_bytes(b"no database at all" * 100)
    store = SqliteStore(file, "secret")
    for action in (lambda: store.recall(USER), lambda: store.keep(USER, LIKED), lambda: store.forget(USER)):
        with pytest.raises(StoreError, match="did not answer"):
            action()


def test_locked_file_is_a_store_error(file: Path) -> None:
    """A write that cannot have the file in half a second gives up."""
    store = SqliteStore(file, "secret")
    store.keep(USER, LIKED)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError):
        store.keep(USER, LIKED)
    assert store.recall(USER) == LIKED
    other.close()


def test_a_file_that_was_replaced_is_closed(file: Path) -> None:
    """A connection does not outlive the file that it was opened for, the thread that opened it, or the store."""
    store = SqliteStore(file, "secret")
    seen: list[sqlite3.Connection] = []

    def look(store: SqliteStore) -> None:
        assert store.recall(USER) == LIKED
        seen.append(store._kept.reader.connection)

    def closed() -> list[bool]:
        return [not is_open(connection) for connection in seen]

    store.keep(USER, LIKED)
    look(store)
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    store.keep(USER, LIKED)
    look(store)
    assert closed() == [True, False]
    other = threading.Thread(target=look, args=(store,))
    other.start()
    other.join()
    assert closed() == [True, False, True]
    del store
    assert closed() == [True, True, True]


def is_open(connection: sqlite3.Connection) -> bool:
    """Whether a connection still is one."""
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


def write_for_ever(file: str) -> None:
    """What a worker does until it is killed."""
    store = SqliteStore(Path(file), "secret")
    for count in range(10**9):
        store.keep(f"user-{count % 50}", LIKED)


@pytest.mark.slow
def test_survives_a_kill(file: Path) -> None:
    """A worker killed in mid-write leaves a sound file, with whole rows."""
    context = multiprocessing.get_context("spawn")
    for _ in range(3):
        worker = context.Process(target=write_for_ever, args=(str(file),))
        worker.start()
        deadline = time.monotonic() + 20
        while not (file.exists() and file.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.15)
        os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join()
        database = sqlite3.connect(file)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for (row,) in database.execute("SELECT settings FROM listener"):
            assert Settings.read(json.loads(row)) == LIKED
        database.close()


def write_some(file: str, name: str) -> None:
    """One of two workers at once. Whoever is told that the file did not answer, as on a slow disk, asks again."""
    store = SqliteStore(Path(file), "secret")
    for count in range(60):
        for asked in range(10):
            try:
                store.keep(f"{name}-{count}", LIKED)
                break
            except StoreError:
                assert asked < 9


@pytest.mark.slow
def test_two_workers_at_once(file: Path) -> None:
    """Two processes write the same file, and no row is lost."""
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=write_some, args=(str(file), name)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    store = SqliteStore(file, "secret")
    assert all(store.recall(f"{name}-{count}") == LIKED for name in "ab" for count in range(60))


def test_no_table_is_a_store_error(dynamodb: None) -> None:
    """A table that is not there raises the same kind of error, without the key."""
    with pytest.raises(StoreError, match="did not answer") as raised:
        DynamoStore("nobody", "secret").keep(USER, LIKED)
    assert "nobody" not in str(raised.value)


def test_address(file: Path) -> None:
    """The address chooses the store; without a secret there is none."""
    assert isinstance(open_store(str(file), ""), NoStore)
    assert isinstance(open_store(str(file), "s"), SqliteStore)
    assert isinstance(open_store("", "s"), SqliteStore)
    with pytest.raises(StoreError, match="neither"):
        open_store("redis://x", "s")
