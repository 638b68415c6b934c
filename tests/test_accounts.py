"""Passwords, sessions, tokens and the throttle, in real time given as a parameter."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from models.account import Account, LoginAttempt, LoginSession
from models.base import db, transaction
from models.event import AuditEvent
from models.person import Person
from workflows import accounts, organisation, throttle
from workflows.accounts import passwords
from workflows.refusal import Refused
from workflows.throttle import ADDRESS_FREE, LOGIN_ATTACKED, PAIR_FREE, TooManyAttempts

# Forms, pages and passwords: the database makes no difference.
pytestmark = pytest.mark.databases("sqlite")

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PASSWORD = "một câu dễ nhớ"
HOME, ATTACKER = "198.51.100.7", "203.0.113.9"


def make(login: str, *, name: str = "Trần Thị Ví Dụ", administrator: bool = False) -> Account:
    with transaction() as session:
        person = organisation.create_person(session, full_name=name, actor=None, now=NOW)
        account, _ = accounts.create_account(
            session,
            login=login,
            person=person,
            password=PASSWORD,
            is_administrator=administrator,
            actor=None,
            now=NOW,
            at=NOW,
        )
        return account


@pytest.fixture
def account(app: Flask) -> Iterator[Account]:
    with app.app_context():
        yield make("bithu.c1")


def try_in(
    password: str = PASSWORD,
    *,
    login: str = "bithu.c1",
    address: str = HOME,
    now: datetime = NOW,
) -> accounts.Entry:

    return accounts.log_in(login, password, address, now=now)


def fail(times: int, **more: object) -> None:
    for _ in range(times):
        with pytest.raises(Refused):
            try_in("sai", **more)  # type: ignore[arg-type]


# --- logging in ------------------------------------------------------------------------------


def test_a_session_is_found_by_its_token_only(account: Account) -> None:
    entry = try_in(login="  BiThu.C1 ")
    assert accounts.find_session(entry.token, now=NOW) is not None
    assert accounts.find_session("khác", now=NOW) is None
    stored = db.session.scalars(sa.select(LoginSession.token_hash)).one()
    assert entry.token not in stored


def test_the_hash_is_argon2id(account: Account) -> None:
    assert (account.password_hash or "").startswith("$argon2id$")


@pytest.mark.databases("sqlite")
def test_a_password_is_the_same_in_either_spelling(account: Account) -> None:
    import unicodedata

    assert accounts.check_password(account, unicodedata.normalize("NFD", PASSWORD))


@pytest.mark.parametrize("login", ["không.có", "bithu.c1", "a\0b", "\ud800", "x" * 5000])
def test_a_wrong_pair_gets_one_answer_whoever_it_names(account: Account, login: str) -> None:
    with pytest.raises(Refused) as caught:
        try_in("sai", login=login)
    assert caught.value.reasons == [accounts.WRONG]


def test_an_unknown_login_costs_as_much_hashing(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    class Counting:
        def verify(self, known: str, password: bytes) -> bool:
            seen.append(known)
            raise passwords.InvalidHashError

    passwords._nobodys_hash()
    monkeypatch.setattr(passwords, "HASHER", Counting())
    fail(1)
    fail(1, login="khong.co")
    assert len(seen) == 2
    assert {known.rsplit("$", 2)[0] for known in seen} == {seen[0].rsplit("$", 2)[0]}


def test_a_suspended_account_is_told_only_to_who_knows_the_password(account: Account) -> None:
    make("quantri", name="Quản Trị", administrator=True)
    with transaction() as session:
        accounts.suspend(session, account=account, actor=None, now=NOW, at=NOW)
    fail(1)
    with pytest.raises(Refused) as caught:
        try_in()
    assert caught.value.reasons == [accounts.SUSPENDED]


# --- the throttle ----------------------------------------------------------------------------


def test_the_delay_rises_with_every_failure(account: Account) -> None:
    fail(PAIR_FREE)
    with pytest.raises(TooManyAttempts) as caught:
        try_in()
    assert caught.value.seconds <= 3
    now = NOW + 3 * SECOND
    fail(1, now=now)
    with pytest.raises(TooManyAttempts):
        try_in(now=now + 3 * SECOND)
    try_in(now=now + 5 * SECOND)


def test_what_is_not_tried_does_not_count(account: Account) -> None:
    fail(PAIR_FREE)
    for _ in range(10):
        with pytest.raises(TooManyAttempts):
            try_in()
    try_in(now=NOW + 3 * SECOND)


def test_a_right_password_takes_the_failures_away(account: Account) -> None:
    for _ in range(2):
        fail(PAIR_FREE - 1)
        assert try_in().session.account_id == account.id


def test_an_attacker_elsewhere_locks_nobody_out(account: Account) -> None:
    now = NOW
    for _ in range(2 * PAIR_FREE):
        try:
            try_in("sai", address=ATTACKER, now=now)
        except Refused:
            pass
        except TooManyAttempts as refusal:
            now += refusal.seconds * SECOND
    assert try_in(now=now).session.account_id == account.id


def test_many_attackers_leave_each_place_one_free_try(account: Account) -> None:
    login = throttle.keys("bithu.c1", HOME)["login"]
    with transaction() as session:
        session.add_all(LoginAttempt(key=login, at=NOW) for _ in range(LOGIN_ATTACKED))
    fail(1)
    with pytest.raises(TooManyAttempts):
        try_in()
    try_in(address="192.0.2.44")


def test_one_address_trying_many_logins_waits_seconds_never_longer(account: Account) -> None:
    for n in range(ADDRESS_FREE):
        fail(1, login=f"nguoi.{n}")
    with pytest.raises(TooManyAttempts):
        try_in()
    try_in(now=NOW + 31 * SECOND)


@pytest.mark.databases("sqlite")
def test_one_subscribers_ipv6_network_is_one_address() -> None:
    assert throttle.network_of("2001:db8::1") == throttle.network_of("2001:db8::ffff:1")
    assert throttle.network_of("2001:db8::1") != throttle.network_of("2001:db8:0:1::1")
    assert throttle.network_of("::ffff:192.0.2.1") == "192.0.2.1"


def test_failures_are_forgotten_after_an_hour(account: Account) -> None:
    fail(PAIR_FREE)
    try_in(now=NOW + timedelta(hours=1, seconds=1))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LoginAttempt)) == 0


# --- sessions --------------------------------------------------------------------------------


def test_a_session_idles_out_after_twelve_hours_and_use_keeps_it(account: Account) -> None:
    entry = try_in()
    later = NOW + timedelta(hours=11)
    row = accounts.find_session(entry.token, now=later)
    assert row is not None
    accounts.touch(row, now=later)
    assert accounts.find_session(entry.token, now=NOW + timedelta(hours=13)) is not None
    assert accounts.find_session(entry.token, now=later + timedelta(hours=12)) is None


def test_use_is_noted_at_most_every_five_minutes(account: Account) -> None:
    entry = try_in()
    row = accounts.find_session(entry.token, now=NOW)
    assert row is not None
    accounts.touch(row, now=NOW + timedelta(minutes=4))
    assert row.seen_at == NOW
    accounts.touch(row, now=NOW + timedelta(minutes=5))
    assert row.seen_at == NOW + timedelta(minutes=5)


def test_a_session_ended_on_the_server_is_over(account: Account) -> None:
    first, second = try_in(), try_in()
    with transaction() as session:
        accounts.end_session(session, first.session, now=NOW)
    assert accounts.find_session(first.token, now=NOW) is None
    assert [row.id for row in accounts.open_sessions(account, now=NOW)] == [second.session.id]


def test_a_suspended_account_is_out_at_the_next_request(account: Account) -> None:
    make("quantri", name="Quản Trị", administrator=True)
    entry = try_in()
    with transaction() as session:
        token = accounts.make_token(session, account, now=NOW)
        accounts.suspend(session, account=account, actor=None, now=NOW, at=NOW)
    assert accounts.find_session(entry.token, now=NOW) is None
    assert accounts.account_of_token(token) is None
    with transaction() as session:
        accounts.resume(session, account=account, actor=None, now=NOW, at=NOW)
    assert accounts.find_session(entry.token, now=NOW) is None
    try_in()


# --- passwords -------------------------------------------------------------------------------


def test_changing_the_password_ends_the_other_sessions(account: Account) -> None:
    here, elsewhere = try_in(), try_in()
    accounts.change_password(account, PASSWORD, "một câu khác hẳn", keep=here.session, now=NOW)
    assert accounts.find_session(here.token, now=NOW) is not None
    assert accounts.find_session(elsewhere.token, now=NOW) is None
    assert accounts.check_password(account, "một câu khác hẳn")


def test_guessing_the_current_password_is_throttled(account: Account) -> None:
    for _ in range(PAIR_FREE):
        with pytest.raises(Refused):
            accounts.change_password(account, "sai", "một câu khác hẳn", keep=None, now=NOW)
    with pytest.raises(TooManyAttempts):
        accounts.change_password(account, PASSWORD, "một câu khác hẳn", keep=None, now=NOW)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("new", ["ngắn", "bithu.c1-1", "x" * 201, PASSWORD])
def test_weak_passwords_are_refused(account: Account, new: str) -> None:
    with pytest.raises(Refused):
        accounts.change_password(account, PASSWORD, new, keep=None, now=NOW)


EASY = """
    aaaaaaaaaaaa ababababab 12345678901 09876543210 1234512345 123123123123 qwertyuiop QwertyUiop123
    1qaz2wsx3edc 1q2w3e4r5t6y zxcvbnm,123 !@#$%^&*() abcdefghijkl lkjhgfdsa1 Password2026! P@ssw0rd123
    matkhau12345 Mật.khẩu.123 anhyeuem1995 Vietnam@2025 hochiminh1890 duyet-2026-2026 trầnthịvídụ
    TranThiViDu90 vídụ-bithu-123 20262026202620
