"""Reads a TOML table of `responses/` into frozen dataclasses, so that a slip is answered with file, line and mend."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_origin, get_type_hints

from skill.errors import ContentError

Record = TypeVar("Record")

TEXT = "text in quotes"
TYPE_NAMES: Mapping[object, str] = {
    str: TEXT,
    int: "a whole number",
    tuple[str, ...]: "a list of texts in quotes",
    bool: "true or false",
    date: "a date such as 2027-02-23, without quotes",
    date | None: "a date such as 2027-02-23, without quotes, or false",
}
"""How a value of a type is written in a file."""
UNIONS = (None, UnionType, Union)
"""The origins of types that a value is compared with as they stand. Since Python 3.14 the last two are one."""


class Table:
    """One TOML file: its data, and the lines on which its rows and their keys stand.

    Raises `error` for a file that is missing or is no TOML.
    """

    def __init__(self, path: Path, error: type[ContentError], file: str = "") -> None:
        self.file = file or f"responses/{path.name}"
        self.error = error
        try:
            text = path.read_text("utf-8")
            self.data: Mapping[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as wrong:
            line = re.search(r"line (\d+)", str(wrong))
            at = f":{line[1]}" if line else ""
            raise error(f"{self.file}{at} is not TOML: {wrong}; look for a missing quote, bracket or =") from wrong
        except (OSError, UnicodeDecodeError) as wrong:
            raise error(f"{self.file} cannot be read: {wrong}") from wrong
        self._lines = text.splitlines()

    def line(self, header: str, number: int = 1, key: str = "") -> int | None:
        """The line of the `number`th `header`, such as `[[section]]`, or of a key in the row that it begins."""
        starts = [
            at for at, line in enumerate(self._lines, 1) if header in line and line.split("#")[0].strip() == header
        ]
        if len(starts) < number:
            return None
        start = starts[number - 1]
        for at, line in enumerate(self._lines[start:], start + 1):
            if key and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
                return at
            if line.startswith(header[: header.count("[")]):
                break  # the next row
        return start

    def failure(self, message: str, header: str, number: int = 1, key: str = "") -> ContentError:
        """An error that begins with the file and the line."""
        line = self.line(header, number, key)
        return self.error(f"{self.file}:{line}: {message}" if line else f"{self.file}: {message}")

    def rows(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """The rows of an array of tables, `[[name]]`; none where there are none."""
        found = self.data.get(name, ())
        if not (isinstance(found, list) and all(isinstance(row, dict) for row in found)):
            raise self.failure(f"each {name} is a table of its own, which begins with [[{name}]]", f"[{name}]")
        return tuple(found)

    def only(self, *names: str) -> None:
        """Refuse a file with any other table or key at its top."""
        for name in self.data:
            if name not in names:
                header = f"[[{name}]]" if isinstance(self.data[name], list) else f"[{name}]"
                raise self.failure(f"nothing reads {name!r}{meant(name, names)}; there are {', '.join(names)}", header)

    def read(self, kind: type[Record], row: Mapping[str, Any], header: str, number: int = 1, **given: Any) -> Record:
        """One row as a dataclass; `given` are fields that do not stand in the row.

        Raises the table's error, with the line, for a key that the dataclass has not, one that is missing, or a value
        of another type.
        """
        types = get_type_hints(kind)
        own = [field for field in fields(kind) if field.name not in given]  # type: ignore[arg-type]
        known = [field.name for field in own]
        for key, value in row.items():
            if key not in known:
                there = f"the keys are {', '.join(known)}"
                raise self.failure(f"{header} has no key {key!r}{meant(key, known)}; {there}", header, number, key)
            whole = get_origin(types[key])
            if not isinstance(value, types[key] if whole in UNIONS else whole):
                raise self.failure(f"{key} is {TYPE_NAMES.get(types[key], 'a table')}", header, number, key)
            if isinstance(value, dict) and not all(isinstance(each, str) for each in value.values()):
                raise self.failure(f"each line of {key} is {TEXT}", header, number, key)
        for field in own:
            if field.default is field.default_factory is MISSING and field.name not in row:
                raise self.failure(f"{header} lacks the key {field.name!r}", header, number)
        return kind(**row, **given)


def meant(name: str, names: Sequence[str]) -> str:
    """A guess at what a misspelt name was to be, as the end of a sentence; empty without one."""
    close = get_close_matches(name, names, 1)
    return f" (did you mean {close[0]!r}?)" if close else ""
