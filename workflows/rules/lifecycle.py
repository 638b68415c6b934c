"""What may still happen to a document, given what became of it: amendments and withdrawal."""

from __future__ import annotations

import sqlalchemy as sa

from models.base import db
from models.document import CLOSED, Contribution, Document
from workflows.act import Act
from workflows.refusal import N_, Reason
from workflows.rules.registry import guard


def open_amendment(document: Document) -> Document | None:
    """The document that amends this one and is still on its way, if any."""
    return db.session.scalar(
        sa.select(Document)
        .where(
            Document.amends_id == document.id,
            Document.state.not_in(CLOSED),
            Document.in_force_revision.is_(None),
        )
        .limit(1)
    )


@guard("no_open_amendment")
def no_open_amendment(act: Act) -> list[Reason]:
    """R31: one amendment at a time."""
    if open_amendment(act.document) is None:
        return []
    return [
        Reason(
            "R31",
            N_(
                "Chưa mở bản sửa đổi mới được: đã có một bản sửa đổi đang làm. "
                "Hoàn thành hoặc rút bản đó trước."
            ),
        )
    ]


@guard("not_being_amended")
def not_being_amended(act: Act) -> list[Reason]:
    """P13, R31: what is being amended is not laid away, for it gives way to its amendment."""
    if open_amendment(act.document) is None:
        return []
    return [
        Reason(
            "R31",
            N_(
                "Chưa lưu hồ sơ được: văn bản này đang có bản sửa đổi. "
                "Hoàn thành hoặc rút bản sửa đổi trước."
            ),
        )
    ]


@guard("not_handed_in")
def not_handed_in(act: Act) -> list[Reason]:
    """R13, R14: what its author has handed in once has met what he owes; it is written on, not taken
    back."""
    handed_in = sa.select(Contribution.id).where(
        Contribution.document_id == act.document.id, Contribution.action == "submit"
    )
    if db.session.scalar(handed_in.limit(1)) is None:
        return []
    return [
        Reason(
            "R13",
            N_("Chưa rút được: bản này đã gửi chi bộ một lần. Viết tiếp rồi gửi lại."),
        )
    ]


@guard("never_in_force")
def never_in_force(act: Act) -> list[Reason]:
    """P9: only what was never in force is withdrawn; the rest is amended or revoked (R31)."""
    if act.document.in_force_revision is None:
        return []
    return [
        Reason(
            "R31",
            N_(
                "Chưa rút được: văn bản đã có hiệu lực. "
                "Muốn thôi áp dụng thì bãi bỏ bằng quyết định."
            ),
        )
    ]
