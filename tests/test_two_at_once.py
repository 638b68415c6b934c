"""Two people press at once where both have looked before either wrote: the second is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.account import Account
from models.change import UnitChange
from models.document import Document
from models.event import AuditEvent
from models.person import Membership, Person
from models.post import Delegation, Post
from models.register import NumberEntry
from models.sitting import AgendaItem, SelfNote, Sitting
from models.unit import Unit
from tests.cast import TODAY, Office
from tests.test_closing import OTHER, merge
from tests.test_closing import office as office  # the fixture
from tests.test_sittings import Meeting
from workflows import accounts, organisation, perform, register, sittings
from workflows.organisation import closing, moving
from workflows.register.terms import hold_below, set_term_below

pytestmark = pytest.mark.databases("postgresql")

UNITS = "SELECT id FROM unit ORDER BY id FOR NO KEY UPDATE"
LOGS = "SELECT unit_id FROM log_head ORDER BY unit_id FOR UPDATE"


def behind(app: Flask, lock: str, *jobs: Callable[[], object], then: str = "") -> list[str]:
    """Start the jobs one after another while somebody else holds `lock`, who does `then` and lets
    go. Their outcomes by name."""
    outcomes: list[str] = []

    def run(job: Callable[[], object]) -> None:
        with app.app_context():
            try:
                job()
                outcomes.append("done")
            except Exception as error:
                outcomes.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    db.session.remove()
    with db.engine.begin() as other:
        other.exec_driver_sql(lock)
        for thread in threads:
            before = waiting(other)
            thread.start()
            while thread.is_alive() and waiting(other) <= before:
                time.sleep(0.005)
        if then:
            other.exec_driver_sql(then)
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


def waiting(connection: sa.Connection) -> int:
    """How many in this database wait for somebody else's lock."""
    asked = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    connection.exec_driver_sql("SELECT pg_stat_clear_snapshot()")
    return int(connection.exec_driver_sql(asked).scalar_one())


def actions(like: str) -> list[str]:
    rows = sa.select(AuditEvent.action).where(AuditEvent.action.like(like)).order_by(AuditEvent.id)
    return list(db.session.scalars(rows))


def test_a_member_moves_once(office: Office, app: Flask) -> None:
    chi, admin, now = office.person("Chi").id, office.person("Admin").id, office.now
    his = db.session.scalar(sa.select(Membership.id).where(Membership.person_id == chi))

    def move(to: int) -> None:
        with transaction() as session:
            moving.transfer(
                session,
                membership=session.get_one(Membership, his),
                to=session.get_one(Unit, to),
                day=TODAY,
                actor=session.get_one(Person, admin),
                now=now,
            )

    homes = [office.units[code].id for code in (OTHER, "BASE")]
    outcomes = behind(app, UNITS, *(lambda to=to: move(to) for to in homes))
    assert outcomes == ["Stale", "done"]
    lives = sa.select(Membership).where(Membership.person_id == chi, Membership.valid_to.is_(None))
    assert len(db.session.scalars(lives).all()) == 1


def test_a_leaver_leaves_once(office: Office, app: Flask) -> None:
    chi, now = office.person("Chi").id, office.now

    def leave() -> None:
        with transaction() as session:
            moving.depart(
                session,
                person=session.get_one(Person, chi),
                last_day=TODAY - timedelta(days=1),
                decision="1-QĐ/ĐU",
                actor=None,
                now=now,
            )

    assert behind(app, UNITS, leave, leave) == ["Refused", "done"]
    assert actions("member_left") == ["member_left"]


def test_a_closing_is_cancelled_or_carried_out(office: Office, app: Flask) -> None:
    merge(office, on=TODAY + timedelta(days=2))
    office.wait(days=2)
    cell, now = office.units["CELL"].id, office.now

    def cancel() -> None:
        with transaction() as session:
            closing.cancel(session, unit=session.get_one(Unit, cell), actor=None, now=now)

    outcomes = behind(app, UNITS, lambda: closing.carry_out_due(now), cancel)
    assert outcomes == ["Refused", "done"]
    assert actions("unit_clos%") == ["unit_closing_planned", "unit_closed"]
    assert db.session.scalars(sa.select(UnitChange.carried_out_at)).all() == [now]


