"""Section 3 of commitments, read by the machine within an open inspection for its hints. What it reads
is never part of an answer: only where it noticed something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign
from models.document import OVER, Comment, Document, Revision
from workflows.questions.answer import Explained
from workflows.questions.scope import Scope
from workflows.refusal import N_, Reason

MOST = 2_000  # texts read at once
CLOSED = Reason(
    "",
    N_("Câu này chỉ trả lời trong một cuộc kiểm tra đang mở: bản cam kết chỉ đọc khi đó."),
)
TOO_MANY = Reason(
    "", N_("Nhiều bản cam kết quá, mới xem %(n)s bản đầu: chọn một đơn vị."), {"n": MOST}
)

SAID = Reason("", N_("Ý kiến của chi bộ"))


@dataclass(frozen=True)
class Section:
    """One section 3 as it is in force."""

    document_id: int
    unit_id: int
    author_id: int
    campaign_id: int
    year: int
    items: tuple[str, ...]


def sections(condition: sa.ColumnElement[bool]) -> list[Section]:
    """Section 3 of the commitments in force that fit, by id; at most one more than are read."""
    rows = db.session.execute(
        sa.select(
            Document.id,
            Document.unit_id,
            Document.author_id,
            Document.campaign_id,
            Campaign.year,
            Revision.content,
        )
        .join(Campaign, Document.campaign_id == Campaign.id)
        .join(
            Revision,
            sa.and_(Revision.document_id == Document.id, Revision.n == Document.in_force_revision),
        )
        .where(
            condition,
            Document.kind == "commitment",
            Document.state.not_in(OVER),
            Revision.erased_at.is_(None),
        )
        .order_by(Document.id)
        .limit(MOST + 1)
    )
    return [
        Section(ident, unit, author, campaign, year, _items(content))
        for ident, unit, author, campaign, year, content in rows
    ]


def asked_about(scope: Scope) -> sa.ColumnElement[bool]:
    """SQL condition on Document: the commitments that the question is about."""
    return sa.and_(scope.documents("commitment"), scope.period(Document.dated_on))


def cell_said(ids: Iterable[int]) -> dict[int, tuple[Explained, ...]]:
    """By commitment, what its cell wrote when it reviewed and agreed: it stands first. Only within
    an open inspection that covers them."""
    rows = db.session.scalars(
        sa.select(Comment)
        .where(
            Comment.document_id.in_(sorted(set(ids))),
            Comment.action.in_(("review", "approve", "explain")),
            Comment.stage == 0,
        )
        .order_by(Comment.id)
    )
    found: dict[int, tuple[Explained, ...]] = {}
    for row in rows:
        found[row.document_id] = (
            *found.get(row.document_id, ()),
            Explained(row.text, row.at, SAID),
        )
    return found


def _items(content: dict[str, object] | None) -> tuple[str, ...]:
    written = (content or {}).get("sections")
    items = written.get("3") if isinstance(written, dict) else None
    return tuple(item for item in items or () if isinstance(item, str))
