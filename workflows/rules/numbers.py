"""R27: the number of a paper. Right form for the sector, right type, right issuer, and not yet
used.

A commitment has no number. An amendment is a paper of its own and gets its own number; a new text
after a return keeps the one it has.
"""

from __future__ import annotations

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign
from models.document import Document
from workflows.act import Act
from workflows.refusal import N_, Reason
from workflows.rules.registry import guard
from workflows.symbols import TYPE_OF_KIND, Defect, Symbol, read


@guard("number_free")
def number_free(act: Act) -> list[Reason]:
    """R27: the number is there, in the issuer's form, of the right type, and free."""
    return number_reasons(act.document, act.inputs.number or act.document.number)


def number_reasons(document: Document, number: str | None) -> list[Reason]:
    """Everything that speaks against giving this number to this document."""
    kind = TYPE_OF_KIND.get(document.kind)
    if kind is None:
        return []
    unit = document.unit
    given = read(number or "", unit.sector)
    suggestion = suggest_number(document)
    if given.symbol is None:
        missing = Defect.MISSING_NUMBER in given.defects
        text = (
            N_("Văn bản chưa có số. Số tiếp theo của %(unit)s là %(suggestion)s.")
            if missing
            else N_("Số “%(number)s” chưa đọc được. Cần ghi theo mẫu %(suggestion)s.")
        )
        return [_reason(text, unit=unit.name, suggestion=suggestion, number=(number or "")[:40])]

    symbol = given.symbol
    reasons = []
    right = Symbol(symbol.number, kind, _issuer(unit.symbol)).written(unit.sector)
    if Defect.SYMBOL_FORMAT in given.defects:
        reasons.append(
            _reason(
                N_("Số “%(number)s” chưa đúng thể thức văn bản Đảng. Cần ghi %(right)s.")
                if unit.sector == "party"
                else N_(
                    "Số “%(number)s” chưa đúng thể thức văn bản hành chính. Cần ghi %(right)s."
                ),
                number=number,
                right=right,
            )
        )
    if symbol.type != kind:
        reasons.append(
            _reason(
                N_(
                    "Ký hiệu %(type)s chưa khớp với loại văn bản, loại này dùng %(kind)s. Cần ghi "
                    "%(right)s."
                ),
                type=symbol.type,
                kind=kind,
                right=right,
            )
        )
    if symbol.issuer != _issuer(unit.symbol):
        reasons.append(
            _reason(
                N_("Ký hiệu cơ quan %(issuer)s không phải của %(unit)s. Cần ghi %(right)s."),
                issuer=symbol.issuer,
                unit=unit.name,
                right=right,
            )
        )
    if not reasons and document.number and read(document.number).symbol != symbol:
        reasons.append(
            _reason(
                N_("Văn bản đã mang số %(kept)s. Bản bổ sung giữ nguyên số này."),
                kept=document.number,
            )
        )
    elif symbol.number in numbers_used(document):
        reasons.append(
            _reason(
                N_(
                    "Số %(right)s đã dùng cho văn bản khác trong năm. Cần lấy số khác, số tiếp "
                    "theo là %(suggestion)s."
                ),
                right=right,
                suggestion=suggestion,
            )
        )
    return reasons


def suggest_number(document: Document) -> str | None:
    """The next free number of this unit, type and year, with two digits at least: `05-KH/ĐU`.

    The number it has, if it has one; None for a commitment.
    """
    kind = TYPE_OF_KIND.get(document.kind)
    if kind is None or document.number:
        return document.number
    following = max(numbers_used(document), default=0) + 1
    return Symbol(following, kind, _issuer(document.unit.symbol)).written(document.unit.sector)


def numbers_used(document: Document) -> set[int]:
    """Numbers that other papers of the same unit, kind and campaign year carry."""
    given = db.session.scalars(
        sa.select(Document.number)
        .join(Campaign, Document.campaign_id == Campaign.id)
        .where(
            Document.unit_id == document.unit_id,
            Document.kind == document.kind,
            Document.number.is_not(None),
            Document.id != document.id,
            Campaign.year == document.campaign.year,
        )
    )
    symbols = (read(number or "").symbol for number in given)
    return {symbol.number for symbol in symbols if symbol is not None}


def _issuer(symbol: str) -> str:
    return symbol.strip().upper()


def _reason(text: str, **params: object) -> Reason:
    return Reason("R27", text, params, place="number")


def as_written(document: Document, number: str) -> str:
    """The number as the register keeps it: no blanks, two digits at least, in the issuer's form."""
    return read(number, document.unit.sector).canonical or number
