"""Amending a campaign that is open: first what would change, then only what is open changes."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from config import ROOT
from models.account import Account
from models.base import db, transaction
from models.campaign import Campaign, Requirement
from models.deadline import Deadline, Escalation
from models.document import Document
from models.event import AuditEvent
from models.obligation import Obligation
from models.person import Membership, Person
from models.task import Task
from models.unit import Unit
from workflows import campaigns, create, indicators, ladder, perform, trail
from workflows.calendar import WorkingCalendar, at_seven, end_of_day, local_day
from workflows.content import clean_content
from workflows.prints import paper
from workflows.refusal import Refused

SOURCE = (ROOT / "campaigns" / "cd-2026.toml").read_text("utf-8").replace('"CD-2026"', '"DOT"')
NEW = """
[[requirements]]
code     = "O-STUDY"
kind     = "report"
variant  = "study"
label    = { vi = "Báo cáo học tập chuyên đề", en = "Report on the study" }
levels   = ["base"]
deciding = 2
due      = { kind = "by_end_of_month", date = 2026-04-30 }
"""

pytestmark = [pytest.mark.data("organisation"), pytest.mark.databases("sqlite")]


def opened(source: str = SOURCE) -> None:
    with transaction():
        campaigns.open_from(source, file="dot.toml", actor=None, now=clock.now())


def without(source: str, code: str) -> str:
    """The file without one requirement."""
    head, *parts = source.split("[[requirements]]")
    return "[[requirements]]".join([head, *(p for p in parts if f'"{code}"' not in p)])


def amend(source: str) -> campaigns.Amendment:
    with transaction():
        return campaigns.amend(source, file="dot.toml", actor=None, now=clock.now())


def rows(code: str) -> list[Obligation]:
    return list(
        db.session.scalars(
            sa.select(Obligation)
            .join(Obligation.requirement)
            .join(Requirement.campaign)
            .where(Campaign.code == "DOT", Requirement.code == code)
            .order_by(Obligation.unit_id)
        )
    )


def clocks(code: str) -> list[tuple[Task, Deadline]]:
    found = db.session.execute(
        sa.select(Task, Deadline)
        .join(Deadline, Deadline.task_id == Task.id)
        .where(Task.obligation_id.in_([row.id for row in rows(code)]), Task.closed_at.is_(None))
    )
    return [(task, deadline) for task, deadline in found]


@pytest.mark.databases("sqlite", "postgresql")
def test_only_what_is_open_changes(app: Flask) -> None:
    """One base has reported, one was let off, one still owes: only the last one gets the new day,
    and its ladder begins anew."""
    with app.app_context():
        opened()
        with transaction():
            done, let_off, owing = rows("O-QUARTER-1")
            done.state, done.fulfilled_at = "fulfilled", clock.now()
            let_off.state = "waived"
            ids = done.id, let_off.id, owing.id
        later = SOURCE.replace("date = 2026-03-31, days = 5", "date = 2026-03-31, days = 10")
        seen = campaigns.look(later, file="dot.toml", now=clock.now())
        (moved,) = seen.moved
        assert (moved.code, moved.number) == ("O-QUARTER-1", 1)
        june = campaigns.look(later, file="dot.toml", now=clock.now() + timedelta(days=160))
        over = [found.wrong.params["code"] for found in june.findings if found.code == "PAST"]
        assert over == ["O-QUARTER-1"]  # not what ran out while it ran
        assert moved.old
        assert moved.new
        assert (moved.old.effective, moved.new.effective) == (date(2026, 4, 7), date(2026, 4, 14))
        assert {row.effective_due for row in rows("O-QUARTER-1")} == {date(2026, 4, 7)}
        amend(later)
        dues = {row.id: (row.state, row.effective_due) for row in rows("O-QUARTER-1")}
        assert [dues[ident] for ident in ids] == [
            ("fulfilled", date(2026, 4, 7)),
            ("waived", date(2026, 4, 7)),
            ("open", date(2026, 4, 14)),
        ]
        for task, deadline in clocks("O-QUARTER-1"):
            if task.obligation_id == ids[2]:
                assert task.due_at == end_of_day(date(2026, 4, 14))
                assert deadline.effective_due == date(2026, 4, 14)
                assert deadline.version == 2
                assert deadline.fires_at == at_seven(date(2026, 4, 7))  # five working days before
        assert campaigns.look(later, file="dot.toml", now=clock.now()).nothing
        assert trail.verify(db.session()).whole


@pytest.mark.databases("sqlite", "postgresql")
def test_added_and_taken_out(app: Flask) -> None:
    """What is new is owed by all whom it asks; what is taken out is owed by nobody any more, and its
    tasks close; an event tells it in each unit's log."""
    with app.app_context():
        opened()
        changed = without(SOURCE, "O-THEME") + NEW
        seen = campaigns.look(changed, file="dot.toml", now=clock.now())
        assert (seen.added, seen.ended) == ([("O-STUDY", 3)], [("O-THEME", 11)])
        amend(changed)
        assert Counter(row.state for row in rows("O-STUDY")) == {"open": 3}
        assert len(clocks("O-STUDY")) == 3
        assert Counter(row.state for row in rows("O-THEME")) == {"waived": 11}
        assert clocks("O-THEME") == []
        assert Counter(row.state for row in rows("O-PLAN")) == {"open": 11}
        event = db.session.scalars(
            sa.select(AuditEvent).where(AuditEvent.action == "campaign_amended")
        ).one()
        told = json.loads(event.leaf)
        assert (told["added"], told["ended"], told["moved"]) == (1, 1, 0)
        put_down = sa.select(sa.func.count(AuditEvent.id)).where(
            AuditEvent.action == "obligation_waived"
        )
        assert db.session.scalar(put_down) == 11
        assert trail.verify(db.session()).whole
        with pytest.raises(Refused, match="không dùng lại"):
            amend(SOURCE)


