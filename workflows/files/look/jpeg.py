"""A JPEG: whole, of a sane size, and copied without what tells where and by whom it was taken.

The picture itself is copied byte by byte, so that a scan stays as sharp as it came. Of the metadata
only what the picture needs to be shown rightly is kept: JFIF, Adobe's colour mark, the colour
profile, and which side is up.
"""

from __future__ import annotations

import mmap
import re
import struct
from pathlib import Path
from typing import Any, BinaryIO

from . import limits
from .no import No
from .sniff import foreign

END = 0xD9
START_OF_SCAN = 0xDA
# A marker after picture data: not a stuffed zero, not a restart, not filling.
NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# What makes the picture: tables, frames, scans, restart intervals.
NEEDED = FRAMES | {0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF}
ORIENTATION = 0x0112


def clean(path: Path, cleaned: Path) -> None:
    """Writes the cleaned picture to `cleaned`. Raises `No` when it is damaged or too large."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # measured below, with a sentence of our own
    try:
        with Image.open(path, formats=["JPEG"]) as picture:
            measure(*picture.size)
            upright = _upright(picture)
            with (
                path.open("rb") as file,
                cleaned.open("wb") as copy,
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
            ):
                _copy(data, copy, upright)
            # Decoded small: the whole of the data is read, little of it is kept.
            picture.draft(picture.mode, (64, 64))
            picture.load()
    except (No, MemoryError):
        raise
    except Exception:  # hostile bytes trip a decoder anywhere; all mean the same
        raise No("damaged") from None


def _upright(picture: Any) -> int | None:
    """Which side of the picture is up, where it is not the upper one; damaged metadata say
    nothing."""
    try:
        side = picture.getexif().get(ORIENTATION)
    except Exception:
        return None
    return side if side in range(2, 9) else None


def measure(width: int, height: int) -> None:
    """Raises `No` for a picture that would fill the memory of whoever opens it."""
    if width < 1 or height < 1:
        raise No("damaged")
    if width > limits.SIDE or height > limits.SIDE or width * height > limits.PIXELS:
        raise No("pixels", width=width, height=height, most=limits.PIXELS // 1_000_000)


def _copy(data: mmap.mmap, copy: BinaryIO, upright: int | None) -> None:
    copy.write(b"\xff\xd8")
    at, scans, said = 2, 0, upright is None
    while True:
        while data[at : at + 2] == b"\xff\xff":  # filling
            at += 1
        if at + 2 > len(data) or data[at] != 0xFF:
            raise No("damaged")
        marker = data[at + 1]
        if marker == END:
            break
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise No("damaged")
        if not said and marker != 0xE0:  # JFIF, where there is one, comes first
            copy.write(_turned(upright or 1))
            said = True
        if marker == START_OF_SCAN:
            scans += 1
            if scans > limits.SCANS_OF_A_JPEG:
                raise No("bomb")
            found = NEXT_MARKER.search(data, end)
            if found is None:
                raise No("damaged")  # the picture ends before it is over
            end = found.start()
        if _kept(marker, data[at + 4 : at + 18]):
            copy.write(data[at:end])
        at = end
    copy.write(b"\xff\xd9")
    if foreign(data[at + 2 :]):
        raise No("polyglot")


def _kept(marker: int, begins: bytes) -> bool:
    if marker in NEEDED or marker == START_OF_SCAN:
        return True
    if marker == 0xE0:
        return begins.startswith(b"JFIF\0")
    if marker == 0xE2:
        return begins.startswith(b"ICC_PROFILE\0")
    return marker == 0xEE and begins.startswith(b"Adobe")


def _turned(upright: int) -> bytes:
    """The smallest EXIF there is: which side of the picture is up, and nothing else."""
    tiff = struct.pack(">2sHLHHHLHHL", b"MM", 42, 8, 1, ORIENTATION, 3, 1, upright, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
