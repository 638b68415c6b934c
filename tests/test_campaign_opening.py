"""Opening a campaign: in batches, each kept; killed in the middle it goes on, and nothing is double."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from config import ROOT
from models.account import Account
from models.base import db, transaction
from models.campaign import Campaign, Requirement
from models.deadline import Deadline
from models.event import AuditEvent
from models.obligation import Obligation
from models.person import Membership, Person
from models.task import Task, TaskRole
from models.unit import ReportingLine, Unit
from workers import jobs
from workers.relay import BELLS
from workflows import campaigns, organisation, trail
from workflows.calendar import local_day
from workflows.campaigns import opening
from workflows.organisation import moving
from workflows.refusal import Refused

SOURCE = (ROOT / "campaigns" / "cd-2026.toml").read_text("utf-8").replace('"CD-2026"', '"DOT"')
OBLIGATIONS = 118
pytestmark = pytest.mark.data("organisation")


def begin() -> int:
    """The campaign begins to open; its id."""
    with transaction():
        return campaigns.begin(SOURCE, file="dot.toml", actor=None, now=clock.now()).id


def owed(campaign_id: int) -> Counter[tuple[str, int]]:
    rows = db.session.execute(
        sa.select(Requirement.code, Obligation.unit_id)
        .join(Obligation.requirement)
        .where(Requirement.campaign_id == campaign_id)
    )
    return Counter(tuple(row) for row in rows)


def told(campaign_id: int) -> list[str]:
    unit = db.session.scalar(sa.select(Campaign.unit_id).where(Campaign.id == campaign_id))
    rows = db.session.scalars(
        sa.select(AuditEvent)
        .where(AuditEvent.unit_id == unit, AuditEvent.action.startswith("campaign_"))
        .order_by(AuditEvent.seq)
    )
    return [e.action for e in rows if json.loads(e.leaf)["campaign"] == "DOT"]


def whole(campaign_id: int) -> None:
    """Everybody owes once, each with one task and one deadline; told once."""
    found = owed(campaign_id)
    assert (len(found), set(found.values())) == (OBLIGATIONS, {1})
    clocks = (
        sa.select(sa.func.count(Task.id), sa.func.count(Deadline.id))
        .join(Deadline, Deadline.task_id == Task.id)
        .join(Obligation, Task.obligation_id == Obligation.id)
        .join(Obligation.requirement)
        .where(Requirement.campaign_id == campaign_id, Deadline.fires_at.is_not(None))
    )
    assert tuple(db.session.execute(clocks).one()) == (OBLIGATIONS, OBLIGATIONS)
    assert told(campaign_id) == ["campaign_opening", "campaign_opened"]
    assert trail.verify(db.session()).whole


def dies_after(app: Flask, campaign_id: int, number: int) -> None:
    """A process of its own opens batch after batch, and is killed once so many are written."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            opening.BATCH = 10
            with app.app_context():
                campaigns.go_on(
                    campaign_id, clock.now, tell=lambda p: _say(writing, p.done, number)
                )
        finally:
            os._exit(1)  # never back into the tests
    os.close(writing)
    with os.fdopen(reading) as lines:
        for line in lines:
            if int(line) >= number:
                break
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


def _say(pipe: int, done: int, number: int) -> None:
    os.write(pipe, f"{done}\n".encode())
    if done >= number:
        time.sleep(60)


def test_killed_in_the_middle_it_goes_on(app: Flask) -> None:
    with app.app_context():
        ident = begin()
    dies_after(app, ident, 20)
    with app.app_context():
        before = owed(ident)
        assert 20 <= len(before) < OBLIGATIONS
        progress = campaigns.progress_of(ident)
        assert (progress.done, progress.total) == (len(before), OBLIGATIONS)
        assert 0 < progress.percent < 100
        assert campaigns.state_of(db.session.get_one(Campaign, ident)) == "opening"
        assert told(ident) == ["campaign_opening"]
        # The same order a second time goes on, by whoever gives it.
        assert begin() == ident
        assert campaigns.go_on(ident, clock.now).finished
        assert before <= owed(ident)
        whole(ident)
        assert campaigns.go_on(ident, clock.now).done == OBLIGATIONS
        whole(ident)


