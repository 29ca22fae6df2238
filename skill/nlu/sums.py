"""The long sums over learned numbers: the sense of some words, and how much their pieces speak for each class.

Where the skill was installed with a C compiler at hand, `skill/_sums.c` makes them, and nothing that serves needs numpy
or the memory that it takes. Without one, `skill/sums_numpy.py` does. Both give the same, bit for bit.
"""

import math
from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zlib import crc32

from skill.nlu.model_file import kind_of

BUILD = 2
"""Of `skill/_sums.c`, the build that belongs to this file: an older one may still lie beside it."""
try:
    from skill import _sums
except ImportError:  # not compiled, which is no fault
    COMPILED = False
else:
    COMPILED = _sums.BUILD == BUILD

GRID = 4096.0
"""Feature values are multiples of 1/4096, so that sums of products are exact and come out alike on every machine."""
IDF_GRID = 16.0
SPOKEN = (0.0, *(round(1 + math.log(times), 2) for times in range(1, 40)))
"""What a piece counts when it is said so many times."""
SENSE_LENGTH = 0.6
"""The length of a sense beside the words' own, whose length is one; chosen by cross-validation."""

NETWORK = {"words": "<u4", "vectors": "|i1", "layer": "|i1", "layer_bias": "<i4", "out": "<i2", "out_bias": "<i8"}
CLASSIFIER = {
    "vocabulary": "<u4", "idf": "|u1", "weights": "|i1", "scale": "<f4", "bias": "<f4", "sense_weights": "<f4",
}  # fmt: skip
"""The arrays of each, and their types of numbers."""

Arrays = Mapping[str, Any]
"""Learned arrays by their names, as buffers with their shapes."""
Sensing = Callable[["array[int]"], "memoryview[float]"]
"""The numbers of some words in; their sense out, as floats: all zero when none is known."""
Weighing = Callable[["array[int]", "memoryview[float]"], list[float]]
"""The numbers of some pieces and the sense of their words in; a margin for each class out."""


def numbers_of(pieces: Iterable[str]) -> "array[int]":
    """Pieces, or words, as numbers; of a hundred thousand pieces one or two share theirs."""
    return array("I", map(crc32, map(str.encode, pieces)))


def check(arrays: Arrays, kinds: Mapping[str, str]) -> None:
    """Whether all arrays are there, of the types that the sums are made for; raises `ValueError`."""
    for name, kind in kinds.items():
        if name not in arrays or kind_of(memoryview(arrays[name])) != kind:
            raise ValueError(f"the learned array {name} is missing, or not of the type {kind}; run soft-landing train")


def sensing(arrays: Arrays, unit: float) -> Sensing:
    """The network in `skill/sense.py`: three words' vectors, a layer, their mean and maximum, and another layer.

    Raises `ValueError` for arrays that do not fit each other.
    """
    check(arrays, NETWORK)
    if not COMPILED:
        from skill.nlu import linear

        return linear.sensing(arrays, unit)
    hidden = len(arrays["layer_bias"])
    flat = memoryview(arrays["layer"]).cast("B").cast("b")
    layer = array("h")  # a row for each hidden unit, as wide as what it is multiplied by
    for column in range(hidden):
        layer.extend(flat[column::hidden])
    words, vectors, bias = arrays["words"], arrays["vectors"], arrays["layer_bias"]
    out, out_bias = arrays["out"], arrays["out_bias"]

    def sense(numbers: "array[int]") -> "memoryview[float]":
        found = _sums.sense(numbers, words, vectors, layer, bias, out, out_bias, unit, SENSE_LENGTH, GRID)
        return memoryview(found).cast("d")

    sense(array("I"))  # compares the sizes
    return sense


def weighing(arrays: Arrays) -> Weighing:
    """The classifier: bias, and weights of the sense and of each known piece by how rare it is.

    Raises `ValueError` for arrays that do not fit each other.
    """
    check(arrays, CLASSIFIER)
    if not COMPILED:
        from skill.nlu import linear

        return linear.weighing(arrays)
    vocabulary, idf, weights = arrays["vocabulary"], arrays["idf"], arrays["weights"]
    scale, bias, sense_weights = arrays["scale"], arrays["bias"], arrays["sense_weights"]
    spoken = array("d", SPOKEN)

    def margins(numbers: "array[int]", sense: "memoryview[float]") -> list[float]:
        return _sums.margins(
            numbers, sense, vocabulary, idf, weights, scale, bias, sense_weights, spoken, IDF_GRID, GRID
        )

    margins(array("I"), memoryview(array("d", bytes(8 * len(sense_weights)))))  # compares the sizes
    return margins
