"""Writing a piece of the dossier: what the team types, and who is to sign minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from models.base import db
from models.dossier import SIGNERS, DossierPiece, PieceSignature
from models.inspection import Inspection
from models.person import Person
from models.unit import Unit
from workflows import text
from workflows.calendar import local_day
from workflows.dossier.people import may_sign
from workflows.dossier.pieces import Piece, piece_of
from workflows.dossier.told import record
from workflows.dossier.who import require_team
from workflows.refusal import N_, Reason, Refused, Stale

LONGEST = 20_000  # letters of one section
MOST = 40  # minutes of one kind in one dossier
NUMBER = 60


@dataclass(frozen=True)
class Typed:
    """What the form of a piece holds. `signers`: who signs minutes, by role."""

    unit: Unit | None = None
    number: str = ""
    dated_on: date | None = None
    place: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    signers: Mapping[str, Person | None] = field(default_factory=dict)


def find(inspection: Inspection, n: int, part: int) -> DossierPiece | None:
    """One piece, if somebody has begun to write it."""
    return db.session.scalar(
        sa.select(DossierPiece).where(
            DossierPiece.inspection_id == inspection.id,
            DossierPiece.n == n,
            DossierPiece.part == part,
        )
    )


def write(
    inspection: Inspection,
    n: int,
    part: int,
    typed: Typed,
    *,
    version: int,
    actor: Person,
    now: datetime,
) -> DossierPiece:
    """Keeps what was typed of a piece; the first writing makes it (`version` 0). In the caller's
    transaction.

    Raises Forbidden for who is not of the team, Stale where somebody wrote meanwhile, Refused for
    what cannot be kept, a signer who may not sign, and minutes that are being signed.
    """
    right = require_team(inspection, actor, now)
    spec = _spec(n)
    kept = _cleaned(spec, typed, inspection, now)
    signs = any(person is not None for person in kept.signers.values())
    piece = _held(inspection, n, part, version)
    if piece is None:
        if part == 1 and not any((kept.texts, kept.number, kept.dated_on, kept.place, signs)):
            raise Refused(_form(N_("Chưa ghi gì. Điền ít nhất một ô rồi lưu."), "number"))
        piece = _begun(inspection, spec, part, actor, now)
    if piece.offered_at is not None:
        sentence = N_("Chưa sửa được: biên bản đã chốt để ký. Mở lại biên bản rồi sửa.")
        raise Refused(Reason("STATE", sentence))
    piece.unit, piece.number, piece.dated_on = kept.unit, kept.number, kept.dated_on
    piece.place, piece.texts = kept.place, dict(kept.texts)
    piece.version, piece.updated_at, piece.updated_by = piece.version + 1, now, actor
    _name_signers(piece, kept.signers)
    db.session.flush()
    record(
        "dossier_written",
        inspection,
        actor=actor,
        now=now,
        right=right,
        facts={
            "number": n,
            "part": part,
            "piece": piece.id,
            "of_unit": kept.unit.code if kept.unit is not None else None,
        },
        private={"texts": dict(kept.texts)},
    )
    return piece


def next_part(inspection: Inspection, n: int) -> int:
    """The number of one more piece of the same kind. Raises Refused where there is one only, or too
    many."""
    spec = _spec(n)
    last = db.session.scalar(
        sa.select(sa.func.max(DossierPiece.part)).where(
            DossierPiece.inspection_id == inspection.id, DossierPiece.n == n
        )
    )
    if not spec.several or (last or 0) >= MOST:
        raise Refused(Reason("FORM", N_("Tài liệu này chỉ có một bản trong hồ sơ.")))
    return (last or 0) + 1


def held_piece(inspection: Inspection, n: int, part: int, version: int) -> DossierPiece:
    """A piece held against other writers until the transaction ends. Raises Stale when the page saw
    another text."""
    piece = _held(inspection, n, part, version)
    if piece is None:
        raise Stale(Reason("STALE", N_("Tài liệu này vừa đổi. Tải lại trang để xem bản mới.")))
    return piece


def _held(inspection: Inspection, n: int, part: int, version: int) -> DossierPiece | None:
    found = db.session.scalar(
        sa.select(DossierPiece)
        .where(
            DossierPiece.inspection_id == inspection.id,
            DossierPiece.n == n,
            DossierPiece.part == part,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if (found.version if found is not None else 0) != version:
        sentence = N_("Có người vừa ghi tài liệu này. Xem bản mới, rồi ghi lại phần còn thiếu.")
        raise Stale(Reason("STALE", sentence))
    return found


def _begun(
    inspection: Inspection, spec: Piece, part: int, actor: Person, now: datetime
) -> DossierPiece:
    if part != 1 and part != next_part(inspection, spec.n):
        raise Refused(Reason("FORM", N_("Tài liệu này chỉ có một bản trong hồ sơ.")))
    piece = DossierPiece(
        inspection=inspection,
        n=spec.n,
        part=part,
        version=0,
        created_at=now,
        updated_at=now,
        updated_by=actor,
    )
    db.session.add(piece)
    return piece


def _spec(n: int) -> Piece:
    found = piece_of(n)
    if found is None:
        raise Refused(Reason("FORM", N_("Hồ sơ có 12 tài liệu, đánh số từ 1 đến 12.")))
    return found


def _cleaned(spec: Piece, typed: Typed, inspection: Inspection, now: datetime) -> Typed:
    """What was typed as it is kept. Raises Refused with everything that is wrong."""
    wrong: list[Reason] = []
    texts = {}
    for section in spec.sections:
        place = f"texts.{section.key}"
        try:
            kept = text.clean(
                typed.texts.get(section.key), limit=LONGEST, place=place, multiline=True
            )
        except Refused as refusal:
            wrong += refusal.reasons
            continue
        if kept:
            texts[section.key] = kept
    number = text.clean_line(typed.number, limit=NUMBER, place="number")
    place = text.clean_line(typed.place, place="place")
    if typed.unit is not None and typed.unit.id not in inspection.unit_ids:
        wrong.append(_form(N_("Chọn một đơn vị thuộc phạm vi kiểm tra."), "unit"))
    if typed.dated_on is not None and typed.dated_on > local_day(now):
        wrong.append(_form(N_("Ngày này chưa tới. Ghi ngày đã diễn ra."), "dated_on"))
    unit = typed.unit
    if unit is None and spec.several and len(inspection.units) == 1:
        unit = inspection.units[0].unit
    signers = dict(typed.signers) if spec.minutes else {}
    wrong += _signers_wrong(inspection, unit, signers, now)
    if wrong:
        raise Refused(*wrong)
    return Typed(unit, number, typed.dated_on, place, texts, signers)


def _signers_wrong(
    inspection: Inspection, unit: Unit | None, signers: Mapping[str, Person | None], now: datetime
) -> list[Reason]:
    wrong = []
    ids = [person.id for person in signers.values() if person is not None]
    for role, person in signers.items():
        if person is None:
            continue
        if ids.count(person.id) > 1:
            sentence = N_("Mỗi người chỉ ký một chỗ. Chọn ba người khác nhau.")
            wrong.append(_form(sentence, f"signers.{role}"))
        elif unit is None:
            wrong.append(_form(N_("Chọn đơn vị trước khi chọn người ký."), "unit"))
        elif not may_sign(inspection, unit, role, person, now):
            sentence = N_("Chọn một người trong danh sách.")
            wrong.append(_form(sentence, f"signers.{role}"))
    return wrong


def _name_signers(piece: DossierPiece, signers: Mapping[str, Person | None]) -> None:
    """Who is to sign; nobody has signed what is still being written."""
    piece.signatures.clear()
    db.session.flush()
    for role in SIGNERS:
        person = signers.get(role)
        if person is not None:
            piece.signatures.append(PieceSignature(role=role, person=person))


def _form(sentence: str, place: str) -> Reason:
    return Reason("FORM", sentence, place=place)
