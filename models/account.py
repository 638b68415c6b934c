"""Logins, sessions that the server can end, API tokens, and the login throttle."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.person import Person


class Account(Base):
    __tablename__ = "account"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = ref("person.id", unique=True)
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    theme: Mapped[str | None]  # light | dark | None: the system's
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship()

    # What Flask-Login asks of a user.
    is_anonymous = False

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_active(self) -> bool:
        return self.suspended_at is None

    def get_id(self) -> str:
        return str(self.id)


class LoginSession(Base):
    """One browser logged in. The cookie holds a random token; here is only its hash. Real time."""

    __tablename__ = "login_session"

    id: Mapped[Id]
    account_id: Mapped[int] = ref("account.id")
    token_hash: Mapped[str] = mapped_column(unique=True)
    agent: Mapped[str | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class ApiToken(Base):
    __tablename__ = "api_token"

    id: Mapped[Id]
    account_id: Mapped[int] = ref("account.id")
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class LoginAttempt(Base):
    """A failed login, counted per login and per address. Real time; old rows are swept."""

    __tablename__ = "login_attempt"
    __table_args__ = (sa.Index("ix_login_attempt_key_at", "key", "at"),)

    id: Mapped[Id]
    key: Mapped[str]  # hash of the login or of the address
    at: Mapped[datetime]