def test_a_closing_is_cancelled_once(office: Office, app: Flask) -> None:
    merge(office, on=TODAY + timedelta(days=2))
    cell, now = office.units["CELL"].id, office.now

    def cancel() -> None:
        with transaction() as session:
            closing.cancel(session, unit=session.get_one(Unit, cell), actor=None, now=now)

    assert behind(app, LOGS, cancel, cancel) == ["Refused", "done"]
    assert actions("unit_clos%") == ["unit_closing_planned", "unit_closing_cancelled"]


def test_a_term_for_all_below_waits_for_acts_there(office: Office, app: Flask) -> None:
    """Whoever acts holds an issuer and then wants a log above it: so does the term."""
    base, cell, now = office.units["BASE"].id, office.units["CELL"].id, office.now
    days = {"valid_from": date(2025, 1, 1), "valid_to": None}
    with transaction():  # a log that is there already
        old = {"valid_from": date(1999, 1, 1), "valid_to": date(1999, 2, 1)}
        register.set_term(office.units["BASE"], label="1999", **old, actor=None, now=now)

    def tell() -> None:
        with transaction() as session:
            unit = session.get_one(Unit, base)
            hold_below(unit, now)
            register.set_term(unit, label="2025 - 2030", **days, actor=None, now=now)
            set_term_below(unit, label="2025 - 2030", **days, actor=None, now=now)

    act = f"SELECT id FROM unit WHERE id = {cell} FOR NO KEY UPDATE"
    log = f"SELECT unit_id FROM log_head WHERE unit_id = {base} FOR UPDATE"
    assert behind(app, act, tell, then=log) == ["done"]


def test_a_paper_taken_off_the_agenda_is_not_marked(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        sitting = office.open()
        item, sau, now = sitting.items[0].id, office.person("Sau").id, office.now

        def mark() -> None:
            with transaction() as session:
                sittings.mark(
                    session.get_one(AgendaItem, item),
                    decision="agree",
                    actor=session.get_one(Person, sau),
                    now=now,
                )

        held = f"SELECT id FROM sitting WHERE id = {sitting.id} FOR NO KEY UPDATE"
        gone = f"DELETE FROM agenda_item WHERE id = {item}"
        assert behind(app, held, mark, then=gone) == ["Stale"]


def test_a_note_sent_twice_is_one_note(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        mine = office.commitment("An").id
        office.hold()
        an, now = office.person("An").id, office.now

        def write() -> None:
            with transaction() as session:
                sittings.write_note(
                    session.get_one(Document, mine),
                    month=now.date(),
                    items=[{"n": 1, "result": "done", "text": ""}],
                    actor=session.get_one(Person, an),
                    now=now,
                )

        # Without the issuer's lock both find no note before either has written one.
        persons = "LOCK TABLE self_note IN SHARE MODE"
        assert behind(app, persons, write, write) == ["done", "done"]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SelfNote)) == 1


def test_a_member_is_let_go_once(office: Office, app: Flask) -> None:
    chi, now = office.person("Chi").id, office.now
    his = db.session.scalar(sa.select(Membership.id).where(Membership.person_id == chi))

    def leave() -> None:
        with transaction() as session:
            organisation.leave(
                session,
                membership=session.get_one(Membership, his),
                last_day=TODAY,
                actor=None,
                now=now,
            )

    assert behind(app, LOGS, leave, leave) == ["Refused", "done"]
    assert actions("member_left") == ["member_left"]


def test_a_post_ends_once(office: Office, app: Flask) -> None:
    now = office.now
    his = db.session.scalar(sa.select(Post.id).where(Post.person == office.person("Chi")))

    def end() -> None:
        with transaction() as session:
            organisation.end_post(session, post=session.get_one(Post, his), actor=None, now=now)

    assert behind(app, LOGS, end, end) == ["Refused", "done"]
    assert actions("post_ended") == ["post_ended"]


def test_a_delegation_is_revoked_once(office: Office, app: Flask) -> None:
    now = office.now
    with transaction() as session:
        given = organisation.delegate(
            session,
            post=session.scalars(sa.select(Post).where(Post.person == office.person("Sau"))).one(),
            to=office.person("An"),
            valid_from=TODAY,
            valid_to=TODAY,
            actor=office.person("Sau"),
            now=now,
        ).id

    def revoke() -> None:
        with transaction() as session:
            row = session.get_one(Delegation, given)
            organisation.revoke_delegation(session, delegation=row, actor=None, now=now)

    assert behind(app, LOGS, revoke, revoke) == ["Refused", "done"]
    assert actions("delegation_revoked") == ["delegation_revoked"]


