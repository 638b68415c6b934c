"""Files beside a piece of a dossier: evidence, and the scan of minutes signed on paper, which stands for
the three signatures once another of the three than who sent it has confirmed it (R30)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.base import db
from models.dossier import DossierPiece
from models.person import Person
from models.stored_file import Attachment, StoredFile
from workflows import files
from workflows.dossier.signing import require_signer
from workflows.dossier.standing import SIGNED, scans, standing
from workflows.dossier.told import record, team, tell
from workflows.dossier.who import require_team
from workflows.dossier.writing import held_piece
from workflows.ladder.posts import keep
from workflows.refusal import N_, Forbidden, Reason, Refused


def put_beside(
    piece: DossierPiece,
    stored: StoredFile,
    *,
    purpose: str,
    name: str,
    actor: Person,
    now: datetime,
) -> Attachment:
    """Puts a kept file beside a piece; whoever may confirm a scan is told that it waits for him. In
    the caller's transaction.

    Raises Forbidden for who is not of the team; Refused for a scan of minutes that are still written
    or that all three have signed, and as `files.attach`.
    """
    right = require_team(piece.inspection, actor, now)
    keep(right, now)
    db.session.refresh(piece, with_for_update=True)
    if purpose == "scan":
        _require_waiting(piece)
    before = {one.id for one in scans(piece)}
    put = files.attach(piece, stored, purpose=purpose, name=name, actor=actor, now=now)
    if purpose == "scan" and put.id not in before:
        event = record(
            "minutes_scanned",
            piece.inspection,
            actor=actor,
            now=now,
            right=right,
            facts=_facts(piece, put),
        )
        signers = [one.person for one in piece.signatures]
        told = {"topic": "waits", "action": "confirm_scan"}
        tell(event, signers, piece.inspection, **told, actor=actor, now=now)
    return put


def confirm_scan(
    piece: DossierPiece, scan_id: int, *, version: int, actor: Person, now: datetime
) -> None:
    """One of the three confirms that a scan is of these minutes, signed by all three; from then on it
    stands for their signatures. In the caller's transaction.

    Raises Forbidden for who is not named, holds his part no more, or sent the scan; Stale; Refused
    where the scan was taken away, or all have signed.
    """
    piece = held_piece(piece.inspection, piece.n, piece.part, version)
    require_signer(piece, actor, now)
    scan = next((one for one in scans(piece) if one.id == scan_id), None)
    if scan is None:
        raise Refused(Reason("STATE", N_("Chưa xác nhận được: bản quét này đã được gỡ.")))
    if scan.added_by_id == actor.id:
        sentence = N_(
            "Chưa xác nhận được: bản quét do người ký khác xác nhận, không phải người đã gửi."
        )
        raise Forbidden(Reason("R30", sentence))
    _require_waiting(piece)
    event = record(
        "minutes_confirmed",
        piece.inspection,
        actor=actor,
        now=now,
        unit_id=piece.unit_id or piece.inspection.commission.id,
        facts=_facts(piece, scan),
    )
    scan.confirmed_at, scan.confirmed_by = now, actor
    told = {"topic": "decided", "action": "minutes_confirmed"}
    tell(event, team(piece.inspection), piece.inspection, **told, actor=actor, now=now)


def take_away(attachment: Attachment, *, version: int, actor: Person, now: datetime) -> None:
    """Takes a file away from its piece. What three signed on paper is no more signed without its scan,
    so that a second person of the team takes a confirmed one away. In the caller's transaction.

    Raises Forbidden for who is not of the team, Stale where the piece changed since the page of this
    `version`, Refused for who sent the confirmed scan himself.
    """
    piece = attachment.piece
    assert piece is not None
    require_team(piece.inspection, actor, now)
    held_piece(piece.inspection, piece.n, piece.part, version)
    db.session.refresh(attachment)
    if attachment.confirmed_at is not None and attachment.added_by_id == actor.id:
        sentence = N_(
            "Chưa gỡ được: bản quét thay chữ ký do người khác của đoàn gỡ, không phải người đã gửi."
        )
        raise Refused(Reason("STATE", sentence, place="file"))
    files.remove(attachment, actor=actor, now=now)


def _require_waiting(piece: DossierPiece) -> None:
    if piece.offered_at is None:
        sentence = N_("Bản quét kèm theo biên bản đã chốt để ký. Chốt biên bản trước.")
        raise Refused(Reason("FORM", sentence, place="purpose"))
    if standing(piece) in SIGNED:
        sentence = N_("Không cần bản quét nữa: biên bản đã đủ chữ ký.")
        raise Refused(Reason("STATE", sentence, place="purpose"))


def _facts(piece: DossierPiece, scan: Attachment) -> dict[str, Any]:
    return {
        "number": piece.n,
        "part": piece.part,
        "piece": piece.id,
        "content": piece.content_hash,
        "attachment": scan.id,
        "sha256": scan.file.sha256,
    }
