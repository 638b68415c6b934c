"""Who had a hand in a text and who has decided on it: one prepared statement for both."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from models.base import db
from models.document import Contribution, Decision
from models.post import Post

_ANCESTORS = sa.bindparam("ancestors", type_=sa.BigInteger, expanding=True)
_DOCUMENT = sa.bindparam("document", type_=sa.BigInteger)
_REVISION = sa.bindparam("revision", type_=sa.Integer)

_WROTE = sa.select(
    Contribution.document_id,
    Contribution.action,
    Contribution.person_id,
    sa.cast(sa.null(), sa.BigInteger).label("instead_of"),
    sa.false().label("decided"),
)
_HANDS = sa.union_all(
    _WROTE.where(Contribution.document_id == _DOCUMENT),
    sa.select(Decision.document_id, Decision.action, Decision.person_id, Post.person_id, sa.true())
    .outerjoin(Post, sa.and_(Post.id == Decision.post_id, Decision.delegation_id.is_not(None)))
    .where(Decision.document_id == _DOCUMENT, Decision.revision == _REVISION),
)


_OF_ANCESTORS = _WROTE.where(Contribution.document_id.in_(_ANCESTORS))


class Hand(NamedTuple):
    """One act of writing or deciding. `instead_of`: who had delegated the decision."""

    document_id: int
    action: str
    person_id: int
    instead_of: int | None
    decided: bool


def hands(document_id: int, revision: int, ancestors: list[int]) -> list[Hand]:
    """Every contribution to one document and to its `ancestors`, and every decision on one revision
    of it."""
    connection = db.session.connection()
    given = {"document": document_id, "revision": revision}
    found = [Hand(*row) for row in connection.execute(_HANDS, given)]
    if ancestors:
        rows = connection.execute(_OF_ANCESTORS, {"ancestors": ancestors})
        found += [Hand(*row) for row in rows]
    return found
