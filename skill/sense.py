"""The sense of an utterance as a short vector, so that "wiped out" is near "exhausted" though they share no letters.

A small network (word vectors, one convolution over three words, their mean and maximum, one layer) that was taught once
to give what the sentence model all-MiniLM-L6-v2 (Apache 2.0) gives; `tools/distil.py` tells how. All its numbers are
whole, so it gives the same vector, bit for bit, on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from skill.learned import GRID, Floats, Learned, numbers_of, places_in

SUFFIX = "sense"
LONGEST = 120
"""Words read of one utterance."""
WEIGHT = 0.6
"""The length of the vector beside the words' own, whose length is one; chosen by cross-validation."""


@dataclass(frozen=True)
class Sense:
    """The network's numbers."""

    words: npt.NDArray[np.uint32] = field(repr=False)
    vectors: npt.NDArray[np.int8] = field(repr=False)
    """One row a word."""
    layer: npt.NDArray[np.float32] = field(repr=False)
    """Three words' vectors to the hidden units."""
    layer_bias: npt.NDArray[np.float32] = field(repr=False)
    out: Floats = field(repr=False)
    """Mean and maximum of the hidden units to the sense."""
    out_bias: Floats = field(repr=False)
    unit: float = 1.0
    """What a whole number of the sense is divided by before it is rounded."""

    @classmethod
    def load(cls, path: Path) -> "Sense":
        """From a file in the format of `Learned`."""
        file = Learned.read(path)
        arrays = file.arrays
        return cls(
            words=arrays["words"],
            vectors=arrays["vectors"],
            layer=arrays["layer"].astype(np.float32),
            layer_bias=arrays["layer_bias"].astype(np.float32),
            out=arrays["out"].astype(np.float64),
            out_bias=arrays["out_bias"].astype(np.float64),
            unit=float(file.header["unit"]),
        )

    @property
    def size(self) -> int:
        """How many numbers a sense has."""
        return len(self.out_bias)

    def of(self, found: Sequence[str]) -> Floats:
        """The sense of some words; all zero when none is known."""
        places, there = places_in(self.words, numbers_of(found[:LONGEST]))
        places = places[there]
        if not len(places):
            return np.zeros(self.size)
        # Three words' vectors beside each other, with nothing before the first word and after the last.
        triples = np.zeros((len(places), 3, self.vectors.shape[1]), np.float32)
        triples[:, 1] = rows = self.vectors[places]
        triples[1:, 0], triples[:-1, 2] = rows[:-1], rows[1:]
        hidden = np.maximum(triples.reshape(len(places), -1) @ self.layer + self.layer_bias, 0).astype(np.float64)
        pooled = np.concatenate([np.rint(hidden.sum(axis=0) / len(places)), hidden.max(axis=0)])
        raw = np.rint((pooled @ self.out + self.out_bias) / self.unit)
        length = float(np.sqrt(raw @ raw))
        return np.asarray(np.rint(raw * (WEIGHT * GRID / max(length, 1.0))) / GRID)
