"""Settings in a SQLite file: kept whole, forgotten for good, and one kind of error for whatever goes wrong."""

import contextlib
import gc
import json
import multiprocessing
import os
import signal
import sqlite3
import threading
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from skill.settings.model import Settings, StoreError
from skill.settings.sqlite import SqliteStore

pytestmark = pytest.mark.slow  # no word that a writer changes can break it

USER = "amzn1.ask.account.zanzibar"
LIKED = Settings(discreet=True, rate=2, minutes=3, counting="whole", language="en-GB")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the SQLite file goes."""
    return tmp_path / "settings.db"


def test_keeps_and_forgets(file: Path) -> None:
    """Settings come back as they were kept, and go at once."""
    store = SqliteStore(file, "secret")
    assert store.recall(USER) is None
    assert store.forget(USER) is False
    store.keep(USER, Settings())
    store.keep(USER, LIKED)
    assert store.recall(USER) == LIKED
    assert store.recall("amzn1.ask.account.other") is None
    assert store.forget(USER) is True
    assert store.recall(USER) is None
    assert store.forget(USER) is False


def test_nobody_has_no_settings(file: Path) -> None:
    """A request without a listener's id reads, writes and deletes nothing."""
    store = SqliteStore(file, "secret")
    with pytest.raises(StoreError, match="names no listener"):
        store.keep("", LIKED)
    assert store.recall("") is None
    assert store.forget("") is False
    assert not file.exists()


def test_writes_nothing_before_it_is_asked(file: Path) -> None:
    """Looking for a listener makes no file."""
    assert SqliteStore(file, "secret").recall(USER) is None
    assert not file.exists()


def test_the_file_names_nobody(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The listener's id is not in the file, and what was forgotten is overwritten, where SQLite does not by itself."""
    connect = sqlite3.connect

    def without_overwriting(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.execute("PRAGMA secure_delete=OFF")  # some builds of SQLite begin with ON
        return connection

    monkeypatch.setattr(sqlite3, "connect", without_overwriting)
    store = SqliteStore(file, "secret")
    store.keep(USER, LIKED)
    assert USER.encode() not in b"".join(path.read_bytes() for path in file.parent.iterdir())
    store.forget(USER)
    assert b"whole" not in b"".join(path.read_bytes() for path in file.parent.iterdir())


def test_the_secret_is_the_key(file: Path) -> None:
    """Another secret finds nothing."""
    SqliteStore(file, "secret").keep(USER, LIKED)
    assert SqliteStore(file, "other").recall(USER) is None


@pytest.mark.parametrize("row", ["", "[]", "{}", "{", '{"discreet": "yes"}', '{"topic": "x"}', "\x00", "null", b"{}"])
def test_rubbish_is_a_store_error(file: Path, row: str | bytes) -> None:
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
        with pytest.raises(StoreError, match="did not answer: DatabaseError"):
            action()


def test_locked_file_is_a_store_error(file: Path) -> None:
    """A write that cannot have the file in half a second gives up."""
    store = SqliteStore(file, "secret")
    store.keep(USER, LIKED)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError):
        store.keep(USER, Settings())
    assert store.recall(USER) == LIKED
    other.close()


def open_connections(file: Path) -> int:
    """How many connections to a file are open in this process."""
    count = 0
    for connection in [one for one in gc.get_objects() if isinstance(one, sqlite3.Connection)]:
        with contextlib.suppress(sqlite3.ProgrammingError):  # closed
            count += connection.execute("PRAGMA database_list").fetchone()[2] == str(file)
    return count


def test_a_file_that_was_replaced_is_closed(file: Path) -> None:
    """A connection does not outlive the file that it was opened for, the thread that opened it, or the store."""
    store = SqliteStore(file, "secret")

    def look(store: SqliteStore) -> None:
        for _ in range(3):
            assert store.recall(USER) == LIKED

    store.keep(USER, LIKED)
    assert open_connections(file) == 0
    look(store)
    assert open_connections(file) == 1
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    store.keep(USER, LIKED)
    look(store)
    assert open_connections(file) == 1
    other = threading.Thread(target=look, args=(store,))
    other.start()
    other.join()
    assert open_connections(file) == 1
    del store
    assert open_connections(file) == 0


def write_for_ever(file: str, well_under_way: Event) -> None:
    """What a worker does until it is killed."""
    store = SqliteStore(Path(file), "secret")
    for count in range(10**9):
        store.keep(f"user-{count % 50}", LIKED)
        if count == 20:
            well_under_way.set()


@pytest.mark.slow
def test_survives_a_kill(file: Path) -> None:
    """A worker killed in mid-write leaves a sound file, with whole rows."""
    context = multiprocessing.get_context("spawn")
    for _ in range(3):
        well_under_way = context.Event()
        worker = context.Process(target=write_for_ever, args=(str(file), well_under_way))
        worker.start()
        assert well_under_way.wait(60)
        os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join()
        database = sqlite3.connect(file)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = [json.loads(row) for (row,) in database.execute("SELECT settings FROM listener")]
        database.close()
        assert len(rows) >= 20
        assert all(Settings.read(row) == LIKED for row in rows)


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
