"""A PNG: whole, of a sane size, unpacking to exactly its picture, and copied without metadata.

Read chunk by chunk with flat memory. An animation is kept as its first picture.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .jpeg import measure
from .no import No
from .sniff import foreign

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What the picture needs; texts, times, EXIF and everything unknown is left behind.
KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT",
     b"pHYs", b"bKGD")
)  # fmt: skip
BITS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # samples of a pixel by colour type
PIECE = 64 * 1024
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))  # fmt: skip


def clean(path: Path, cleaned: Path) -> None:
    """Writes the cleaned picture to `cleaned`. Raises `No` when it is damaged or too large."""
    with path.open("rb") as file, cleaned.open("wb") as copy:
        file.seek(len(SIGNATURE))
        copy.write(SIGNATURE)
        expected = unpacked = 0
        packed = zlib.decompressobj()
        name = b""
        while name != b"IEND":
            length, name = _header(file)
            if (expected == 0) != (name == b"IHDR"):
                raise No("damaged")
            if name == b"IHDR":
                expected = _size(file)
            keep = name in KEPT
            if keep:
                copy.write(struct.pack(">L4s", length, name))
            check = zlib.crc32(name)
            for piece in _pieces(file, length):
                check = zlib.crc32(piece, check)
                if keep:
                    copy.write(piece)
                if name == b"IDAT":
                    unpacked += _unpack(packed, piece, expected - unpacked)
            stated = file.read(4)
            if stated != struct.pack(">L", check):
                raise No("damaged")
            if keep:
                copy.write(stated)
        if unpacked < expected:
            raise No("damaged")
        if foreign(file.read()):
            raise No("polyglot")


def _header(file: BinaryIO) -> tuple[int, bytes]:
    head = file.read(8)
    if len(head) < 8:
        raise No("damaged")
    length, name = struct.unpack(">L4s", head)
    if length >= 2**31 or not name.isalpha():
        raise No("damaged")
    return length, name


def _pieces(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length:
        piece = file.read(min(length, PIECE))
        if not piece:
            raise No("damaged")
        length -= len(piece)
        yield piece


def _size(file: BinaryIO) -> int:
    """How many bytes the picture has unpacked; leaves the file where it was."""
    here = file.tell()
    head = file.read(13)
    file.seek(here)
    if len(head) < 13:
        raise No("damaged")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">LLBBBBB", head)
    measure(width, height)
    if colour not in BITS or depth not in (1, 2, 4, 8, 16):
        raise No("damaged")
    bits = BITS[colour] * depth

    def rows(w: int, h: int) -> int:
        return h * (1 + (w * bits + 7) // 8) if w and h else 0

    if not interlaced:
        return rows(width, height)
    return sum(
        rows(-(-(width - x) // dx) if width > x else 0, -(-(height - y) // dy) if height > y else 0)
        for x, y, dx, dy in PASSES
    )


def _unpack(packed: zlib._Decompress, piece: bytes, wanted: int) -> int:
    """How many bytes of the picture the piece holds. More than the picture has is a bomb."""
    found = 0
    try:
        while piece:
            found += len(packed.decompress(piece, PIECE))
            if found > wanted:
                raise No("bomb")
            piece = packed.unconsumed_tail
    except zlib.error:
        raise No("damaged") from None
    return found
