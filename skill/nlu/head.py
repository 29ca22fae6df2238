"""The head on the encoder: what the vector of an utterance says for and against each class.

A multinomial logistic regression, learned by `soft-landing train`. Shapes: W windows of an utterance, E numbers of a
vector, K classes.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from skill.nlu.encoder import Floats
from skill.nlu.model_file import Array, check_arrays

Logits = npt.NDArray[np.float64]

HEAD_ARRAYS = {"weights": ("<f4", "EK"), "bias": ("<f4", "K")}
"""The arrays of a head: dtype and axes of each, as `check_arrays` reads them."""


class Head:
    """What was learned of the classes."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """`arrays` are those of `HEAD_ARRAYS`; raises `ModelFileError` where they are missing or do not fit."""
        sizes = check_arrays({name: arrays[name] for name in HEAD_ARRAYS if name in arrays}, HEAD_ARRAYS)
        self.inputs, self.classes = sizes["E"], sizes["K"]
        self._weights, self._bias = arrays["weights"], arrays["bias"]

    def logits(self, vectors: Floats) -> Logits:
        """(W, K) float64 for (W, E) vectors."""
        return (vectors @ self._weights + self._bias).astype(np.float64)
