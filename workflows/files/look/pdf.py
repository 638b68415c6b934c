"""A PDF: whole, open to be looked at, and still: no scripts, no actions, nothing inside it.

Every object of the file is visited, reachable from a page or not. Streams are unpacked piece by
piece only to count what comes out; what pictures hold is judged by their stated size.
"""

from __future__ import annotations

import logging
import mmap
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import limits
from .jpeg import measure
from .no import No

PIECE = 64 * 1024
# What a dictionary must not have, whatever its value.
FORBIDDEN = {
    "/JS": "script",
    "/JavaScript": "script",
    "/XFA": "form",
    "/EF": "inside",
    "/EmbeddedFiles": "inside",
    "/RichMedia": "inside",
    "/RichMediaContent": "inside",
}
ACTIONS = {
    "/JavaScript": "script",
    "/Launch": "launch",
    "/ImportData": "launch",
    "/SubmitForm": "launch",
    "/GoToE": "inside",
    "/GoToR": "launch",
    "/Rendition": "inside",
    "/Movie": "inside",
    "/Sound": "inside",
    "/RichMediaExecute": "inside",
}
TYPES = {"/EmbeddedFile": "inside", "/RichMedia": "inside"}
SUBTYPES = {
    "/FileAttachment": "inside",
    "/RichMedia": "inside",
    "/Screen": "inside",
    "/Movie": "inside",
    "/Sound": "inside",
    "/3D": "inside",
}
# Names too long to turn up by chance in packed data.
LOOSE = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia)(?![A-Za-z])")
PACKED = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL", "/BrotliDecode"}
PICTURES = {"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode"}


def check(path: Path) -> int:
    """How many pages it has. Raises `No`."""
    import pypdf
    from pypdf.errors import DependencyError, LimitReachedError

    logging.disable(logging.CRITICAL)
    _check_end(path)
    _check_words(path)
    with path.open("rb") as file:
        try:
            reader = pypdf.PdfReader(file, strict=False)
            if reader.is_encrypted and not reader.decrypt(""):
                raise No("encrypted")
            return _Walk(reader).pages()
        except (No, MemoryError):
            raise
        except RecursionError:
            raise No("heavy") from None
        except (NotImplementedError, DependencyError):
            raise No("encrypted") from None
        except Exception as error:  # hostile bytes trip a parser anywhere; all mean the same
            bomb = isinstance(error, LimitReachedError) or isinstance(
                error.__cause__, LimitReachedError
            )
            raise No("bomb" if bomb else "damaged") from None


def _check_end(path: Path) -> None:
    """A PDF says where it is over, and nothing follows."""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 4096))
        tail = file.read()
    _, found, rest = tail.rpartition(b"%%EOF")
    if not found:
        raise No("damaged")
    if len(rest.strip(b"\r\n\t \0\x1a")) > 0:
        raise No("polyglot")


def _check_words(path: Path) -> None:
    """What no table of the file names but a lenient reader may still come across."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        if found := LOOSE.search(data):
            raise No({**ACTIONS, **TYPES}[found.group().decode()])


class _Walk:
    """One visit to every object of a file."""

    def __init__(self, reader: Any):
        self.reader = reader
        self.seen = 0
        self.unpacked = 0
        self.found = 0  # pages

    def pages(self) -> int:
        for ref in self._refs():
            self._visit(self.reader.get_object(ref))
        self._visit(self.reader.trailer)
        self.found = self._count()
        if not self.found:
            raise No("no_pages")
        return self.found

    def _refs(self) -> Iterator[Any]:
        from pypdf.generic import IndirectObject

        reader = self.reader
        ids = {
            (number, generation)
            for generation, places in reader.xref.items()
            for number in places
            if generation != 65535
        }
        ids |= {(number, 0) for number in reader.xref_objStm}
        if len(ids) > limits.OBJECTS:
            raise No("heavy")
        for number, generation in sorted(ids):
            yield IndirectObject(number, generation, reader)

    def _visit(self, start: Any) -> None:
        """Looks at an object and what it holds directly; other objects have a visit of their
        own."""
        from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

        waiting = [start]
        while waiting:
            one = waiting.pop()
            self.seen += 1
            if self.seen > 20 * limits.OBJECTS:
                raise No("heavy")
            if isinstance(one, IndirectObject):
                continue
            if isinstance(one, DictionaryObject):
                self._judge(one)
                if isinstance(one, StreamObject):
                    self._measure(one)
                waiting += [one.raw_get(key) for key in one]
            elif isinstance(one, ArrayObject):
                waiting += list.__iter__(one)  # as it lies, without following references

    def _judge(self, one: Any) -> None:
        for key, code in FORBIDDEN.items():
            if key in one:
                raise No(code)
        for key, table in (("/S", ACTIONS), ("/Type", TYPES), ("/Subtype", SUBTYPES)):
            value = one.get(key)
            if isinstance(value, str) and value in table:
                raise No(table[value])

    def _measure(self, stream: Any) -> None:
        filters = stream.get("/Filter")
        names = [str(f) for f in (filters if isinstance(filters, list) else [filters]) if f]
        if stream.get("/F") is not None:
            raise No("launch")  # its content lies in another file
        if sum(name in PACKED for name in names) > 1:
            raise No("bomb")  # packed twice: no honest program does
        if stream.get("/Subtype") == "/Image" or PICTURES & set(names):
            measure_picture(stream)
        if not names or names[0] not in ("/FlateDecode", "/Fl"):
            return
        data = stream._data
        if isinstance(data, str):
            data = data.encode("latin-1")
        self.unpacked += unpacked(data)
        if self.unpacked > limits.STREAMS:
            raise No("bomb")

    def _count(self) -> int:
        """The leaves of the tree of pages, each once."""
        from pypdf.generic import DictionaryObject, IndirectObject

        count, seen = 0, set()
        waiting = [self.reader.trailer["/Root"].raw_get("/Pages")]
        while waiting:
            node = waiting.pop()
            if isinstance(node, IndirectObject):
                if node.idnum in seen:
                    raise No("damaged")
                seen.add(node.idnum)
                node = node.get_object()
            if not isinstance(node, DictionaryObject):
                continue
            kids = node.get("/Kids")
            if isinstance(kids, list):
                waiting += kids
            else:
                count += 1
            if count > limits.PAGES:
                raise No("pages", most=limits.PAGES)
        return count


def measure_picture(stream: Any) -> None:
    """Raises `No` for a picture whose stated size would fill a reader's memory."""
    width, height = stream.get("/Width"), stream.get("/Height")
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        measure(width, height)


def unpacked(data: bytes) -> int:
    """How many bytes come out of a deflated stream; a damaged one counts as far as it goes."""
    packed = zlib.decompressobj()
    count = 0
    for start in range(0, len(data), PIECE):
        piece = data[start : start + PIECE]
        try:
            while piece:
                count += len(packed.decompress(piece, 16 * PIECE))
                piece = packed.unconsumed_tail
                if count > limits.STREAM:
                    raise No("bomb")
        except zlib.error:
            break
    return count
