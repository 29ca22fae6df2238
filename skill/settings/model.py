"""The settings that a listener can ask to have kept, and the interface of a store that keeps them.

By default nothing is stored. Where a listener asks for it, a row holds how they like to be spoken to: never what about.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Protocol

from skill.dialog.state import COUNTINGS, LENGTHS, RATES, USUAL_RATE, Exercise, Session


class StoreError(Exception):
    """A store that cannot be opened, or did not do what it was asked; the message says why, never for whom."""


@dataclass(frozen=True)
class Settings:
    """How a listener likes to be spoken to: never what about."""

    discreet: bool = False
    rate: int = USUAL_RATE
    """An index into `RATES`."""
    minutes: int = 1
    """Length of an exercise in minutes."""
    counting: str = "fading"
    language: str = ""
    """The locale of the request that stored them, such as en-GB."""

    @classmethod
    def of(cls, session: Session, locale: str) -> "Settings":
        """The settings of a session."""
        exercise = session.exercise
        return cls(session.discreet, session.rate, exercise.minutes, exercise.counting, locale)

    @classmethod
    def read(cls, row: object) -> "Settings":
        """Settings from a row's names and values.

        A row may come from another release: a name that this one does not know is ignored, a name that is missing has
        its default. Raises `StoreError` for a row without any known name, or with a value of another type.
        """
        known = {field.name: type(field.default) for field in fields(cls)}
        values = {name: row[name] for name in known if name in row} if isinstance(row, Mapping) else {}
        if not values or any(type(value) is not known[name] for name, value in values.items()):
            raise StoreError("a row of the store holds no settings; it is passed over until it is written anew")
        return cls(**values)

    def session(self) -> Session:
        """A fresh session with these settings; a value out of its range becomes the default."""
        usual = Exercise()
        return Session(
            discreet=self.discreet,
            rate=self.rate if self.rate in range(len(RATES)) else USUAL_RATE,
            remembered=True,
            exercise=Exercise(
                minutes=self.minutes if self.minutes in LENGTHS else usual.minutes,
                counting=self.counting if self.counting in COUNTINGS else usual.counting,
            ),
        )


class SettingsStore(Protocol):
    """Stores settings by the speaker's id of the listener; safe to call from several threads at once."""

    def recall(self, user: str) -> Settings | None:
        """The listener's settings, or None when there are none; raises `StoreError`."""

    def keep(self, user: str, settings: Settings) -> None:
        """Store a listener's settings in place of earlier ones; raises `StoreError`."""

    def forget(self, user: str) -> bool:
        """Delete a listener's settings; false when there were none; raises `StoreError`."""


class NoStore:
    """The store of an operator who set none up: it is empty, and stays so."""

    def recall(self, user: str) -> Settings | None:
        """None."""
        return None

    def keep(self, user: str, settings: Settings) -> None:
        """Raises `StoreError`."""
        raise StoreError("no store is set up: set SOFT_LANDING_SECRET to let listeners have settings kept")

    def forget(self, user: str) -> bool:
        """False."""
        return False


def row_key(secret: str, user: str) -> str:
    """The key of a listener's row: HMAC-SHA-256 (RFC 2104) of the speaker's id for them, as 64 hexadecimal digits.

    Without the operator's secret a store tells nobody who its listeners are.
    """
    return hmac.digest(secret.encode(), user.encode("utf-8", "surrogatepass"), "sha256").hex()
