"""The reading grade."""

import pytest

from skill.lint.readability import grade, syllables


def test_reading_grade() -> None:
    """Syllables are counted as they are spoken, and the grade is Kincaid's."""
    counts = {"calm": 1, "changes": 2, "looked": 1, "wanted": 2, "people": 2, "different": 3, "isn't": 2, "you're": 1}
    assert {word: syllables(word) for word in counts} == counts
    # Twelve words, two sentences, twelve syllables.
    assert grade("You can sit here now. Let your breath go as it will.") == pytest.approx(
        0.39 * 12 / 2 + 11.8 * 12 / 12 - 15.59
    )
    assert grade("") == 0.0
