"""Accounts as an administrator gives, locks and opens them. `now` is real time, `at` the organisation's
instant, by which the event is dated."""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.account import Account
from models.person import Person
from models.queries.locking import hold_person
from workflows.accounts.entering import normal_login
from workflows.accounts.passwords import bad_password, first_password, hash_password
from workflows.accounts.sessions import end_sessions
from workflows.accounts.tokens import end_tokens
from workflows.organisation.people import record_for
from workflows.refusal import N_, Reason, Refused

LOGIN = re.compile(r"[a-z0-9][a-z0-9._\-]{1,62}")


def create_account(
    session: Session,
    *,
    login: str,
    person: Person,
    password: str | None = None,
    password_hash: str | None = None,
    is_administrator: bool = False,
    is_demo: bool = False,
    without_password: bool = False,
    actor: Person | None,
    now: datetime,
    at: datetime,
) -> tuple[Account, str]:
    """A new account and its password; one that is made up here is to be changed at once.

    `password_hash` is for many accounts with one known password (the demo): hashing is slow. An
    account `without_password` ("" is returned) opens only once a first password has been given.
    """
    login = normal_login(login)
    if not LOGIN.fullmatch(login):
        raise Refused(
            Reason(
                "FORM",
                N_(
                    "Tên đăng nhập “%(login)s” chưa đúng: từ 2 đến 63 chữ thường không dấu, số, "
                    "dấu chấm, gạch nối; ví dụ bithu.c1."
                ),
                {"login": _printable(login)},
                place="login",
            )
        )
    _refuse_taken(session, login, person)
    chosen = password if not is_demo else None
    if chosen is not None and (bad := bad_password(chosen, login, person.full_name)):
        raise Refused(bad)
    words = "" if without_password else password or first_password()
    account = Account(
        login=login,
        person=person,
        password_hash=password_hash or (hash_password(words) if words else None),
        must_change_password=password is None and password_hash is None,
        is_administrator=is_administrator,
        is_demo=is_demo,
        created_at=now,
    )
    session.add(account)
    session.flush()
    _record(session, account, "account_created", actor, at, administrator=is_administrator)
    return account, words


def _refuse_taken(session: Session, login: str, person: Person) -> None:
    """Raises Refused where somebody has this login, or the person an account."""
    taken = session.scalar(
        sa.select(Account).where(
            sa.or_(Account.login == login, Account.person_id == (person.id or 0))
        )
    )
    if taken is None:
        return
    if taken.login == login:
        text, params = N_("Tên đăng nhập %(login)s đã có người dùng. Chọn tên khác."), {}
    else:
        text = N_("%(person)s đã có tài khoản %(login)s. Cấp lại mật khẩu cho tài khoản đó.")
        params = {"person": person.full_name}
    raise Refused(Reason("FORM", text, {"login": taken.login, **params}, place="login"))


def reset_password(
    session: Session, *, account: Account, actor: Person | None, now: datetime, at: datetime
) -> str:
    """A new first password, to be changed at once; all sessions and tokens end."""
    words = first_password()
    account.password_hash, account.must_change_password = hash_password(words), True
    end_sessions(session, account, now=now)
    end_tokens(session, account, now)
    _record(session, account, "password_reset", actor, at)
    return words


def suspend(
    session: Session, *, account: Account, actor: Person | None, now: datetime, at: datetime
) -> None:
    """Out at the next request; what waits for him climbs."""
    hold_person(account.person_id)
    session.refresh(account)
    if account.suspended_at is not None:
        return
    if actor is not None and actor.id == account.person_id:
        raise Refused(
            Reason("LOGIN", N_("Không ai tự khóa tài khoản của mình. Nhờ một quản trị khác."))
        )
    _keep_an_administrator(session, account)
    account.suspended_at = now
    end_sessions(session, account, now=now)
    end_tokens(session, account, now)
    _record(session, account, "account_suspended", actor, at)
    _rehome(session, account, at)


def resume(
    session: Session, *, account: Account, actor: Person | None, now: datetime, at: datetime
) -> None:
    """The account may be used again; its owner logs in anew."""
    hold_person(account.person_id)
    session.refresh(account)
    if account.suspended_at is None:
        return
    account.suspended_at = None
    _record(session, account, "account_resumed", actor, at)
    _rehome(session, account, at)


def set_administrator(
    session: Session,
    *,
    account: Account,
    value: bool,
    actor: Person | None,
    at: datetime,
) -> None:
    """Makes somebody an administrator, or not any more; the last one stays."""
    if account.is_administrator == value:
        return
    if not value:
        _keep_an_administrator(session, account)
    account.is_administrator = value
    action = "administrator_made" if value else "administrator_unmade"
    _record(session, account, action, actor, at)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)[:60]


def _keep_an_administrator(session: Session, account: Account) -> None:
    # Two administrators who suspend each other at once: the second waits here and then sees it.
    session.execute(
        sa.select(Account.id)
        .where(Account.is_administrator.is_(True))
        .order_by(Account.id)
        .with_for_update()
    )
    others = session.scalar(
        sa.select(
            sa.exists().where(
                Account.is_administrator.is_(True),
                Account.suspended_at.is_(None),
                Account.id != account.id,
            )
        )
    )
    if account.is_administrator and not others:
        raise Refused(
            Reason(
                "LOGIN",
                N_("Đây là quản trị cuối cùng còn hoạt động. Cử thêm một quản trị khác trước."),
            )
        )


def _rehome(session: Session, account: Account, at: datetime) -> None:
    from workflows.calendar import local_day
    from workflows.organisation.record import rehome
    from workflows.organisation.tree import units_waiting_for

    rehome(session, [u.id for u in units_waiting_for(account.person, local_day(at))], at)


def _record(
    session: Session,
    account: Account,
    action: str,
    actor: Person | None,
    at: datetime,
    **facts: object,
) -> None:
    record_for(
        session,
        account.person,
        action,
        now=at,
        actor=actor,
        facts={"account": account.id, "person": account.person_id, **facts},
        private={"name": account.person.full_name, "login": account.login},
        about=account.person,
    )
