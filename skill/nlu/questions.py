"""Which part of a topic answers a question: the one that was written for the words most like it.

Each part says in its header which questions it answers. Words count by how rare they are among the questions of all
parts (Spärck Jones, "A statistical interpretation of term specificity", 1972), their beginnings as well, so that
"sleepy" is near "asleep" and "sleeping"; two texts are as alike as the angle between them is small.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

STEM = 5
"""Letters of a word's beginning that count like a word of their own."""
ALIKE = 0.3
"""How alike a question has to be to decide about the part; 1 is the same words."""
TOLD_ALIKE = 0.4
"""The same for words that only tell something: nothing was asked yet, so what comes first is mostly right."""
HERE_ALIKE = 0.5
"""The same for words that fit nowhere else, and the subject that was told last: "how many people", after crying."""
SAME = 0.7
"""The same where what was learned of the parts has chosen already: nearly the words of a question that was written."""
NEARLY = 0.8
"""The same for a part of a response whose first part answers whatever is like none of them: a compliment, beside all
else that is no request."""
NEXT_BEST = 0.6
"""What share of the best likeness another part needs to be the next to answer it."""

UNHEARD_OF = 0.25
"""What a word weighs that stands in no question, beside the rarest that does: it may say something else."""

Weights = Mapping[str, float]


class QuestionIndex:
    """The questions that the parts of the responses of one language answer."""

    def __init__(self, questions: Mapping[str, Mapping[str, Sequence[str]]], fold: Callable[[str], str]) -> None:
        """`questions` by response and part, as in `{"BodyIntent": {"BodyIntent.2": [...]}}`; `fold` writes them as
        `fitting` gets what was said.
        """
        self._fold = fold
        folded = {
            whole: {part: [fold(text) for text in texts] for part, texts in parts.items()}
            for whole, parts in questions.items()
        }
        self._written = {
            text: (whole, part) for whole, parts in folded.items() for part, texts in parts.items() for text in texts
        }
        plain = {
            whole: {part: [features(text) for text in texts] for part, texts in parts.items()}
            for whole, parts in folded.items()
        }
        every = [text for parts in plain.values() for texts in parts.values() for text in texts]
        times = Counter(feature for text in every for feature in text)
        self._rarity = {feature: math.log((1 + len(every)) / (1 + number)) for feature, number in times.items()}
        self._unheard_of = UNHEARD_OF * math.log(1 + len(every))
        self._parts = {
            whole: {part: [self._weighted(text) for text in texts] for part, texts in parts.items()}
            for whole, parts in plain.items()
        }

    def written(self, text: str) -> tuple[str, str] | None:
        """The response and its part for which a question stands in so many words; none for any other question."""
        return self._written.get(self._fold(text))

    def fitting(self, whole: str, text: str, least: float = ALIKE) -> tuple[str, ...]:
        """The parts of a response that answer a question, the best one first; none where no question is like it.

        `least` is how alike it has to be.
        """
        parts = self._parts.get(whole)
        if not parts:
            return ()
        asked = self._weighted(features(self._fold(text)))
        found = {part: max((cosine(asked, text) for text in texts), default=0.0) for part, texts in parts.items()}
        least = max(least if whole in parts else NEARLY, NEXT_BEST * max(found.values()))
        some = [part for part, alike in found.items() if alike >= least]
        return tuple(sorted(some, key=lambda part: -found[part]))

    def _weighted(self, text: frozenset[str]) -> Weights:
        return {feature: self._rarity.get(feature, self._unheard_of) for feature in text}


def features(text: str) -> frozenset[str]:
    """The words of a folded text and their beginnings."""
    words = text.split()
    return frozenset([*words, *(f"{word[:STEM]}~" for word in words)])


def cosine(one: Weights, other: Weights) -> float:
    """How alike two texts are, 0 to 1."""
    shared = sum(weight * other[feature] for feature, weight in one.items() if feature in other)
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return shared / lengths if lengths else 0.0
