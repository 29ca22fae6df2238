"""What a reviewer would say, found at home: every finding names the file, what is wrong, why, and how to mend it."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing to mend, or to know."""

    file: str
    line: int | None
    wrong: str
    why: str
    hint: str
    severe: bool = True
    """A warning does not fail the check, unless it is strict."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{'error' if self.severe else 'warning'}: {place}: {self.wrong}. {self.why}. {self.hint}."

    def as_line(self) -> dict[str, Any]:
        """The finding as plain data."""
        return asdict(self)


def names(words: str) -> frozenset[str]:
    """A table of names, written as a line of words."""
    return frozenset(words.split())
