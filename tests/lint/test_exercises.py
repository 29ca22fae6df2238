"""Each check of the exercises' words and timelines fails on a deliberate mistake."""

from pathlib import Path

import pytest

from skill.lint import exercises
from skill.lint.content_tree import ContentTree
from skill.lint.exercises import check_exercises, check_pairs

from .mistakes import Change, caught, named, removed, replaced, written

pytestmark = pytest.mark.slow

PRACTICE = "responses/en/b-long-out.ssml"
PRACTICE_MISTAKES = [
    ("a word never said in a practice", replaced(PRACTICE, "Let your", "Always let"), "“always” is never said", 7),
    ("a word not fit to be overheard", replaced(PRACTICE, "Let your", "In bed let"), "“bed” is not fit", 7),
    ("a long sentence", replaced(PRACTICE, "Let your", "Let it and let it " * 8), "A sentence of", 7),
    ("a field that nobody reads", replaced(PRACTICE, "set gist", "set gits"), "sets gits", None),
    ("neither claims nor marker", replaced(PRACTICE, "{% set gist", '{% set marker = "" %}{% set gist'), "neither", 1),
    ("no gist", replaced(PRACTICE, "set gist", 'set gist = "" %}{% set _old'), "has no gist", 1),
    ("a capital in its name", replaced(PRACTICE, 'set name = "', 'set name = "The '), "has a capital", 2),
    (
        "a marker that does not say so",
        replaced(PRACTICE, "{% set gist", '{% set marker = "A calm one." %}{% set gist'),
        "does not say so",
        3,
    ),
    (
        "claims where there can be none",
        replaced(PRACTICE, "{% set gist", '{% set claims = "C-body-1" %}{% set gist'),
        "b-long-out names claims",
        3,
    ),
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


def test_a_scan_of_the_trunk_is_found(copy: Path) -> None:
    """The body scan stays outside of chest, belly and hips."""
    replaced("responses/en/g-scan.ssml", "Your knees.", "Your hips.")(copy)
    finding = caught(check_exercises(ContentTree.read(copy / "responses"), ("g-scan",)), "goes to the hips")
    assert (finding.file, finding.line) == ("responses/en/g-scan.ssml", 10)


PAIR_MISTAKES = [
    ("an exercise of the article for one only", "[p-touch.together]", "[b-touch]", "p-touch has no p-touch.together"),
    ("a swap that holds too", 'swap = "b-even"', 'swap = "b-478"', "has no swap without holds"),
]


@pytest.mark.parametrize(("old", "new", "wrong"), named(PAIR_MISTAKES))
def test_pair_mistakes(scrap: Path, old: str, new: str, wrong: str) -> None:
    """A pattern that lacks the one beside it is named in the table, with its line."""
    replaced("responses/patterns.toml", old, new)(scrap)
    finding = caught(check_pairs(ContentTree.read(scrap / "responses")), wrong)
    assert finding.file == "responses/patterns.toml"


@pytest.mark.parametrize(("limit", "what"), [("MAX_SOUND_BYTES", "sound"), ("MAX_SCREEN_BYTES", "screen")])
def test_what_is_too_large_is_found(scrap: Path, limit: str, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part whose sound or screen leaves a response no room is named, with its size."""
    monkeypatch.setattr(exercises, limit, 500)
    found = check_exercises(ContentTree.read(scrap / "responses"), ("b-long-out",))
    assert caught(found, f"The {what} of b-long-out takes ").file == "responses/patterns.toml"


def test_a_long_pause_in_speech_is_found(scrap: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exercise that is spoken instead of played keeps its pauses short at every length."""
    monkeypatch.setattr(exercises, "counted_speech", lambda part: '<break time="6s"/>' * 2 + "Words.")
    found = check_exercises(ContentTree.read(scrap / "responses"), ("b-long-out",))
    assert caught(found, "b-long-out, spoken: The pauses add up to 12 s").hint


def test_long_openings_are_found(scrap: Path) -> None:
    """An opening that has a listener wait is named."""
    replaced("responses/en/_practice.ssml", "Keep it easy.", "Keep it easy, whatever you do and however you feel.")(
        scrap
    )
    assert caught(
        check_exercises(ContentTree.read(scrap / "responses"), ("b-long-out",)), "b-long-out begins after"
    ).hint


def test_a_source_that_is_not_there_is_found(scrap: Path) -> None:
    """A practice names what it rests on by an id of the table of claims."""
    replaced(PRACTICE, "X-11", "X-99")(scrap)
    caught(check_exercises(ContentTree.read(scrap / "responses"), ("b-long-out",)), "b-long-out rests on X-99")
