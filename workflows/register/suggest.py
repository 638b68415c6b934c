"""What to write instead of a number that is not right: a suggestion, taken or not by who types."""

from __future__ import annotations

from workflows.register.checks import form_reasons, taken_reasons
from workflows.register.series import Series
from workflows.symbols import TYPES, Defect, read, read_citation


def instead(series: Series, typed: str | None, *, earlier: bool = False) -> str | None:
    """The number to give instead of the one typed: the same in the right form if it is free, else
    the next one. None when the one typed is right. `earlier` as in `taken_reasons`."""
    symbol = read(typed or "", series.unit.sector).symbol
    if symbol is None:
        return series.written(series.next)
    if taken_reasons(series, symbol.number, earlier=earlier):
        return series.written(series.next)
    return series.written(symbol.number) if form_reasons(series, typed) else None


def on_paper_instead(series: Series, typed: str | None) -> str | None:
    """The right form of a number that stands on a signed paper, for who typed it wrong; None when it
    is right, or cannot be read. Which number it is, is the paper's own business."""
    symbol = read(typed or "", series.unit.sector).symbol
    if symbol is None or not form_reasons(series, typed):
        return None
    return series.written(symbol.number)


def citation_instead(cited: str | None) -> str | None:
    """How a paper cited from outside is written right: `20/KH-TU` → `20-KH/TU`, "Quy định
    101-CT/TW" → "Chỉ thị 101-CT/TW". None when it is right, or cannot be read."""
    reading = read_citation(cited or "")
    if reading.symbol is None or reading.canonical is None:
        return None
    if Defect.TYPE_SYMBOL_MISMATCH in reading.defects:
        return f"{TYPES[reading.symbol.type][0].capitalize()} {reading.canonical}"
    if Defect.SYMBOL_FORMAT not in reading.defects:
        return None
    word = named(cited or "")
    return f"{word} {reading.canonical}" if word else reading.canonical


def named(cited: str) -> str | None:
    """The word for the type with which a citation begins, as it was written: "Kế hoạch"."""
    words = " ".join(cited.split())
    names = sorted({name for names in TYPES.values() for name in names}, key=len, reverse=True)
    found = next((name for name in names if words.casefold().startswith(name)), None)
    return words[: len(found)] if found else None
