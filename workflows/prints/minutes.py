"""Biên bản họp: who sat, what was decided with which votes, who was reviewed. Signed by the chair
and the minute-taker (domain §00.4); a cell has no seal. No text of anybody's commitment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.kinds import PERSONAL
from models.sitting import AgendaItem, Attendance, Sitting
from workflows.prints import paper, words
from workflows.prints.log_stamp import log_stamp
from workflows.prints.words import prose, table, text
from workflows.rules.reasons import REASON_CODES
from workflows.sittings.voting import vote

COLUMNS = [
    {"title": "TT", "width": 11, "align": "center"},
    {"title": "Nội dung", "width": -5},
    {"title": "Kết quả", "width": -3},
    {"title": "Biểu quyết", "width": -3},
]
DECISIONS = {"agree": "Thống nhất", "revise": "Cần sửa", "later": "Để lại kỳ sau", "": "Chưa quyết"}
FINAL = ("awaiting", "confirmed", "done")


def minutes_data(sitting: Sitting, now: datetime) -> dict[str, Any]:
    """The minutes of a sitting, for `pdf("minutes", …)` and `docx`. `now` dates nothing but the
    place of a draft: the minutes bear the day of the meeting.

    Whoever asks has to have made sure that the sitting may be seen.
    """
    unit, held = sitting.unit, sitting.held_on
    return {
        "sector": unit.sector,
        "superior": words.superior_name(unit, held).upper(),
        "issuer": words.issuer_name(unit).upper(),
        "number": words.number_line(sitting.number, "BB", unit),
        "marks": [] if sitting.state in FINAL else ["DỰ THẢO"],
        "place_date": words.place_date(unit.place, held, year=now.year),
        "title": "BIÊN BẢN",
        "subject": f"Họp {words.body_of(unit)} ngày {words.day(held)}",
        "body": [*_present(sitting), *_decided(sitting), *_reviewed(sitting), *_said(sitting)],
        "signatures": [
            {
                "body": "NGƯỜI GHI BIÊN BẢN",
                "name": sitting.minute_taker.full_name if sitting.minute_taker else "",
            },
            {"body": "CHỦ TRÌ", "name": sitting.chair.full_name},
        ],
        "stamp": log_stamp(unit),
        "day": held,
    }


def _present(sitting: Sitting) -> list[dict[str, Any]]:
    taker = sitting.minute_taker
    rows = sitting.attendances
    body = [text("I. Thời gian, địa điểm, thành phần", "heading")]
    body.append(text(f"Thời gian: {words.paper_day(sitting.held_on)}."))
    if sitting.place:
        body.append(text(f"Địa điểm: {sitting.place}."))
    body.append(text(f"Chủ trì: {sitting.chair.full_name}."))
    body.append(text(f"Ghi biên bản: {taker.full_name if taker else '……'}."))
    for standing, noun in (
        ("full", "Đảng viên chính thức"),
        ("probationary", "Đảng viên dự bị"),
        ("non_member", "Người dự họp"),
    ):
        those = [row for row in rows if row.standing == standing]
        if those:
            body.append(text(_counted(noun, those)))
    absent = [row for row in rows if not row.present]
    if absent:
        body.append(text("Vắng mặt: " + "; ".join(map(_absent, absent)) + "."))
    return body


def _counted(noun: str, rows: list[Attendance]) -> str:
    there = [row.person.full_name for row in rows if row.present]
    names = f": {', '.join(there)}" if there else ""
    return f"{noun} có mặt {len(there)} trên {len(rows)}{names}."


def _absent(row: Attendance) -> str:
    return f"{row.person.full_name} ({row.reason or 'không có lý do'})"


def _decided(sitting: Sitting) -> list[dict[str, Any]]:
    body = [text("II. Nội dung và biểu quyết", "heading")]
    if not sitting.items:
        return [*body, text("Cuộc họp không quyết định văn bản nào.")]
    rows = [
        [str(n), _matter(item), _decision(item), _vote(item)]
        for n, item in enumerate(sitting.items, 1)
    ]
    return [*body, table(COLUMNS, rows)]


def _matter(item: AgendaItem) -> str:
    document = item.document
    if document.kind == "commitment":
        return f"Bản cam kết của {document.author.full_name}"
    if document.kind == "self_report":
        return f"{document.title}, của {document.author.full_name}"
    number = f" {document.number or item.number or ''}".rstrip()
    title = next((r.title for r in document.revisions if r.n == item.revision), document.title)
    noun = paper.noun(document)
    return f"{noun}{number}: {words.without_type(title, noun)}"


def _decision(item: AgendaItem) -> str:
    """The decision; why a plan or a report goes back. Why a commitment does is told its author
    alone: the minutes name only the code."""
    said = DECISIONS.get(item.decision, item.decision)
    if item.decision != "revise":
        return said
    code = REASON_CODES[item.document.kind].get(item.reason_code or "", "")
    why = item.reason if item.document.kind not in PERSONAL else ""
    return ": ".join(part for part in (said, code, why) if part)


def _vote(item: AgendaItem) -> str:
    if item.decision != "agree":
        return ""
    counted = vote(item)
    abstained = counted.present - counted.in_favour - counted.against
    said = f"Tán thành {counted.in_favour}/{counted.present}"
    if counted.against:
        said += f", không tán thành {counted.against}"
    if abstained > 0:
        said += f", không có ý kiến {abstained}"
    presided = item.chair if item.chair_id and item.chair_id != item.sitting.chair_id else None
    return f"{said}. Điều hành: {presided.full_name}" if presided else said


def _reviewed(sitting: Sitting) -> list[dict[str, Any]]:
    """R11, R12: that they were reviewed, by name; what was said of each stays with him."""
    names = [row.person.full_name for row in sitting.reviews if row.reviewed]
    if not names:
        return []
    month = next(row.month for row in sitting.reviews if row.reviewed)
    return [
        text("III. Kiểm điểm việc thực hiện cam kết hằng tháng", "heading"),
        text(
            f"Tháng {month.month}/{month.year} đã kiểm điểm {len(names)} đảng viên: "
            f"{', '.join(names)}."
        ),
    ]


def _said(sitting: Sitting) -> list[dict[str, Any]]:
    number = "IV" if any(row.reviewed for row in sitting.reviews) else "III"
    if not sitting.notes.strip():
        return []
    return [text(f"{number}. Ý kiến và kết luận", "heading"), *prose(sitting.notes)]
