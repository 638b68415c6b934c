"""Taking a file away from a piece of a dossier: evidence, or the scan that stands for signatures."""

from __future__ import annotations

from datetime import datetime

from models.person import Person
from models.stored_file import Attachment
from workflows import files
from workflows.dossier.who import require_team
from workflows.dossier.writing import held_piece
from workflows.refusal import N_, Reason, Refused


def take_away(attachment: Attachment, *, version: int, actor: Person, now: datetime) -> None:
    """Takes a file away from its piece. What three signed on paper is no more signed without its scan,
    so that a second person of the team takes that one away. In the caller's transaction.

    Raises Forbidden for who is not of the team, Stale where the piece changed since the page of this
    `version`, Refused for who sent the scan himself.
    """
    piece = attachment.piece
    assert piece is not None
    require_team(piece.inspection, actor, now)
    held_piece(piece.inspection, piece.n, piece.part, version)
    if attachment.purpose == "scan" and attachment.added_by_id == actor.id:
        sentence = N_(
            "Chưa gỡ được: bản quét thay chữ ký do người khác của đoàn gỡ, không phải người đã gửi."
        )
        raise Refused(Reason("STATE", sentence, place="file"))
    files.remove(attachment, actor=actor, now=now)
