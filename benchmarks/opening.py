"""Opening a campaign for everybody: members and units, against set-based SQL writing the same rows.

A province with cells of twenty; a campaign asks a commitment of every member, and a plan and a report
of every unit. Ours opens as the worker does, in batches with a commit each, so that it can be killed at
any moment. The reference is one statement a table (`opening.sql`) in one transaction; the days and the
first rungs lie ready in a table. Each turn has a campaign of its own; both write its two events.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa

from benchmarks.harness import Bench, Figure, analyze, milliseconds
from models.base import UTCDateTime, db, table_of, transaction
from models.campaign import Campaign, Requirement
from models.person import Membership, Person
from models.queries import bulk
from models.unit import Level, ReportingLine, Unit
from workflows import campaigns, ladder, trail
from workflows.calendar import WorkingCalendar, end_of_day, local_day
from workflows.tasks import drafting_posts

STATEMENTS = Path(__file__).with_suffix(".sql").read_text().split(";\n")[:-1]
LIMIT = 3.0
SIZES = {False: 4_000, True: 100_000}  # members
ROUNDS = 4  # the first one warms up
CELL = 20  # members
TEMPORARY = """CREATE TEMPORARY TABLE asked (requirement_id bigint, owes text, nominal_due date,
    effective_due date, due_at timestamp, rung integer, counted_from date, fires_at timestamp)"""
ASKED = (
    ("O-PLAN", "plan", "unit", {"kind": "by_end_of_month", "date": "{}-03-31"}),
    ("O-COMMIT", "commitment", "member", {"kind": "by_end_of_month", "date": "{}-04-30"}),
    ("O-REPORT", "report", "unit", {"kind": "by_end_of_month", "date": "{}-12-31"}),
)
# Rows, of them persons', the sums of their units and rungs, the first and the last instant.
WRITTEN = """SELECT count(*), count(obligation.person_id), sum(obligation.unit_id), sum(rung),
    min(due_at), max(due_at), min(fires_at), max(fires_at),
    sum((SELECT count(*) FROM task_role WHERE task_role.task_id = task.id))
  FROM requirement JOIN obligation ON obligation.requirement_id = requirement.id
    JOIN task ON task.obligation_id = obligation.id JOIN deadline ON deadline.task_id = task.id
  WHERE requirement.campaign_id = :campaign"""


def run(bench: Bench) -> Iterator[Figure]:
    """One campaign after another, opened by turns."""
    members = SIZES[bench.full]
    with bench.app.app_context():
        units = _province(members)
        analyze()
        spent: dict[Callable[[int, datetime], None], list[float]] = {_ours: [], _by_hand: []}
        now = datetime.now(UTC).replace(microsecond=0)
        for number in range(ROUNDS):
            written = []
            for open_it, seconds in spent.items():
                campaign = _campaign(f"{number}-{open_it.__name__.strip('_')}", now)
                began = time.perf_counter()
                open_it(campaign, now)
                seconds.append(time.perf_counter() - began)
                written.append(_written(campaign))
                now += timedelta(seconds=1)
            assert written[0] == written[1], written
            assert written[0][:2] == (members + 2 * units, members)
        report = trail.verify(db.session())
        assert report.whole, str(report.first)
    mine, theirs = (median(seconds[1:]) for seconds in spent.values())
    yield Figure(
        f"opening for {members} members, {units} units",
        bench.database,
        milliseconds(mine),
        milliseconds(theirs),
        mine / theirs,
        LIMIT,
    )


def _ours(campaign_id: int, now: datetime) -> None:
    with transaction() as session:
        campaigns.begin_stored(session.get_one(Campaign, campaign_id), actor=None, now=now)
    assert campaigns.go_on(campaign_id, lambda: now).finished


def _by_hand(campaign_id: int, now: datetime) -> None:
    with transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        _make_ready(session, campaign, now)
        values = {"now": now, "day": local_day(now)}
        for words in STATEMENTS:
            given = {name: value for name, value in values.items() if f":{name}" in words}
            statement = sa.text(words)
            if "now" in given:
                statement = statement.bindparams(sa.bindparam("now", type_=UTCDateTime))
            session.execute(statement, given)
        for action in ("campaign_opening", "campaign_opened"):
            trail.append(
                session,
                unit_id=campaign.unit_id,
                action=action,
                at=now,
                facts={"campaign": campaign.code, "year": campaign.year},
                private={"title": campaign.title},
                actor_id=None,
            )
        campaign.opening_since = campaign.opened_at = now
        session.execute(sa.text("DROP TABLE asked"))
        session.execute(sa.text("DROP TABLE drafter"))


def _make_ready(session: Any, campaign: Campaign, now: datetime) -> None:
    """The days and first rungs of what is asked, and who drafts for a unit."""
    calendar = WorkingCalendar.of(session)
    session.execute(sa.text(TEMPORARY))
    session.execute(sa.text("CREATE TEMPORARY TABLE drafter (role text)"))
    for _, role in sorted(drafting_posts(campaign.unit_id, ())):
        session.execute(sa.text("INSERT INTO drafter VALUES (:role)"), {"role": role})
    for requirement in campaign.requirements:
        due = calendar.effective_due(
            requirement.due, roll=campaign.roll_days_off, since=local_day(now)
        )
        began = ladder.begin(due.effective, now, calendar, ladder.DEFAULT_STEPS)
        words = "INSERT INTO asked VALUES (:id, :owes, :nominal, :due, :due_at, :rung, :since, :at)"
        instants = [sa.bindparam(name, type_=UTCDateTime) for name in ("due_at", "at")]
        days = [sa.bindparam(name, type_=sa.Date) for name in ("nominal", "due", "since")]
        session.execute(
            sa.text(words).bindparams(*instants, *days),
            {
                "id": requirement.id,
                "owes": requirement.owes,
                "nominal": due.nominal,
                "due": due.effective,
                "due_at": end_of_day(due.effective),
                "rung": began[0],
                "since": began[1],
                "at": began[2],
            },
        )


def _written(campaign_id: int) -> tuple[Any, ...]:
    db.session.rollback()
    return tuple(db.session.execute(sa.text(WRITTEN), {"campaign": campaign_id}).one())


def _campaign(code: str, now: datetime) -> int:
    """A draft that asks three things."""
    with transaction() as session:
        top = session.scalars(sa.select(Unit).where(Unit.code == "U0")).one()
        campaign = Campaign(
            code=code, title="Học tập và làm theo", directive="05-CT/TW", year=now.year + 1,
            theme="Nói đi đôi với làm", congress="XIV", unit=top,
        )  # fmt: skip
        for name, kind, owes, due in ASKED:
            campaign.requirements.append(
                Requirement(
                    code=name,
                    kind=kind,
                    owes=owes,
                    label_vi=name,
                    label_en=name,
                    levels=["cell"] if owes == "member" else ["cell", "base", "ward", "province"],
                    due={**due, "date": due["date"].format(now.year + 1)},
                )
            )
        session.add(campaign)
        session.flush()
        return campaign.id


def _province(members: int) -> int:
    """A tree of units with so many members in its cells; how many units."""
    cells = members // CELL
    bases = -(-cells // 10)
    wards = -(-bases // 10)
    tiers = [("province", 1), ("ward", wards), ("base", bases), ("cell", cells)]
    with transaction() as session:
        rank = len(tiers)
        above: list[int] = []
        for code, many in tiers:
            rank -= 1
            level = Level(code=code, name_vi=code, name_en=code, rank=rank)
            session.add(level)
            session.flush()
            above = _tier(session, level, many, above)
        ids = bulk.reserve(session, table_of(Person), members)
        rows = [(ident, f"Đảng viên {n}", "vi", "", "") for n, ident in enumerate(ids)]
        filled = ("id", "full_name", "locale", "search_fold", "sort_key")
        bulk.insert(session, table_of(Person), filled, rows)
        columns = ("person_id", "unit_id", "standing", "exempt")
        homes = [(ident, above[n // CELL], "full", False) for n, ident in enumerate(ids)]
        bulk.insert(session, table_of(Membership), columns, homes)
    return 1 + wards + bases + cells


def _tier(session: Any, level: Level, many: int, above: list[int]) -> list[int]:
    """So many units of a level, spread evenly below those above; their ids."""
    ids = list(bulk.reserve(session, table_of(Unit), many))
    name = "U0" if not above else f"{level.code}-"
    rows = [
        (
            i,
            name if not above else f"{name}{n}",
            level.code,
            "Chi bộ",
            "CB",
            "party",
            level.id,
            False,
            "",
            "",
        )
        for n, i in enumerate(ids)
    ]
    columns = (
        "id", "code", "name", "body", "symbol", "sector", "level_id", "meets", "search_fold", "sort_key",
    )  # fmt: skip
    bulk.insert(session, table_of(Unit), columns, rows)
    if above:
        lines = [(i, above[n * len(above) // many], "party") for n, i in enumerate(ids)]
        bulk.insert(session, table_of(ReportingLine), ("unit_id", "superior_id", "line"), lines)
    return ids
