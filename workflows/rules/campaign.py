"""Within what time a campaign takes papers, and when its papers go to the archive (P1, P13)."""

from __future__ import annotations

from workflows.act import Act
from workflows.refusal import N_, Reason
from workflows.rules.registry import guard


@guard("campaign_open")
def campaign_open(act: Act) -> list[Reason]:
    """P1: the campaign has been opened and not closed."""
    campaign = act.document.campaign
    if campaign.opened_at is None or campaign.opened_at > act.now:
        text = N_("Đợt %(campaign)s chưa mở. Cần chờ %(unit)s mở đợt.")
    elif campaign.closed_at is not None and campaign.closed_at <= act.now:
        text = N_("Đợt %(campaign)s đã khép. Việc còn lại cần theo quyết định của %(unit)s.")
    else:
        return []
    return [Reason("CAMPAIGN", text, {"campaign": campaign.code, "unit": campaign.unit.name})]


@guard("year_closed")
def year_closed(act: Act) -> list[Reason]:
    """P13: the campaign is closed, or its year is over."""
    campaign = act.document.campaign
    closed = campaign.closed_at is not None and campaign.closed_at <= act.now
    if closed or act.today.year > campaign.year:
        return []
    return [
        Reason(
            "CAMPAIGN",
            N_(
                "Năm %(year)s chưa khép lại. Lưu hồ sơ được khi đợt đã khép hoặc từ ngày "
                "01/01/%(next)s."
            ),
            {"year": campaign.year, "next": campaign.year + 1},
        )
    ]
