"""Named arrays and a JSON header in one plain file: what was learned from a language's phrases, or an embedding.

The file is a line that names the format, a line of JSON, and the arrays as they lie in memory, little-endian, by the
order of their names: nothing in it can run.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skill.errors import ContentError

FORMAT = b"soft-landing weights 2\n"

DTYPES = frozenset({"|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f4", "<f8"})
"""The types of numbers that a file may hold, by numpy's names."""

Array = npt.NDArray[Any]


class ModelFileError(ContentError):
    """A file of learned numbers cannot be used; the message names it and what to run."""


@dataclass(frozen=True)
class ModelFile:
    """What is read from such a file, or is to be written to one."""

    header: dict[str, Any]
    """Anything that JSON can hold, but for the key `arrays`."""
    arrays: Mapping[str, Array] = field(repr=False)
    """Each array by its name."""

    def write(self, path: Path) -> None:
        """Write the file; the same content gives the same bytes, and a reader never sees half of it."""
        arrays = {name: little_endian(array) for name, array in sorted(self.arrays.items())}
        layout = {name: (array.dtype.str, array.shape) for name, array in arrays.items()}
        line = json.dumps({**self.header, "arrays": layout}, sort_keys=True, ensure_ascii=False).encode() + b"\n"
        unfinished = path.with_name(f"{path.name}.part")
        with unfinished.open("wb") as file:
            file.write(FORMAT + line)
            for array in arrays.values():
                file.write(array.tobytes())
        unfinished.replace(path)

    @classmethod
    def read(cls, path: Path) -> "ModelFile":
        """Raises `ModelFileError` for a file that is missing, cut short or not of this format."""
        try:
            with path.open("rb") as file:
                if file.readline() != FORMAT:
                    raise ModelFileError(f"{path}: not a file of this version; run soft-landing train")
                header = json.loads(file.readline())
                left = path.stat().st_size - file.tell()
                arrays = {}
                for name, (dtype, shape) in header.pop("arrays").items():
                    if dtype not in DTYPES or min(shape, default=0) < 0:
                        raise ValueError(f"{dtype} {shape}")
                    size = math.prod(shape) * np.dtype(dtype).itemsize
                    left -= size
                    if left < 0:
                        raise ModelFileError(f"{path}: cut short; run soft-landing train")
                    arrays[name] = np.frombuffer(file.read(size), dtype).reshape(shape)
        except OSError as error:
            raise ModelFileError(f"{path}: {error.strerror}; run soft-landing train") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ModelFileError(f"{path}: nothing learned in it that can be read; run soft-landing train") from error
        return cls(header, arrays)


def little_endian(array: Array) -> Array:
    """The same numbers as they stand in a file."""
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def check_arrays(arrays: Mapping[str, Array], layout: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """The lengths of the axes; raises `ModelFileError` unless all arrays are there with their types and fit each other.

    `layout` has a numpy dtype and a shape for each name, the shape as one letter for each axis: axes with the same
    letter have the same length, whatever it is.
    """
    sizes: dict[str, int] = {}
    for name, (dtype, axes) in layout.items():
        if name not in arrays or arrays[name].dtype != np.dtype(dtype):
            raise ModelFileError(f"the learned array {name} is missing, or not of {dtype}; run soft-landing train")
        shape = arrays[name].shape
        fits = len(shape) == len(axes)
        if not fits or any(sizes.setdefault(axis, size) != size for axis, size in zip(axes, shape, strict=True)):
            raise ModelFileError(f"the learned array {name} has the wrong shape, {shape}; run soft-landing train")
    return sizes


def text_hash(text: str) -> int:
    """The 64-bit BLAKE2b hash of a phrase, by which exact matches are found."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")
