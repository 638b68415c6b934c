"""What a prepared statement writes is what Core would write: the hot writes of an act go past Core."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.base import table_of
from models.campaign import Campaign
from models.day_off import CalendarDay
from models.deadline import Deadline
from models.event import EventPayload
from models.queries.adding import add, adding, adding_one
from models.queries.prepared import Prepared
from models.task import Task
from tests.cast import Office
from tests.support.statements import counted

NOON = datetime(2026, 3, 2, 12, 0, 0, 1, tzinfo=UTC)


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()


def kept(table: sa.Table, ident: int) -> tuple[Any, ...]:
    """The row as the database has it, without what Core makes of it."""
    names = [column.name for column in table.columns if not column.primary_key]
    row = db.session.connection().exec_driver_sql(
        f"SELECT {', '.join(names)} FROM {table.name} WHERE id = {ident}"
    )
    return tuple(row.one())


def test_values_are_written_as_core_writes_them(office: Office) -> None:
    document = office.begin("plan", "Chi", "CELL")
    values: dict[str, Any] = {
        "document_id": document.id,
        "action": "xem xét 100%",
        "unit_id": document.unit_id,
        "person_id": None,
        "climbed": True,
        "opened_at": NOON.astimezone(),
        "due_at": NOON + timedelta(days=1),
        "closed_at": NOON,
    }
    with transaction() as session:
        prepared = adding_one(Task, **values)
        core = session.execute(sa.insert(table_of(Task)).returning(Task.id), values).scalar_one()
        assert kept(table_of(Task), prepared) == kept(table_of(Task), core)
        assert session.get_one(Task, prepared).opened_at == NOON


def test_what_is_not_given_has_its_default(office: Office) -> None:
    document = office.begin("plan", "Chi", "CELL")
    with transaction() as session:
        task = adding_one(
            Task,
            document_id=document.id,
            action="review",
            unit_id=document.unit_id,
            climbed=False,
            opened_at=NOON,
            due_at=NOON,
            closed_at=NOON,
        )
        add(
            Deadline, task_id=task, unit_id=document.unit_id, effective_due=date(2026, 3, 3), rung=0
        )
        made = session.scalars(sa.select(Deadline).where(Deadline.task_id == task)).one()
        assert (made.version, made.fires_at) == (1, None)
        with pytest.raises(AssertionError, match=r"campaign\.\w+ has to be given"):
            add(Campaign, code="X")


def test_json_is_kept(office: Office) -> None:
    document = office.begin("plan", "Chi", "CELL")
    with transaction() as session:
        payload = session.scalars(sa.select(EventPayload)).first()
        assert payload is not None
        change = sa.update(EventPayload).where(EventPayload.event_id == sa.bindparam("event"))
        for fields in ({"title": {"value": "Kế hoạch “số 1”", "salt": "00"}}, {}):
            Prepared(change).run({"event": payload.event_id, "fields": fields})
            session.expire(payload)
            assert payload.fields == fields
        session.rollback()
    assert document.state == "drafted"


def test_one_statement_serves_several_sets_of_values(office: Office) -> None:
    days = Prepared(sa.insert(table_of(CalendarDay)).inline())
    with transaction() as session, counted() as seen:
        days.run({"day": date(2026, 4, 1), "working": True, "note": "làm bù"})
        days.run({"note": "nghỉ", "working": False, "day": date(2026, 4, 2)})
        days.run_all([{"day": date(2026, 4, n), "working": False, "note": ""} for n in (3, 4)])
        assert len(seen) == 3
        found = session.execute(
            sa.select(CalendarDay.day, CalendarDay.working, CalendarDay.note)
            .where(CalendarDay.day >= date(2026, 4, 1), CalendarDay.day < date(2026, 4, 5))
            .order_by(CalendarDay.day)
        )
        assert [tuple(row)[1:] for row in found] == [
            (True, "làm bù"),
            (False, "nghỉ"),
            (False, ""),
            (False, ""),
        ]


def test_several_rows_tell_their_ids_in_order(office: Office) -> None:
    document = office.begin("plan", "Chi", "CELL")
    rows = [
        {
            "document_id": document.id,
            "action": action,
            "unit_id": document.unit_id,
            "climbed": False,
            "opened_at": NOON,
            "due_at": NOON,
            "closed_at": NOON,
        }
        for action in ("a", "b", "c")
    ]
    with transaction() as session:
        idents = adding(Task, rows)
        assert [session.get_one(Task, ident).action for ident in idents] == ["a", "b", "c"]
        assert adding(Task, []) == []
