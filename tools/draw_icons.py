"""Draws the skill's icons into listing/: a calm circle above the curve that it comes to rest in.

python tools/draw_icons.py
"""

import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

LISTING = Path(__file__).parent.parent / "listing"

SIZES = (108, 512)
"""The small and the large icon of the store, in pixels (Amazon's skill manifest)."""

NIGHT, DUSK, SAGE, CREAM = (0x16, 0x22, 0x2B), (0x2B, 0x4C, 0x52), (0xA9, 0xCF, 0xC1), (0xF3, 0xEF, 0xE8)
"""The colours of the screens and the page."""

Plane = npt.NDArray[np.float64]


def draw(size: int) -> bytes:
    """The icon as a square PNG with transparent corners."""
    steps = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(steps, steps)
    paper = disc(x, y, 0.5, 0.5, 0.5, size)
    canvas = blend(np.broadcast_to(np.array(DUSK, float), (size, size, 3)), NIGHT, y)
    for radius, strength in ((0.29, 0.12), (0.235, 0.20)):  # the breath going out
        canvas = blend(canvas, SAGE, strength * disc(x, y, 0.5, 0.45, radius, size))
    canvas = blend(canvas, SAGE, disc(x, y, 0.5, 0.45, 0.175, size))
    canvas = blend(canvas, CREAM, cradle(x, y, size))
    pixels = np.dstack([canvas, paper * 255])
    return png(np.rint(pixels).astype(np.uint8))


def disc(x: Plane, y: Plane, across: float, down: float, radius: float, size: int) -> Plane:
    """How much of each pixel a disc covers: its edge is one pixel wide."""
    distance = np.sqrt((x - across) ** 2 + (y - down) ** 2)
    return np.clip((radius - distance) * size + 0.5, 0, 1)


def cradle(x: Plane, y: Plane, size: int) -> Plane:
    """How much of each pixel the resting curve covers: an arc of a circle, with round ends."""
    radius, half, reach, drop = 0.36, 0.023, 0.252, 0.257  # reach and drop: where the arc ends, on its circle
    right, down = np.abs(x - 0.5), y - 0.45
    arc = np.abs(np.sqrt(right**2 + down**2) - radius)
    ends = np.sqrt((right - reach) ** 2 + (down - drop) ** 2)
    distance = np.where(right * drop <= down * reach, arc, ends)
    return np.clip((half - distance) * size + 0.5, 0, 1)


def blend(under: Plane, colour: tuple[int, int, int], share: Plane) -> Plane:
    """A colour laid over a picture, as strongly as its share of each pixel."""
    return under + (np.array(colour, float) - under) * share[..., None]


def png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Rows of red, green, blue and alpha as a PNG file (W3C Portable Network Graphics)."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    """One part of a PNG file: its length, its kind, its data and a checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    for side in SIZES:
        (LISTING / f"icon-{side}.png").write_bytes(draw(side))
