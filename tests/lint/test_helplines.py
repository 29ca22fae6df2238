"""Each check of the table of helplines fails on a deliberate mistake."""

from datetime import date
from pathlib import Path

from skill.lint.helplines import check_helplines

from .mistakes import caught


def test_helplines_are_looked_at(scrap: Path) -> None:
    """A country without any line for an emergency is an error in the table."""
    table = scrap / "responses" / "helplines.toml"
    table.write_text(table.read_text("utf-8").replace('locale = "en-US"', 'locale = "en-ZZ"'), "utf-8")
    finding = caught(check_helplines(table, ("en-US",), date(2026, 1, 31)), "no confirmed line for emergency")
    assert finding.severe


def test_a_line_that_nobody_is_told_of(scrap: Path) -> None:
    """Where there are lines for some, the line for all says for whom."""
    table = scrap / "responses" / "helplines.toml"
    table.write_text(table.read_text("utf-8").replace('others = "in Québec"\n', ""), "utf-8")
    caught(check_helplines(table, ("en-CA",), date(2026, 1, 31)), "lines for sexual-violence that one has to ask for")
