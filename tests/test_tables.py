"""A row of a TOML table of `responses/` as a dataclass: each type of a field, however Python keeps it."""

from collections.abc import Mapping
from dataclasses import make_dataclass
from datetime import date
from pathlib import Path
from typing import Any, Union

import pytest

from skill.content.tables import Table
from skill.errors import ContentError


class RowError(ContentError):
    """A row that is wrong."""


def read(tmp_path: Path, kind: Any, value: object) -> object:
    """A value of a row that has one key, as its dataclass keeps it."""
    (tmp_path / "a.toml").write_text("[[line]]\nkey = 1\n", "utf-8")
    record: Any = Table(tmp_path / "a.toml", RowError).read(make_dataclass("Row", [("key", kind)]), {"key": value}, "")
    return record.key


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (str, "x", 1),
        (date | None, None, "2027-02-23"),
        (date | None, date(2027, 2, 23), False),
        (Union[date, None], date(2027, 2, 23), "x"),  # noqa: UP007  (since 3.14 the same as the one above, before not)
        (Mapping[str, str], {"a": "b"}, ["a"]),
        (Mapping[str, str], {}, {"a": 1}),
    ],
)
def test_values_of_every_type(tmp_path: Path, kind: Any, right: object, wrong: object) -> None:
    """What fits a type is taken, anything else is refused by its key."""
    assert read(tmp_path, kind, right) == right
    with pytest.raises(RowError, match="key"):
        read(tmp_path, kind, wrong)
