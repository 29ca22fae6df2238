"""What was learned from the model's phrases: the numbers in a plain file.

The file is a line that names the format, a line of JSON, and arrays as they lie in memory: nothing in it can run.
Numbers are little-endian, as on all machines that Python is commonly run on.
"""

import json
import math
import struct
import sys
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from skill.errors import ContentError

FORMAT = b"soft-landing weights 2\n"
SUFFIX = "learned"

KINDS: dict[str, Any] = {
    "|i1": "b", "|u1": "B", "<i2": "h", "<u2": "H", "<i4": "i", "<u4": "I", "<i8": "q", "<u8": "Q", "<f4": "f",
    "<f8": "d",
}  # fmt: skip
"""The types of numbers in a file, by their names in it, and what `struct` calls them."""


class LearnedError(ContentError):
    """A learned file that cannot be used."""


@dataclass(frozen=True)
class Learned:
    """The weights of every class over every piece, and what belongs to them."""

    header: dict[str, Any]
    arrays: dict[str, Any] = field(repr=False)
    """Each array by its name, as a memoryview with its shape; anything with a buffer can be written."""

    @property
    def classes(self) -> tuple[str, ...]:
        """What can be meant, in the order of the weights' columns, the last of which is for any disclosure."""
        return tuple(self.header["classes"])

    def write(self, path: Path) -> None:
        """The same weights give the same bytes."""
        views = {name: memoryview(array) for name, array in sorted(self.arrays.items())}
        layout = {name: (kind_of(view), view.shape) for name, view in views.items()}
        line = json.dumps({**self.header, "arrays": layout}, sort_keys=True, ensure_ascii=False).encode() + b"\n"
        unfinished = path.with_name(f"{path.name}.part")
        with unfinished.open("wb") as file:
            file.write(FORMAT + line)
            for view in views.values():
                file.write(view.tobytes())
        unfinished.replace(path)  # so that whoever reads it meanwhile, or breaks off the training, has a whole one

    @classmethod
    def read(cls, path: Path) -> "Learned":
        """Raises `LearnedError` for a file that is missing, cut short or not of this version."""
        if sys.byteorder != "little":
            raise LearnedError(f"{path}: its numbers are little-endian, and this machine is not")
        try:
            with path.open("rb") as file:
                if file.readline() != FORMAT:
                    raise LearnedError(f"{path}: not a file of this version; run soft-landing train")
                header = json.loads(file.readline())
                left = path.stat().st_size - file.tell()
                arrays = {}
                for name, (kind, shape) in header.pop("arrays").items():
                    size = math.prod(shape) * struct.calcsize(KINDS[kind])
                    left -= size
                    if left < 0:
                        raise LearnedError(f"{path}: cut short; run soft-landing train")
                    held = file.read(size)  # each by itself, so that it lies as its numbers need it
                    view = memoryview(held)
                    arrays[name] = view.cast(KINDS[kind], shape) if size else view.cast(KINDS[kind])
        except OSError as error:
            raise LearnedError(f"{path}: {error.strerror}; run soft-landing train") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise LearnedError(f"{path}: nothing learned in it that can be read; run soft-landing train") from error
        return cls(header, arrays)


def kind_of(view: memoryview) -> str:
    """The name in a file of a buffer's type of numbers, whatever this machine calls it."""
    family = "f" if view.format in "fd" else "u" if view.format.isupper() else "i"
    return f"{'|' if view.itemsize == 1 else '<'}{family}{view.itemsize}"


def fingerprint(text: str) -> int:
    """A phrase as a number that no other phrase shares."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")
