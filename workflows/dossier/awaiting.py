"""Minutes that wait for somebody's word: offered, he is named and may sign now, and either he has not
signed nor sent a scan of the signed paper, or somebody else's scan waits to be confirmed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.base import asked, db, once
from models.dossier import DossierPiece, PieceSignature
from models.person import Person
from models.stored_file import Attachment
from workflows.dossier.people import is_signer
from workflows.dossier.standing import scan_of

_PERSON = sa.bindparam("person", type_=sa.BigInteger)
_OTHER = aliased(PieceSignature)


def _scan(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(scan_of(DossierPiece.id), which)


_UNSIGNED = sa.exists().where(_OTHER.piece_id == DossierPiece.id, _OTHER.signed_at.is_(None))
# Ids of the pieces that wait for the signature of `person`, or for his word on their scan.
AWAITING = (
    sa.select(DossierPiece.id)
    .join(PieceSignature, PieceSignature.piece_id == DossierPiece.id)
    .where(
        PieceSignature.person_id == _PERSON,
        DossierPiece.offered_at.is_not(None),
        _UNSIGNED,
        ~_scan(Attachment.confirmed_at.is_not(None)),
        sa.or_(
            sa.and_(PieceSignature.signed_at.is_(None), ~_scan(Attachment.added_by_id == _PERSON)),
            _scan(Attachment.added_by_id != _PERSON),
        ),
    )
)
_IN_ORDER = AWAITING.order_by(DossierPiece.offered_at, DossierPiece.id)


def awaiting_signature(person: Person, now: datetime) -> list[DossierPiece]:
    """The minutes that wait for this person's word, the longest offered first."""
    session = db.session()

    def find() -> list[DossierPiece]:
        ids = asked(_IN_ORDER, {"person": person.id}).scalars().all()
        named = [session.get_one(DossierPiece, ident) for ident in ids]
        return [piece for piece in named if is_signer(piece, person, now)]

    return list(once(session, ("to sign", person.id, now), find))
