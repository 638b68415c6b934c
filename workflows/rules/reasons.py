"""P4, P8, P9, P12, R31: who sends back, takes back or repeals says why, in words somebody can act
on."""

from __future__ import annotations

import re
from datetime import date

from workflows.act import Act
from workflows.refusal import N_, Reason, Refused
from workflows.rules.registry import guard
from workflows.symbols import read
from workflows.text import parse_date

SHORTEST = 10  # letters of a reason

_COMMON = {
    "DATE_ORDER": N_("Ngày chưa đúng thứ tự"),
    "MISSING_SECTION": N_("Thiếu phần bắt buộc"),
    "GENERIC": N_("Còn chung chung"),
    "COPY": N_("Trùng lặp, sao chép"),
    "OTHER": N_("Lý do khác"),
}
# Kind → reason codes of a return, in the order in which a form offers them.
REASON_CODES: dict[str, dict[str, str]] = {
    "plan": {
        "BASIS": N_("Căn cứ chưa đúng"),
        "TASKS": N_("Việc chưa rõ người, rõ hạn, rõ kết quả"),
        "FORMAT": N_("Thể thức chưa đúng"),
        **_COMMON,
    },
    "commitment": _COMMON,
    "self_report": {"PERIOD": N_("Kỳ báo cáo chưa đúng"), **_COMMON},
    "report": {
        "FIGURES": N_("Số liệu chưa khớp"),
        "PERIOD": N_("Kỳ báo cáo chưa đúng"),
        "FORMAT": N_("Thể thức chưa đúng"),
        **_COMMON,
    },
}
NEED_CODE = ("return",)
SHORT = N_("Lý do còn quá ngắn. Cần ghi ít nhất %(n)s chữ cái.")
TO_ACT_ON = N_("Lý do còn quá ngắn. Cần ghi ít nhất %(n)s chữ cái để người nhận biết cần làm gì.")

_NUMBER = re.compile(r"\d+\s*[-/]\s*[^\W\d_]{2,3}\s*[-/]\s*[^\W\d_]{2,12}")
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{1,2}-\d{1,2}")
_LONG_DATE = re.compile(r"(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})", re.IGNORECASE)


def too_short(reason: str | None, sentence: str = SHORT) -> list[Reason]:
    """Why a reason will not do, in this sentence: it has fewer than SHORTEST letters. Spaces do not
    count; empty when it will."""
    if len("".join((reason or "").split())) >= SHORTEST:
        return []
    return [Reason("REASON", sentence, {"n": SHORTEST}, place="reason")]


@guard("reason_given", needs=("reason",))
def reason_given(act: Act) -> list[Reason]:
    """P4, P8, P9, P12: a reason of ten letters or more; a return also names a code of its kind."""
    reasons = []
    codes = REASON_CODES.get(act.document.kind, _COMMON)
    code = act.inputs.reason_code
    if (code or act.spec.name in NEED_CODE) and code not in codes:
        reasons.append(
            Reason(
                "REASON",
                N_("Chưa chọn lý do theo danh mục. Cần chọn một lý do trong danh mục."),
                place="reason_code",
            )
        )
    return reasons + too_short(act.inputs.reason, TO_ACT_ON)


@guard("decision_given", needs=("decision",))
def decision_given(act: Act) -> list[Reason]:
    """P12, R31 (66-QĐ/TW, Điều 3): a revocation rests on a decision paper with number and date."""
    number, dated_on = number_and_day(act.inputs.decision or "")
    if number is None or read(number).symbol is None or dated_on is None:
        return [
            Reason(
                "R31",
                N_(
                    "Chưa ghi quyết định bãi bỏ. Cần ghi số và ngày quyết định, ví dụ 12-QĐ/ĐU, "
                    "15/06/2026."
                ),
                place="decision",
            )
        ]
    if dated_on > act.today:
        return [
            Reason(
                "R31",
                N_(
                    "Quyết định ghi ngày %(dated_on)s là ngày chưa tới. Cần kiểm tra lại ngày "
                    "quyết định."
                ),
                {"dated_on": dated_on},
                place="decision",
            )
        ]
    return []


def number_and_day(text: str) -> tuple[str | None, date | None]:
    """The number and the printed day that somebody's words about a paper name; None for what they do
    not name."""
    number = _NUMBER.search(text)
    return (number[0] if number else None), _date_in(text)


def _date_in(text: str) -> date | None:
    if long := _LONG_DATE.search(text):
        written = "/".join(long.groups())
    elif short := _DATE.search(text):
        written = short[0]
    else:
        return None
    try:
        return parse_date(written)
    except Refused:
        return None
