"""How old somebody says they are: an age or a school year, told from any other number and from anybody else's age."""

import re
from dataclasses import dataclass

from skill.nlu.slots import NumberReader
from skill.nlu.words import WordLists, any_pattern, any_word

OF_AGE = 18
"""The age from which the content is for somebody."""
AGES = range(6, 120)
"""What a number has to be to be somebody's age: "i'm one of those" is none."""


@dataclass(frozen=True)
class StatedAge:
    """What a text says of ages."""

    own: int | None = None
    """The speaker's age in years, by number."""
    under: bool = False
    """Whether the speaker is said to be under eighteen, by number, by a school year or in so many words."""
    adult: bool = False
    """Whether the speaker is said to be eighteen or more."""
    child: bool = False
    """Whether a child is spoken of that is not the speaker."""


class AgeReader:
    """Reads ages by the words of one language, `[ages]` in its file of words."""

    def __init__(self, words: WordLists) -> None:
        ages, self._numbers = words.ages, NumberReader(words)
        number = self._numbers.number_phrase.pattern.removeprefix(r"\b").removesuffix(r"\b")
        after = rf"(?! {any_word(ages.other_units)}\b)" if ages.other_units else ""
        self._own = re.compile(rf"\b{any_word(ages.mine)} (?:{any_word(ages.hedges)} )*(?P<number>{number})\b{after}")
        self._said_first = re.compile(rf"^(?P<number>{number}) {any_pattern(ages.old)}\b")
        self._bare = re.compile(rf"^(?:{any_word(ages.mine)} )?(?:{any_word(ages.hedges)} )*(?P<number>{number})$")
        self._under, self._adult, self._child = (
            re.compile(rf"\b{any_pattern(listed)}\b") for listed in (ages.under, ages.adult, ages.child)
        )

    def stated(self, text: str, *, asked: bool = False) -> StatedAge:
        """What a normal text says; `asked` where the age was asked for, so that a number by itself is one."""
        found = self._own.search(text) or self._said_first.search(text) or (self._bare.search(text) if asked else None)
        own = self._numbers.value(found["number"]) if found else None
        if own not in AGES:
            own = None
        adult = own >= OF_AGE if own is not None else bool(self._adult.search(text))
        child = bool(self._child.search(text))
        under = own < OF_AGE if own is not None else not adult and not child and bool(self._under.search(text))
        return StatedAge(own, under, adult, child)