def test_two_at_once_open_it_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker and a command, batch by batch beside each other."""
    monkeypatch.setattr(opening, "BATCH", 5)
    with app.app_context():
        ident = begin()

    def go_on(_: int) -> bool:
        with app.app_context():
            return campaigns.go_on(ident, clock.now).finished

    with ThreadPoolExecutor(2) as two:
        assert list(two.map(go_on, range(2))) == [True, True]
    with app.app_context():
        whole(ident)


@pytest.mark.databases("sqlite")
def test_a_worker_opens_what_waits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The relay rings for it as long as it is not open; a job that has had enough leaves the rest."""
    bell = next(bell for bell in BELLS if bell.function == "workers.jobs.open_campaign")
    monkeypatch.setattr(opening, "BATCH", 10)
    with app.app_context():
        assert bell.due() == []
        ident = begin()
        assert bell.due() == [ident]
        monkeypatch.setattr(jobs, "OPENING", -1.0)
        assert not jobs.open_campaign(ident)
        assert owed(ident) == Counter()
        monkeypatch.undo()
        assert jobs.open_campaign(ident)
        assert bell.due() == []
        whole(ident)


@pytest.mark.databases("sqlite")
def test_who_ordered_it_has_opened_it(app: Flask) -> None:
    with app.app_context():
        administrator = db.session.scalars(
            sa.select(Account).where(Account.login == "quantri")
        ).one()
        person, name = administrator.person, administrator.person.full_name
        with transaction():
            campaign = campaigns.begin(SOURCE, file="dot.toml", actor=person, now=clock.now())
            ident = campaign.id
        campaigns.go_on(ident, clock.now)
        last = db.session.scalars(
            sa.select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)
        ).one()
        assert last.action == "campaign_opened"
        assert last.payload is not None
        assert last.payload.actor_id == person.id
        assert name


@pytest.mark.databases("sqlite")
def test_a_unit_that_comes_meanwhile_owes_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BATCH", 10)
    with app.app_context():
        ident = begin()

        def comes(progress: campaigns.Progress) -> None:
            if db.session.scalar(sa.select(Unit.id).where(Unit.code == "B4")) is None:
                with transaction() as session:
                    base = session.scalars(sa.select(Unit).where(Unit.code == "B1")).one()
                    ward = session.scalars(sa.select(Unit).where(Unit.code == "PHUONG")).one()
                    unit = Unit(code="B4", name="Đảng bộ mới", body="Đảng ủy", symbol="ĐU",
                                level=base.level)  # fmt: skip
                    session.add(unit)
                    session.flush()
                    session.add(ReportingLine(unit=unit, superior=ward, line="party"))

        assert campaigns.go_on(ident, clock.now, tell=comes).finished
        unit = db.session.scalars(sa.select(Unit).where(Unit.code == "B4")).one()
        assert sum(n for (_, unit_id), n in owed(ident).items() if unit_id == unit.id) == 8


@pytest.mark.databases("sqlite")
def test_who_joins_meanwhile_owes_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """He comes to a cell that its batch has passed."""
    monkeypatch.setattr(opening, "BATCH", 10)
    source = SOURCE.replace(
        'due      = { kind = "working_days_after", event = "plan", days = 15 }',
        'due      = { kind = "by_end_of_month", date = 2026-04-30 }',
    )
    with app.app_context():
        with transaction():
            campaign = campaigns.begin(source, file="dot.toml", actor=None, now=clock.now())
            ident = campaign.id

        def comes(progress: campaigns.Progress) -> None:
            name = "Người Mới Đến"
            passed = sa.select(Unit).join(Obligation, Obligation.unit_id == Unit.id)
            cell = db.session.scalars(
                passed.join(Obligation.requirement)
                .where(Requirement.campaign_id == ident, Unit.meets)
                .limit(1)
            ).first()
            known = db.session.scalar(sa.select(Person.id).where(Person.full_name == name))
            if cell is not None and known is None:
                with transaction() as session:
                    person = organisation.create_person(
                        session, full_name=name, actor=None, now=clock.now()
                    )
                    organisation.join(
                        session, person=person, unit=session.get_one(Unit, cell.id),
                        standing="full", valid_from=local_day(clock.now()),
                        actor=None, now=clock.now(),
                    )  # fmt: skip

        assert campaigns.go_on(ident, clock.now, tell=comes).finished
        owing = sa.select(sa.func.count(Obligation.id)).join(
            Person, Obligation.person_id == Person.id
        )
        assert db.session.scalar(owing.where(Person.full_name == "Người Mới Đến")) == 1


