"""The safety answers: how urgent each is, which line it names, and what is not told after it.

`responses/safety.toml` has a table for each, the most pressing first, and everything that treats one answer otherwise
than another reads it from there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from skill.content.tables import Table
from skill.errors import ContentError

FILE = "responses/safety.toml"


class SafetyError(ContentError):
    """The table of safety answers cannot be used, or an answer is not whole; the message says what is missing."""


@dataclass(frozen=True)
class SafetyCategory:
    """One kind of disclosure and what follows from it. `responses/safety.toml` explains the fields."""

    intent: str
    """The name of the table: the intent, the response and the learned class."""
    label: str
    need: str
    harmed: bool = False
    no_holds: bool = False
    no_practice: bool = False
    closes_content: bool = False
    unclear: bool = False
    like: str = ""


def load_safety(path: Path) -> Mapping[str, SafetyCategory]:
    """Read the table, in order of urgency; raises `SafetyError` with file, line and key for one that is wrong."""
    table = Table(path, SafetyError)
    categories: dict[str, SafetyCategory] = {}
    for intent, row in table.data.items():
        header = f"[{intent}]"
        if not isinstance(row, dict) or not intent.endswith("Intent"):
            raise table.failure(f"{intent} is no safety answer; a table is named after one, such as [AssaultIntent]",
                                header)  # fmt: skip
        category = table.read(SafetyCategory, row, header, intent=intent)
        if category.label in {other.label for other in categories.values()}:
            raise table.failure(f"the label {category.label!r} stands twice; give it its own", header, 1, "label")
        categories[intent] = category
    for intent, category in categories.items():
        if category.like and category.like not in categories:
            raise table.failure(f"like names {category.like!r}, and there is no such table", f"[{intent}]", 1, "like")
    if sum(category.unclear for category in categories.values()) != 1:
        raise SafetyError(f"{table.file}: exactly one answer has unclear = true, the one for whoever says no more")
    return categories
