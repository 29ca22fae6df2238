"""The few settings a listener asked us to keep, and nothing else.

By default nothing is kept. Where a listener asks for it, a row holds how they like to be spoken to: never what about.
Its key is an HMAC of Alexa's id for them with the operator's secret (RFC 2104), so that the store alone tells nobody
who they are. A store that fails raises `StoreError`, and the listener is answered without settings.
"""

import hmac
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol

from skill.dialog.state import COUNTINGS, LENGTHS, RATES, USUAL_RATE, Exercise, Session

STORE = "SOFT_LANDING_STORE"
SECRET = "SOFT_LANDING_SECRET"
DEFAULT_FILE = "soft-landing.db"
BUSY_SECONDS = 0.5
"""How long to wait for another worker's write; a listener waits no longer for a setting."""


class StoreError(Exception):
    """The store did not do what it was asked; the message says why, never for whom."""


@dataclass(frozen=True)
class Settings:
    """How a listener likes it: never what about."""

    discreet: bool = False
    rate: int = USUAL_RATE
    minutes: int = 1
    counting: str = "fading"
    language: str = ""

    @classmethod
    def of(cls, session: Session, locale: str) -> "Settings":
        """The settings of a session."""
        exercise = session.exercise
        return cls(session.discreet, session.rate, exercise.minutes, exercise.counting, locale)

    @classmethod
    def read(cls, plain: object) -> "Settings":
        """Settings as they were written; raises `StoreError` for anything else."""
        known = {field.name: field.default for field in fields(cls)}
        if not isinstance(plain, Mapping) or not all(
            key in known and type(value) is type(known[key]) for key, value in plain.items()
        ):
            raise StoreError("a row of the store holds no settings; it is passed over until it is written anew")
        return cls(**plain)

    def session(self) -> Session:
        """A fresh session with these settings; a value out of its range is left at its usual one."""
        usual = Exercise()
        return Session(
            discreet=self.discreet is True,
            rate=self.rate if self.rate in range(len(RATES)) else USUAL_RATE,
            remembered=True,
            exercise=Exercise(
                minutes=self.minutes if self.minutes in LENGTHS else usual.minutes,
                counting=self.counting if self.counting in COUNTINGS else usual.counting,
            ),
        )


class SettingsStore(Protocol):
    """Where settings are kept, by Alexa's id of the listener, which the store itself never sees in the clear."""

    def recall(self, user: str) -> Settings | None:
        """The settings of a listener who asked for it; raises `StoreError`."""

    def keep(self, user: str, settings: Settings) -> None:
        """Keep a listener's settings; raises `StoreError`."""

    def forget(self, user: str) -> bool:
        """Delete a listener's settings; false when there were none; raises `StoreError`."""


class NoStore:
    """Keeps nothing: where an operator set up no store."""

    def recall(self, user: str) -> Settings | None:
        """Nothing."""
        return None

    def keep(self, user: str, settings: Settings) -> None:
        """Cannot."""
        raise StoreError("no store is set up: set SOFT_LANDING_SECRET to let listeners have settings kept")

    def forget(self, user: str) -> bool:
        """Nothing to forget."""
        return False


TABLE = "CREATE TABLE IF NOT EXISTS listener (key TEXT PRIMARY KEY, settings TEXT NOT NULL)"


class Reader:
    """A connection that is closed when nobody has it any more: its thread ended, or the file is another one."""

    def __init__(self, file: Path) -> None:
        # One thread uses it; which one collects it, and so closes it, nobody knows.
        self.connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    def __del__(self) -> None:
        if connection := getattr(self, "connection", None):
            connection.close()


class SqliteStore:
    """Settings in one SQLite file, safe with several workers and threads.

    The file is made when the first listener asks to be remembered. Every new session reads, so each thread keeps a
    connection for that, until the file is another one.
    """

    def __init__(self, file: Path, secret: str) -> None:
        self._file = file
        self._key = keyed(secret)
        self._kept = threading.local()

    def recall(self, user: str) -> Settings | None:
        """The settings of a listener who asked for it; raises `StoreError`."""
        if not user:
            return None
        try:
            reader = self._reader()
            row = reader.execute("SELECT settings FROM listener WHERE key = ?", (self._key(user),)).fetchone()
        except FileNotFoundError:
            return None
        except (OSError, sqlite3.Error) as error:
            self._kept.mark = None  # whatever is wrong, the next one opens the file anew
            raise unanswered(error) from None
        return Settings.read(parsed(row[0])) if row else None

    def _reader(self) -> sqlite3.Connection:
        """This thread's connection, as long as the file is the one that it opened and nobody wrote over it."""
        found = self._file.stat()
        mark = (os.getpid(), found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
        if getattr(self._kept, "mark", None) != mark:
            self._kept.reader = Reader(self._file)
            self._kept.mark = mark
        reader: Reader = self._kept.reader
        return reader.connection

    def keep(self, user: str, settings: Settings) -> None:
        """Keep a listener's settings; raises `StoreError`."""
        if not user:
            raise StoreError("the request names no listener to keep settings for")
        self._do("INSERT OR REPLACE INTO listener VALUES (?, ?)", self._key(user), json.dumps(asdict(settings)))

    def forget(self, user: str) -> bool:
        """Delete a listener's settings, from the file itself as well; raises `StoreError`."""
        if not user or not self._file.exists():
            return False
        return bool(self._do("DELETE FROM listener WHERE key = ? RETURNING 1", self._key(user), clean=True))

    def _do(self, statement: str, *values: str, clean: bool = False) -> list[tuple[Any, ...]]:
        try:
            with closing(sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None)) as database:
                database.execute("PRAGMA journal_mode=WAL")
                database.execute("PRAGMA secure_delete=ON")  # what is forgotten is overwritten, not only unlinked
                database.execute(TABLE)
                rows = database.execute(statement, values).fetchall()
                if clean:
                    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return rows
        except sqlite3.Error as error:
            raise unanswered(error) from None