@pytest.mark.databases("sqlite")
def test_who_moves_between_two_batches_owes_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """His cell's batch has passed; he lives in another from the day on which that one's comes."""
    monkeypatch.setattr(opening, "BATCH", 10)
    source = SOURCE.replace(
        'due      = { kind = "working_days_after", event = "plan", days = 15 }',
        'due      = { kind = "by_end_of_month", date = 2026-04-30 }',
    )
    with app.app_context():
        with transaction():
            campaign = campaigns.begin(source, file="dot.toml", actor=None, now=clock.now())
            ident = campaign.id
        moved: list[int] = []
        asked = sa.select(Obligation.person_id, Unit.code).join(Obligation.requirement).join(Unit)
        of_him = asked.where(Requirement.campaign_id == ident, Requirement.code == "O-COMMIT")

        def moves(progress: campaigns.Progress) -> None:
            owing = db.session.execute(of_him).all()
            if moved or not owing:
                return
            person, cell = owing[0]
            there = "C6" if cell != "C6" else "C1"
            assert there not in {code for _, code in owing}
            with transaction() as session:
                moving.transfer(
                    session,
                    membership=session.scalars(
                        sa.select(Membership).where(Membership.person_id == person)
                    ).one(),
                    to=session.scalars(sa.select(Unit).where(Unit.code == there)).one(),
                    day=local_day(clock.now()) + timedelta(days=1),
                    actor=None,
                    now=clock.now(),
                )
            moved.append(person)

        def now() -> datetime:
            return clock.now() + timedelta(days=len(moved))

        assert campaigns.go_on(ident, now, tell=moves).finished
        found = db.session.execute(of_him.where(Obligation.person_id == moved[0])).all()
        assert len(found) == 1


@pytest.mark.databases("sqlite")
def test_drafting_posts_hold_what_is_opened(app: Flask) -> None:
    """A unit's task waits for its drafting posts and those of its advisory body."""
    with app.app_context():
        with transaction():
            campaigns.open_from(SOURCE, file="dot.toml", actor=None, now=clock.now())
        rows = db.session.execute(
            sa.select(Unit.code, TaskRole.role)
            .join(TaskRole, TaskRole.unit_id == Unit.id)
            .join(Task, TaskRole.task_id == Task.id)
            .join(Obligation, Task.obligation_id == Obligation.id)
            .join(Requirement, Obligation.requirement_id == Requirement.id)
            .join(Campaign, Requirement.campaign_id == Campaign.id)
            .where(Campaign.code == "DOT", Requirement.code == "O-AWARD")
        )
        held = {tuple(row) for row in rows}
        assert ("PHUONG-XDD", "advisor") in held
        assert {code for code, _ in held} == {"PHUONG", "PHUONG-XDD"}


@pytest.mark.databases("sqlite")
def test_what_is_refused(app: Flask) -> None:
    other = SOURCE.replace("Nói đi đôi", "Hãy nói đi đôi")
    bad = SOURCE.replace('unit     = "TINH"', 'unit     = "KHONG"')
    now = clock.now
    with app.app_context():
        with pytest.raises(Refused, match="UNIT"), transaction():
            campaigns.begin(bad, file="dot.toml", actor=None, now=now())
        with transaction():  # a draft may still become another
            campaigns.keep_draft(other, file="dot.toml", actor=None, now=now())
        ident = begin()
        with pytest.raises(Refused, match="mở dở theo một tệp khác"), transaction():
            campaigns.begin(other, file="dot.toml", actor=None, now=now())
        with pytest.raises(Refused, match="đã mở"), transaction():
            campaigns.keep_draft(other, file="dot.toml", actor=None, now=now())
        draft = db.session.get_one(Campaign, ident)
        with pytest.raises(Refused, match="Chưa bỏ được"), transaction():
            campaigns.drop_draft(draft, actor=None, now=now())
        campaigns.go_on(ident, now)
        with pytest.raises(Refused, match="đã mở"):
            begin()


@pytest.mark.databases("sqlite")
def test_a_draft_is_kept_and_dropped(app: Flask) -> None:
    with app.app_context():
        for _ in range(2):  # the same text again changes nothing
            with transaction():
                draft = campaigns.keep_draft(SOURCE, file="x", actor=None, now=clock.now())
                ident = draft.id
        assert told(ident) == ["campaign_drafted"]
        assert owed(ident) == Counter()
        with transaction():
            draft = db.session.get_one(Campaign, ident)
            campaigns.drop_draft(draft, actor=None, now=clock.now())
        with transaction():  # of two who drop it the second finds it gone
            campaigns.drop_draft(draft, actor=None, now=clock.now())
        assert campaigns.by_code("DOT") is None
        assert not db.session.scalar(
            sa.select(Requirement.id).where(Requirement.campaign_id == ident)
        )
        assert trail.verify(db.session()).whole


@pytest.mark.databases("sqlite")
def test_the_command_shows_how_far_it_is(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "dot.toml"
    file.write_text(SOURCE, "utf-8")
    run = app.test_cli_runner().invoke
    opened = run(args=["campaign", "open", str(file)])
    assert opened.exit_code == 0, opened.output
    assert f"{OBLIGATIONS}/{OBLIGATIONS}" in opened.output
    listed = json.loads(run(args=["campaign", "list", "--json"]).stdout)
    assert ("DOT", "open", 100) in {(r["code"], r["state"], r["percent"]) for r in listed}
    again = run(args=["campaign", "open", str(file)])
    assert again.exit_code == 1
    assert "đã có" in again.output