def test_who_owes_it_changes(app: Flask) -> None:
    """The mid-year report becomes the pilots' alone: the other cells' fall away."""
    with app.app_context():
        opened()
        part = SOURCE[SOURCE.index('code     = "O-HALF-U"') :]
        only = part.replace(
            'levels   = ["cell", "base"]', 'levels   = ["cell"]\npilots   = "only"', 1
        )
        changed = SOURCE.replace(part, only)
        seen = campaigns.look(changed, file="dot.toml", now=clock.now())
        assert (seen.changed, seen.fields) == (["O-HALF-U"], [])
        amend(changed)
        assert {row.unit.code for row in rows("O-HALF-U") if row.state == "open"} == {"C2", "C5"}
        assert Counter(row.state for row in rows("O-HALF-U")) == {"open": 2, "waived": 8}


def test_asked_again_it_is_owed_again(app: Flask) -> None:
    """What one amendment put down the next one may ask again; the day moved meanwhile is the day."""
    with app.app_context():
        opened()
        part = SOURCE[SOURCE.index('code     = "O-HALF-U"') :]
        only = part.replace(
            'levels   = ["cell", "base"]', 'levels   = ["cell"]\npilots   = "only"', 1
        )
        amend(SOURCE.replace(part, only))
        assert len(clocks("O-HALF-U")) == 2
        part = part.replace("2026-06-30", "2026-07-31", 1)
        later = SOURCE[: SOURCE.index('code     = "O-HALF-U"')] + part
        seen = campaigns.look(later, file="dot.toml", now=clock.now())
        assert [one.code for one in seen.moved] == seen.changed == ["O-HALF-U"]
        amend(later)
        assert Counter(row.state for row in rows("O-HALF-U")) == {"open": 10}
        assert {row.effective_due for row in rows("O-HALF-U")} == {date(2026, 7, 31)}
        assert len(clocks("O-HALF-U")) == 10
        assert trail.verify(db.session()).whole


REGISTER = """
[[requirements]]
code   = "O-REG"
kind   = "commitment"
label  = { vi = "Bản đăng ký", en = "Registration" }
levels = ["cell"]
due    = { kind = "date", date = 2026-05-29 }
"""


