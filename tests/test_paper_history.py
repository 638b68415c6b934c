"""The history of a paper as an inspector reads it, and the one search over events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import clock
from models import db, transaction
from models.document import Comment, Document, Revision
from models.event import AuditEvent
from models.inspection import Inspection
from models.kinds import PERSONAL
from models.unit import Unit, unit_by_code
from tests.test_questions import WARD_INSPECTOR, person
from tests.test_translations import enter
from workflows import paper_history as past
from workflows.calendar import local_day
from workflows.paper_history import Wanted

pytestmark = [pytest.mark.data("demo"), pytest.mark.databases("sqlite")]


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def paper(unit: str, number: str) -> Document:
    query = sa.select(Document).join(Document.unit)
    return db.session.scalars(query.where(Unit.code == unit, Document.number == number)).one()


def commitment(unit: str, state: str = "reported") -> Document:
    query = sa.select(Document).join(Document.unit).order_by(Document.id)
    found = query.where(Unit.code == unit, Document.kind == "commitment", Document.state == state)
    return db.session.scalars(found).first()  # type: ignore[return-value]


def ward() -> past.Reach:
    return past.reach_of(person(WARD_INSPECTOR), clock.now())


def no_inspection() -> None:
    """The demo's own inspection, of C4, is over."""
    with transaction() as session:
        session.execute(sa.update(Inspection).values(ended_at=clock.now()))


@pytest.mark.usefixtures("inside")
def test_texts_by_bodies_and_who_held_which_post() -> None:
    document = paper("B2", "01-BC/ĐU")
    rows = past.grid(document, past.facts_of(document))
    assert [(row.revision.n, row.same_as) for row in rows] == [(1, 0), (2, 0)]
    first, second = ([[act.action for act in cell.acts] for cell in row.cells] for row in rows)
    assert first == [["create", "submit", "return"], [], []]
    assert second == [
        ["revise", "submit", "review", "approve", "report"],
        ["receive", "review", "approve", "report"],
        ["receive"],
    ]
    approval = rows[1].cells[0].acts[3]
    assert approval.by[0] == "Quách Văn Giáo Án"
    assert (approval.unit, approval.late) == ("B2", False)
    holders = {(post.role, post.person.full_name) for post in rows[1].cells[0].holders}
    assert holders == {("secretary", "Quách Văn Giáo Án"), ("deputy", "Thái Thị Thời Khóa")}
    amended = past.grid(c2 := paper("C2", "02-KH/CB"), past.facts_of(c2))[1].cells
    acts = [[act.action for act in cell.acts] for cell in amended]  # by whose act it is, to the end
    assert (acts[0][-2:], acts[2]) == (["amend", "supersede"], ["receive"])
    receives = rows[1].cells[2].holders  # who only received it had its leaders, too
    assert receives
    assert {post.unit.code for post in receives} == {"TINH"}
    with transaction() as session:
        session.execute(
            sa.update(Revision)
            .where(Revision.id == rows[1].revision.id)
            .values(content=rows[0].revision.content, basis=rows[0].revision.basis)
        )
    again = past.grid(document, past.facts_of(document))
    assert [row.same_as for row in again] == [0, 1]


@pytest.mark.usefixtures("inside")
def test_times_are_of_bodies_and_returns_say_whether_anything_changed() -> None:
    document, now = paper("B2", "01-BC/ĐU"), clock.now()
    facts = past.facts_of(document)
    spent = [(one.unit.code, one.state, one.days) for one in past.times(document, facts, now)]
    assert spent == [
        ("B2", "drafted", 2),
        ("B2", "submitted", 1),
        ("B2", "returned", 0),
        ("B2", "drafted", 0),
        ("B2", "submitted", 1),
        ("B2", "reviewed", 1),
        ("B2", "approved", 1),
        ("PHUONG", "submitted", 3),
        ("PHUONG", "reviewed", 2),
        ("PHUONG", "approved", 1),
        ("TINH", "reported", 2),
    ]
    [one] = past.returns(document, facts, now)
    assert (one.by.code, one.revision, one.again, one.identical, one.days) == ("B2", 1, 2, False, 0)
    with transaction() as session:
        texts = document.revisions
        session.execute(
            sa.update(Revision)
            .where(Revision.id == texts[1].id)
            .values(content=texts[0].content, basis=texts[0].basis)
        )
    assert past.returns(document, facts, now)[0].identical
    # What somebody writes on his own paper is nobody's time.
    own = commitment("C1")
    states = {one.state for one in past.times(own, past.facts_of(own), now)}
    assert states
    assert not states & {"drafted", "returned"}
    handed_in = next(fact for fact in past.facts_of(own) if fact.action == "submit")
    came_back = [replace(handed_in, action="return"), replace(handed_in, leaf={"revision": 2})]
    [back] = past.returns(own, came_back, now)
    assert (back.again, back.days, back.identical) == (2, None, False)