"""


def test_what_everybody_tries_first_is_no_password(account: Account) -> None:
    with pytest.raises(Refused, match="Mật khẩu dễ đoán"):
        accounts.change_password(account, PASSWORD, "12345678901", keep=None, now=NOW)
    owner = account.login, account.person.full_name
    for new in EASY.split():
        bad = accounts.bad_password(new, *owner)
        assert bad is not None, new
        assert "dễ đoán" in bad.text, new
    for good in (PASSWORD, "noi-di-doi-voi-lam", "mưa rào tháng bảy", "kQ7!vdm2Zp", "4930271856"):
        assert accounts.bad_password(good, *owner) is None, good


def test_a_reset_password_is_to_be_changed_and_ends_everything(account: Account) -> None:
    entry = try_in()
    with transaction() as session:
        token = accounts.make_token(session, account, now=NOW)
        words = accounts.reset_password(session, account=account, actor=None, now=NOW, at=NOW)
    assert accounts.find_session(entry.token, now=NOW) is None
    assert accounts.account_of_token(token) is None
    fail(1)
    assert try_in(words).session.account.must_change_password


# --- accounts --------------------------------------------------------------------------------


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("login", ["", "a", "Có dấu", "a b", "-x", "x" * 64, "BITHU.C1"])
def test_logins_are_plain_and_used_once(account: Account, login: str) -> None:
    person = db.session.scalars(sa.select(Person)).one()
    with pytest.raises(Refused), transaction() as session:
        accounts.create_account(session, login=login, person=person, actor=None, now=NOW, at=NOW)


def test_the_last_administrator_stays(account: Account) -> None:
    first = make("quantri", name="Quản Trị", administrator=True)
    for act in (
        lambda s: accounts.set_administrator(s, account=first, value=False, actor=None, at=NOW),
        lambda s: accounts.suspend(s, account=first, actor=None, now=NOW, at=NOW),
    ):
        with pytest.raises(Refused), transaction() as session:
            act(session)
    with transaction() as session:
        accounts.set_administrator(session, account=account, value=True, actor=None, at=NOW)
        accounts.set_administrator(session, account=first, value=False, actor=None, at=NOW)
    assert account.is_administrator


def test_nobody_suspends_himself(account: Account) -> None:
    with pytest.raises(Refused), transaction() as session:
        accounts.suspend(session, account=account, actor=account.person, now=NOW, at=NOW)


def test_acts_on_accounts_stand_in_the_trail(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            level = organisation.create_level(
                session, code="cell", name_vi="Chi bộ", name_en="", rank=0, actor=None, now=NOW
            )
            organisation.create_unit(
                session,
                code="C1",
                name="Chi bộ Một",
                level=level,
                body="Chi bộ",
                symbol="CB",
                actor=None,
                now=NOW,
            )
        account = make("bithu.c1")
        with transaction() as session:
            accounts.reset_password(session, account=account, actor=None, now=NOW, at=NOW)
        actions = list(db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.seq)))
        assert actions[-2:] == ["account_created", "password_reset"]


def test_a_token_is_kept_as_a_hash_and_found(account: Account) -> None:
    with transaction() as session:
        token = accounts.make_token(session, account, now=NOW)
    assert accounts.account_of_token(token) == account
    assert accounts.account_of_token(token + "x") is None
    assert len(accounts.open_tokens(account)) == 1


def test_only_demo_accounts_may_be_entered_without_a_password(account: Account) -> None:
    with pytest.raises(Refused):
        accounts.enter_as("bithu.c1", now=NOW)
    with transaction():
        account.is_demo = True
    assert accounts.enter_as("bithu.c1", now=NOW).session.account_id == account.id
