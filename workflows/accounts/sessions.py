"""Sessions of browsers, which the server can end. Their instants are real time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import rehearsal
from models.account import Account, LoginSession
from models.base import UTCDateTime, db, transaction
from workflows import calendar
from workflows.accounts.tokens import hash_token

IDLE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Entry:
    """An open door: the session's row, and the token that only the browser will know."""

    session: LoginSession
    token: str


def open_session(session: Session, account: Account, *, now: datetime, agent: str = "") -> Entry:
    """A new session of this account; only the hash of its token is kept."""
    token = secrets.token_urlsafe(32)
    row = LoginSession(
        account=account,
        token_hash=hash_token(token),
        agent="".join(c for c in agent if c.isprintable())[:200] or None,
        created_at=now,
        seen_at=now,
    )
    session.add(row)
    session.flush()
    return Entry(row, token)


# Asked by every request, so built once; it brings along what nearly every page asks next.
_SESSION = (
    sa.select(LoginSession, *rehearsal.CLOCK, calendar.EXCEPTIONS)
    .join(LoginSession.account)
    .join(Account.person)
    .outerjoin(rehearsal.Rehearsal, rehearsal.RUNS)
    .options(
        sa.orm.contains_eager(LoginSession.account).contains_eager(Account.person),
    )
    .where(
        LoginSession.token_hash == sa.bindparam("token"),
        LoginSession.ended_at.is_(None),
        LoginSession.seen_at > sa.bindparam("since", type_=UTCDateTime),
        Account.suspended_at.is_(None),
    )
)


def find_session(token: str, *, now: datetime) -> LoginSession | None:
    """The session behind a token: not ended, not idle for too long, its account not suspended."""
    session = db.session()
    asked = {"token": hash_token(token), "since": now - IDLE}
    found = session.execute(_SESSION, asked).one_or_none()
    if found is None:
        return None
    row, offset, frozen_at, exceptions = found
    rehearsal.told(offset, frozen_at)
    calendar.told(session, exceptions)
    return row


def touch(row: LoginSession, *, now: datetime) -> None:
    """Notes that the session is in use, at most every five minutes. A busy database may miss it.

    Seen at an instant to come: the clock was set back since, and counts from here.
    """
    if now - TOUCH_EVERY < row.seen_at <= now:
        return
    row_id = row.id
    try:
        with transaction() as session:
            session.execute(
                sa.update(LoginSession)
                .where(LoginSession.id == row_id, LoginSession.ended_at.is_(None))
                .values(seen_at=now)
                .execution_options(synchronize_session=False)
            )
    except (sa.exc.OperationalError, sa.exc.InternalError):  # locked, full, or read-only
        db.session.rollback()


def open_sessions(account: Account, *, now: datetime) -> list[LoginSession]:
    """The account's sessions that still let somebody in, the latest used first."""
    return list(
        db.session.scalars(
            sa.select(LoginSession)
            .where(
                LoginSession.account_id == account.id,
                LoginSession.ended_at.is_(None),
                LoginSession.seen_at > now - IDLE,
            )
            .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        )
    )


def end_session(session: Session, row: LoginSession, *, now: datetime) -> None:
    """The token behind this session lets nobody in any more."""
    if row.ended_at is None:
        row.ended_at = now


def end_sessions(
    session: Session, account: Account, *, now: datetime, keep: LoginSession | None = None
) -> None:
    """Ends all sessions of an account but `keep`."""
    session.execute(
        sa.update(LoginSession)
        .where(
            LoginSession.account_id == account.id,
            LoginSession.ended_at.is_(None),
            LoginSession.id != (keep.id if keep else 0),
        )
        .values(ended_at=now)
    )
