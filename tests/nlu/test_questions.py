"""Which part of a topic answers a question."""

import pytest

from skill.nlu.questions import TOLD_ALIKE, QuestionIndex, cosine, features

INDEX = QuestionIndex(
    {
        "BodyIntent": {
            "BodyIntent": ["what happens in my body", "why do i shiver"],
            "BodyIntent.2": ["what does oxytocin do", "which hormones are there"],
            "BodyIntent.3": ["why do i get sleepy", "which hormones make me tired"],
        },
        "SadIntent": {"SadIntent.2": ["why am i sad"]},
    },
    fold=lambda text: text.replace("um ", ""),
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("what does oxytocin do", ("BodyIntent.2",)),
        ("um oxytocin what is that", ("BodyIntent.2",)),
        ("why am i always so sleepy afterwards", ("BodyIntent.3",)),
        ("so much shivering", ("BodyIntent",)),  # "shive" is enough of it
        ("which hormones", ("BodyIntent.2", "BodyIntent.3")),
        ("why is that then", ()),
        ("the tides of the sea", ()),
        ("", ()),
    ],
)
def test_the_part_that_was_written_for_it(text: str, parts: tuple[str, ...]) -> None:
    """By the words that are rare, best first; none where no question is like it."""
    assert INDEX.fitting("BodyIntent", text) == parts


def test_a_part_that_fits_far_less_is_no_other_answer() -> None:
    """It is like the question, and another part is much more like it; where none is, it answers."""
    others = {
        f"A.{number}": [word] for number, word in enumerate(("boats", "hills", "wool", "salt", "trees", "ink"), 3)
    }
    index = QuestionIndex({"A": {"A": ["moon rises"], "A.2": ["moon sinks"], **others}}, str)
    assert index.fitting("A", "moon rises") == ("A",)
    assert index.fitting("A", "moon") == ("A", "A.2")


def test_who_only_tells_hears_the_beginning() -> None:
    """A part is chosen by half of its words where something was asked; who asks nothing has to say more of them."""
    others = {f"A.{number}": [word] for number, word in enumerate(("boats", "hills", "wool", "salt"), 3)}
    index = QuestionIndex({"A": {"A": ["moon rises"], "A.2": ["the voice of shame stays"], **others}}, str)
    assert index.fitting("A", "a voice rings and rings all day") == ("A.2",)
    assert index.fitting("A", "a voice rings and rings all day", TOLD_ALIKE) == ()
    assert index.fitting("A", "the voice of shame", TOLD_ALIKE) == ("A.2",)


def test_parts_of_one_response_only() -> None:
    """What another topic answers is no part of this one; a response without questions has none."""
    assert INDEX.fitting("SadIntent", "what does oxytocin do") == ()
    assert INDEX.fitting("NeedsIntent", "why do i get sleepy") == ()


def test_where_the_first_part_answers_anything() -> None:
    """Another part has to be asked for nearly in its own words: news of an evening is no compliment."""
    index = QuestionIndex({"A": {"A.2": ["you are so kind", "i like your voice"], "A.3": ["i love you"]}}, str)
    assert index.fitting("A", "you are so kind") == ("A.2",)
    assert index.fitting("A", "we are so happy") == index.fitting("A", "i love the evening") == ()


def test_the_same_words_are_alike() -> None:
    """One for the same text, nothing for texts that share no word and no beginning, and for no words at all."""
    one, other = ({feature: 2.0 for feature in features(text)} for text in ("so sleepy", "of shock"))
    assert cosine(one, one) == pytest.approx(1)
    assert cosine(one, other) == cosine(one, {}) == 0
