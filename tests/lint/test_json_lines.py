"""The line of each value in a JSON file."""

from pathlib import Path

from skill.lint.json_lines import Json


def test_lines_of_json(tmp_path: Path) -> None:
    """The finder knows the line of every value, and of what is around one that is not there."""
    (tmp_path / "a.json").write_text('{\n "a": [\n  {"b": 1},\n  {"b":\n   [2, "}{,"]}\n ],\n "c": {}\n}', "utf-8")
    found = Json.read(tmp_path / "a.json")
    assert found.data == {"a": [{"b": 1}, {"b": [2, "}{,"]}], "c": {}}
    places = {(): 1, ("a",): 2, ("a", 0, "b"): 3, ("a", 1): 4, ("a", 1, "b", 1): 5, ("c",): 7, ("a", 0, "none"): 3}
    assert {path: found.line(*path) for path in places} == places
