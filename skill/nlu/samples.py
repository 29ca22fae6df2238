"""Exact matches: phrases that stand in the model word for word, and samples with slots whatever fills them.

A sample with slots becomes a template: "{duration} of {pattern}" is "{length} of {BreathPattern}", and so is what a
listener says, once its lengths, numbers and names are found.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from skill.nlu.model_file import text_hash
from skill.nlu.slots import NumberReader
from skill.nlu.words import WordLists, any_word

LENGTH_MARK = "{length}"
COUNT_MARK = "{count}"
SLOT_MARKS = {"AMAZON.DURATION": LENGTH_MARK, "AMAZON.NUMBER": COUNT_MARK}
"""What stands for slots of Amazon's own types in a template; for others it is the name of their type."""
FILLED = 60
"""How many characters longer than its template a phrase may be, its slots filled."""

Types = Mapping[str, Sequence[Sequence[str]]]
"""By slot type, (value, id) pairs."""


def placeholder(slot_type: str) -> str:
    """What stands for a slot of a type in a template."""
    return SLOT_MARKS.get(slot_type, "{" + slot_type + "}")


def template(sample: str, slots: Mapping[str, str]) -> str:
    """The template of a sample; `slots` has the types of its slots by name."""
    return re.sub(r"\{(\w+)\}", lambda found: placeholder(slots[found[1]]), sample)


class SampleIndex:
    """The phrases and the templates of one language, each with its intent."""

    def __init__(
        self,
        classes: Sequence[str],
        phrases: npt.NDArray[np.uint64],
        phrase_class: npt.NDArray[np.uint8],
        templates: Mapping[str, str],
        types: Types,
        words: WordLists,
    ) -> None:
        """`phrases` (P,) uint64 are `text_hash`es, ascending, `phrase_class` (P,) uint8 their places in `classes`."""
        self._classes, self._phrases, self._phrase_class = classes, phrases, phrase_class
        self._templates = templates
        self._numbers = NumberReader(words)
        self._longest = max(map(len, templates), default=0) + FILLED
        self._words = slotted_words(templates, types, words)
        self._names = tuple(
            (placeholder(name), re.compile(rf"\b{any_word(pair[0] for pair in pairs)}\b"))
            for name, pairs in types.items()
        )

    def intent(self, text: str) -> str:
        """The intent of a normal text that stands in the model, its slots filled; empty when it does not."""
        number = np.uint64(text_hash(text))
        place = int(self._phrases.searchsorted(number))
        if place < len(self._phrases) and self._phrases[place] == number:
            return str(self._classes[self._phrase_class[place]])
        if len(text) > self._longest or not self._words.issuperset(word for word in text.split() if word.isalpha()):
            return ""
        return next((self._templates[form] for form in self._forms(text) if form in self._templates), "")

    def _forms(self, text: str) -> list[str]:
        """A text as the templates that it may be: its lengths and numbers replaced, and names of one type at a time."""
        timed = self._numbers.duration.sub(LENGTH_MARK, text)
        forms = [timed, self._numbers.number.sub(COUNT_MARK, timed)]
        for name, pattern in self._names:
            named = pattern.sub(name, timed, count=1)
            if named != timed:
                forms.extend((named, self._numbers.number.sub(COUNT_MARK, named)))
        return forms


def slotted_words(templates: Iterable[str], types: Types, words: WordLists) -> frozenset[str]:
    """All words that a slotted sample can hold, slots filled: what has another word needs no closer look."""
    lengths = words.durations
    values = (pair[0] for pairs in types.values() for pair in pairs)
    texts = (*templates, *values, *words.numbers, *lengths.amounts, *lengths.adjectives, *lengths.units)
    return frozenset(word for text in (*texts, *lengths.and_a_half) for word in text.split())