def test_nobody_owes_by_an_amendment_what_was_over_when_he_came(app: Flask) -> None:
    """Nor does who moved owe again what he has done; another day to come asks the newcomer, too."""
    with app.app_context():
        opened(SOURCE + REGISTER)
        july = at_seven(date(2026, 7, 15))
        with transaction() as session:
            done = rows("O-REG")[0]
            done.state, done.fulfilled_at = "fulfilled", clock.now()
            mover, before = done.person_id, len(rows("O-REG"))
            home = session.scalars(sa.select(Unit).where(Unit.code == "C3")).one()
            old = session.scalars(sa.select(Membership).where(Membership.person_id == mover)).one()
            old.valid_to = date(2026, 6, 30)
            newcomer = Person(full_name="Người Mới")
            for person in (newcomer, old.person):
                membership = Membership(
                    person=person, unit=home, standing="full", valid_from=date(2026, 7, 1)
                )
                session.add(membership)
            session.flush()
            ident = newcomer.id
        changed = (SOURCE + REGISTER).replace("gần dân", "gần nhân dân", 1)
        with transaction():
            campaigns.amend(changed, file="dot.toml", actor=None, now=july)
        assert len(rows("O-REG")) == before
        later = changed.replace("2026-05-29", "2026-08-31")
        with transaction():
            campaigns.amend(later, file="dot.toml", actor=None, now=july)
        new = rows("O-REG")
        assert len(new) == before + 1
        assert [row.unit.code for row in new if row.person_id == mover] == [done.unit.code]
        assert [row.unit.code for row in new if row.person_id == ident] == ["C3"]


def test_another_ladder(app: Flask) -> None:
    """Until somebody is told it is simply another ladder; what has been told is not told again."""
    with app.app_context():
        opened()
        morning = at_seven(date(2026, 3, 24))  # the first reminder of the plans by 31/03
        ladder.sweep(morning)
        ours = [deadline.id for _, deadline in clocks("O-PLAN")]
        reminded = db.session.scalar(
            sa.select(sa.func.count(Escalation.id)).where(Escalation.deadline_id.in_(ours))
        )
        assert reminded == 11
        head, rest = SOURCE.split("[[ladder]]", 1)
        tail = rest[rest.index("[[requirements]]") :]
        rungs = "".join(
            f'[[ladder]]\nafter = {after}\nto = "{to}"\n\n'
            for after, to in ((-2, "owner"), (2, "secretary"), (6, "superior"))
        )
        changed = head + rungs + tail
        with transaction():
            still = clocks("O-PLAN")[0][1].id  # nobody owes it any more, or a freeze holds it
            ladder.pause(db.session.get_one(Deadline, still), morning)
        with transaction():
            seen = campaigns.amend(changed, file="dot.toml", actor=None, now=morning)
        assert seen.fields == ["thang đôn đốc"]
        held = db.session.get_one(Deadline, still)
        assert (held.version, held.paused_at, held.fires_at) == (1, morning, None)
        with transaction():
            ladder.restart(held, held.effective_due, morning, WorkingCalendar.of(db.session()))
        for _, deadline in clocks("O-PLAN"):
            assert (deadline.version, deadline.fires_at) == (2, at_seven(date(2026, 3, 27)))
        for _, deadline in clocks("O-AWARD"):
            assert (deadline.version, local_day(deadline.fires_at)) == (1, date(2026, 10, 12))
        ladder.sweep(at_seven(date(2026, 4, 2)))
        late = [deadline for _, deadline in clocks("O-PLAN")]
        assert {deadline.rung for deadline in late} == {1}
        assert {deadline.fires_at for deadline in late} == {at_seven(date(2026, 4, 8))}
        assert trail.verify(db.session()).whole


def test_theme_of_the_year_and_of_a_ward(app: Flask) -> None:
    with app.app_context():
        opened()
        ward = '[[themes]]\nunit = "PHUONG"\ntheme = "Gần dân"\nreason = "Nghị quyết riêng"\n\n'
        changed = SOURCE.replace("Nói đi đôi với làm, gần dân", "Gần dân, nói đi đôi với làm")
        changed = changed.replace("[[requirements]]", ward + "[[requirements]]", 1)
        seen = amend(changed)
        assert (seen.fields, seen.themes) == (["chủ đề"], True)
        campaign = campaigns.by_code("DOT")
        assert campaign is not None
        assert campaign.theme.startswith("Gần dân")
        assert [(theme.unit.code, theme.reason) for theme in campaign.themes] == [
            ("PHUONG", "Nghị quyết riêng")
        ]


