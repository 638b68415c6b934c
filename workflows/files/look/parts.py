"""The parts of a DOCX or XLSX that speak: XML without a document type, relations that stay inside,
fields that call nothing."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, ErrorHandler

from .jpeg import measure
from .no import No

# A link one clicks on, to a page or an address; everything else that lies outside is fetched.
LINK = re.compile(r"(https?://|mailto:|tel:|#)", re.I)
DDE = re.compile(r"\b(DDE|DDEAUTO)\b", re.I)
FETCHED = re.compile(
    r"\b(INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK)\b\s+\S+|\b(HYPERLINK)\s+\W?(?:\\\\|file:)", re.I
)
FIELD = 64 * 1024  # letters of field codes that are looked at together
DEPTH = 512  # of elements in each other


class _Reader(ContentHandler):
    """Looks at every element as it comes by; keeps nothing but field codes."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.types: list[str] = []
        self.codes = ""
        self.in_code = False

    def startElement(self, name: str, attrs: Any) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise No("heavy")
        local = name.rpartition(":")[2]
        if local in ("Override", "Default"):
            self.types.append(attrs.get("ContentType", ""))
        elif local == "Relationship":
            _check_relation(attrs)
        elif local == "instrText":
            self.in_code = True
        elif local == "fldSimple":
            self.characters_of_code(attrs.get("w:instr", ""))
        elif local in ("ddeLink", "oleLink"):
            raise No("dde")

    def endElement(self, name: str) -> None:
        self.depth -= 1
        if name.rpartition(":")[2] == "instrText":
            self.in_code = False
        elif name.rpartition(":")[2] == "p" and self.codes:
            self._check_codes()

    def characters(self, content: str) -> None:
        if self.in_code:
            self.characters_of_code(content)

    def characters_of_code(self, content: str) -> None:
        self.codes += content
        if len(self.codes) > FIELD:
            self._check_codes()

    def endDocument(self) -> None:
        self._check_codes()

    def _check_codes(self) -> None:
        """A field's code may be split over several runs of one paragraph."""
        if DDE.search(self.codes):
            raise No("dde")
        if found := FETCHED.search(self.codes):
            raise No("external", target=(found.group(1) or found.group(2)).upper())
        self.codes = ""


def content_types(archive: zipfile.ZipFile, name: str) -> Iterable[str]:
    """What the archive says its parts are."""
    return _read(archive, name).types


def check_xml(archive: zipfile.ZipFile, name: str) -> None:
    """Raises `No` for a document type, a relation to the outside, a field that calls a program."""
    _read(archive, name)


def check_picture(archive: zipfile.ZipFile, name: str) -> None:
    """Raises `No` for a picture that would fill the memory of whoever opens the document."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    with archive.open(name) as file:
        try:
            with Image.open(file) as picture:
                size = picture.size
        except Exception:  # not a picture after all: then nothing will draw it
            return
    measure(*size)


def _read(archive: zipfile.ZipFile, name: str) -> _Reader:
    from xml.sax.handler import feature_external_ges, feature_namespaces

    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import make_parser

    reader = _Reader()
    parser = make_parser()
    parser.forbid_dtd = True
    parser.forbid_external = True
    parser.setFeature(feature_external_ges, False)
    parser.setFeature(feature_namespaces, False)
    parser.setContentHandler(reader)
    parser.setErrorHandler(ErrorHandler())
    try:
        with archive.open(name) as file:
            parser.parse(file)
    except DefusedXmlException:
        raise No("entity") from None
    except SAXException:
        raise No("damaged") from None
    return reader


def _check_relation(attrs: Any) -> None:
    if attrs.get("TargetMode", "").lower() != "external":
        return
    target = attrs.get("Target", "")
    if attrs.get("Type", "").lower().endswith("/hyperlink") and LINK.match(target):
        return
    raise No("external", target=_kind_of(target))


def _kind_of(target: str) -> str:
    """What an outside target is, without repeating it: it may name a person or a machine."""
    if target.startswith(("\\\\", "//")) or re.match(r"file:/{2,}[^/]", target, re.I):
        return "UNC"
    scheme = re.match(r"([a-z]{2,10}):", target, re.I)
    return scheme.group(1).lower() if scheme else "file"
