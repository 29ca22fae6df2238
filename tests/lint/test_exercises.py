"""Each check of the exercises' words and timelines fails on a deliberate mistake."""

from pathlib import Path

import pytest

from skill.lint.content_tree import ContentTree
from skill.lint.exercises import check_exercises

from .mistakes import Change, caught, named, removed, replaced, written

PRACTICE = "responses/en/b-long-out.ssml"
PRACTICE_MISTAKES = [
    ("a word never said in a practice", replaced(PRACTICE, "Sit or lie", "Always sit"), "“always” is never said", 6),
    ("a word not fit to be overheard", replaced(PRACTICE, "Sit or lie", "In bed sit"), "“bed” is not fit", 6),
    ("a long sentence", replaced(PRACTICE, "Sit or lie", "Sit and sit " * 8), "A sentence of", 6),
    ("a field that nobody reads", replaced(PRACTICE, "set gist", "set gits"), "sets gits", None),
    ("neither claims nor marker", replaced(PRACTICE, "{% set gist", '{% set marker = "" %}{% set gist'), "neither", 1),
    ("no words", removed(PRACTICE), "is missing", None),
]


@pytest.mark.parametrize(("change", "wrong", "line"), named(PRACTICE_MISTAKES))
def test_practice_mistakes(scrap: Path, change: Change, wrong: str, line: int | None) -> None:
    """A mistake in a practice's words is named in its file."""
    change(scrap)
    finding = caught(check_exercises(ContentTree.read(scrap / "responses"), ("b-long-out",)), wrong)
    assert finding.file == PRACTICE
    assert finding.line == line


def test_practices_need_both_their_files(scrap: Path) -> None:
    """Words without seconds, and lines that do not fit the seconds, are named."""
    written("responses/en/b-quux.ssml", "Words.\n")(scrap)
    replaced("responses/en/p-touch.ssml", "%}\n\n", "%}\n\nOne more line.\n")(scrap)
    found = list(check_exercises(ContentTree.read(scrap / "responses"), ("p-touch",)))
    assert caught(found, "b-quux is no pattern").file == "responses/en/b-quux.ssml"
    assert caught(found, "p-touch cannot be timed").file == "responses/en/p-touch.ssml"


def test_long_openings_are_found(scrap: Path) -> None:
    """An opening that nobody listens to is named."""
    replaced("responses/en/_practice.ssml", "Keep it easy.", "Keep it easy and slow and soft. " * 5)(scrap)
    assert caught(
        check_exercises(ContentTree.read(scrap / "responses"), ("b-long-out",)), "The opening of b-long-out"
    ).hint
