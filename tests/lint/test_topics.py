"""Each check of the topics fails on a deliberate mistake."""

import json
from pathlib import Path
from typing import Any

import pytest

from skill.lint.content_tree import ContentTree
from skill.lint.topics import check_askable, check_sections, check_topics

from .bodies import BODY, CALM, HEAD
from .mistakes import Change, caught, line_in, named, replaced, show, written
from .small_model import intent_of, small, without

pytestmark = pytest.mark.slow

FIFTY = "Your body slows down after a while. " * 7 + "It rests."
QUIET = "responses/en/discreet/BodyIntent.ssml"
SECOND = "responses/en/BodyIntent.2.ssml"

TOPIC_MISTAKES = [
    ("no name", written(BODY, HEAD.replace('"quux"', '""') + FIFTY), "BodyIntent has no name", BODY, 1),
    ("too short", written(BODY, HEAD + CALM), "BodyIntent has 12 words", BODY, None),
    ("too long", written(BODY, HEAD + FIFTY * 2), "BodyIntent has 101 words", BODY, None),
    ("too short when discreet", written(QUIET, HEAD + CALM), "BodyIntent has 12 words", QUIET, None),
    ("the open words when discreet", written(QUIET, HEAD + FIFTY), "says the same when discreet", QUIET, None),
    ("one question twice", written(SECOND, HEAD + CALM), "BodyIntent.2 asks what BodyIntent asks", SECOND, 5),
]


@pytest.mark.parametrize(("change", "wrong", "file", "line"), named(TOPIC_MISTAKES))
def test_topic_mistakes(scrap: Path, change: Change, wrong: str, file: str, line: int | None) -> None:
    """A topic that is not whole is named with its file."""
    written(BODY, HEAD + FIFTY)(scrap)
    written(QUIET, HEAD + FIFTY.replace("body", "breath"))(scrap)
    sound = list(check_topics(ContentTree.read(scrap / "responses")))
    assert not sound, show(sound)
    change(scrap)
    finding = caught(check_topics(ContentTree.read(scrap / "responses")), wrong)
    assert (finding.file, finding.line) == (file, line)


SECTION_MISTAKES = [
    (
        "a heading quoted at length",
        replaced("responses/claims.toml", 'cited = "Opening"', 'cited = "The Opening of All of It"'),
        "by 6 words",
    ),
]


@pytest.mark.parametrize(("change", "wrong"), named(SECTION_MISTAKES))
def test_section_mistakes(scrap: Path, change: Change, wrong: str) -> None:
    """A row of the table of claims that nobody could look up or cite is named with its line."""
    change(scrap)
    finding = caught(check_sections(ContentTree.read(scrap / "responses")), wrong)
    assert finding.file == "responses/claims.toml"
    assert finding.line


def few_samples(whole: dict[str, Any]) -> None:
    """A topic with 59 different samples, one of them twice."""
    intent_of(whole, "BodyIntent")["samples"] = [f"quux {'a' * number}" for number in range(1, 60)] + ["quux a"]


@pytest.mark.parametrize("name", ["BodyIntent", "SadIntent", "MinorIntent", "MoreIntent"])
def test_what_cannot_be_asked_for_is_named(copy: Path, name: str) -> None:
    """A topic, a feeling, a safety answer or a control without an intent is named in the model."""
    whole = small()
    without(name)(whole)
    finding = caught(asked_of(copy, whole), f"There is no intent {name}")
    assert finding.file == "interaction_models/en.json"


def test_a_topic_with_few_samples_is_named(copy: Path) -> None:
    """Sixty different ways of asking are the least for a topic."""
    whole = small()
    few_samples(whole)
    finding = caught(asked_of(copy, whole), "BodyIntent has 59 different samples")
    assert finding.line == line_in(copy / "models" / "en.json", '"BodyIntent"')


def asked_of(copy: Path, whole: dict[str, Any]) -> Any:
    """The findings about what can be asked for by a model."""
    (copy / "models").mkdir()
    (copy / "models" / "en.json").write_text(json.dumps(whole, indent=2), "utf-8")
    return check_askable(ContentTree.read(copy / "responses"), copy / "models")
