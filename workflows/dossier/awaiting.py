"""Minutes that wait for somebody's signature: offered, he is named and may sign now, he has not signed,
and no scan of the signed paper stands in place of the three."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import asked, db, once
from models.dossier import DossierPiece, PieceSignature
from models.person import Person
from models.stored_file import Attachment
from workflows.dossier.people import is_signer

_SCAN = sa.exists().where(
    Attachment.piece_id == DossierPiece.id,
    Attachment.purpose == "scan",
    Attachment.removed_at.is_(None),
)
# Ids of the pieces that wait for the signature of `person`.
AWAITING = (
    sa.select(DossierPiece.id)
    .join(PieceSignature, PieceSignature.piece_id == DossierPiece.id)
    .where(
        PieceSignature.person_id == sa.bindparam("person", type_=sa.BigInteger),
        PieceSignature.signed_at.is_(None),
        DossierPiece.offered_at.is_not(None),
        ~_SCAN,
    )
)
_IN_ORDER = AWAITING.order_by(DossierPiece.offered_at, DossierPiece.id)


def awaiting_signature(person: Person, now: datetime) -> list[DossierPiece]:
    """The minutes that wait for this person's signature, the longest offered first."""
    session = db.session()

    def find() -> list[DossierPiece]:
        ids = asked(_IN_ORDER, {"person": person.id}).scalars().all()
        named = [session.get_one(DossierPiece, ident) for ident in ids]
        return [piece for piece in named if is_signer(piece, person, now)]

    return list(once(session, ("to sign", person.id, now), find))
