"""The pieces of a dossier as prints: the dict of `workflows.prints.envelope`, one for each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.dossier import DossierPiece, PieceSignature
from models.inspection import Inspection
from models.unit import Unit
from workflows.calendar import local_day
from workflows.dossier.filled import blocks_of
from workflows.dossier.offered import FIXED
from workflows.dossier.pieces import ALL, SUPERVISION, Piece, code, subject
from workflows.dossier.standing import standing
from workflows.prints import words
from workflows.prints.log_stamp import log_stamp

# Of each kind the head and the end mark differ (`workflows.prints.envelope`).
PRINTED_AS = {1: "plan", 2: "plan", 5: "report", 8: "report", 10: "report"}
TYPES = {1: "KH", 2: "KH", 3: "ĐC", 5: "BC", 8: "BC", 10: "TB"}
COMMISSION = "Ủy ban Kiểm tra"
# Who signs, in the order of the printed columns.
BLOCKS = (
    ("inspected", "ĐẢNG VIÊN ĐƯỢC KIỂM TRA"),
    ("recorder", "GHI BIÊN BẢN"),
    ("chair", "CHỦ TRÌ"),
)


def printed_as(n: int) -> str:
    """The kind of print of a piece."""
    return PRINTED_AS.get(n, "minutes")


def piece_data(
    inspection: Inspection,
    n: int,
    piece: DossierPiece | None,
    now: datetime,
    index: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """A piece as it is printed; one that nobody has written yet as a form with dots. `index`: the
    table of contents, for the last piece. Whoever asks has made sure that it may be read."""
    spec = ALL[n - 1]
    unit = _unit_of(inspection, piece)
    day = (piece.dated_on if piece is not None else None) or local_day(now)
    fixed = piece.texts.get(FIXED) if piece is not None else None
    blocks = fixed if fixed is not None else blocks_of(inspection, n, piece, now)
    return {
        "sector": "party",
        **_head(inspection, spec, unit, piece, now),
        "marks": [f"{code(n, inspection.kind)}", *_draft(spec, piece)],
        "title": spec.title,
        "subject": subject(spec, inspection.kind),
        "body": [*(index or []), *blocks],
        "signatures": _signatures(inspection, spec, unit, piece),
        "stamp": log_stamp(unit) if spec.minutes else {},
        "day": day,
    }


def file_name(inspection: Inspection, n: int, part: int) -> str:
    """The name of a piece as a file: “KT04-1 Biên bản”."""
    spec = ALL[n - 1]
    prefix = code(n, inspection.kind)[:2]
    return words.safe_name(f"{prefix}{n:02d}-{part} {spec.title.capitalize()}")


def _unit_of(inspection: Inspection, piece: DossierPiece | None) -> Unit:
    if piece is not None and piece.unit is not None:
        return piece.unit
    return inspection.units[0].unit


def _head(
    inspection: Inspection, spec: Piece, unit: Unit, piece: DossierPiece | None, now: datetime
) -> dict[str, str]:
    """Who issues it: the commission, its team, or the inspected unit."""
    dated = piece.dated_on if piece is not None else None
    commission, place = inspection.commission, inspection.commission.place
    team = "Đoàn giám sát" if inspection.kind == SUPERVISION else "Đoàn kiểm tra"
    if spec.signs == "unit":
        issuer, above = words.issuer_name(unit), words.superior_name(unit, local_day(now))
        place = unit.place
    elif spec.signs == "commission":
        issuer, above = COMMISSION, words.issuer_name(commission)
    else:
        issuer, above = team, COMMISSION
    number = piece.number if piece is not None else ""
    kind = TYPES.get(spec.n)
    line = f"Số {number}" if number else (f"Số ……-{kind}/UBKT" if kind and spec.signs else "")
    return {
        "superior": above.upper(),
        "issuer": issuer.upper(),
        "number": line,
        "place_date": words.place_date(place, dated, year=now.year),
    }


def _draft(spec: Piece, piece: DossierPiece | None) -> list[str]:
    """Minutes are a draft until their text is fixed."""
    return ["DỰ THẢO"] if spec.minutes and (piece is None or piece.offered_at is None) else []


def _signatures(
    inspection: Inspection, spec: Piece, unit: Unit, piece: DossierPiece | None
) -> list[dict[str, str]]:
    if spec.minutes:
        return [_signed(role, head, inspection, piece) for role, head in BLOCKS]
    if spec.signs == "unit":
        return [{"body": words.sign_for(unit), "post": "BÍ THƯ", "name": ""}]
    if spec.signs == "commission":
        return [{"body": "T/M ỦY BAN KIỂM TRA", "post": "CHỦ NHIỆM", "name": ""}]
    head = inspection.head
    title = "TRƯỞNG ĐOÀN"
    return [{"body": title, "name": head.full_name if head is not None else ""}]


def _signed(
    role: str, head: str, inspection: Inspection, piece: DossierPiece | None
) -> dict[str, str]:
    """One of the three: his head, whether he signed in the system or on paper, and his name."""
    if inspection.kind == SUPERVISION:
        head = head.replace("KIỂM TRA", "GIÁM SÁT")
    signature = piece.signature(role) if piece is not None else None
    name = signature.person.full_name if signature is not None else ""
    return {"body": head, "note": _note(signature, piece), "name": name}


def _note(signature: PieceSignature | None, piece: DossierPiece | None) -> str:
    if signature is None or piece is None:
        return ""
    if signature.signed_at is None:
        return "(ký trên giấy, theo bản quét)" if standing(piece) == "scanned" else ""
    said = f"(đã ký trong hệ thống ngày {words.day(local_day(signature.signed_at))})"
    return f"{said}\nÝ kiến: {signature.remark}" if signature.remark else said
