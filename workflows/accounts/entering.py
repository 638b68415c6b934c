"""Coming in by login and password, and changing the password. Instants are real time."""

from __future__ import annotations

import unicodedata
from datetime import datetime

import sqlalchemy as sa

from models.account import Account, LoginAttempt, LoginSession
from models.base import db, transaction
from workflows import throttle
from workflows.accounts import passwords
from workflows.accounts.passwords import bad_password, check_password, hash_password
from workflows.accounts.sessions import Entry, end_sessions, open_session
from workflows.refusal import N_, Reason, Refused

WRONG = Reason(
    "LOGIN",
    N_("Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra rồi nhập lại."),
    place="password",
)
SUSPENDED = Reason("LOGIN", N_("Tài khoản đang tạm khóa. Hỏi quản trị của đơn vị để được mở lại."))


def log_in(login: str, password: str, address: str, *, now: datetime, agent: str = "") -> Entry:
    """Opens a session. Raises `TooManyAttempts`, or `Refused`, alike for any wrong pair.

    The try is written down before the password is looked at, so that many at once do not slip
    through; a right one takes its own tries away again.
    """
    login = normal_login(login)
    keys = throttle.keys(login, address)
    tries = throttle.take_a_try(keys, now)
    account = db.session.scalar(sa.select(Account).where(Account.login == login))
    fine = check_password(account, password)
    if account is None or not fine:
        raise Refused(WRONG)
    if account.suspended_at is not None:
        raise Refused(SUSPENDED)
    account_id = account.id
    with transaction() as session:
        # Read again under the lock: suspended or changed in between is not let in.
        account = session.get_one(Account, account_id)
        if account.suspended_at is not None:
            raise Refused(SUSPENDED)
        session.execute(
            sa.delete(LoginAttempt).where(
                sa.or_(
                    LoginAttempt.key == keys["pair"],
                    LoginAttempt.id.in_(tries),
                    LoginAttempt.at < now - throttle.COUNTED,  # and whatever counts no more
                )
            )
        )
        if account.password_hash and passwords.HASHER.check_needs_rehash(account.password_hash):
            account.password_hash = hash_password(password)
        return open_session(session, account, now=now, agent=agent)


def enter_as(login: str, *, now: datetime, agent: str = "") -> Entry:
    """Opens a session for a demo account, without a password. Only for callers in demo mode."""
    with transaction() as session:
        account = session.scalar(
            sa.select(Account).where(
                Account.login == normal_login(login),
                Account.is_demo.is_(True),
                Account.suspended_at.is_(None),
            )
        )
        if account is None:
            raise Refused(
                Reason("LOGIN", N_("Vai này không có trong bản dùng thử. Chọn một vai khác."))
            )
        return open_session(session, account, now=now, agent=agent)


def change_password(
    account: Account, current: str, new: str, *, keep: LoginSession | None, now: datetime
) -> None:
    """Sets a new password after checking the current one, and ends the other sessions."""
    keys = {"pair": throttle.key_of("change", account.login)}
    throttle.take_a_try(keys, now)
    if not check_password(account, current):
        raise Refused(
            Reason("LOGIN", N_("Mật khẩu hiện tại chưa đúng. Nhập lại."), place="old_password")
        )
    bad = bad_password(new, account.login, account.person.full_name)
    if bad is None and check_password(account, new):
        bad = Reason(
            "FORM",
            N_("Mật khẩu mới giống mật khẩu đang dùng. Chọn mật khẩu khác."),
            place="new_password",
        )
    with transaction() as session:
        session.execute(sa.delete(LoginAttempt).where(LoginAttempt.key == keys["pair"]))
    if bad is not None:
        raise Refused(bad)
    hashed, account_id = hash_password(new), account.id
    with transaction() as session:
        account = session.get_one(Account, account_id)
        account.password_hash, account.must_change_password = hashed, False
        end_sessions(session, account, now=now, keep=keep)


def normal_login(login: str) -> str:
    """A login as it is stored and looked for: lower case, without blanks around it."""
    letters = unicodedata.normalize("NFC", login[:400]).strip().casefold()[:200]
    # What no login holds and no database takes becomes a question mark.
    return letters.encode("utf-8", "replace").decode().replace("\0", "?")
