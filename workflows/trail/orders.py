"""Signatures for others: who has no key leaves an order, and the signing process signs it.

What is signed begins with a line of its own, so that no order can pass for a checkpoint:

    duyet-order/v1 <purpose>
    <body>
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.checkpoint import SigningOrder
from workflows.trail.note import Key, NotANote, Note, parse, verify

FIRST = "duyet-order/v1"
PURPOSES = ("export",)
LONGEST = 4096
MOST = 100
_PURPOSE = re.compile("[a-z][a-z0-9-]{0,31}")


def text(purpose: str, body: str) -> str:
    """What is signed. Raises `ValueError` for a purpose or a body that nobody may have signed."""
    if not _PURPOSE.fullmatch(purpose):
        raise ValueError(f"no purpose: {purpose!r}")
    if not body.endswith("\n") or len(body) > LONGEST or "\n\n" in body or body == "\n":
        raise ValueError("a body has full lines, none of them empty, and is short: sign a hash")
    return f"{FIRST} {purpose}\n{body}"


def leave(session: Session, purpose: str, body: str, *, now: datetime) -> int:
    """Asks for a signature in the caller's transaction; the order's id. `now`: real time. Raises
    `ValueError`."""
    if purpose not in PURPOSES:
        raise ValueError(f"nothing is signed for {purpose!r}")
    text(purpose, body)
    order = SigningOrder(purpose=purpose, body=body, ordered_at=now)
    session.add(order)
    session.flush()
    return order.id


def signed(session: Session, order_id: int) -> str | None:
    """The signed note of this order; None while it waits."""
    return session.scalar(sa.select(SigningOrder.signature).where(SigningOrder.id == order_id))


def waiting(session: Session) -> list[SigningOrder]:
    """Some of the orders that wait, the oldest first."""
    query = sa.select(SigningOrder).where(SigningOrder.signed_at.is_(None))
    return list(session.scalars(query.order_by(SigningOrder.id).limit(MOST)))


def opened(whole: str, purpose: str, keys: Iterable[Key]) -> str:
    """The body of a signed order of this purpose, after one of these keys was found to have signed
    it. Raises `NotANote`."""
    note: Note = parse(whole)
    head, _, body = note.text.partition("\n")
    if head != f"{FIRST} {purpose}":
        raise NotANote("something else was signed")
    if not verify(note, keys):
        raise NotANote("no trusted key signed this")
    return body
