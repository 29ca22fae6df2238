"""The one table of helplines: which number a safety answer names in which country.

Numbers live here and nowhere else. A line counts as confirmed when a dated source prints its number.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from markupsafe import Markup

OPEN_TO_ALL = {
    "sexual-violence": "crisis",
    "partner-violence": "crisis",
    "young": "crisis",
    "harm-done": "crisis",
    "sober": "emergency",
    "crisis": "emergency",
}
"""Where a country has no confirmed line for a need, the need whose line is given instead."""

NEEDS = ("emergency", *OPEN_TO_ALL)


class HelplineError(Exception):
    """The table cannot be used; the message names the row and says what to do."""


@dataclass(frozen=True)
class Helpline:
    """One service in one locale."""

    locale: str
    need: str
    name: str
    """As it is spoken in the middle of a sentence."""
    number: str
    """As printed, in groups divided by single spaces."""
    who: str
    """For whom it is: "anyone", "women" ..."""
    hours: str
    source: str
    confirmed: date | None
    """The date of the text that prints the number; none until one is found."""
    review_by: date
    """When somebody has to look again."""


@dataclass(frozen=True)
class Spoken:
    """A helpline as a response speaks it."""

    name: str
    number: Markup
    """Slow SSML, digit by digit; its text without tags is the number as printed."""
    who: str


class Helplines:
    """The table, by locale and need."""

    def __init__(self, lines: tuple[Helpline, ...]) -> None:
        self.lines = lines

    @classmethod
    def load(cls, path: Path) -> "Helplines":
        """Read the table; raises `HelplineError` with the row that is wrong."""
        try:
            rows = tomllib.loads(path.read_text("utf-8"))["line"]
        except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
            raise HelplineError(f"responses/{path.name} cannot be read: {error}") from error
        return cls(tuple(_line(number, row, path.name) for number, row in enumerate(rows, 1)))

    def choose(self, need: str, locale: str) -> Helpline:
        """The line for a need: a confirmed one before others, one for anyone before one for some.

        A country without a confirmed line for a need gives the line that is open to all (`OPEN_TO_ALL`). Raises
        `HelplineError` when the table holds none at all, which `soft-landing check` finds before a listener does.
        """
        wanted: str | None = need
        while wanted:
            found = [line for line in self.lines if (line.locale, line.need) == (locale, wanted) and line.confirmed]
            if found:
                return min(found, key=lambda line: line.who != "anyone")
            wanted = OPEN_TO_ALL.get(wanted)
        raise HelplineError(f"responses/helplines.toml has no confirmed line for {need} in {locale}; add one")

    def spoken(self, need: str, locale: str, number: Callable[[str], Markup]) -> Spoken:
        """The line for a need, ready to be spoken; `number` turns printed groups into SSML."""
        line = self.choose(need, locale)
        return Spoken(line.name, number(line.number), line.who)


def _line(number: int, row: Mapping[str, object], file: str) -> Helpline:
    try:
        line = Helpline(**{**row, "confirmed": row["confirmed"] or None})  # type: ignore[arg-type]
    except (TypeError, KeyError) as error:
        raise HelplineError(f"responses/{file}, line {number} of the table: {error}") from error
    if line.need not in NEEDS:
        raise HelplineError(f"responses/{file}, line {number}: the need {line.need!r} is none of {', '.join(NEEDS)}")
    for key in ("confirmed", "review_by"):
        if not isinstance(getattr(line, key), date | None):
            raise HelplineError(f"responses/{file}, line {number}: {key} is a date such as 2027-02-23, without quotes")
    return line
