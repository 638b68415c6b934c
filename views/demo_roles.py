"""The roles one may enter with in the demo, grouped as the organisation is, from its data."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import joinedload

from models.account import Account
from models.base import db
from models.person import Membership
from models.post import ROLES, Post, held_at
from models.unit import ReportingLine, Unit, in_force_on
from views import present
from workflows.calendar import local_day
from workflows.sorting import sort_key

FIRST = (3, 4)  # so few to so many roles of a group are offered before one asks for all


ADMINISTRATOR = len(ROLES)  # after every office


@dataclass(frozen=True)
class Role:
    login: str
    words: str


@dataclass(frozen=True)
class Group:
    words: str
    roles: list[Role]


@dataclass(frozen=True)
class _Seat:
    """Where an account sits: the key of its group, its office there, and how it is called."""

    group: tuple[int, str]
    office: int
    place: str
    role: Role


def count() -> int:
    """How many roles there are."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Account).where(_offered())) or 0


def groups(now: datetime, *, every: bool = False) -> list[Group]:
    """The roles by tier, from the cells up: of each tier a selection of offices, or all."""
    seats: dict[tuple[int, str], list[_Seat]] = defaultdict(list)
    for seat in _seats(now):
        seats[seat.group].append(seat)
    made = []
    for (_, words), sitting in sorted(seats.items()):
        sitting.sort(key=lambda seat: (seat.office, seat.place, seat.role.login))
        chosen = sitting if every else _different(sitting)
        made.append(Group(words, [seat.role for seat in chosen]))
    return made


def _different(sitting: list[_Seat]) -> list[_Seat]:
    """One seat of each office in turn, from ever other places: the few show the many."""
    offices: dict[int, list[_Seat]] = defaultdict(list)
    for seat in sitting:
        if seat.office == ADMINISTRATOR:
            continue
        offices[seat.office].append(seat)
    # Of many offices those from the top, the middle and the end: who decides, advises, inspects.
    few, most = FIRST
    wanted = min(max(few, len(offices)), most)
    order = sorted(offices)
    if len(order) > wanted:
        order = [order[round(n * (len(order) - 1) / (wanted - 1))] for n in range(wanted)]
    chosen: list[_Seat] = []
    for turn in range(wanted):
        for shift, office in enumerate(order):
            of_office = offices[office]
            if turn < len(of_office):
                chosen.append(of_office[(turn + shift) % len(of_office)])
    shown = list(dict.fromkeys(chosen))[:wanted]
    # The administrator's pages have no other door.
    return shown + [seat for seat in sitting if seat.office == ADMINISTRATOR][:1]


def _offered() -> sa.ColumnElement[bool]:
    return sa.and_(Account.is_demo.is_(True), Account.suspended_at.is_(None))


def _seats(now: datetime) -> list[_Seat]:
    day = local_day(now)
    accounts = db.session.scalars(
        sa.select(Account).where(_offered()).options(joinedload(Account.person))
    ).all()
    people = [account.person_id for account in accounts]
    posts: dict[int, Post] = {}
    for post in db.session.scalars(
        sa.select(Post)
        .where(
            Post.person_id.in_(people),
            held_at(day, now),
        )
        .options(joinedload(Post.unit).joinedload(Unit.level))
        .order_by(Post.id.desc())
    ):
        posts[post.person_id] = post
    members: dict[int, Unit] = {
        m.person_id: m.unit
        for m in db.session.scalars(
            sa.select(Membership)
            .where(Membership.person_id.in_(people), in_force_on(Membership, day))
            .options(joinedload(Membership.unit))
        )
    }
    lines = _other_lines()
    top = max((_seat_of(post).level.rank for post in posts.values()), default=0)
    return [
        _seat(account, posts.get(account.person_id), members.get(account.person_id), lines, top)
        for account in accounts
    ]


def _seat_of(post: Post) -> Unit:
    """The unit in whose tier a post is shown: an advisory body beside the one it serves."""
    return post.unit.attached_to or post.unit


def _other_lines() -> dict[int, str]:
    """Units that only report on another line than the Party's, and which."""
    rows = db.session.execute(
        sa.select(ReportingLine.unit_id, ReportingLine.superior_id, ReportingLine.line)
    ).all()
    party = {unit for *ids, line in rows for unit in ids if line == "party"}
    return {unit: line for *ids, line in rows for unit in ids if unit not in party}


def _seat(
    account: Account, post: Post | None, member_of: Unit | None, lines: dict[int, str], top: int
) -> _Seat:
    if post is None and account.is_administrator:
        words = gettext("Quản trị (không có quyền với văn bản)")
        group = (200, _top_words(top))
        return _Seat(group, ADMINISTRATOR, "", Role(account.login, words))
    if post is None:
        name = account.person.full_name
        words = f"{name}, {present.unit_name(member_of)}" if member_of else name
        place = account.person.sort_key
        return _Seat((1, gettext("Đảng viên")), 0, place, Role(account.login, words))
    unit = _seat_of(post)
    office = ROLES.index(post.role)
    role = Role(account.login, present.post_name(post))
    if unit.id in lines:
        words = gettext("Công đoàn") if lines[unit.id] == "union" else lines[unit.id]
        return _Seat((100, words), office, sort_key(unit.code), role)
    rank = unit.level.rank
    if rank == top and rank > 0:
        return _Seat((200, _top_words(top)), office, sort_key(unit.code), role)
    words = present.label({"vi": unit.level.name_vi, "en": unit.level.name_en})
    return _Seat((rank * 10, words), office, sort_key(unit.code), role)


def _top_words(top: int) -> str:
    from models.unit import Level

    level = db.session.scalar(sa.select(Level).where(Level.rank == top).limit(1))
    if level is None:
        return gettext("Quản trị")
    words = present.label({"vi": level.name_vi, "en": level.name_en})
    return gettext("%(level)s và quản trị", level=words)