def test_the_page_and_who_opens_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        plan, theirs = paper("C2", "02-KH/CB").id, commitment("C1").id
        covered = commitment("C4")
        inside_it, words = (
            covered.id,
            set(
                db.session.scalars(sa.select(Comment.text).where(Comment.document_id == covered.id))
            ),
        )
    enter(client, WARD_INSPECTOR)
    page = client.get(f"/inspection/documents/{plan}")
    assert page.status_code == 200
    for shown in (
        "Bản lần 1",
        "Bản lần 2",
        "Giữ chức vụ lúc đó",
        "Thời gian ở từng cấp",
        "Có sửa.",
    ):
        assert shown in page.text
    assert f'href="/inspection/documents/{plan}"' in client.get(f"/documents/{plan}").text
    assert client.get(f"/inspection/documents/{theirs}").status_code == 404
    mine = client.get(f"/inspection/documents/{inside_it}")
    assert mine.status_code == 200
    assert words
    assert not any(said in mine.text for said in words)
    assert client.get(f"/inspection/documents/{2**70}").status_code == 404
    for login in ("bithu.phuong", "bithu.c2", "quantri"):
        other = app.test_client()
        enter(other, login)
        for place in (f"documents/{plan}", "events"):
            assert other.get(f"/inspection/{place}").status_code == 404, login
    province = app.test_client()
    enter(province, "kiemtra.tinh")
    assert province.get(f"/inspection/documents/{plan}").status_code == 200
    assert province.get(f"/inspection/documents/{inside_it}").status_code == 404
    with app.app_context():
        no_inspection()
    assert client.get(f"/inspection/documents/{inside_it}").status_code == 404


@pytest.mark.usefixtures("inside")
def test_a_search_finds_what_fits_and_nothing_beyond_the_reach() -> None:
    reach = ward()
    approvals = past.find_events(Wanted(unit_id=unit_by_code("C1").id, action="approve"), reach)
    kinds = {json.loads(line.event.leaf)["kind"] for line in approvals.lines}
    assert kinds == {"plan", "report"}
    report = paper("B2", "01-BC/ĐU")
    whole = past.find_events(Wanted(document_id=report.id), reach, limit=200).lines
    assert {line.event.unit.code for line in whole} >= {"B2", "PHUONG", "PHUONG-XDD", "TINH"}
    by_number = past.find_events(Wanted(number="01-bc/đu"), reach, limit=500).lines
    assert {line.event.id for line in whole} < {line.event.id for line in by_number}
    day = date(2026, 4, 2)
    those = past.find_events(Wanted(first=day, last=day), reach, limit=500).lines
    assert {local_day(line.at) for line in those} == {day}
    assert past.find_events(Wanted(unit_id=unit_by_code("TINH").id), reach).lines == []
    assert past.find_events(Wanted(document_id=commitment("C1").id), reach).lines == []
    assert past.count_events(Wanted(), reach) == past.COUNTED
    assert past.count_events(Wanted(document_id=report.id), reach) == len(whole)


@pytest.mark.usefixtures("inside")
def test_a_rare_act_is_found_without_reading_the_logs_through() -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, text: str, given: Any, *_: object) -> None:
        asked.append((text, given))

    reach = ward()
    sa.event.listen(db.engine, "before_cursor_execute", note)
    past.find_events(Wanted(action="key_rotated"), reach)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    text, given = next(one for one in asked if "ORDER BY audit_event.at DESC" in one[0])
    way = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given).all()
    assert "ix_audit_event_action" in str(way)
    assert "SCAN" not in str(way)
    assert "TEMP B-TREE" not in str(way)


@pytest.mark.usefixtures("inside")
def test_pages_follow_each_other_and_persons_papers_keep_to_an_inspection() -> None:
    def every(reach: past.Reach) -> list[AuditEvent]:
        found, after = [], None
        while True:
            page = past.find_events(Wanted(), reach, after=after, limit=400)
            found += [line.event for line in page.lines]
            if (after := page.after) is None:
                return found

    def about_persons(events: list[AuditEvent]) -> set[str]:
        ids = {event.document_id for event in events}
        rows = sa.select(Unit.code).join(Document, Document.unit_id == Unit.id)
        return set(
            db.session.scalars(rows.where(Document.id.in_(ids), Document.kind.in_(PERSONAL)))
        )

    within = every(ward())
    keys = [(event.at, event.id) for event in within]
    assert keys == sorted(set(keys), reverse=True)
    assert about_persons(within) == {"C4"}
    assert "read" not in {event.action for event in within}
    no_inspection()
    outside = every(ward())
    assert about_persons(outside) == set()
    gone = {event.id for event in within} - {event.id for event in outside}
    kept = sa.select(AuditEvent.id).where(
        AuditEvent.unit_id.in_(ward().unit_ids),
        AuditEvent.action != "read",
        sa.or_(
            AuditEvent.document_id.is_(None),
            AuditEvent.document_id.in_(
                sa.select(Document.id).where(
                    Document.kind.in_(("plan", "report")),
                    Document.unit_id.in_(ward().unit_ids),
                )
            ),
        ),
    )
    assert gone
    assert {event.id for event in outside} == set(db.session.scalars(kept))


def test_the_form_of_the_search(client: FlaskClient) -> None:
    enter(client, WARD_INSPECTOR)
    found = client.get("/inspection/events?unit=C1&act=approve&from=2026-03-01&to=2026-03-31").text
    assert "02-KH/CB" in found
    assert "Xem tiếp" in client.get("/inspection/events").text
    wrong = client.get("/inspection/events?from=2026-03-02&to=2026-03-01")
    assert wrong.status_code == 422
    assert 'value="2026-03-02"' in wrong.text
    for bad in ("unit=TINH", "unit=KHONG", f"document={2**70}", "document=x"):
        assert client.get(f"/inspection/events?{bad}").status_code == 404, bad
    assert client.get("/inspection/events?after=9&act=nothing").status_code == 200
    tomorrow = local_day(clock.real_now()) + timedelta(days=4000)
    assert "Không có sự kiện nào khớp" in client.get(f"/inspection/events?from={tomorrow}").text
