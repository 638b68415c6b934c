"""What the system fills into a piece: scope, team, dates, findings with their answers, requirements.
Blocks of a print (`workflows.prints.envelope`), always in Vietnamese."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from models.base import db
from models.document import Document
from models.dossier import SIGNERS, ConclusionRequirement, DossierPiece, InspectionFinding
from models.inspection import Inspection
from workflows.calendar import local_day
from workflows.dossier import findings
from workflows.dossier.people import post_title
from workflows.dossier.pieces import ALL, SUPERVISION, Section
from workflows.dossier.required import requirements_of
from workflows.prints import words
from workflows.prints.words import day, prose, table, text

Blocks = list[dict[str, Any]]

KINDS = {
    "plan": "kế hoạch",
    "commitment": "bản cam kết",
    "report": "báo cáo",
    "self_report": "báo cáo cá nhân",
}
NOUNS = {"plan": "Kế hoạch", "commitment": "Một bản cam kết", "report": "Báo cáo"}
ROLES = {"chair": "Chủ trì", "recorder": "Ghi biên bản", "inspected": "Đảng viên được kiểm tra"}
TEAM = [
    {"title": "TT", "width": 11, "align": "center"},
    {"title": "Họ và tên", "width": -3},
    {"title": "Chức vụ", "width": -3},
    {"title": "Nhiệm vụ", "width": -2},
]
REQUIRED = [
    {"title": "TT", "width": 11, "align": "center"},
    {"title": "Đơn vị", "width": -2},
    {"title": "Yêu cầu", "width": -5},
    {"title": "Báo cáo kết quả chậm nhất", "width": 32, "align": "center"},
]
DOTS = "…………………………………………"


def body(piece: DossierPiece, now: datetime) -> Blocks:
    """The body of a piece as it stands now: what is typed under its headings, and what is filled."""
    return blocks_of(piece.inspection, piece.n, piece, now)


def blocks_of(inspection: Inspection, n: int, piece: DossierPiece | None, now: datetime) -> Blocks:
    """The body of the piece of this number, also where nobody has begun to write it."""
    typed = piece.texts if piece is not None else {}
    made: Blocks = []
    number = 0
    for part in ALL[n - 1].body:
        if isinstance(part, Section):
            title, found = part.label, prose(typed.get(part.key, "")) or [text(DOTS)]
        else:
            title, fill = FILLS[part]
            found = fill(inspection, piece, now)
        if found and title:
            number += 1
            made.append(text(f"{number}. {title}", "heading"))
        made += found
    return made


def filled_of(inspection: Inspection, n: int, piece: DossierPiece | None, now: datetime) -> Blocks:
    """Only what the system fills into it."""
    made: Blocks = []
    for part in ALL[n - 1].body:
        if not isinstance(part, Section):
            made += FILLS[part][1](inspection, piece, now)
    return made


def _decision(inspection: Inspection, _piece: DossierPiece | None, _now: datetime) -> Blocks:
    return [text(f"Căn cứ {decision_words(inspection)};", "basis")]


def decision_words(inspection: Inspection) -> str:
    """“Quyết định số 12-QĐ/UBKT ngày 02/11/2026”."""
    return f"Quyết định số {inspection.decision_number} ngày {day(inspection.decided_on)}"


def _scope(inspection: Inspection, _piece: DossierPiece | None, _now: datetime) -> Blocks:
    units = "; ".join(row.unit.name for row in inspection.units)
    kinds = ", ".join(KINDS.get(kind, kind) for kind in inspection.document_kinds)
    period = "của cả đợt"
    if inspection.period_from or inspection.period_to:
        since, until = day(inspection.period_from), day(inspection.period_to)
        period = " ".join(
            words for words in (since and f"từ {since}", until and f"đến {until}") if words
        )
    extended = inspection.extended_days
    longer = f", đã gia hạn {extended} ngày" if extended else ""
    return [
        text(f"Quyết định: {decision_words(inspection)}.", "fact"),
        text(f"Đơn vị: {units}.", "fact"),
        text(f"Đợt: {inspection.campaign.title}.", "fact"),
        text(f"Văn bản trong phạm vi: {kinds}; thời kỳ {period}.", "fact"),
        text(
            f"Thời gian: từ {day(inspection.opens_on)} đến {day(inspection.closes_on)}; thời hạn "
            f"{inspection.limit_days} ngày làm việc kể từ ngày nhận báo cáo{longer}."
        ),
    ]


def _team(inspection: Inspection, _piece: DossierPiece | None, now: datetime) -> Blocks:
    said = "đoàn giám sát" if inspection.kind == SUPERVISION else "đoàn kiểm tra"
    rows = [
        [
            str(n),
            member.person.full_name,
            post_title(member.person, inspection.commission.id, now),
            f"Trưởng {said}" if member.head else "Thành viên",
        ]
        for n, member in enumerate(
            sorted(inspection.members, key=lambda one: (not one.head, one.id)), 1
        )
    ]
    return [table(TEAM, rows)]


def _meeting(_inspection: Inspection, piece: DossierPiece | None, _now: datetime) -> Blocks:
    held = piece.dated_on if piece is not None else None
    when = words.paper_day(held) if held else "ngày …… tháng …… năm ……"
    made = [text(f"Thời gian: {when}.", "fact")]
    place = (piece.place if piece is not None else "") or DOTS
    made.append(text(f"Địa điểm: {place}.", "fact"))
    if piece is not None and piece.unit is not None:
        made.append(text(f"Đơn vị: {piece.unit.name}.", "fact"))
    for role in SIGNERS:
        signature = piece.signature(role) if piece is not None else None
        name = signature.person.full_name if signature is not None else DOTS
        made.append(text(f"{ROLES[role]}: {name}.", "fact"))
    return made


def _held(_inspection: Inspection, piece: DossierPiece | None, _now: datetime) -> Blocks:
    held = piece.dated_on if piece is not None else None
    when = words.paper_day(held) if held else "ngày …… tháng …… năm ……"
    return [text(f"Hội nghị họp {when}.")]


def _received(inspection: Inspection, _piece: DossierPiece | None, _now: datetime) -> Blocks:
    came = inspection.received_on
    said = f"Nhận ngày {day(came)}." if came else "Chưa nhận."
    return [text(said)]


def _findings(inspection: Inspection, piece: DossierPiece | None, _now: datetime) -> Blocks:
    """Each with the answer of who was inspected before it."""
    made: Blocks = []
    unit = piece.unit if piece is not None else None
    for found in findings.all_of(inspection, unit):
        made += finding_blocks(found)
    return made or [text("Không ghi phát hiện nào.")]


def finding_blocks(found: InspectionFinding) -> Blocks:
    """One finding: first what the inspected unit answers, then the fact, then what shows it."""
    answer = found.answer or "chưa có ý kiến."
    return [
        text(f"Phát hiện {found.n}: {found.unit.name}", "heading"),
        text(f"Ý kiến của {found.unit.name}: {answer}"),
        text(f"Sự việc: {found.text}"),
        text(f"Căn cứ: {evidence(found)}."),
    ]


def evidence(found: InspectionFinding) -> str:
    """What a finding is tied to, on paper: the place in a log, the document and its revision. Of a
    commitment not whose it is."""
    parts = []
    if found.event is not None:
        event = found.event
        parts.append(
            f"sự kiện số {event.seq} trong sổ của {event.unit.name}, {day(local_day(event.at))}"
        )
    if found.document_id is not None:
        document = db.session.get_one(Document, found.document_id)
        noun = NOUNS.get(document.kind, "Văn bản")
        number = f" {document.number}" if document.number else f" (hồ sơ {document.id})"
        parts.append(f"{noun}{number}, bản thứ {found.revision}")
    if found.question is not None:
        parts.append(f"câu hỏi {found.question}")
    return "; ".join(parts)


def _requirements(inspection: Inspection, piece: DossierPiece | None, _now: datetime) -> Blocks:
    unit_id = piece.unit_id if piece is not None else None
    made = requirements_of(inspection, {unit_id} if unit_id is not None else None)
    if not made:
        return [text("Không đặt yêu cầu nào phải báo cáo lại.")]
    last = max(made, key=lambda one: one.due_on)
    return [
        table(REQUIRED, [_requirement(one) for one in made]),
        text(f"Đơn vị báo cáo kết quả thực hiện chậm nhất ngày {day(last.due_on)}."),
    ]


def _requirement(one: ConclusionRequirement) -> list[str]:
    return [str(one.n), one.unit.name, one.text, day(one.due_on)]


def _course(inspection: Inspection, _piece: DossierPiece | None, _now: datetime) -> Blocks:
    from workflows.history import sentences  # tells our events too

    columns = [{"title": "Ngày", "width": 30, "align": "center"}, {"title": "Việc", "width": -1}]
    rows = [
        [day(local_day(line.at)), str(line)]
        for line in sentences(inspection.document)
        if line.event.document_version is not None
    ]
    return [table(columns, rows)]


# Heading (of the supervision's dossier the same), and what fills it. The index is filled by
# `workflows.dossier.index`, which counts the pages of all the others.
FILLS: dict[str, tuple[str, Callable[[Inspection, DossierPiece | None, datetime], Blocks]]] = {
    "decision": ("", _decision),
    "scope": ("Phạm vi, thời gian", _scope),
    "team": ("Thành phần đoàn", _team),
    "meeting": ("Thời gian, địa điểm, thành phần", _meeting),
    "held": ("", _held),
    "received": ("", _received),
    "findings": ("Phát hiện và ý kiến của đơn vị", _findings),
    "requirements": ("Yêu cầu thực hiện", _requirements),
    "course": ("Quá trình tiến hành", _course),
    "index": ("", lambda _inspection, _piece, _now: []),
}
