"""The sense of an utterance as a short vector, so that "wiped out" is near "exhausted" though they share no letters.

A small network (word vectors, one convolution over three words, their mean and maximum, one layer) that was taught once
to give what the sentence model all-MiniLM-L6-v2 (Apache 2.0) gives; `tools/distil.py` tells how. All its numbers are
whole, so it gives the same vector, bit for bit, on every machine.
"""

from collections.abc import Sequence
from pathlib import Path

from skill.nlu.model_file import Learned
from skill.nlu.sums import numbers_of, sensing

SUFFIX = "sense"
LONGEST = 120
"""Words read of one utterance."""


class Sense:
    """The network. Its arrays: `words` (as numbers, in order) and `vectors` (one row a word); `layer` (three words'
    vectors to the hidden units) and `out` (their mean and maximum to the sense), each with its bias.
    """

    def __init__(self, learned: Learned) -> None:
        self._sense = sensing(learned.arrays, float(learned.header["unit"]))
        self.size = len(learned.arrays["out_bias"])
        """How many numbers a sense has."""

    @classmethod
    def load(cls, path: Path) -> "Sense":
        """From a file in the format of `Learned`; `unit` in its header is what the sense is divided by in the end."""
        return cls(Learned.read(path))

    def of(self, found: Sequence[str]) -> "memoryview[float]":
        """The sense of some words, as floats; all zero when none is known."""
        return self._sense(numbers_of(found[:LONGEST]))
