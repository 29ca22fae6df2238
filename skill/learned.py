"""What was learned from the model's phrases: weights in a plain file, and the arithmetic that uses them.

The file is a line that names the format, a line of JSON, and arrays as they lie in memory: nothing in it can run.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from skill import features

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FORMAT = b"soft-landing weights 2\n"
SUFFIX = "learned"
GRID = 4096
"""Feature values are multiples of 1/4096, so that sums of products are exact and come out alike on every machine."""
IDF_GRID = 16
NONE: Ints = np.zeros(0, np.int64)
SPOKEN = np.array([0.0, *(round(1 + math.log(times), 2) for times in range(1, 40))])
"""What a piece counts when it is said so many times."""


class LearnedError(Exception):
    """A learned file that cannot be used."""


@dataclass(frozen=True)
class Learned:
    """The weights of every class over every piece, and what belongs to them."""

    header: dict[str, Any]
    arrays: dict[str, npt.NDArray[Any]] = field(repr=False)

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(self.header["classes"])

    def write(self, path: Path) -> None:
        """The same weights give the same bytes."""
        layout = {name: (array.dtype.str, array.shape) for name, array in sorted(self.arrays.items())}
        line = json.dumps({**self.header, "arrays": layout}, sort_keys=True, ensure_ascii=False).encode() + b"\n"
        with path.open("wb") as file:
            file.write(FORMAT + line)
            for _, array in sorted(self.arrays.items()):
                file.write(np.ascontiguousarray(array).tobytes())

    @classmethod
    def read(cls, path: Path) -> "Learned":
        """Without copying: the arrays are views of the file's bytes."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise LearnedError(f"{path}: {error.strerror}; run soft-landing train") from error
        end = data.find(b"\n", len(FORMAT))
        if not data.startswith(FORMAT) or end < 0:
            raise LearnedError(f"{path}: not a file of this version; run soft-landing train")
        header = json.loads(data[len(FORMAT) : end])
        arrays, place = {}, end + 1
        if "arrays" not in header:
            raise LearnedError(f"{path}: nothing learned in it; run soft-landing train")
        for name, (kind, shape) in header.pop("arrays").items():
            size = int(np.prod(shape))
            if place + size * np.dtype(kind).itemsize > len(data):
                raise LearnedError(f"{path}: cut short; run soft-landing train")
            arrays[name] = np.frombuffer(data, kind, size, place).reshape(shape)
            place += size * np.dtype(kind).itemsize
        return cls(header, arrays)


def fingerprint(text: str) -> int:
    """A phrase as a number that no other phrase shares."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def values(counts: Ints, idf: Floats) -> Floats:
    """How much each piece of an utterance counts: rarer is more, and the whole has length one."""
    raw = SPOKEN[np.minimum(counts, len(SPOKEN) - 1)] * idf
    whole = np.rint(raw * 100)
    length = math.sqrt(float(whole @ whole)) / 100
    return np.asarray(np.rint(raw / max(length, 1e-9) * GRID) / GRID)


def numbers_of(pieces: Iterable[str]) -> npt.NDArray[np.uint32]:
    """Pieces as numbers; of a hundred thousand pieces one or two share theirs."""
    return np.array(list(map(crc32, map(str.encode, pieces))), np.uint32)


def counted(found: Sequence[str]) -> tuple[npt.NDArray[np.uint32], Ints]:
    """The pieces of some words as sorted numbers, and how often each is said."""
    numbers = numbers_of(features.pieces(found))
    numbers.sort()
    first = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1]))) if len(numbers) else NONE
    return numbers[first], np.diff(first, append=len(numbers))


def places_in(vocabulary: npt.NDArray[np.uint32], numbers: npt.NDArray[np.uint32]) -> tuple[Ints, Bools]:
    """Where in a sorted vocabulary some numbers stand, and which of them do."""
    places = np.minimum(vocabulary.searchsorted(numbers), len(vocabulary) - 1)
    return places, vocabulary[places] == numbers


def known(found: Sequence[str], vocabulary: npt.NDArray[np.uint32], idf: npt.NDArray[np.uint8]) -> tuple[Ints, Floats]:
    """The places in the vocabulary of the words' pieces, and their values."""
    numbers, times = counted(found)
    if not len(numbers) or not len(vocabulary):
        return NONE, np.zeros(0)
    places, there = places_in(vocabulary, numbers)
    places = places[there]
    return places, values(times[there], idf[places] / IDF_GRID)
