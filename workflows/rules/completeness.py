"""What a paper must hold before it goes on: P2 for plans, R06 for commitments, B2, R13 and R14 for
reports."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from models.document import Document
from workflows.act import Act
from workflows.periods import parse_period
from workflows.refusal import N_, Reason
from workflows.rules.registry import guard

YEAR_END = "year"  # the variant of a report that also holds next year's tasks

SECTION_NAMES = {
    "1": N_("Về tư tưởng chính trị"),
    "2": N_("Về phẩm chất đạo đức, lối sống"),
    "3": N_("Về thực hiện chức trách, nhiệm vụ được giao"),
    "4": N_("Về tổ chức kỷ luật"),
    "5": N_("Về khắc phục, sửa chữa những hạn chế, khuyết điểm (nếu có)"),
    "6": N_("Về kế hoạch hành động thực hiện Nghị quyết Đại hội %(congress)s của Đảng"),
}
MAY_BE_EMPTY = ("5",)

EMPTY_SECTION = {
    "1": N_("Mục 1 (tư tưởng chính trị) chưa có nội dung. Cần viết mục này."),
    "2": N_("Mục 2 (phẩm chất đạo đức, lối sống) chưa có nội dung. Cần viết mục này."),
    "3": N_(
        "Mục 3 (chức trách, nhiệm vụ được giao) chưa có việc nào. Cần ghi ít nhất một việc cụ thể."
    ),
    "4": N_("Mục 4 (tổ chức kỷ luật) chưa có nội dung. Cần viết mục này."),
    "6": N_(
        "Mục 6 (kế hoạch hành động thực hiện Nghị quyết Đại hội) chưa có nội dung. Cần viết mục "
        "này."
    ),
}
EMPTY_TASK_FIELD = {
    "person": N_("Việc thứ %(n)s chưa ghi người thực hiện. Cần ghi rõ người."),
    "task": N_("Việc thứ %(n)s chưa ghi nội dung. Cần ghi rõ việc."),
    "deadline": N_("Việc thứ %(n)s chưa ghi thời hạn. Cần ghi ngày hoàn thành."),
    "result": N_("Việc thứ %(n)s chưa ghi kết quả cần đạt. Cần ghi rõ kết quả."),
}
EMPTY_REPORT_FIELD = {
    "period": N_("Báo cáo chưa ghi kỳ báo cáo. Cần ghi kỳ, ví dụ Quý I/2026."),
    "figures_as_of": N_("Báo cáo chưa ghi ngày chốt số liệu. Cần ghi “số liệu tính đến” ngày nào."),
    "results": N_("Báo cáo chưa có phần kết quả. Cần viết phần này."),
    "shortcomings": N_(
        "Báo cáo chưa có phần hạn chế, khuyết điểm và nguyên nhân. Cần viết phần này, không được "
        "bỏ trống."
    ),
}
EMPTY_OWN_FIELD = {
    "period": N_("Chưa ghi kỳ báo cáo. Cần ghi kỳ, ví dụ 6 tháng đầu năm 2026."),
    "results": N_(
        "Phần kết quả chưa có nội dung. Cần ghi đã làm được gì với từng việc đã cam kết."
    ),
    "shortcomings": N_(
        "Phần hạn chế, khuyết điểm và nguyên nhân chưa có nội dung. Không có thì nói rõ vì sao."
    ),
    "next_tasks": N_("Phần việc làm tiếp chưa có nội dung. Cần ghi ít nhất một việc."),
}

_ROMAN = re.compile(r"[IVX]+")


@guard("complete")
def complete(act: Act) -> list[Reason]:
    """P2, R06, B2: every mandatory part of the paper is there."""
    return gaps(act.document, act.revision.title, act.revision.content)


def gaps(document: Document, title: str, content: dict[str, Any]) -> list[Reason]:
    """Everything that is missing, in the order of the form."""
    reasons = (
        [] if title.strip() else [_gap(N_("Văn bản chưa có tên. Cần ghi tên văn bản."), "title")]
    )
    match document.kind:
        case "plan":
            return reasons + plan_gaps(content, tasks_asked=not document.type)
        case "commitment":
            return reasons + commitment_gaps(content, document.campaign.congress)
        case "report":
            return reasons + report_gaps(content, year_end=_closes_a_year(document, content))
        case "self_report":
            return reasons + self_report_gaps(content)
    return reasons


def plan_gaps(content: dict[str, Any], *, tasks_asked: bool) -> list[Reason]:
    """P2: a text and at least one task, each with person, task, deadline and result (source 004).
    What is a plan by its route alone (working rules) needs no task."""
    reasons = []
    if _blank(content.get("text")):
        reasons.append(_gap(N_("Kế hoạch chưa có nội dung. Cần viết phần nội dung."), "text"))
    tasks = content.get("tasks") or []
    if not tasks and tasks_asked:
        reasons.append(_gap(N_("Kế hoạch chưa có việc nào. Cần ghi ít nhất một việc."), "tasks"))
    for n, task in enumerate(tasks):
        for field, text in EMPTY_TASK_FIELD.items():
            if _blank(task.get(field)):
                reasons.append(_gap(text, f"tasks.{n}.{field}", n=n + 1))
    return reasons


def past_deadlines(
    content: dict[str, Any], printed: date | None, today: date | None
) -> list[Reason]:
    """P2, never asked: tasks that would end before the plan's own day, or, of a plan not issued yet,
    before today."""
    reasons = []
    for n, task in enumerate(content.get("tasks") or []):
        ends = _day(task.get("deadline"))
        if ends is not None and printed is not None and ends < printed:
            text = N_(
                "Việc thứ %(n)s có thời hạn %(ends)s, trước ngày của kế hoạch (%(dated_on)s). Nên "
                "xem lại thời hạn."
            )
        elif ends is not None and today is not None and ends < today:
            text = N_("Việc thứ %(n)s có thời hạn %(ends)s đã qua. Nên xem lại thời hạn.")
        else:
            continue
        params = {"n": n + 1, "ends": ends, "dated_on": printed}
        reasons.append(Reason("FORM", text, params, level="warn", place=f"tasks.{n}.deadline"))
    return reasons


def commitment_gaps(content: dict[str, Any], congress: str) -> list[Reason]:
    """R06: six sections, none empty but the fifth; the sixth names the Congress of the campaign."""
    sections = content.get("sections") or {}
    reasons = [
        Reason("R06", EMPTY_SECTION[key], place=f"sections.{key}")
        for key in SECTION_NAMES
        if key not in MAY_BE_EMPTY and _blank(sections.get(key))
    ]
    sixth = sections.get("6") or ""
    if congress and not _blank(sixth) and not names_congress(sixth, congress):
        reasons.append(
            Reason(
                "R06",
                N_(
                    "Mục 6 chưa nêu Đại hội %(congress)s của Đảng. Cần ghi rõ Nghị quyết Đại hội "
                    "%(congress)s."
                ),
                {"congress": congress},
                place="sections.6",
            )
        )
    return reasons


def report_gaps(content: dict[str, Any], *, year_end: bool) -> list[Reason]:
    """B2: period, day of the figures, results, shortcomings (I19); at year's end also the next
    tasks (R14)."""
    reasons = [
        Reason("I19" if field == "shortcomings" else "B2", text, place=field)
        for field, text in EMPTY_REPORT_FIELD.items()
        if _blank(content.get(field))
    ]
    if year_end and _blank(content.get("next_tasks")):
        reasons.append(
            Reason(
                "R14",
                N_("Báo cáo cuối năm chưa có nhiệm vụ năm tới. Cần viết phần này."),
                place="next_tasks",
            )
        )
    return reasons


def self_report_gaps(content: dict[str, Any]) -> list[Reason]:
    """R13, R14 for a member: the period, what he did of what he took on, where he fell short (I19),
    what he will do next."""
    return [
        Reason("I19" if field == "shortcomings" else "R13", text, place=field)
        for field, text in EMPTY_OWN_FIELD.items()
        if _blank(content.get(field))
    ]


def names_congress(text: str, congress: str) -> bool:
    """Whether the text names this Congress, as XIV or as 14."""
    wanted = re.escape(congress.strip())
    if re.search(rf"(?<!\w){wanted}(?!\w)", text, re.IGNORECASE):
        return True
    if not _ROMAN.fullmatch(congress.strip().upper()):
        return False
    number = _roman(congress.strip().upper())
    return bool(re.search(rf"(?i:đại\s+hội)\D{{0,60}}(?<!\d){number}(?!\d)", text))


def _closes_a_year(document: Document, content: dict[str, Any]) -> bool:
    requirement = document.obligation.requirement if document.obligation else None
    if requirement is not None and requirement.variant:
        return requirement.variant == YEAR_END
    period = parse_period(content.get("period") or "")
    return period is not None and period.is_whole_year


def _roman(text: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))


def _day(stored: object) -> date | None:
    """A day of stored content; None where none can be read."""
    try:
        return date.fromisoformat(str(stored))
    except ValueError:
        return None


def _blank(value: object) -> bool:
    """Nothing to read: "", blanks, or a list of such."""
    if isinstance(value, list):
        return all(_blank(item) for item in value)
    return not (isinstance(value, str) and value.strip())


def _gap(text: str, place: str, **params: object) -> Reason:
    return Reason("FORM", text, params, place=place)
