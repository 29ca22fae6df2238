"""Where in a JSON file something stands, so that a finding can name the line."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

JsonKey = str | int
JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
BYTE_ORDER_MARK = "\ufeff"


class BrokenJson(Exception):
    """A file that is no JSON; carries the line."""

    def __init__(self, line: int, wrong: str) -> None:
        super().__init__(line, wrong)
        self.line = line
        self.wrong = wrong


@dataclass(frozen=True)
class Json:
    """A JSON file's data, and the line of each value in it."""

    data: Any
    lines: Mapping[tuple[JsonKey, ...], int]
    repeated: tuple[tuple[int, str], ...]
    """Keys that stand twice in one object, with their lines: only the last of the two is read."""
    marked: bool = False
    """Whether a byte order mark stands in front of it, as editors on Windows put it there."""

    @classmethod
    def read(cls, path: Path) -> "Json":
        """Read a file; raises `BrokenJson`."""
        try:
            whole = path.read_text("utf-8")
            text = whole.removeprefix(BYTE_ORDER_MARK)
            data = json.loads(text)
        except json.JSONDecodeError as error:
            raise BrokenJson(error.lineno, f"{error.msg} (column {error.colno})") from error
        except RecursionError as error:
            raise BrokenJson(1, "too many brackets within each other") from error
        except UnicodeDecodeError as error:
            raise BrokenJson(1, "it is not written as UTF-8") from error
        except (OSError, ValueError) as error:  # such as a number of thousands of digits
            raise BrokenJson(1, str(error)) from error
        lines, repeated = positions(text)
        return cls(data, lines, repeated, marked=whole != text)

    def line(self, *path: JsonKey) -> int | None:
        """The line of a value, or of the nearest thing around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


def positions(text: str) -> tuple[dict[tuple[JsonKey, ...], int], tuple[tuple[int, str], ...]]:
    """The line of every value in a text that is known to be JSON, and the repeated keys. A member starts at its key."""
    lines: dict[tuple[JsonKey, ...], int] = {}
    repeated: list[tuple[int, str]] = []
    path: list[JsonKey] = []
    kinds: list[str] = []
    line, at, key = 1, 0, False
    for found in JSON_TOKEN.finditer(text):
        line += text.count("\n", at, found.start())
        at = found.start()
        token = found.group()
        if key and token[0] == '"':
            name = json.loads(token)
            path[-1] = name
            if tuple(path) in lines:
                repeated.append((line, name))
            lines[tuple(path)] = line
            key = False
        elif token in "{[":
            lines.setdefault(tuple(path), line)
            kinds.append(token)
            path.append("" if token == "{" else 0)
            key = token == "{"
        elif token in "}]":
            kinds.pop()
            path.pop()
            key = False
        elif token == ",":
            if kinds[-1] == "[":
                path[-1] = int(path[-1]) + 1
            key = kinds[-1] == "{"
        elif token != ":":
            lines.setdefault(tuple(path), line)
    return lines, tuple(repeated)


def line_of(text: str, *needles: str) -> int | None:
    """The first line of a text with one of some needles, the earlier needles first; upper and lower case alike."""
    rows = text.lower().splitlines()
    for needle in needles:
        for number, row in enumerate(rows, 1):
            if needle and needle.lower() in row:
                return number
    return None
