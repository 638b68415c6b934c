"""What the pages of a dossier share: loading, the state of a refusal, names of pieces."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, request
from flask_babel import gettext

import clock
from models.base import db
from models.dossier import ConclusionRequirement, DossierPiece, InspectionFinding
from models.inspection import Inspection
from models.unit import Unit
from views import present
from views.forms import whole
from views.inspector.inspections_base import load
from views.loaders import viewer
from views.sheet import Sheet
from workflows.calendar import WorkingCalendar
from workflows.dossier import conclusions, findings
from workflows.dossier.pieces import Piece, code, name, piece_of
from workflows.dossier.who import ENDED, reads_piece, team_right
from workflows.dossier.writing import find
from workflows.obligations import condition, soon_until

STATUS = {"STALE": 409, "POST": 403}
STANDINGS = {
    "missing": ("", "g-open"),
    "written": ("done", "g-ok"),
    "drafted": ("", "g-half"),
    "offered": ("wait", "g-clock"),
    "unconfirmed": ("wait", "g-clock"),
    "signed": ("done", "g-ok"),
    "scanned": ("done", "g-ok"),
}


def load_spec(n: int) -> Piece:
    """One of the twelve; otherwise 404."""
    spec = piece_of(n) if n < 100 else None
    if spec is None:
        abort(404)
    return spec


def part_asked() -> int:
    """Which of several pieces of one number the address or the form names."""
    part = whole(request.values.get("part", ""), 3)
    return 1 if part is None else part


def load_written(inspection: Inspection, n: int) -> DossierPiece:
    """The piece that the address names, once it is written; otherwise 404."""
    load_spec(n)
    piece = find(inspection, n, part_asked())
    if piece is None:
        abort(404)
    return piece


def load_minutes(piece_id: int) -> DossierPiece:
    """A piece by its own address, if this viewer reads it; otherwise 404."""
    piece = db.session.get(DossierPiece, piece_id)
    if piece is None or not reads_piece(piece, viewer(), clock.now()):
        abort(404)
    return piece


def load_finding(inspection_id: int, finding_id: int) -> InspectionFinding:
    """A finding that this viewer reads; otherwise 404."""
    inspection = load(inspection_id)
    seen = findings.shown(inspection, viewer(), clock.now(), withdrawn=True)
    found = next((one for one in seen if one.id == finding_id), None)
    if found is None:
        abort(404)
    return found


def load_conclusion(conclusion_id: int) -> ConclusionRequirement:
    """A requirement that this viewer reads; otherwise 404."""
    made = db.session.get(ConclusionRequirement, conclusion_id)
    if made is None:
        abort(404)
    seen = conclusions.shown(load(made.inspection_id), viewer(), clock.now())
    if all(one.id != made.id for one in seen):
        abort(404)
    return made


def writes(inspection: Inspection) -> bool:
    """Whether the viewer is of the team and the dossier is still open."""
    if inspection.state in ENDED:
        return False
    return team_right(inspection, viewer(), clock.now()) is not None


def status_of(form: Sheet) -> int:
    """The HTTP status of a form that was not accepted."""
    return next((STATUS[r.rule] for r in form.reasons if r.rule in STATUS), 422)


def piece_words(inspection: Inspection, spec: Piece, part: int) -> tuple[str, str]:
    """(“KT4.2”, “Biên bản triển khai kiểm tra”)."""
    mark = code(spec.n, inspection.kind) + (f".{part}" if part > 1 else "")
    return mark, gettext(name(spec, inspection.kind))


def standing_badge(stands: str) -> tuple[str, str, str]:
    """Where a piece stands: (words, tone, glyph)."""
    words = {
        "missing": gettext("Chưa lập"),
        "written": gettext("Đã lập"),
        "drafted": gettext("Đang soạn"),
        "offered": gettext("Chờ ký"),
        "unconfirmed": gettext("Bản quét chờ xác nhận"),
        "signed": gettext("Đủ ba chữ ký"),
        "scanned": gettext("Ký trên giấy, có bản quét"),
    }
    return (words[stands], *STANDINGS[stands])


def conclusion_badge(made: ConclusionRequirement) -> tuple[str, str, str]:
    """Where a requirement stands today: (words, tone, glyph)."""
    if made.obligation is None:
        return gettext("Trong dự thảo"), "", "g-open"
    if made.obligation.state == "open" and made.waiting is not None:
        return gettext("Đã báo cáo, chờ xác nhận"), "wait", "g-clock"
    today = present.local_day(clock.now())
    soon = soon_until(today, WorkingCalendar.of(db.session()))
    return {
        "open": (gettext("Đang thực hiện"), "", "g-open"),
        "due_soon": (gettext("Sắp đến hạn"), "wait", "g-clock"),
        "overdue": (gettext("Quá hạn"), "late", "g-late"),
        "fulfilled": (gettext("Đã thực hiện đúng hạn"), "done", "g-ok"),
        "fulfilled_late": (gettext("Đã thực hiện, chậm"), "done", "g-ok"),
        "waived": (gettext("Được miễn"), "", "g-waive"),
    }[condition(made.obligation, today, soon)]


def units_of(inspection: Inspection) -> list[tuple[str, str]]:
    """The inspected units for a choice."""
    return [(row.unit.code, present.unit_name(row.unit)) for row in inspection.units]


def unit_chosen(inspection: Inspection, code_: str) -> Unit | None:
    """The inspected unit of this code; the only one where none is named."""
    if not code_ and len(inspection.units) == 1:
        return inspection.units[0].unit
    return next((row.unit for row in inspection.units if row.unit.code == code_), None)


def pieces_open_to(inspection: Inspection) -> list[DossierPiece]:
    """The pieces that the viewer reads, in the order of the index."""
    rows = sa.select(DossierPiece).where(DossierPiece.inspection_id == inspection.id)
    ordered = db.session.scalars(rows.order_by(DossierPiece.n, DossierPiece.part))
    now = clock.now()
    return [piece for piece in ordered if reads_piece(piece, viewer(), now)]


def kept(**values: Any) -> dict[str, Any]:
    """Only what is given, for an address."""
    return {key: value for key, value in values.items() if value not in (None, "", 1)}
