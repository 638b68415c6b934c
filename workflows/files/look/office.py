"""A DOCX or XLSX: an archive of parts, each of a sane size and place, without macros, objects, or
anything fetched from elsewhere. Parts are read piece by piece; nothing is unpacked to disk."""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
import zlib
from pathlib import Path

from . import limits
from .no import No

TYPES = "[Content_Types].xml"
SPEC = "application/vnd.openxmlformats-officedocument."
MAIN = {
    SPEC + "wordprocessingml.document.main+xml": "docx",
    SPEC + "spreadsheetml.sheet.main+xml": "xlsx",
}
MACROS = re.compile(r"macroenabled|vbaproject|vbadata|ms-excel\.(int)?macrosheet|dialogsheet", re.I)
OBJECTS = re.compile(r"oleobject|activex", re.I)
MACRO_PARTS = re.compile(r"(^|/)(vbaproject|vbadata)[^/]*$|/(macrosheets|dialogsheets)/", re.I)
OBJECT_PARTS = re.compile(r"/(embeddings|activex)/", re.I)
OUTSIDE_PARTS = re.compile(r"/externallinks/|(^|/)connections\.xml$|/querytables/", re.I)
XML = re.compile(r"\.(xml|rels|vml|svg|xsl|xslt|xsd|html?)$", re.I)
PICTURE = re.compile(r"\.(jpe?g|png|gif|bmp|tiff?|webp|ico)$", re.I)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROGRAM = (b"MZ", b"\x7fELF")
PIECE = 64 * 1024


def check(path: Path) -> str:
    """docx or xlsx. Raises `No`."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_shape(archive, path)
            kind = _kind(archive)
            for info in archive.infolist():
                _check_part(archive, info)
            return kind
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, OSError, RuntimeError):
        raise No("damaged") from None


def _check_shape(archive: zipfile.ZipFile, path: Path) -> None:
    """The archive as a whole: its names, its measures, nothing before, between or behind."""
    infos = archive.infolist()
    if len(infos) > limits.ENTRIES:
        raise No("entries", most=limits.ENTRIES)
    names: set[str] = set()
    total = packed = 0
    for info in infos:
        _check_name(info.orig_filename)
        if info.filename.casefold() in names:
            raise No("damaged")
        names.add(info.filename.casefold())
        if stat.S_ISLNK(info.external_attr >> 16):
            raise No("link")
        if info.flag_bits & 0x1:
            raise No("encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise No("damaged")
        total += info.file_size
        packed += info.compress_size
        if info.file_size > limits.ENTRY or _swells(info.file_size, info.compress_size):
            raise No("bomb")
    if total > limits.EXPANDED or _swells(total, packed):
        raise No("bomb")
    places = sorted((info.header_offset, info.compress_size) for info in infos)
    if not places:
        raise No("unknown")
    ends = [*(place for place, _ in places[1:]), path.stat().st_size]
    if any(place + 30 + size > end for (place, size), end in zip(places, ends, strict=True)):
        raise No("bomb")  # parts lying over each other
    if places[0][0] != 0 or archive.comment:
        raise No("polyglot")


def _swells(unpacked: int, packed: int) -> bool:
    return unpacked > limits.SMALL and unpacked > limits.RATIO * max(packed, 1)


def _check_name(name: str) -> None:
    parts = name.split("/")
    if (
        name.startswith("/")
        or "\\" in name
        or ":" in name
        or ".." in parts
        or any(unicodedata.category(letter) == "Cc" for letter in name)
    ):
        raise No("paths")


def _kind(archive: zipfile.ZipFile) -> str:
    """docx or xlsx, by the stated type of the main part."""
    from . import parts

    if TYPES not in archive.namelist() or "_rels/.rels" not in archive.namelist():
        raise No("unknown")
    kinds = []
    for kind in parts.content_types(archive, TYPES):
        if MACROS.search(kind):
            raise No("macro")
        if OBJECTS.search(kind):
            raise No("embedded")
        if kind in MAIN:
            kinds.append(MAIN[kind])
    if len(kinds) != 1:
        raise No("unknown" if not kinds else "polyglot")
    return kinds[0]


def _check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    from . import parts

    name = info.filename
    if MACRO_PARTS.search(name):
        raise No("macro")
    if OBJECT_PARTS.search("/" + name):
        raise No("embedded")
    if OUTSIDE_PARTS.search("/" + name):
        raise No("external", target=name.rpartition("/")[2])
    begins = _read_through(archive, info)
    if begins.startswith(OLE):
        raise No("embedded")
    if begins.startswith(PROGRAM):
        raise No("program")
    if XML.search(name) or begins.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        parts.check_xml(archive, name)
    if PICTURE.search(name):
        parts.check_picture(archive, name)


def _read_through(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Unpacks a part to nowhere: its checksum and stated size must hold. Its first bytes."""
    begins = b""
    with archive.open(info) as file:
        while piece := file.read(PIECE):
            begins = begins or piece[:64]
    return begins
