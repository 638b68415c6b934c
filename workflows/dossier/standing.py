"""Where minutes stand: being written, offered to their three signers, signed by three acts, or on paper
with a scan that another of the signers confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from models.base import db
from models.dossier import DossierPiece
from models.inspection import Inspection
from models.stored_file import Attachment

SIGNED = ("signed", "scanned")  # of what their three have signed


def standing(piece: DossierPiece) -> str:
    """drafted | offered | unconfirmed (a scan waits) | signed (by three acts) | scanned."""
    if piece.offered_at is None:
        return "drafted"
    if all(one.signed_at is not None for one in piece.signatures):
        return "signed"
    found = scans(piece)
    if any(one.confirmed_at is not None for one in found):
        return "scanned"
    return "unconfirmed" if found else "offered"


def scans(piece: DossierPiece) -> list[Attachment]:
    """The scans of the signed paper beside a piece."""
    rows = sa.select(Attachment).where(scan_of(piece.id))
    return list(db.session.scalars(rows.order_by(Attachment.id)))


def scan_of(piece_id: int | InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    """SQL condition on Attachment: a scan beside this piece, not taken away."""
    return sa.and_(
        Attachment.piece_id == piece_id,
        Attachment.purpose == "scan",
        Attachment.removed_at.is_(None),
    )


def pieces_of(inspection: Inspection) -> list[DossierPiece]:
    """What is written of a dossier so far, in the order of its index."""
    rows = sa.select(DossierPiece).where(DossierPiece.inspection_id == inspection.id)
    return list(db.session.scalars(rows.order_by(DossierPiece.n, DossierPiece.part)))
