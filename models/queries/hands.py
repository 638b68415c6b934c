"""Who had a hand in a text and who has decided on it: one prepared statement for both."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from models.base import db
from models.document import Contribution, Decision
from models.post import Post

_CHAIN = sa.bindparam("chain", type_=sa.BigInteger, expanding=True)
_DOCUMENT = sa.bindparam("document", type_=sa.BigInteger)
_REVISION = sa.bindparam("revision", type_=sa.Integer)

_HANDS = sa.union_all(
    sa.select(
        Contribution.document_id,
        Contribution.action,
        Contribution.person_id,
        sa.cast(sa.null(), sa.BigInteger).label("instead_of"),
        sa.false().label("decided"),
    ).where(Contribution.document_id.in_(_CHAIN)),
    sa.select(Decision.document_id, Decision.action, Decision.person_id, Post.person_id, sa.true())
    .outerjoin(Post, sa.and_(Post.id == Decision.post_id, Decision.delegation_id.is_not(None)))
    .where(Decision.document_id == _DOCUMENT, Decision.revision == _REVISION),
)


class Hand(NamedTuple):
    """One act of writing or deciding. `instead_of`: who had delegated the decision."""

    document_id: int
    action: str
    person_id: int
    instead_of: int | None
    decided: bool


def hands(chain: list[int], document_id: int, revision: int) -> list[Hand]:
    """Every contribution to the documents of `chain`, and every decision on one revision of one
    document."""
    given = {"chain": chain, "document": document_id, "revision": revision}
    return [Hand(*row) for row in db.session.execute(_HANDS, given)]
