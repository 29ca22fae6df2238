"""The embedding of an utterance: a short vector, near for "wiped out" and "exhausted" though they share no letters.

A small network (word vectors, one convolution over three words, their mean and maximum, one layer) that was taught once
to give what the sentence model all-MiniLM-L6-v2 (Apache 2.0) gives; `tools/distil.py` tells how. All its numbers are
whole, so it gives the same vector, bit for bit, on every machine. A language can do without one.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from skill.nlu.linear import GRID, Floats, hash_features, locate
from skill.nlu.model_file import ModelFile, ModelFileError, check_arrays

EMBEDDING_SUFFIX = "sense"
MAX_TOKENS = 120
"""Words read of one utterance."""
VECTOR_LENGTH = 0.6
"""The length of the vector beside that of the features' values, which is one; chosen by cross-validation."""

NETWORK_ARRAYS = {
    "words": ("<u4", "W"),  # the words' hashes, ascending
    "vectors": ("|i1", "WD"),
    "layer": ("|i1", "TH"),  # T = 3 D: the word before, the word, and the word after
    "layer_bias": ("<i4", "H"),
    "out": ("<i2", "PE"),  # P = 2 H: the mean over the words, and the maximum
    "out_bias": ("<i8", "E"),
}
"""The arrays of the network: W words, D numbers of a word's vector, H hidden units, E numbers of the embedding."""

NO_VECTOR = np.zeros(0)
"""(0,) float64: the vector of a language without an embedding."""


class Embedding:
    """The network of one language."""

    def __init__(self, file: ModelFile) -> None:
        """`file` has the arrays of `NETWORK_ARRAYS`, and as `unit` in its header what the last sums are divided by.

        Raises `ModelFileError` for arrays that are missing or do not fit each other.
        """
        sizes = check_arrays(file.arrays, NETWORK_ARRAYS)
        if sizes["T"] != 3 * sizes["D"] or sizes["P"] != 2 * sizes["H"]:
            raise ModelFileError(f"the layers of the embedding do not fit each other: {sizes}")
        self._unit = float(file.header["unit"])
        self._words, self._vectors = file.arrays["words"], file.arrays["vectors"]
        self._layer, self._layer_bias = (file.arrays[name].astype(np.float32) for name in ("layer", "layer_bias"))
        self._out, self._out_bias = (file.arrays[name].astype(np.float64) for name in ("out", "out_bias"))
        self.size = len(self._out_bias)
        """E, how many numbers an embedding has."""

    def of(self, tokens: Sequence[str]) -> Floats:
        """(E,) float64: the vector of some words, of length 0.6, on the grid of 1/4096; zeros when none is known."""
        places, known = locate(self._words, hash_features(tokens[:MAX_TOKENS]))
        places = places[known]
        if not len(places):
            return np.zeros(self.size)
        # Three words' vectors beside each other, with nothing before the first word and after the last.
        triples = np.zeros((len(places), 3, self._vectors.shape[1]), np.float32)
        triples[:, 1] = rows = self._vectors[places]
        triples[1:, 0], triples[:-1, 2] = rows[:-1], rows[1:]
        flat = triples.reshape(len(places), -1)
        hidden = np.maximum(flat @ self._layer + self._layer_bias, 0).astype(np.float64)
        pooled = np.concatenate([np.rint(hidden.sum(axis=0) / len(places)), hidden.max(axis=0)])
        raw = np.rint((pooled @ self._out + self._out_bias) / self._unit)
        length = float(np.sqrt(raw @ raw))
        return np.asarray(np.rint(raw * (VECTOR_LENGTH * GRID / max(length, 1.0))) / GRID)


def load_embedding(folder: Path, language: str) -> Embedding | None:
    """The embedding of a language; none where it has no file. Raises `ModelFileError` for one that cannot be used."""
    path = folder / f"{language}.{EMBEDDING_SUFFIX}"
    return Embedding(ModelFile.read(path)) if path.is_file() else None
