"""What the word pieces of an utterance, and pairs of neighbours, say for and against each class.

Multinomial naive Bayes with damped counts, inverse document frequencies and vectors of one length (Rennie and others,
"Tackling the poor assumptions of naive Bayes text classifiers", ICML 2003). It errs elsewhere than the encoder, which
has seen its phrases too often to doubt them: docs/understanding.md says what both are worth together. Shapes: N word
pieces and pairs, M counts that are not nothing, K classes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from skill.nlu.head import Logits
from skill.nlu.model_file import Array, ModelFileError, check_arrays

Whole = npt.NDArray[np.int64]

NAIVE_BAYES_ARRAYS = {
    "pieces": ("<i8", "N"), "rarity": ("<f4", "N"), "starts": ("<i4", "S"), "piece_class": ("|u1", "M"),
    "piece_weight": ("|u1", "M"), "absent": ("<f4", "K"), "prior": ("<f4", "K"),
}  # fmt: skip
"""The arrays: dtype and axes of each, as `check_arrays` reads them. `pieces` are in order; those of `piece_class` and
`piece_weight` that belong to piece n lie between `starts[n]` and `starts[n + 1]`, so S is N + 1."""

SMOOTHING = 0.05
"""What is added to each count (Lidstone). 0.02 to 0.2 were tried on the choosing sets."""
LEAST = 2
"""Pieces and pairs that fewer texts have are left out."""
WEIGHT_STEP = 1 / 24
"""Weights are written as multiples of it."""


class NaiveBayes:
    """What was learned of the word pieces."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """`arrays` are those of `NAIVE_BAYES_ARRAYS`; raises `ModelFileError` where they are missing or do not fit."""
        own = {name: arrays[name] for name in NAIVE_BAYES_ARRAYS if name in arrays}
        sizes = check_arrays(own, NAIVE_BAYES_ARRAYS)
        self.classes = sizes["K"]
        self._pieces, self._rarity, self._starts = own["pieces"], own["rarity"].astype(np.float64), own["starts"]
        self._class, self._weight = own["piece_class"], own["piece_weight"]
        self._absent, self._prior = own["absent"].astype(np.float64), own["prior"].astype(np.float64)
        ends = [0, *self._starts.tolist(), sizes["M"]]
        if len(self._starts) != sizes["N"] + 1 or ends != sorted(ends) or int(self._class.max(initial=0)) >= sizes["K"]:
            raise ModelFileError("the learned word pieces do not fit each other; run soft-landing train")

    def logits(self, window: Sequence[int]) -> Logits:
        """(1, K) for the word pieces of one window."""
        places, values = _weighed(_counted(window), self._pieces, self._rarity)
        found: Logits = self._prior + values.sum() * self._absent
        for place, value in zip(places, values, strict=True):
            own = slice(self._starts[place], self._starts[place + 1])
            found[self._class[own]] += value * WEIGHT_STEP * self._weight[own]
        return found.reshape(1, -1)


def learn_pieces(
    windows: Sequence[Sequence[int]], texts: Whole, wanted: Whole, shares: Logits, classes: int
) -> dict[str, npt.NDArray[Any]]:
    """The arrays of `NAIVE_BAYES_ARRAYS`, learned from the windows and R rows: which window, its class, how much."""
    counted = [_counted(window) for window in windows]
    every = np.concatenate([keys for keys, _ in counted])
    pieces, frequency = np.unique(every, return_counts=True)
    kept = frequency >= LEAST
    pieces = pieces[kept]
    rarity = np.log((1 + len(windows)) / (1 + frequency[kept])) + 1
    sums = np.zeros((len(pieces), classes))
    for text, one, share in zip(texts, wanted, shares, strict=True):
        places, values = _weighed(counted[text], pieces, rarity)
        sums[places, one] += share * values
    weights = np.rint(np.log1p(sums / SMOOTHING) / WEIGHT_STEP).clip(0, 255).astype(np.uint8)
    whose, which = np.nonzero(weights)
    return {
        "pieces": pieces,
        "rarity": rarity.astype(np.float32),
        "starts": np.searchsorted(whose, np.arange(len(pieces) + 1)).astype(np.int32),
        "piece_class": which.astype(np.uint8),
        "piece_weight": weights[whose, which],
        "absent": np.log(SMOOTHING / (sums.sum(axis=0) + SMOOTHING * len(pieces))).astype(np.float32),
        "prior": np.log(np.bincount(wanted, shares, classes) / shares.sum()).astype(np.float32),
    }


def _counted(window: Sequence[int]) -> tuple[Whole, Whole]:
    """Each word piece and each pair of neighbours as one number, in order, and how often it stands there."""
    ids = np.asarray(window, np.int64)
    return np.unique(np.concatenate([ids, (ids[:-1] + 1 << 32) + ids[1:]]), return_counts=True)


def _weighed(counted: tuple[Whole, Whole], pieces: Whole, rarity: Logits) -> tuple[Whole, Logits]:
    """Where what was counted stands among the known `pieces`, and what it weighs, a vector of length one or nothing."""
    keys, counts = counted
    places = np.searchsorted(pieces, keys)
    known = pieces.take(places, mode="clip") == keys
    places = places[known]
    values = (1 + np.log(counts[known])) * rarity[places]
    return places, values / max(float(np.linalg.norm(values)), 1e-12)
