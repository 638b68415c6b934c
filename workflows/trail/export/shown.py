"""Which names and words leave the house with an export, and which never do (design §3).

The leaf of every event leaves: it holds neither. Of the salted fields beside it only those of plans
and reports, and of acts that concern bodies and posts. What concerns one person's own papers, his
absences, his account or his lateness stays: there the commitments alone leave.
"""

from __future__ import annotations

PAPERS = ("plan", "report")  # whose texts and fields are exported
_OF_BODIES = frozenset(
    (
        "post_given", "post_ended", "post_changed", "delegated", "delegation_revoked",
        "unit_created", "unit_changed", "unit_renamed", "unit_attached", "unit_closed",
        "unit_took_over", "unit_closing_planned", "unit_closing_cancelled",
        "reporting_line_added", "reporting_line_ended", "level_created", "level_changed",
        "calendar_day_set", "calendar_day_cleared", "calendar_year_set",
        "campaign_drafted", "campaign_dropped", "campaign_opening", "campaign_opened",
        "campaign_amended", "term_set", "number_given", "number_voided",
        "sitting_closed", "sitting_reopened", "sitting_cancelled", "sitting_confirmed",
    )
)  # fmt: skip


def fields_leave(kind: str | None, action: str) -> bool:
    """Whether the salted fields of an event are exported. `kind`: of its document, None when it is
    about none."""
    return kind in PAPERS if kind is not None else action in _OF_BODIES
