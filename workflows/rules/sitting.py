"""R30 for a body that decides by meeting: the vote is the decision, once the minutes are confirmed
by another person or by their scan (design §1)."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from models.base import db
from models.document import Contribution
from models.post import Post, held_at
from models.sitting import AgendaItem
from workflows.act import Act
from workflows.calendar import local_day
from workflows.refusal import N_, Reason
from workflows.rules.registry import guard

A_YEAR = 366  # days; minutes of an older meeting are a slip of the year


def day_reasons(held_on: date, today: date) -> list[Reason]:
    """Why a meeting cannot have been held on this day: it is still to come, or more than a year
    past."""
    if held_on > today:
        text = N_("Ngày họp chưa tới. Chọn hôm nay hoặc một ngày đã qua.")
    elif (today - held_on).days > A_YEAR:
        text = N_("Ngày họp %(day)s đã qua hơn một năm. Kiểm tra lại năm của ngày họp.")
    else:
        return []
    return [Reason("SITTING", text, {"day": held_on}, place="held_on")]


def sent_after(item: AgendaItem) -> list[Reason]:
    """C5, P5: a meeting speaks of what lay before it, not of a text handed in after its day."""
    sent = db.session.scalar(
        sa.select(sa.func.max(Contribution.at)).where(
            Contribution.document_id == item.document_id,
            Contribution.revision == item.revision,
            Contribution.action == "submit",
        )
    )
    if sent is None or local_day(sent) <= item.sitting.held_on:
        return []
    return [
        Reason(
            "SITTING",
            N_(
                "Bản này gửi ngày %(sent)s, sau ngày họp %(day)s, nên cuộc họp chưa quyết được. Để "
                "lại kỳ sau, hoặc sửa ngày họp nếu ghi nhầm."
            ),
            {"sent": local_day(sent), "day": item.sitting.held_on},
        )
    ]


@guard("minutes_confirmed")
def minutes_confirmed(act: Act) -> list[Reason]:
    """R30: the act is the vote of a sitting whose minutes were confirmed, on a text that lay before
    it."""
    if act.item is not None and act.item.sitting.confirmed_at is not None:
        return sent_after(act.item)
    return [
        Reason(
            "R30",
            N_(
                "Chưa ghi quyết định của cuộc họp được: biên bản chưa được người ghi biên bản xác "
                "nhận. Cần người ghi biên bản xác nhận, hoặc bản quét biên bản đã ký."
            ),
        )
    ]


@guard("vote_carried", needs=("votes",))
def vote_carried(act: Act) -> list[Reason]:
    """C5: more than half of those who may vote and were there are for it."""
    votes = act.inputs.votes
    if votes is None or votes.in_favour * 2 > votes.present:
        return []
    return [
        Reason(
            "MINUTES",
            N_(
                "Mới có %(in_favour)s trên %(present)s người có quyền biểu quyết tán thành, chưa "
                "quá nửa. Cần để lại kỳ sau, hoặc đề nghị sửa."
            ),
            {"in_favour": votes.in_favour, "present": votes.present},
            place="votes.for",
        )
    ]


@guard("reviewed_before")
def reviewed_before(act: Act) -> list[Reason]:
    """C3, P3: where there is a committee it reviews first; without one the meeting reviews too."""
    unit_id = act.stage.unit_id
    if act.document.state != "submitted" or not has_committee(unit_id, act.today, act.now):
        return []
    return [
        Reason(
            "R30",
            N_(
                "Chi ủy chưa cho ý kiến bản này. Cần chi ủy cho ý kiến trước, hoặc để lại kỳ họp "
                "sau."
            ),
        )
    ]


def has_committee(unit_id: int, day: date, now: datetime) -> bool:
    """Whether a body has committee members besides its secretary and deputy on `day`."""
    return (
        db.session.scalar(
            sa.select(Post.id)
            .where(
                Post.unit_id == unit_id,
                Post.role == "committee",
                held_at(day, now),
            )
            .limit(1)
        )
        is not None
    )
