"""First passwords on printed slips: for people of a unit who have an account and never logged in.

A slip is made and shown once. Only the hash of its password is kept; the password itself is in no
table, no log and no job, and has to be changed at the first login.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.account import Account, LoginSession
from models.base import db, transaction
from models.event import AuditEvent, EventPayload
from models.person import Membership, Person
from models.post import Post, held_at
from models.unit import Unit, in_force_on
from workflows.accounts import first_password, hash_password
from workflows.calendar import local_day
from workflows.organisation.record import record
from workflows.refusal import N_, Reason, Refused
from workflows.scope import below

ACTION = "first_password_printed"
MOST = 100  # slips at once: hashing a password takes its time on purpose


@dataclass(frozen=True)
class Entitled:
    """Somebody who may get a slip. `printed_at`: the organisation's instant of the last one."""

    account: Account
    unit: Unit
    printed_at: datetime | None


@dataclass(frozen=True)
class Slip:
    """What one slip says. Never stored."""

    name: str
    unit: str
    login: str
    password: str


def entitled(unit: Unit, at: datetime) -> list[Entitled]:
    """Accounts at or below a unit whose owners never logged in and chose no password, by unit and
    name; at most `MOST`, who have had no slip first. Suspended accounts and those of the demo are
    left out."""
    reach = below({unit.id}, at)
    day = local_day(at)
    belongs = sa.union(
        sa.select(Membership.person_id, Membership.unit_id).where(
            Membership.unit_id.in_(reach), in_force_on(Membership, day)
        ),
        sa.select(Post.person_id, Post.unit_id).where(Post.unit_id.in_(reach), held_at(day, at)),
    ).subquery()
    home = (
        sa.select(belongs.c.person_id, sa.func.min(belongs.c.unit_id).label("unit_id"))
        .group_by(belongs.c.person_id)
        .subquery()
    )
    printed = (
        sa.select(sa.func.max(AuditEvent.at))
        .join(EventPayload, EventPayload.event_id == AuditEvent.id)
        .where(AuditEvent.action == ACTION, EventPayload.about_id == Account.person_id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(Account, Unit, printed.label("printed"))
        .join(Account.person)
        .options(joinedload(Account.person))
        .join(home, home.c.person_id == Person.id)
        .join(Unit, Unit.id == home.c.unit_id)
        .where(
            ~sa.exists().where(LoginSession.account_id == Account.id),
            sa.or_(Account.must_change_password, Account.password_hash.is_(None)),
            Account.suspended_at.is_(None),
            Account.is_demo.is_(False),
        )
        .order_by(printed.is_not(None), Unit.sort_key, Unit.id, Person.sort_key, Person.id)
        .limit(MOST)
    )
    return [Entitled(account, place, at) for account, place, at in rows]


def make_slips(
    unit: Unit, account_ids: Iterable[int], *, actor: Person, at: datetime
) -> list[Slip]:
    """New first passwords of these accounts, to be shown at once and never again; what an earlier
    slip said is void. An event each, at the organisation's instant `at`. A transaction of its own.

    Raises Refused when none is chosen, or when one of them has logged in or got another slip
    meanwhile: then all keep what they have.
    """
    wanted = set(account_ids)
    chosen = [one for one in entitled(unit, at) if one.account.id in wanted]
    if not chosen or len(chosen) < len(wanted):
        raise Refused(_moved_on() if wanted else _none_chosen())
    made = [
        (one.account.id, one.account.password_hash, _slip(one, first_password())) for one in chosen
    ]
    hashes = {ident: hash_password(slip.password) for ident, _, slip in made}
    unit_id = unit.id
    with transaction() as session:
        for ident, before, slip in made:
            changed = session.execute(
                sa.update(Account)
                .where(
                    Account.id == ident,
                    Account.password_hash.is_not_distinct_from(before),
                    ~sa.exists().where(LoginSession.account_id == Account.id),
                )
                .values(password_hash=hashes[ident], must_change_password=True)
                .execution_options(synchronize_session=False)
            )
            if changed.rowcount != 1:  # type: ignore[attr-defined]
                raise Refused(_moved_on())
            account = session.get_one(Account, ident)
            record(
                session,
                unit_id,
                ACTION,
                now=at,
                actor=actor,
                facts={"account": ident, "person": account.person_id},
                private={"actor": actor.full_name, "name": slip.name, "login": slip.login},
                about=account.person,
            )
    return [slip for _, _, slip in made]


def _slip(one: Entitled, password: str) -> Slip:
    return Slip(one.account.person.full_name, one.unit.name, one.account.login, password)


def _none_chosen() -> Reason:
    return Reason("FORM", N_("Chưa chọn ai. Chọn ít nhất một người rồi bấm lại."), place="account")


def _moved_on() -> Reason:
    return Reason(
        "STALE",
        N_(
            "Chưa làm phiếu: trong số đã chọn có người vừa đăng nhập, hoặc vừa được cấp phiếu khác. "
            "Xem lại danh sách rồi làm tiếp."
        ),
    )
