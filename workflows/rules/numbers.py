"""R27: the number of a paper. Right form for the sector, right type, right issuer, free, and leaving
none out.

A commitment has no number. An amendment is a paper of its own and gets its own number; a new text
after a return keeps the one it has.
"""

from __future__ import annotations

from datetime import date

from models.document import Document
from workflows.act import Act
from workflows.refusal import N_, Reason
from workflows.register.checks import form_reasons, reason, taken_reasons
from workflows.register.series import series_of
from workflows.rules.registry import guard
from workflows.symbols import read, type_of


@guard("number_free", needs=("number",))
def number_free(act: Act) -> list[Reason]:
    """R27: the number is there, in the issuer's form, of the right type, the next of its series."""
    day = act.inputs.dated_on or act.revision.dated_on or act.today
    return number_reasons(act.document, act.inputs.number or act.document.number, day)


def number_reasons(document: Document, number: str | None, day: date) -> list[Reason]:
    """Everything that speaks against giving this number to this document, printed on `day`."""
    kind, unit = type_of(document), document.unit
    if kind is None:
        return []
    series = series_of(unit, kind, day)
    reasons = form_reasons(series, number)
    symbol = read(number or "", unit.sector).symbol
    if reasons or symbol is None:
        return reasons
    if document.number:
        if read(document.number).symbol == symbol:
            return []
        kept = N_("Văn bản đã mang số %(kept)s. Bản bổ sung giữ nguyên số này.")
        return [reason(kept, kept=document.number)]
    return taken_reasons(series, symbol.number)


def suggest_number(document: Document, day: date) -> str | None:
    """The next number of its series for this document, printed on `day`: `05-KH/ĐU`.

    The number it has, if it has one; None for a commitment.
    """
    kind = type_of(document)
    if kind is None or document.number:
        return document.number
    series = series_of(document.unit, kind, day)
    return series.written(series.next)


def as_written(document: Document, number: str) -> str:
    """The number as the register keeps it: no blanks, two digits at least, in the issuer's form."""
    return read(number, document.unit.sector).canonical or number
