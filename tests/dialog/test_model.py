"""The names of parts."""

import pytest

from skill.dialog.model import base_name, part_name, part_number


@pytest.mark.parametrize(
    ("name", "whole", "number"),
    [
        ("BodyIntent", "BodyIntent", 1),
        ("BodyIntent.2", "BodyIntent", 2),
        ("AMAZON.HelpIntent", "AMAZON.HelpIntent", 1),
        ("AMAZON.NoIntent.2", "AMAZON.NoIntent", 2),
        ("TopicsIntent.end", "TopicsIntent.end", 1),
        ("p-touch.together", "p-touch.together", 1),
        ("", "", 1),
        ("2", "2", 1),
    ],
)
def test_parts(name: str, whole: str, number: int) -> None:
    """The second part of a response is called `.2`; Amazon's names have a dot that is no part."""
    assert (base_name(name), part_number(name)) == (whole, number)
    assert part_name(whole, number) == name
