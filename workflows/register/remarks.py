"""What is worth a second look on a line of the register, in words that accuse nobody."""

from __future__ import annotations

from workflows.refusal import N_, Reason
from workflows.register.lines import Line
from workflows.register.series import Series, spans


def remarks(line: Line) -> list[Reason]:
    """Sentences about one line: numbers left out before it, its date against its neighbour's, the
    same number on another paper."""
    entry = line.entry
    said = []
    if entry.document is not None and entry.document.recorded:
        said.append(_said(N_("Bản giấy.")))
    if line.missing:
        series = Series(entry.unit, entry.type, entry.period, None, None)
        said.append(_said(N_("Bỏ trống %(missing)s."), missing=spans(line.missing, series)))
    if line.earlier_than is not None:
        said.append(
            _said(
                N_("Ngày sớm hơn số %(number)s (%(day)s): ghi lùi ngày?"),
                number=line.earlier_than.symbol,
                day=line.earlier_than.dated_on,
            )
        )
    if line.again:
        said.append(_said(N_("Số này có trên hai văn bản.")))
    if entry.n == 0:
        said.append(_said(N_("Số trên bản giấy chưa đọc được.")))
    return said


def _said(text: str, **params: object) -> Reason:
    return Reason("R27", text, params, level="info")
