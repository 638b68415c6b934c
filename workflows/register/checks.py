"""What speaks against a number before it is given (R27). Sentences, each with the right number."""

from __future__ import annotations

from workflows.refusal import N_, Reason
from workflows.register.series import Series, issuer_of, spans
from workflows.symbols import Defect, Symbol, read

LONGEST_SHOWN = 40


def form_reasons(series: Series, text: str | None) -> list[Reason]:
    """Whether the number is there, readable, in the issuer's form and of the right type."""
    unit = series.unit
    given = read(text or "", unit.sector)
    if given.symbol is None:
        missing = Defect.MISSING_NUMBER in given.defects
        sentence = (
            N_("Văn bản chưa có số. Số tiếp theo của %(unit)s là %(suggestion)s.")
            if missing
            else N_("Số “%(number)s” chưa đọc được. Cần ghi theo mẫu %(suggestion)s.")
        )
        return [
            reason(
                sentence,
                unit=unit.name,
                suggestion=series.written(series.next),
                number=(text or "")[:LONGEST_SHOWN],
            )
        ]
    symbol = given.symbol
    right = Symbol(symbol.number, series.type, issuer_of(unit)).written(unit.sector)
    reasons = []
    if Defect.SYMBOL_FORMAT in given.defects:
        reasons.append(
            reason(
                N_("Số “%(number)s” chưa đúng thể thức văn bản Đảng. Cần ghi %(right)s.")
                if unit.sector == "party"
                else N_(
                    "Số “%(number)s” chưa đúng thể thức văn bản hành chính. Cần ghi %(right)s."
                ),
                number=text,
                right=right,
            )
        )
    if symbol.type != series.type:
        reasons.append(
            reason(
                N_(
                    "Ký hiệu %(type)s chưa khớp với loại văn bản, loại này dùng %(kind)s. Cần ghi "
                    "%(right)s."
                ),
                type=symbol.type,
                kind=series.type,
                right=right,
            )
        )
    if symbol.issuer != issuer_of(unit):
        reasons.append(
            reason(
                N_("Ký hiệu cơ quan %(issuer)s không phải của %(unit)s. Cần ghi %(right)s."),
                issuer=symbol.issuer,
                unit=unit.name,
                right=right,
            )
        )
    return reasons


def taken_reasons(series: Series, n: int, *, earlier: bool = False) -> list[Reason]:
    """Whether the number is free and leaves none out. The first one of a series begins anywhere.

    `earlier` lets in a number from before the register was kept here: a paper that already has it.
    """
    facts = {
        "right": series.written(n),
        "period": series.period,
        "suggestion": series.written(series.next),
    }
    held = series.holding(n)
    if held is not None:
        return [reason(VOIDED if held.voided_at else TAKEN, **facts)]
    missing = series.missing_before(n)
    if missing:
        return [reason(GAP, **facts, missing=spans(missing, series))]
    if not earlier and series.first is not None and n < series.first:
        return [reason(BEFORE_FIRST, **facts, first=series.written(series.first))]
    return []


TAKEN = N_(
    "Số %(right)s đã dùng cho văn bản khác trong sổ %(period)s. Cần lấy số khác, số tiếp theo là "
    "%(suggestion)s."
)
VOIDED = N_(
    "Số %(right)s đã hủy trong sổ %(period)s nên không cấp lại. Số tiếp theo là %(suggestion)s."
)
GAP = N_(
    "Lấy số %(right)s thì sổ %(period)s bỏ trống %(missing)s. Số tiếp theo là %(suggestion)s. Nếu "
    "số bỏ trống đã dùng cho văn bản khác thì vào sổ văn bản ấy trước, nếu không dùng thì hủy số "
    "kèm lý do."
)
BEFORE_FIRST = N_(
    "Sổ %(period)s trên hệ thống bắt đầu từ số %(first)s, số %(right)s thuộc phần đã cấp trước đó. "
    "Số tiếp theo là %(suggestion)s."
)


def reason(text: str, **params: object) -> Reason:
    return Reason("R27", text, params, place="number")