def test_a_number_taken_by_an_advisory_body_moves_with_the_term(office: Office, app: Flask) -> None:
    """The term waits for who is just taking a number in a body that serves the unit."""
    ward, body, now = office.units["WARD"].id, office.units["WARD-XDD"].id, office.now

    def tell() -> None:
        with transaction() as session:
            register.set_term(
                session.get_one(Unit, ward),
                label="2025 - 2030",
                valid_from=date(2025, 1, 1),
                valid_to=None,
                actor=None,
                now=now,
            )

    held = f"SELECT id FROM unit WHERE id = {body} FOR NO KEY UPDATE"
    taken = (
        "INSERT INTO number_entry (unit_id, type, period, n, again, symbol, subject, dated_on, given_at)"
        f" VALUES ({body}, 'TB', '2026', 1, 1, '01-TB/BXDĐ', '', '2026-03-02', '2026-03-02')"
    )
    assert behind(app, held, tell, then=taken) == ["done"]
    assert db.session.scalars(sa.select(NumberEntry.period)).all() == ["2025-2030"]


def test_a_closed_meeting_is_taken_up_again_or_confirmed(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        sitting = office.open()
        office.set_up(sitting)
        office.mark(sitting)
        office.close(sitting)
        ident, seen, now = sitting.id, sitting.version, office.now
        sau, an = office.person("Sau").id, office.person("An").id

        def act(verb: Callable[..., object], who: int, **given: object) -> None:
            with transaction() as session:
                row, actor = session.get_one(Sitting, ident), session.get_one(Person, who)
                verb(row, version=seen, actor=actor, now=now, **given)

        outcomes = behind(
            app,
            f"SELECT id FROM sitting WHERE id = {ident} FOR NO KEY UPDATE",
            lambda: act(sittings.reopen, sau),
            lambda: act(sittings.confirm, an, how="minute_taker"),
        )
        assert outcomes == ["Stale", "done"]
        assert len(actions("sitting_reopened") + actions("sitting_confirmed")) == 1


@pytest.mark.parametrize("ended", ["delegation", "post", "presence", "account"])
def test_a_right_that_is_being_ended_decides_nothing_any_more(app: Flask, ended: str) -> None:
    """Whoever ends it has written so and waits for the log; the act looked before he is done."""
    with app.app_context():
        office = Office()
        plan = office.begin("plan", "Chi", "CELL")
        office.act(plan, "submit", "Chi")
        dung, decider = (
            office.person("Dung"),
            office.person("An" if ended == "delegation" else "Dung"),
        )
        with transaction() as session:
            post = session.scalars(sa.select(Post).where(Post.person_id == dung.id)).one()
            given = organisation.delegate(
                session,
                post=post,
                to=office.person("An"),
                valid_from=TODAY,
                valid_to=TODAY,
                actor=None,
                now=office.now,
            )
            post_id, given_id = post.id, given.id
            accounts.create_account(
                session, login="dung.thu", person=dung, actor=None, now=office.now, at=office.now
            )
        who, now, ident, seen = decider.id, office.now, plan.id, (plan.revision, plan.version)
        db.session.remove()

        def end() -> None:
            at = now + timedelta(seconds=1)
            with transaction() as session:
                if ended == "delegation":
                    organisation.revoke_delegation(
                        session,
                        delegation=session.get_one(Delegation, given_id),
                        actor=None,
                        now=at,
                    )
                elif ended == "presence":
                    person = session.get_one(Person, who)
                    days = {"valid_from": TODAY, "valid_to": TODAY}
                    organisation.add_absence(session, person=person, **days, actor=None, now=at)
                elif ended == "account":
                    account = session.scalars(sa.select(Account)).one()
                    accounts.suspend(session, account=account, actor=None, now=at, at=at)
                else:
                    organisation.end_post(
                        session, post=session.get_one(Post, post_id), actor=None, now=at
                    )

        def decide() -> None:
            with transaction() as session:
                perform(
                    ident,
                    "review",
                    actor=session.get_one(Person, who),
                    now=now + timedelta(seconds=2),
                    revision=seen[0],
                    version=seen[1],
                )

        assert behind(app, LOGS, end, decide) == ["Forbidden", "done"]
