"""The sums of `skill/sums.py` by numpy: for training, and for serving where nothing was compiled."""

import math
from array import array
from typing import Any

import numpy as np
import numpy.typing as npt

from skill.nlu.sums import GRID, IDF_GRID, SENSE_LENGTH, SPOKEN, Arrays, Sensing, Weighing

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.uint32]

COUNTS = np.array(SPOKEN)


def counted(numbers: "array[int]") -> tuple[Numbers, Ints]:
    """Some numbers in order, each once, and how often each is there."""
    found, times = np.unique(np.frombuffer(numbers, np.uint32), return_counts=True)
    return found, times


def places_in(vocabulary: Numbers, numbers: Numbers) -> tuple[Ints, Bools]:
    """Where in a sorted vocabulary some numbers stand, and which of them do."""
    if not len(vocabulary):
        return np.zeros(len(numbers), np.int64), np.zeros(len(numbers), np.bool_)
    places = np.minimum(vocabulary.searchsorted(numbers), len(vocabulary) - 1)
    return places, vocabulary[places] == numbers


def values(counts: Ints, idf: npt.NDArray[np.uint8]) -> Floats:
    """How much each piece of an utterance counts: rarer is more, and the whole has length one."""
    raw = COUNTS[np.minimum(counts, len(COUNTS) - 1)] * (idf / IDF_GRID)
    whole = np.rint(raw * 100)
    length = math.sqrt(float(whole @ whole)) / 100
    return np.asarray(np.rint(raw / max(length, 1e-9) * GRID) / GRID)


def as_floats(numbers: Floats) -> "memoryview[float]":
    """An array for somebody who does not know numpy."""
    return memoryview(numbers.tobytes()).cast("d")


def sensing(arrays: Arrays, unit: float) -> Sensing:
    """As in `skill/sums.py`."""
    words, vectors = np.asarray(arrays["words"]), np.asarray(arrays["vectors"])
    layer, layer_bias = (np.asarray(arrays[name], np.float32) for name in ("layer", "layer_bias"))
    out, out_bias = (np.asarray(arrays[name], np.float64) for name in ("out", "out_bias"))

    def sense(numbers: "array[int]") -> "memoryview[float]":
        places, there = places_in(words, np.frombuffer(numbers, np.uint32))
        places = places[there]
        if not len(places):
            return as_floats(np.zeros(len(out_bias)))
        # Three words' vectors beside each other, with nothing before the first word and after the last.
        triples = np.zeros((len(places), 3, vectors.shape[1]), np.float32)
        triples[:, 1] = rows = vectors[places]
        triples[1:, 0], triples[:-1, 2] = rows[:-1], rows[1:]
        hidden = np.maximum(triples.reshape(len(places), -1) @ layer + layer_bias, 0).astype(np.float64)
        pooled = np.concatenate([np.rint(hidden.sum(axis=0) / len(places)), hidden.max(axis=0)])
        raw = np.rint((pooled @ out + out_bias) / unit)
        length = float(np.sqrt(raw @ raw))
        return as_floats(np.rint(raw * (SENSE_LENGTH * GRID / max(length, 1.0))) / GRID)

    return sense


def weighing(arrays: Arrays) -> Weighing:
    """As in `skill/sums.py`."""
    vocabulary, idf, weights = (np.asarray(arrays[name]) for name in ("vocabulary", "idf", "weights"))
    scale, bias, sense_weights = (np.asarray(arrays[name], np.float64) for name in ("scale", "bias", "sense_weights"))

    def margins(numbers: "array[int]", sense: "memoryview[float]") -> list[float]:
        found, times = counted(numbers)
        places, there = places_in(vocabulary, found)
        places = places[there]
        # Row by row, in their order: a product of matrices would leave the order to the machine.
        made: Any = bias + (np.asarray(sense)[:, None] * sense_weights).sum(axis=0)
        whole = values(times[there], idf[places]) @ weights[places].astype(np.float64)
        return list((made + whole * scale).tolist())

    return margins
