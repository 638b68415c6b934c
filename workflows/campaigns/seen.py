"""Which text of a campaign a page showed: what somebody else changed since is not written over unseen."""

from __future__ import annotations

import hashlib

from models.campaign import Campaign
from workflows.refusal import N_, Reason, Stale


def seal(campaign: Campaign) -> str:
    """The text that a campaign has now, as a form sends it back: its SHA-256."""
    return hashlib.sha256(campaign.source.encode()).hexdigest()


def not_since(campaign: Campaign, seen: str | None) -> None:
    """Raises Stale when the campaign has another text than the page showed; None: nobody's page."""
    if seen is not None and seen != seal(campaign):
        raise Stale(
            Reason(
                "STALE",
                N_(
                    "Đợt %(code)s đã được sửa sau khi trang này mở. Nội dung đã gõ còn nguyên; xem "
                    "lại nội dung hiện nay của đợt, rồi ghi lại nếu vẫn đúng."
                ),
                {"code": campaign.code},
            )
        )
