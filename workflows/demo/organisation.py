"""Units, people, posts and accounts of the demo, from `organisation.toml`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.unit import Level, Unit
from workflows import accounts, organisation
from workflows.calendar import local_day
from workflows.register import set_term
from workflows.tables import Table, read

Term = tuple[date | None, date | None]


def enter(
    session: Session, source: str, *, file: str, password: str, now: datetime, real_now: datetime
) -> list[str]:
    """Enter the whole organisation at `now`, in the caller's transaction.

    Returns the names of the campaign files to open. Everybody gets a demo account with this
    password. Raises FileError for a file that does not hold an organisation.
    """
    top = read(source, file=file)
    campaigns = top.take("campaigns", list)
    begins, ends = _days(Table(file, top.take("term", dict), "term"))
    term = _around(begins, ends, local_day(now))
    levels = {level.code: level for level in map(_level(session, now), top.tables("levels"))}
    units: dict[str, Unit] = {}
    for table in top.tables("units"):
        unit = _unit(session, table, levels, units, now)
        units[unit.code] = unit
    for table in top.tables("lines"):
        _line(session, table, units, now)
    for unit in units.values():
        if unit.sector == "party" and not unit.is_advisory:
            label = f"{begins.year} - {ends.year}"
            set_term(unit, label=label, valid_from=begins, valid_to=ends, actor=None, now=now)
    hashed = accounts.hash_password(password)
    for table in top.tables("people"):
        _person(session, table, units, term, hashed, now=now, real_now=real_now)
    top.done()
    return campaigns


def _level(session: Session, now: datetime) -> Any:
    def enter_level(table: Table) -> Level:
        name = Table(table.file, table.take("name", dict), f"{table.where}.name")
        level = organisation.create_level(
            session,
            code=table.words("code"),
            name_vi=name.words("vi"),
            name_en=name.words("en"),
            rank=table.take("rank", int),
            valid_from=table.take("from", date, None),
            valid_to=table.take("until", date, None),
            actor=None,
            now=now,
        )
        table.done()
        return level

    return enter_level


def _unit(
    session: Session,
    table: Table,
    levels: dict[str, Level],
    units: dict[str, Unit],
    now: datetime,
) -> Unit:
    name, level = table.words("name"), _known(table, "level", levels)
    was = table.take("was", dict, None)
    before = Table(table.file, was, f"{table.where}.was") if was else None
    unit = organisation.create_unit(
        session,
        code=table.words("code"),
        name=before.words("name") if before else name,
        name_en=table.take("name_en", str, None),
        level=_known(before, "level", levels) if before else level,
        body=table.words("body"),
        body_en=table.take("body_en", str, None),
        symbol=table.words("symbol"),
        sector=table.take("sector", str, "party"),
        place=table.take("place", str, None),
        attached_to=_known(table, "attached_to", units, None),
        superior=_known(table, "superior", units, None),
        line=table.take("line", str, "party"),
        meets=table.take("meets", bool, None),
        valid_from=table.take("from", date, None),
        actor=None,
        now=now,
    )
    table.done()
    if before is not None:
        begins = before.take("until", date) + timedelta(days=1)
        if begins <= local_day(now):
            organisation.rename_unit(
                session, unit=unit, name=name, level=level, day=begins, actor=None, now=now
            )
        before.done()
    return unit


def _line(session: Session, table: Table, units: dict[str, Unit], now: datetime) -> None:
    """One more superior of a unit, on another line."""
    organisation.add_reporting_line(
        session,
        unit=_known(table, "unit", units),
        superior=_known(table, "superior", units),
        line=table.words("line"),
        actor=None,
        now=now,
    )
    table.done()


def _person(
    session: Session,
    table: Table,
    units: dict[str, Unit],
    term: Term,
    hashed: str,
    *,
    now: datetime,
    real_now: datetime,
) -> None:
    person = organisation.create_person(
        session,
        full_name=table.words("name"),
        born_on=table.take("born", date, None),
        email=table.take("email", str, None),
        job=table.take("job", str, None),
        unit=_known(table, "cell", units, None),
        standing=table.take("standing", str, "full"),
        actor=None,
        now=now,
    )
    held = table.take("post", dict, None)
    if held is not None:
        post = Table(table.file, held, f"{table.where}.post")
        organisation.give_post(
            session,
            person=person,
            unit=_known(post, "unit", units),
            role=post.words("role"),
            title=post.words("title"),
            title_en=post.take("title_en", str, None),
            valid_from=term[0],
            valid_to=term[1],
            actor=None,
            now=now,
        )
        post.done()
    accounts.create_account(
        session,
        login=table.words("login"),
        person=person,
        password_hash=hashed,
        is_administrator=table.take("administrator", bool, False),
        is_demo=True,
        actor=None,
        now=real_now,
        at=now,
    )
    table.done()


def _days(table: Table) -> tuple[date, date]:
    """The first and last day of every committee's term."""
    begins, ends = table.take("from", date), table.take("until", date)
    table.done()
    return begins, ends


def _around(begins: date, ends: date, today: date) -> Term:
    """The term of every post; open on the side where a rehearsal lives outside it."""
    return (begins if begins <= today else None), (ends if today <= ends else None)


def _known(table: Table, key: str, among: dict[str, Any], default: Any = ...) -> Any:
    code = table.take(key, str, default)
    if code is None:
        return None
    if code not in among:
        raise table.wrong(key, f"không có mã {code}")
    return among[code]