@pytest.mark.databases("sqlite", "postgresql")
def test_a_figure_that_somebody_has_decided_on_keeps_its_words(app: Flask) -> None:
    """Before that it may be renamed; one that the file drops is not asked any more, and still read."""
    renamed = SOURCE.replace("Tổng số đảng viên", "Số đảng viên của đơn vị")
    dropped = "".join(line for line in renamed.splitlines(True) if 'code = "I03"' not in line)
    with app.app_context():
        opened()
        first = asked("O-QUARTER-1")
        report = reporting(first)
        written = bytes(report.current.content_hash)
        assert amend(renamed).fields == ["chỉ tiêu của báo cáo"]
        for action, login in (("submit", "thammuu.b1"), ("review", "phobithu.b1")):
            with transaction():
                perform(
                    report.id, action, actor=person(login), now=APRIL,
                    revision=report.revision, version=report.version,
                )  # fmt: skip
        with pytest.raises(Refused) as refused:
            amend(SOURCE)
        said = {"figure": "I03", "words": "Số đảng viên của đơn vị"}
        assert [reason.params for reason in refused.value.reasons] == [said, said]
        warned = [one.wrong.params for one in amend(dropped).findings if one.code == "FIGURE"]
        assert warned == [{"codes": "I03"}]
        assert "I03" not in dict(indicators.offered(first.campaign, first))
        assert dict(indicators.offered(first.campaign, first, ["I03"]))["I03"]["en"]
        assert paper.of(report, report.current).indicators == [
            ("I03", "Số đảng viên của đơn vị", "11")
        ]
        with pytest.raises(Refused) as refused:
            reporting(asked("O-QUARTER-2"))
        assert [reason.place for reason in refused.value.reasons] == ["indicators.I03"]
        amend(renamed)  # asked again, under the words it has
        assert dict(indicators.offered(first.campaign, first))["I03"]["vi"].endswith("đơn vị")
        assert (report.current.content, bytes(report.current.content_hash)) == (
            clean_content("report", QUARTER),
            written,
        )
        assert trail.verify(db.session()).whole


APRIL = at_seven(date(2026, 4, 1))
QUARTER = {
    "period": "Quý I/2026",
    "figures_as_of": "2026-03-31",
    "results": "Đã học chuyên đề.",
    "shortcomings": "Một chi bộ còn chậm.",
    "indicators": {"I03": 11},
}


def asked(code: str) -> Requirement:
    return rows(code)[0].requirement


def person(login: str) -> Person:
    query = sa.select(Person).join(Account, Account.person_id == Person.id)
    return db.session.scalars(query.where(Account.login == login)).one()


def reporting(requirement: Requirement) -> Document:
    """A base begins its report on this requirement."""
    with transaction():
        return create(
            "report",
            unit=db.session.scalars(sa.select(Unit).where(Unit.code == "B1")).one(),
            campaign=requirement.campaign,
            requirement=requirement,
            title="Báo cáo quý",
            content=clean_content("report", QUARTER),
            actor=person("thammuu.b1"),
            now=APRIL,
        )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"DOT"', '"KHONG"', "Chưa có đợt"),
        ('unit     = "TINH"', 'unit     = "PHUONG"', "Không đổi được"),
        ("year     = 2026", "year     = 2027", "Không đổi được"),
        (
            'code     = "O-PLAN"\nkind     = "plan"',
            'code     = "O-PLAN"\nkind     = "report"',
            "mã",
        ),
        ("deciding = 2", 'deciding = 2\nafter = "KHONG"', "AFTER"),
    ],
)
def test_what_cannot_change(app: Flask, old: str, new: str, said: str) -> None:
    with app.app_context():
        opened()
        changed = SOURCE.replace(old, new, 1)
        assert changed != SOURCE
        with pytest.raises(Refused, match=said):
            amend(changed)
        campaign = campaigns.by_code("DOT")
        assert campaign is not None
        assert campaign.source == SOURCE


def test_the_command_asks_before_it_writes(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        opened()
    file = tmp_path / "dot.toml"
    file.write_text(SOURCE + NEW, "utf-8")
    run = app.test_cli_runner().invoke
    seen = run(args=["campaign", "amend", str(file)])
    assert seen.exit_code == 0, seen.output
    assert "+ O-STUDY: 3" in seen.output
    assert "--apply" in seen.output
    with app.app_context():
        assert rows("O-STUDY") == []
    done = json.loads(run(args=["campaign", "amend", str(file), "--apply", "--json"]).stdout)
    assert done["applied"]
    assert done["added"] == [{"requirement": "O-STUDY", "obligations": 3}]
    with app.app_context():
        assert len(rows("O-STUDY")) == 3
