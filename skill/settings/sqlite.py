"""Settings in one SQLite file."""

import json
import os
import sqlite3
import threading
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from skill.settings.model import Settings, StoreError, row_key

BUSY_SECONDS = 0.5
"""How long to wait for another process's write; a listener waits no longer for a setting."""
TABLE = "CREATE TABLE IF NOT EXISTS listener (key TEXT PRIMARY KEY, settings TEXT NOT NULL)"


class SqliteStore:
    """Settings in one SQLite file, safe with several processes and threads.

    The file is created when the first listener asks for settings to be kept. Every new session reads, so each thread
    holds a connection for reading until the file is replaced. Writes are rare and open one of their own.
    """

    def __init__(self, file: Path, secret: str) -> None:
        self._file = file
        self._secret = secret
        self._thread = threading.local()  # .reader, and .version: the state of the file that it was opened for

    def recall(self, user: str) -> Settings | None:
        """The listener's settings, or None when there are none; raises `StoreError`."""
        if not user:
            return None
        key = row_key(self._secret, user)
        try:
            row = self._connection().execute("SELECT settings FROM listener WHERE key = ?", (key,)).fetchone()
        except FileNotFoundError:
            return None
        except (OSError, sqlite3.Error) as error:
            self._thread.version = None  # the next call opens the file anew, whatever is wrong with it
            raise no_answer(error) from None
        return Settings.read(parse_settings(row[0])) if row else None

    def keep(self, user: str, settings: Settings) -> None:
        """Store a listener's settings in place of earlier ones; raises `StoreError`."""
        if not user:
            raise StoreError("the request names no listener to keep settings for")
        key = row_key(self._secret, user)
        self._write("INSERT OR REPLACE INTO listener VALUES (?, ?)", key, json.dumps(asdict(settings)))

    def forget(self, user: str) -> bool:
        """Delete a listener's settings, from the file itself as well; raises `StoreError`."""
        if not user or not self._file.exists():
            return False
        key = row_key(self._secret, user)
        return bool(self._write("DELETE FROM listener WHERE key = ? RETURNING 1", key, truncate_log=True))

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection, as long as the file is the one that it opened and nobody wrote over it."""
        status = self._file.stat()
        version = (os.getpid(), status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        if getattr(self._thread, "version", None) != version:
            self._thread.reader = ThreadConnection(self._file)
            self._thread.version = version
        reader: ThreadConnection = self._thread.reader
        return reader.connection

    def _write(self, statement: str, *values: str, truncate_log: bool = False) -> list[tuple[Any, ...]]:
        try:
            with closing(sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None)) as database:
                database.execute("PRAGMA journal_mode=WAL")
                database.execute("PRAGMA secure_delete=ON")  # deleted rows are overwritten, not only unlinked
                database.execute(TABLE)
                rows = database.execute(statement, values).fetchall()
                if truncate_log:
                    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return rows
        except sqlite3.Error as error:
            raise no_answer(error) from None


class ThreadConnection:
    """A thread's connection, closed when the thread ends or the file is replaced."""

    def __init__(self, file: Path) -> None:
        # Used by one thread; the garbage collector may close it on another.
        self.connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    def __del__(self) -> None:
        if connection := getattr(self, "connection", None):
            connection.close()


def no_answer(error: Exception) -> StoreError:
    """The error for a file that failed. An `OSError` is named as SQLite names one: `OperationalError`."""
    kind = type(error).__name__ if isinstance(error, sqlite3.Error) else "OperationalError"
    return StoreError(f"the file of settings did not answer: {kind}")


def parse_settings(text: object) -> object:
    """A row's JSON; None when it is none."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
