"""How old somebody says they are, told from any other number and from anybody else's age."""

import pytest

from skill.nlu.ages import AgeReader, StatedAge
from skill.nlu.words import WordLists
from skill.paths import folder

READER = AgeReader(WordLists.load(folder("interaction_models"), "en"))


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("i'm fifteen", 15),
        ("i'm 15", 15),
        ("i'm only fourteen", 14),
        ("i just turned seventeen", 17),
        ("sixteen year old girl here", 16),
        ("my boyfriend hits me and i'm sixteen", 16),
        ("i'm nineteen", 19),
        ("i am twenty five years old", 25),
        ("i'm thirty not thirteen", 30),
        ("i'm seventy", 70),
    ],
)
def test_a_number_is_an_age(text: str, age: int) -> None:
    """Behind a word for oneself."""
    assert READER.stated(text) == StatedAge(age, under=age < 18, adult=age >= 18)


@pytest.mark.parametrize(
    "text",
    [
        "i'm sixteen minutes late", "i'm ten weeks pregnant",
        "i'm two glasses in", "i'm one of those", "i'm in for four",
        "when i was fifteen he hurt me", "he is fifteen", "fifteen", "i feel like a teenager again",
        "i'm babysitting tomorrow", "six rounds",
    ],
)  # fmt: skip
def test_any_other_number_is_none(text: str) -> None:
    """What is said of minutes, of others, of the past or of a feeling says nothing of an age."""
    assert READER.stated(text) == StatedAge()


@pytest.mark.parametrize(
    "text", ["i'm in year nine", "i'm in ninth grade", "i'm in high school", "i'm a minor", "i'm not eighteen yet"]
)
def test_a_school_year_is_under_age(text: str) -> None:
    """Also without a number."""
    assert READER.stated(text) == StatedAge(under=True)


@pytest.mark.parametrize("text", ["i said i'm an adult", "i'm over eighteen", "i'm in my forties", "i'm a pensioner"])
def test_an_adult_says_so(text: str) -> None:
    """Also without a number."""
    assert READER.stated(text) == StatedAge(adult=True)


def test_a_child_is_somebody_else() -> None:
    """The age of somebody's daughter is not the speaker's."""
    assert READER.stated("my daughter is thirteen and i found messages") == StatedAge(child=True)


def test_asked_for_it_a_number_alone_is_an_age() -> None:
    """After "are you over eighteen?"."""
    assert READER.stated("fifteen", asked=True).under
    assert READER.stated("twenty two", asked=True).adult


def test_without_words_nothing_is_read() -> None:
    """A language that lists none has no ages."""
    assert AgeReader(WordLists()).stated("i'm fifteen") == StatedAge()
