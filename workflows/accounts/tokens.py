"""Bearer tokens for programs, and what is stored of any token. Instants are real time."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.account import Account, ApiToken
from models.base import db

TOKEN_PREFIX = "duyet_"


def make_token(session: Session, account: Account, *, now: datetime) -> str:
    """A new bearer token of this account; only its hash is kept."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    session.add(ApiToken(account=account, token_hash=hash_token(token), created_at=now))
    session.flush()
    return token


def account_of_token(token: str) -> Account | None:
    """The account behind a bearer token, or None: unknown, ended, or the account is suspended."""
    return db.session.scalar(
        sa.select(Account)
        .join(ApiToken, ApiToken.account_id == Account.id)
        .options(sa.orm.joinedload(Account.person))
        .where(
            ApiToken.token_hash == hash_token(token),
            ApiToken.ended_at.is_(None),
            Account.suspended_at.is_(None),
        )
    )


def open_tokens(account: Account) -> list[ApiToken]:
    """The account's tokens in use, newest first."""
    return list(
        db.session.scalars(
            sa.select(ApiToken)
            .where(ApiToken.account_id == account.id, ApiToken.ended_at.is_(None))
            .order_by(ApiToken.id.desc())
        )
    )


def end_tokens(session: Session, account: Account, now: datetime) -> None:
    """All tokens of an account open nothing any more."""
    session.execute(
        sa.update(ApiToken)
        .where(ApiToken.account_id == account.id, ApiToken.ended_at.is_(None))
        .values(ended_at=now)
    )


def hash_token(token: str) -> str:
    """What is stored of a token. It is random and long, so one round of SHA-256 is enough."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
