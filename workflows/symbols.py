"""Numbers and symbols of papers: `05-KH/ĐU` (Party), `08/KH-LĐLĐ` (state, unions). Domain, section
1.3."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

# Type of paper → the words that name it, longest first where one begins another.
TYPES: dict[str, tuple[str, ...]] = {
    "NQ": ("nghị quyết",),
    "QĐ": ("quyết định", "quy định"),
    "QĐi": ("quy định",),
    "KL": ("kết luận",),
    "QC": ("quy chế",),
    "TB": ("thông báo",),
    "BC": ("báo cáo",),
    "KH": ("kế hoạch",),
    "CTr": ("chương trình",),
    "TTr": ("tờ trình",),
    "CV": ("công văn",),
    "BB": ("biên bản",),
    "ĐA": ("đề án",),
    "PA": ("phương án",),
    "HD": ("hướng dẫn",),
    "CT": ("chỉ thị",),
    "TT": ("thông tri",),
}
TYPE_OF_KIND = {"plan": "KH", "report": "BC"}  # what a person writes for himself has no number

PARTY, STATE = "party", "state"
# Central directives, resolutions and the like: a plan may rest on them directly.
DIRECTIVES = frozenset({"CT", "NQ", "KL", "QĐ", "QĐi", "TT"})

_PARTY_ISSUER = re.compile(r"(BT[CG]|VP|UBKT|BDV)?(TW|TU|QU|HU|ĐU|CB|BCĐ)|.*BTG.*")
_STATE_ISSUER = re.compile(r"(LĐLĐ|CĐ|CĐCS|TLĐ|UBND|HĐND)[A-ZĐƯ.]*")

_ANY_FORM = re.compile(r"(\d{1,6})([-/])([^\W\d_]{2,3})([-/])([^\W\d_][^\W\d_.]{1,11})")
_BLANKS = re.compile(r"\s+")
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—−"), "-") | {ord("Ð"): "Đ", ord("ð"): "đ"}
_LEAD = re.compile(r"(văn bản\s*)?(số\s*)?:?\s*", re.IGNORECASE)
_TYPE_NAMES = {code.casefold(): code for code in TYPES}


class Typed(Protocol):
    """What of a document, or of what is asked for, names its type."""

    @property
    def kind(self) -> str: ...
    @property
    def type(self) -> str: ...


def type_of(paper: Typed) -> str | None:
    """The symbol of a paper's type: its own (QC), else its kind's; None for what has no number."""
    return paper.type or TYPE_OF_KIND.get(paper.kind)


class Defect(StrEnum):
    """What is not right with a number, or with how a paper is cited."""

    MISSING_NUMBER = "MISSING_NUMBER"
    UNREADABLE = "UNREADABLE"
    SYMBOL_FORMAT = "SYMBOL_FORMAT"
    TYPE_SYMBOL_MISMATCH = "TYPE_SYMBOL_MISMATCH"


@dataclass(frozen=True)
class Symbol:
    """A number read from a paper. Equal symbols are the same number, however it was written."""

    number: int
    type: str
    issuer: str

    def written(self, sector: str) -> str:
        """In the form of the sector, the number with two digits at least."""
        if sector == STATE:
            return f"{self.number:02d}/{self.type}-{self.issuer}"
        return f"{self.number:02d}-{self.type}/{self.issuer}"


@dataclass(frozen=True)
class Reading:
    """What was read: the symbol if any, the form it has, the form it should have, the defects."""

    symbol: Symbol | None
    form: str | None  # PARTY | STATE | None for neither
    sector: str
    defects: tuple[Defect, ...] = ()

    @property
    def canonical(self) -> str | None:
        return self.symbol.written(self.sector) if self.symbol else None


def tidy(text: str) -> str:
    """NFC, no inner blanks (`08 /KH-LĐLĐ`), plain hyphens, Đ for the Icelandic Ð."""
    text = unicodedata.normalize("NFC", text).translate(_HYPHENS)
    return _BLANKS.sub("", _LEAD.sub("", text.strip(), count=1))


def read(text: str, sector: str | None = None) -> Reading:
    """Read a number. Without `sector`, the issuer tells it, else the form in which it is
    written."""
    if not text.strip():
        return Reading(None, None, sector or PARTY, (Defect.MISSING_NUMBER,))
    match = _ANY_FORM.fullmatch(tidy(text))
    code = _TYPE_NAMES.get(match[3].casefold()) if match else None
    if match is None or code is None or int(match[1]) == 0:
        return Reading(None, None, sector or PARTY, (Defect.UNREADABLE,))
    symbol = Symbol(int(match[1]), code, match[5].upper())
    form = {("-", "/"): PARTY, ("/", "-"): STATE}.get((match[2], match[4]))
    expected = sector or _sector_of(symbol.issuer) or form or PARTY
    defects = () if form == expected else (Defect.SYMBOL_FORMAT,)
    return Reading(symbol, form, expected, defects)


def read_citation(text: str) -> Reading:
    """Read how a text cites a paper: "Quy định số 101-CT/TW". The word must agree with the
    symbol."""
    words = unicodedata.normalize("NFC", text).strip()
    named = next(
        (
            word
            for word in sorted(
                {w for names in TYPES.values() for w in names}, key=len, reverse=True
            )
            if words.casefold().startswith(word)
        ),
        None,
    )
    reading = read(words[len(named) :] if named else words)
    if named is None or reading.symbol is None or named in TYPES[reading.symbol.type]:
        return reading
    return Reading(
        reading.symbol,
        reading.form,
        reading.sector,
        (*reading.defects, Defect.TYPE_SYMBOL_MISMATCH),
    )


def _sector_of(issuer: str) -> str | None:
    if _STATE_ISSUER.fullmatch(issuer):
        return STATE
    return PARTY if _PARTY_ISSUER.fullmatch(issuer) else None
