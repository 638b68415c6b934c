"""Words about a person that hang on no paper of his: why he was away, or let another act; where mail was
brought to him; by what he logged in. They go on his request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.account import Account, LoginSession
from models.morning import MorningMail
from models.notification import Delivery, Notification
from models.person import Absence
from models.post import Delegation, Post
from models.sitting import Attendance, MonthlyReview, SelfNote
from workflows.calendar import local_day

UNDER_WAY = ("pending", "held")  # a mail that is still to be brought needs its address


def kept_of(session: Session, person_id: int) -> bool:
    """Whether any reason is kept of why the person was away, or let another act."""
    reasons = (
        sa.exists().where(Absence.person_id == person_id, Absence.reason.is_not(None)),
        sa.exists().where(Attendance.person_id == person_id, Attendance.reason.is_not(None)),
        sa.exists().where(_lent(person_id), Delegation.reason.is_not(None)),
    )
    return bool(session.scalar(sa.select(sa.or_(*reasons))))


def forget(session: Session, person_id: int, now: datetime) -> None:
    """Empties all of it, in the caller's transaction; of months only those of years that are over."""
    before = local_day(now).replace(month=1, day=1)
    to_him = sa.select(Notification.id).where(Notification.person_id == person_id)
    mornings = sa.select(MorningMail.id).where(MorningMail.person_id == person_id)
    accounts = sa.select(Account.id).where(Account.person_id == person_id)
    places: tuple[tuple[Any, sa.ColumnElement[bool], dict[str, Any]], ...] = (
        (Absence, Absence.person_id == person_id, {"reason": None}),
        (Attendance, Attendance.person_id == person_id, {"reason": None}),
        (Delegation, _lent(person_id), {"reason": None}),
        (
            SelfNote,
            sa.and_(SelfNote.person_id == person_id, SelfNote.month < before),
            {"text": "", "items": []},
        ),
        (
            MonthlyReview,
            sa.and_(MonthlyReview.person_id == person_id, MonthlyReview.month < before),
            {"remark": "", "items": []},
        ),
        (
            Delivery,
            sa.and_(
                sa.or_(Delivery.notification_id.in_(to_him), Delivery.morning_id.in_(mornings)),
                Delivery.state.not_in(UNDER_WAY),
            ),
            {"address": None, "error": None},
        ),
        (
            LoginSession,
            sa.and_(LoginSession.account_id.in_(accounts), LoginSession.ended_at.is_not(None)),
            {"agent": None},
        ),
    )
    for model, his, empty in places:
        session.execute(sa.update(model).where(his).values(**empty))


def _lent(person_id: int) -> sa.ColumnElement[bool]:
    """SQL condition on Delegation: by him or to him."""
    posts = sa.select(Post.id).where(Post.person_id == person_id)
    return sa.or_(Delegation.person_id == person_id, Delegation.post_id.in_(posts))
