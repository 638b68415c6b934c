"""Accounts: passwords, sessions that the server can end, API tokens, and the login throttle.

Here `now` is always real time: a rehearsal moves the organisation, not its locks. Only the trail of
an administrator's acts is dated by the organisation's instant, given apart as `at`.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy.orm import Session

from models import rehearsal
from models.account import Account, ApiToken, LoginAttempt, LoginSession
from models.base import UTCDateTime, db, transaction
from models.person import Person
from models.queries.locking import hold_person
from workflows import calendar, throttle
from workflows.organisation.people import record_for
from workflows.refusal import N_, Reason, Refused

# OWASP's second choice for argon2id: 19 MiB a check, so that eight at once fit a small machine.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
LOGIN = re.compile(r"[a-z0-9][a-z0-9._\-]{1,62}")
SHORTEST, LONGEST = 10, 200  # letters of a password
TOKEN_PREFIX = "duyet_"

IDLE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=5)


WRONG = Reason(
    "LOGIN",
    N_("Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra rồi nhập lại."),
    place="password",
)
SUSPENDED = Reason("LOGIN", N_("Tài khoản đang tạm khóa. Hỏi quản trị của đơn vị để được mở lại."))


@dataclass(frozen=True)
class Entry:
    """An open door: the session's row, and the token that only the browser will know."""

    session: LoginSession
    token: str


# --- coming and going ------------------------------------------------------------------------


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
        if account.password_hash and HASHER.check_needs_rehash(account.password_hash):
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


# --- passwords -------------------------------------------------------------------------------


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    return HASHER.hash(_bytes(password))


def check_password(account: Account | None, password: str) -> bool:
    """Whether this is the account's password. Takes as long without an account or a password."""
    known = account.password_hash if account is not None else None
    if len(password) > 4 * LONGEST:
        password, known = "", None
    try:
        HASHER.verify(known or _nobodys_hash(), _bytes(password))
    except (Argon2Error, InvalidHashError):
        return False
    return known is not None


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
    bad = bad_password(new, account.login)
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


def bad_password(password: str, login: str) -> Reason | None:
    """Why a password may not be used."""
    letters = unicodedata.normalize("NFC", password)
    if len(letters) < SHORTEST:
        text = N_("Mật khẩu cần ít nhất %(shortest)s ký tự. Một câu ngắn dễ nhớ là tốt nhất.")
    elif len(letters) > LONGEST:
        text = N_("Mật khẩu dài quá %(longest)s ký tự. Chọn câu ngắn hơn.")
    elif login in letters.casefold() and len(letters) < len(login) + SHORTEST:
        text = N_("Mật khẩu chứa tên đăng nhập nên dễ đoán. Chọn mật khẩu khác.")
    elif len(set(letters)) < 5:
        text = N_("Mật khẩu lặp quá ít ký tự nên dễ đoán. Chọn mật khẩu khác.")
    else:
        return None
    return Reason("FORM", text, {"shortest": SHORTEST, "longest": LONGEST}, place="new_password")


def first_password() -> str:
    """A password to be said over the telephone once: four groups without look-alike letters."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


# --- accounts, by the administrator ----------------------------------------------------------


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
    taken = session.scalar(
        sa.select(Account).where(
            sa.or_(Account.login == login, Account.person_id == (person.id or 0))
        )
    )
    if taken is not None and taken.login == login:
        raise Refused(
            Reason(
                "FORM",
                N_("Tên đăng nhập %(login)s đã có người dùng. Chọn tên khác."),
                {"login": login},
                place="login",
            )
        )
    if taken is not None:
        raise Refused(
            Reason(
                "FORM",
                N_("%(person)s đã có tài khoản %(login)s. Cấp lại mật khẩu cho tài khoản đó."),
                {"person": person.full_name, "login": taken.login},
                place="login",
            )
        )
    if password is not None and not is_demo and (bad := bad_password(password, login)):
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


def reset_password(
    session: Session, *, account: Account, actor: Person | None, now: datetime, at: datetime
) -> str:
    """A new first password, to be changed at once; all sessions and tokens end."""
    words = first_password()
    account.password_hash, account.must_change_password = hash_password(words), True
    end_sessions(session, account, now=now)
    _end_tokens(session, account, now)
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
    _end_tokens(session, account, now)
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


# --- tokens for programs ---------------------------------------------------------------------


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


def hash_token(token: str) -> str:
    """What is stored of a token. It is random and long, so one round of SHA-256 is enough."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def normal_login(login: str) -> str:
    """A login as it is stored and looked for: lower case, without blanks around it."""
    letters = unicodedata.normalize("NFC", login[:400]).strip().casefold()[:200]
    # What no login holds and no database takes becomes a question mark.
    return letters.encode("utf-8", "replace").decode().replace("\0", "?")


# --- small helps -----------------------------------------------------------------------------


@cache
def _nobodys_hash() -> str:
    """A hash that no password fits, so that an unknown login takes as long as a known one."""
    return HASHER.hash(secrets.token_bytes(32))


def _bytes(password: str) -> bytes:
    """The password in one spelling (NFC), whatever keyboard wrote it."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)[:60]


def _end_tokens(session: Session, account: Account, now: datetime) -> None:
    session.execute(
        sa.update(ApiToken)
        .where(ApiToken.account_id == account.id, ApiToken.ended_at.is_(None))
        .values(ended_at=now)
    )


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
