"""Minutes with three signers: who presided, who wrote, who was inspected. The text is fixed when it is
offered; each signs by his own act, or the signed paper is scanned. Nobody signs for two."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.base import db
from models.dossier import SIGNERS, DossierPiece, PieceSignature
from models.inspection import Inspection
from models.person import Person
from workflows import text, trail
from workflows.dossier.filled import body
from workflows.dossier.offered import FIXED, Offered
from workflows.dossier.people import may_sign
from workflows.dossier.pieces import ALL
from workflows.dossier.standing import SIGNED, scans, standing
from workflows.dossier.told import leaders, record, team, tell
from workflows.dossier.who import ANNOUNCED, require_team
from workflows.dossier.writing import held_piece
from workflows.refusal import N_, Forbidden, Reason, Refused, Stale

REMARK = 2000  # letters


def offer(
    inspection: Inspection, n: int, part: int, *, version: int, actor: Person, now: datetime
) -> DossierPiece:
    """The text is final and waits for its three signers, who are told. In the caller's transaction.

    Raises Forbidden, Stale, and Refused with everything that is still missing.
    """
    right = require_team(inspection, actor, now)
    piece = held_piece(inspection, n, part, version)
    _complete(piece)
    blocks = body(piece, now)
    piece.texts = {**piece.texts, FIXED: blocks}
    piece.salt = trail.new_salt()
    piece.content_hash = _hash(piece, blocks)
    piece.offered_at, piece.version = now, piece.version + 1
    event = record(
        "minutes_offered",
        inspection,
        actor=actor,
        now=now,
        right=right,
        facts={
            "number": piece.n,
            "part": piece.part,
            "piece": piece.id,
            "content": piece.content_hash,
            "of_unit": piece.unit.code if piece.unit is not None else None,
        },
    )
    signers = [one.person for one in piece.signatures]
    tell(event, signers, inspection, topic="waits", action="sign_minutes", actor=actor, now=now)
    if piece.unit_id is not None:
        tell(
            event,
            [one for one in leaders([piece.unit_id], now) if one not in signers],
            inspection,
            topic="waits",
            action="minutes_offered",
            actor=actor,
            now=now,
        )
    return piece


def reopen(
    inspection: Inspection, n: int, part: int, *, version: int, actor: Person, now: datetime
) -> DossierPiece:
    """The text is written on: what was signed of it counts no more, and who signed is told. In the
    caller's transaction. Raises Forbidden, Stale, and Refused where all three have signed."""
    right = require_team(inspection, actor, now)
    piece = held_piece(inspection, n, part, version)
    if piece.offered_at is None:
        raise Refused(Reason("STATE", N_("Biên bản này còn đang soạn, chưa chốt để ký.")))
    if standing(piece) in SIGNED:
        raise Refused(Reason("STATE", N_("Chưa mở lại được: biên bản đã đủ chữ ký.")))
    if scans(piece):
        sentence = N_("Chưa mở lại được: có bản quét chờ xác nhận. Gỡ bản quét trước.")
        raise Refused(Reason("STATE", sentence))
    event = record(
        "minutes_reopened",
        inspection,
        actor=actor,
        now=now,
        right=right,
        facts={"number": piece.n, "part": piece.part, "piece": piece.id},
    )
    signed = [one.person for one in piece.signatures if one.signed_at is not None]
    for one in piece.signatures:
        one.signed_at, one.event_id, one.remark = None, None, ""
    piece.texts = {key: value for key, value in piece.texts.items() if key != FIXED}
    piece.offered_at = piece.salt = piece.content_hash = None
    piece.version += 1
    tell(event, signed, inspection, topic="returned", action="reopened", actor=actor, now=now)
    return piece


def sign(
    inspection: Inspection,
    n: int,
    part: int,
    *,
    version: int,
    remark: str,
    actor: Person,
    now: datetime,
) -> PieceSignature:
    """One signs for himself; a remark of his is kept and printed with his name. In the caller's
    transaction. Raises Forbidden for who is not named or holds his part no more, Stale, Refused for
    who has signed."""
    remark = text.clean(remark, limit=REMARK, place="remark", multiline=True)
    piece = held_piece(inspection, n, part, version)
    mine = require_signer(piece, actor, now)
    if mine.signed_at is not None:
        raise Refused(Reason("STATE", N_("Biên bản này đã được ký rồi, mỗi người ký một lần.")))
    event = record(
        "minutes_signed",
        inspection,
        actor=actor,
        now=now,
        unit_id=piece.unit_id or inspection.commission.id,
        facts={
            "number": piece.n,
            "part": piece.part,
            "piece": piece.id,
            "role": mine.role,
            "content": piece.content_hash,
        },
        private={"remark": remark or None},
    )
    mine.signed_at, mine.remark, mine.event_id = now, remark, event.id
    db.session.flush()
    if standing(piece) == "signed":
        tell(
            event,
            team(inspection),
            inspection,
            topic="decided",
            action="minutes_signed",
            actor=actor,
            now=now,
        )
    return mine


def require_signer(piece: DossierPiece, actor: Person, now: datetime) -> PieceSignature:
    """The place in offered minutes at which this person is named. Raises Forbidden for who is not named
    or holds his part no more, Stale where the minutes are written on."""
    mine = next((one for one in piece.signatures if one.person_id == actor.id), None)
    if mine is None:
        sentence = N_("Chưa ký được: biên bản này không ghi tên người đang đăng nhập để ký.")
        raise Forbidden(Reason("POST", sentence))
    if piece.offered_at is None:
        raise Stale(Reason("STALE", N_("Biên bản đã mở lại để sửa. Tải lại trang để xem.")))
    if piece.unit is None or not may_sign(piece.inspection, piece.unit, mine.role, actor, now):
        sentence = N_(
            "Chưa ký được: người ký đã rời đoàn, thôi chức vụ hoặc chuyển sinh hoạt. "
            "Đoàn kiểm tra mở lại biên bản và ghi người ký khác."
        )
        raise Forbidden(Reason("POST", sentence))
    return mine


def _complete(piece: DossierPiece) -> None:
    wrong: list[Reason] = []
    spec = ALL[piece.n - 1]
    if not spec.minutes:
        raise Refused(Reason("FORM", N_("Chỉ biên bản mới cần ba người ký.")))
    if piece.inspection.state not in ANNOUNCED:
        wrong.append(Reason("STATE", N_("Biên bản chỉ chốt sau khi đã triển khai kiểm tra.")))
    if piece.offered_at is not None:
        raise Stale(Reason("STALE", N_("Biên bản này đã chốt để ký. Tải lại trang để xem.")))
    if piece.dated_on is None:
        wrong.append(Reason("FORM", N_("Chưa ghi ngày lập biên bản."), place="dated_on"))
    if not piece.texts.get("work"):
        wrong.append(Reason("FORM", N_("Chưa ghi nội dung làm việc."), place="texts.work"))
    for role in SIGNERS:
        if piece.signature(role) is None:
            sentence = N_("Chưa chọn đủ ba người ký biên bản.")
            wrong.append(Reason("FORM", sentence, place=f"signers.{role}"))
    if wrong:
        raise Refused(*wrong)


def _hash(piece: DossierPiece, blocks: list[dict[str, Any]]) -> bytes:
    assert piece.salt is not None
    signers = {one.role: one.person_id for one in piece.signatures}
    decision = piece.inspection.decision_number
    told = (piece.n, piece.part, piece.number, piece.place, piece.dated_on)
    return Offered(decision, *told, blocks, signers).hash(piece.salt)
