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
PART_PREFIX = "part_"
"""What stands before the names of the arrays of the head that tells the parts of answers."""
REPLY_PREFIX = "reply_"
"""The same of the head that tells what is said back to a question."""


class Head:
    """What was learned of the classes."""

    def __init__(self, arrays: Mapping[str, Array], prefix: str = "") -> None:
        """`arrays` are those of `HEAD_ARRAYS`, with `prefix` before their names; raises `ModelFileError` where they are
        missing or do not fit.
        """
        own = {name: arrays[f"{prefix}{name}"] for name in HEAD_ARRAYS if f"{prefix}{name}" in arrays}
        sizes = check_arrays(own, HEAD_ARRAYS)
        self.inputs, self.classes = sizes["E"], sizes["K"]
        self._weights, self._bias = own["weights"], own["bias"]

    def logits(self, vectors: Floats) -> Logits:
        """(W, K) float64 for (W, E) vectors."""
        return (vectors @ self._weights + self._bias).astype(np.float64)
