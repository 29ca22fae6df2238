"""The linear classifier: a score for each class from hashed features and the embedding of an utterance.

Shapes, here and in `skill/nlu/train.py`: V features, E numbers of an embedding, K classes, and C = K + 1 columns, of
which the last stands for "any disclosure".

Every number that is added up is a multiple of a power of two small enough for the sum to be exact, so the order of the
additions does not matter and the scores are the same, bit for bit, on every machine.
"""

import math
from collections.abc import Iterable, Mapping
from zlib import crc32

import numpy as np
import numpy.typing as npt

from skill.nlu.model_file import Array, check_arrays

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint32]

GRID = 4096.0
"""Feature values are multiples of 1/4096."""
IDF_GRID = 16.0
"""Inverse document frequencies are kept as multiples of 1/16, in a byte."""
COUNT_VALUES = np.array([0.0, *(round(1 + math.log(times), 2) for times in range(1, 40))])
"""(40,) float64: what a feature counts that is there so many times, 1 + ln(times)."""

CLASSIFIER_ARRAYS = {
    "vocabulary": ("<u4", "V"),  # the features' hashes, ascending
    "idf": ("|u1", "V"),  # in steps of 1/16
    "weights": ("|i1", "VC"),  # in steps of `scale`
    "scale": ("<f4", "C"),
    "bias": ("<f4", "C"),
    "embedding_weights": ("<f4", "EC"),
}
"""The arrays of a classifier: dtype and axes of each, as `check_arrays` reads them."""


class LinearModel:
    """The weights of every class over features and embedding."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """`arrays` as in `CLASSIFIER_ARRAYS`; raises `ModelFileError` for any that is missing or does not fit."""
        self.embedding_size = check_arrays(arrays, CLASSIFIER_ARRAYS)["E"]
        """E, how many numbers of an embedding it weighs."""
        self._vocabulary, self._idf, self._weights = (arrays[name] for name in ("vocabulary", "idf", "weights"))
        self._scale, self._bias, self._embedding_weights = (
            arrays[name].astype(np.float64) for name in ("scale", "bias", "embedding_weights")
        )

    def scores(self, hashes: Hashes, embedding: Floats) -> list[float]:
        """C scores, above zero where the words speak for a class; the last is for any disclosure.

        `hashes` (n,) uint32 are the features of an utterance, in any order and as often as they are there;
        `embedding` (E,) float64 is a vector on the grid of 1/4096.
        """
        distinct, counts = count_hashes(hashes)
        places, known = locate(self._vocabulary, distinct)
        places = places[known]
        # Row by row, in their order: a product of matrices would leave the order to the machine.
        from_embedding = self._bias + (embedding[:, None] * self._embedding_weights).sum(axis=0)
        whole = feature_values(counts[known], self._idf[places]) @ self._weights[places].astype(np.float64)
        scores: list[float] = (from_embedding + whole * self._scale).tolist()
        return scores


def hash_features(features: Iterable[str]) -> Hashes:
    """(n,) uint32: the CRC-32 of each string. Of a hundred thousand strings, one or two share theirs."""
    return np.fromiter(map(crc32, map(str.encode, features)), np.uint32)


def count_hashes(hashes: Hashes) -> tuple[Hashes, Ints]:
    """The distinct hashes of (n,) uint32 in ascending order, (m,) uint32, and how often each is there, (m,) int64."""
    distinct, counts = np.unique(hashes, return_counts=True)
    return distinct, counts


def locate(vocabulary: Hashes, hashes: Hashes) -> tuple[Ints, Bools]:
    """Where (m,) uint32 hashes stand in an ascending (V,) uint32 vocabulary, (m,) int64, and which do, (m,) bool."""
    if not len(vocabulary):
        return np.zeros(len(hashes), np.int64), np.zeros(len(hashes), np.bool_)
    places = np.minimum(vocabulary.searchsorted(hashes), len(vocabulary) - 1)
    return places, vocabulary[places] == hashes


def feature_values(counts: Ints, idf: npt.NDArray[np.uint8]) -> Floats:
    """(m,) float64: the tf-idf values of an utterance's features, scaled to length one, on the grid of 1/4096.

    `counts` (m,) int64 is how often each is there, `idf` (m,) uint8 how rare it is, in steps of 1/16.
    """
    raw = COUNT_VALUES[np.minimum(counts, len(COUNT_VALUES) - 1)] * (idf / IDF_GRID)
    whole = np.rint(raw * 100)
    length = math.sqrt(float(whole @ whole)) / 100
    return np.asarray(np.rint(raw / max(length, 1e-9) * GRID) / GRID)
