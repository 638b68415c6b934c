"""What a file is by its first bytes, never by its name."""

from __future__ import annotations

import zipfile
from pathlib import Path

from .no import No

HEAD = 4096
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
    b"\x00asm",
    b"@echo",
    b"<?php",
)
# What has no business inside a picture or at the end of a PDF.
FOREIGN = (b"PK\x03\x04", b"PK\x05\x06", b"%PDF-", b"<script", b"<?php", b"<html", b"<!doctype")


def kind_of(path: Path) -> str:
    """pdf, jpeg, png, or zip (perhaps DOCX or XLSX). Raises `No` for everything else."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise No("empty")
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    kind = _by_magic(head)
    if zipfile.is_zipfile(path):  # the end of a ZIP archive behind the beginning of something else
        raise No("polyglot")
    if kind:
        return kind
    if head.lower().startswith(PROGRAMS):
        raise No("program")
    if head.startswith(PROGRAMS):
        raise No("program")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise No("old_office")
    if b"%PDF-" in head[:1024]:
        raise No("polyglot")
    raise No("unknown")


def _by_magic(head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return None


def foreign(data: bytes) -> bool:
    """Whether bytes left over hold the beginning of another kind of file."""
    small = data.lower()
    return data.startswith((b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf")) or any(
        mark.lower() in small for mark in FOREIGN
    )