def unanswered(error: Exception) -> StoreError:
    """What is said of a file that failed; an error of the disk is one of SQLite's to whoever reads the log."""
    kind = type(error).__name__ if isinstance(error, sqlite3.Error) else "OperationalError"
    return StoreError(f"the file of settings did not answer: {kind}")


class DynamoStore:
    """Settings in a DynamoDB table, by Amazon's own persistence adapter.

    The table's key is a string named `id`. Credentials and region are those of the AWS SDK's usual variables.
    """

    def __init__(self, table: str, secret: str) -> None:
        try:
            import boto3
            from ask_sdk_dynamodb.adapter import DynamoDbAdapter
            from botocore.config import Config
        except ImportError as error:
            raise StoreError("DynamoDB needs the extra: pip install 'soft-landing[dynamodb]'") from error
        self._key = keyed(secret)
        brief = Config(connect_timeout=1, read_timeout=1, retries={"max_attempts": 1, "mode": "standard"})
        self._adapter = DynamoDbAdapter(
            table_name=table,
            create_table=False,
            attribute_name="settings",
            partition_keygen=lambda key: key,  # the adapter hands us back what it was given: our key, not an envelope
            dynamodb_resource=boto3.resource("dynamodb", config=brief),
        )

    def recall(self, user: str) -> Settings | None:
        """The settings of a listener who asked for it; raises `StoreError`."""
        kept = self._do(self._adapter.get_attributes, user) if user else None
        return Settings.read({key: whole(value) for key, value in kept.items()}) if kept else None

    def keep(self, user: str, settings: Settings) -> None:
        """Keep a listener's settings; raises `StoreError`."""
        if not user:
            raise StoreError("the request names no listener to keep settings for")
        self._do(self._adapter.save_attributes, user, asdict(settings))

    def forget(self, user: str) -> bool:
        """Delete a listener's settings; false when there were none; raises `StoreError`."""
        if not user or not self._do(self._adapter.get_attributes, user):
            return False
        self._do(self._adapter.delete_attributes, user)
        return True

    def _do(self, action: Callable[..., Any], user: str, *more: Any) -> Any:
        try:
            return action(self._key(user), *more)
        except Exception as error:  # the adapter and the AWS SDK raise many kinds, some with the key in their text
            raise StoreError(f"the table of settings did not answer: {type(error).__name__}") from None


def keyed(secret: str) -> Callable[[str], str]:
    """A function from Alexa's id of a listener to the key that their settings stand under."""
    return lambda user: hmac.digest(secret.encode(), user.encode("utf-8", "surrogatepass"), "sha256").hex()


def parsed(text: object) -> object:
    """What some stored text says; nothing sensible when it is broken."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def whole(value: Any) -> Any:
    """DynamoDB's decimal as the whole number that was stored."""
    return value if isinstance(value, str | bool) else int(value)


def open_store(address: str | None = None, secret: str | None = None) -> SettingsStore:
    """The store at an address: a SQLite file's path, or `dynamodb://TABLE`.

    Both default to the environment (`SOFT_LANDING_STORE`, `SOFT_LANDING_SECRET`). Without a secret nothing can be kept.
    Raises `StoreError` for an address that is neither.
    """
    address = os.environ.get(STORE, "") if address is None else address
    secret = os.environ.get(SECRET, "") if secret is None else secret
    if not secret:
        return NoStore()
    if address.startswith("dynamodb://"):
        return DynamoStore(address.removeprefix("dynamodb://"), secret)
    path = address.removeprefix("sqlite://")
    if "://" in path:
        raise StoreError(f"{STORE} is neither a file nor dynamodb://TABLE")
    return SqliteStore(Path(path or DEFAULT_FILE), secret)
