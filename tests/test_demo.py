"""The demo: everybody is there, and the year has happened as the table of the domain says."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

import clock
from config import ROOT
from models.account import Account
from models.base import db
from models.campaign import Campaign, Requirement
from models.deadline import Escalation
from models.document import Decision, Document
from models.event import AuditEvent
from models.notification import Delivery
from models.obligation import Obligation
from models.person import Membership, Person
from models.post import Post
from models.recorded import Finding
from models.stored_file import Attachment
from models.task import Task, TaskRole
from models.unit import Unit, superior_of, unit_by_code
from workflows import accounts, available_actions, demo, trail
from workflows.calendar import local_day
from workflows.refusal import Refused
from workflows.tables import FileError

BASES, CELLS = (1, 2, 3), (1, 2, 3, 4, 5, 6)
LOGINS = {
    "quantri",
    *(f"{who}.tinh" for who in ("bithu", "thuongvu", "vanthu", "kiemtra")),
    *(
        f"{who}.phuong"
        for who in ("bithu", "phobithu", "thuongvu", "xaydungdang", "vanthu", "kiemtra")
    ),
    *(f"{who}.b{n}" for n in BASES for who in ("bithu", "phobithu", "thammuu", "vanthu")),
    *(f"{who}.c{n}" for n in CELLS for who in ("bithu", "phobithu", "chiuy")),
    *("bithu.c7", "dv1.c7", "dv2.c7"),
    *(f"s{n:02}" for n in range(1, 13)),
    *("bch.cdcs", "phochutich.cdcs", "chutich.cdcs"),
    *(f"{who}.{unit}" for unit in ("cdphuong", "ldld") for who in ("canbo", "chutich")),
}
ROLE_OF = {
    "bithu": "secretary",
    "phobithu": "deputy",
    "chiuy": "committee",
    "thammuu": "advisor",
    "xaydungdang": "advisor",
    "thuongvu": "standing",
    "vanthu": "clerk",
    "kiemtra": "inspector",
    "bch": "committee",
    "phochutich": "deputy",
    "chutich": "secretary",
    "canbo": "advisor",
}
SUPERIOR = {
    "PHUONG": "TINH",
    "B1": "PHUONG",
    "B2": "PHUONG",
    "B3": "PHUONG",
    "C1": "B1",
    "C2": "B1",
    "C3": "B2",
    "C4": "B2",
    "C5": "B3",
    "C6": "B3",
    "C7": "PHUONG",
}
S_NAMES = [
    "Trần Thị Ví Dụ",
    "Lê Văn Thử Nghiệm",
    "Phạm Thị Kịch Bản",
    "Đỗ Văn Giả Định",
    "Võ Thị Bản Sao",
    "Bùi Văn Phác Thảo",
    "Ngô Thị Trình Diễn",
    "Hồ Văn Minh Chứng",
    "Đặng Thị Tưởng Tượng",
    "Lý Văn Giả Tưởng",
    "Mai Thị Hư Cấu",
    "Dương Văn Bản Nháp",
]


def at(written: str) -> datetime:
    return datetime.fromisoformat(written + ":00+07:00")


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    """The body of the test runs in an application context."""
    with app.app_context():
        yield


def account(login: str) -> Account:
    return db.session.scalars(sa.select(Account).where(Account.login == login)).one()


def plan(unit: str, number: str) -> Document:
    return db.session.scalars(
        sa.select(Document).join(Unit).where(
            Unit.code == unit, Document.kind == "plan", Document.number == number
        )
    ).one()  # fmt: skip


def commitment(login: str) -> Document:
    """The first commitment of this person, not an amendment."""
    return db.session.scalars(
        sa.select(Document).where(
            Document.kind == "commitment",
            Document.author_id == account(login).person_id,
            Document.amends_id.is_(None),
        )
    ).one()


def reported_on(document: Document) -> date | None:
    """The day of the issuer's first report."""
    events = db.session.scalars(
        sa.select(AuditEvent)
        .where(AuditEvent.document_id == document.id, AuditEvent.action == "report")
        .order_by(AuditEvent.document_version)
    )
    for event in events:
        if json.loads(event.leaf)["from_stage"] == 0:
            return local_day(event.at)
    return None


# ---------------------------------------------------------------- the organisation

MONTHLY = {  # the effective last day of each month's review: (month, day)
    4: (5, 4), 5: (6, 1), 6: (6, 30), 7: (7, 31), 8: (9, 3), 9: (9, 30), 10: (11, 2), 11: (11, 30),
    12: (12, 31),
}  # fmt: skip


@pytest.mark.data("organisation")
@pytest.mark.usefixtures("inside")
class TestOrganisation:
    def test_units_and_to_whom_they_report(self) -> None:
        codes = set(db.session.scalars(sa.select(Unit.code)))
        assert codes == {*SUPERIOR, "TINH", "PHUONG-XDD", "LDLD", "CDPHUONG", "CDCS"}
        day = date(2026, 1, 5)
        for code, above in SUPERIOR.items():
            assert superior_of(unit_by_code(code).id, line="party", day=day).code == above
        for code, above in {"CDCS": "CDPHUONG", "CDPHUONG": "LDLD"}.items():
            assert superior_of(unit_by_code(code).id, line="union", day=day).code == above
        assert superior_of(unit_by_code("TINH").id, line="party", day=day) is None
        assert unit_by_code("PHUONG-XDD").attached_to.code == "PHUONG"

    def test_the_ward_was_a_district(self) -> None:
        ward = unit_by_code("PHUONG")
        assert ward.name_on(date(2025, 6, 30)) == "Quận ủy Minh Họa"
        assert ward.name_on(date(2025, 7, 1)) == ward.name == "Đảng bộ phường Minh Họa"
        assert [period.level.code for period in ward.periods] == ["district", "commune"]

    def test_everybody_has_the_login_the_role_and_a_way_in(self) -> None:
        found = {a.login: a for a in db.session.scalars(sa.select(Account))}
        assert set(found) == LOGINS
        assert len({a.person.full_name for a in found.values()}) == len(found)
        for login in LOGINS:
            who, _, place = login.partition(".")
            posts = list(
                db.session.scalars(sa.select(Post).where(Post.person_id == found[login].person_id))
            )
            if who not in ROLE_OF:
                assert posts == [], login
                continue
            unit = "PHUONG-XDD" if who == "xaydungdang" else place.upper()
            assert [(p.unit.code, p.role) for p in posts] == [(unit, ROLE_OF[who])], login
        assert [a.login for a in found.values() if a.is_administrator] == ["quantri"]
        assert all(a.is_demo and not a.must_change_password for a in found.values())
        assert accounts.check_password(found["s01"], demo.PASSWORD)
        for login in LOGINS:
            assert accounts.enter_as(login, now=clock.real_now()).token

    def test_members(self) -> None:
        names = [account(f"s{n:02}").person.full_name for n in range(1, 13)]
        assert names == S_NAMES
        rows = db.session.scalars(sa.select(Membership))
        cell_of = {m.person_id: m.unit.code for m in rows}
        for n in CELLS:
            for who in ("bithu", "phobithu", "chiuy"):
                assert cell_of[account(f"{who}.c{n}").person_id] == f"C{n}"
        of_c7 = [account(login).person for login in ("bithu.c7", "dv1.c7", "dv2.c7")]
        assert [p.email for p in of_c7] == [None] * 3
        assert [p.memberships[0].standing for p in of_c7] == ["full", "full", "probationary"]
        assert {p.memberships[0].unit.code for p in of_c7} == {"C7"}

    def test_the_open_campaign_without_documents(self) -> None:
        assert db.session.scalar(sa.select(sa.func.count(Document.id))) == 0
        campaign = db.session.scalars(sa.select(Campaign).where(Campaign.code == "CD-2026")).one()
        assert campaign.opened_at is not None
        asked = {r.code: r for r in campaign.requirements}
        assert asked["O-PLAN"].deciding == asked["O-YEAR-U"].deciding == 2
        assert asked["O-COMMIT"].deciding == 1
        rows = db.session.execute(
            sa.select(Requirement.code, Obligation.effective_due)
            .join(Obligation.requirement)
            .where(Requirement.campaign_id == campaign.id)
        ).all()
        due = {row.code: row.effective_due for row in rows}
        assert due == {
            "O-PLAN": date(2026, 3, 31),
            "O-QUARTER-1": date(2026, 4, 7),
            "O-QUARTER-2": date(2026, 7, 7),
            "O-QUARTER-3": date(2026, 10, 7),
            "O-QUARTER-4": date(2027, 1, 8),
            "O-HALF-U": date(2026, 6, 30),
            "O-THEME": date(2026, 11, 30),
            "O-AWARD": date(2026, 10, 14),
            "O-YEAR-U": date(2026, 12, 31),
            # one a cell and month, whatever its members are many: 30/04 to 03/05 are off
            **{
                f"O-MONTH-{month:02}": date(2026, due_month, day)
                for month, (due_month, day) in MONTHLY.items()
            },
        }
        union = db.session.execute(
            sa.select(Requirement.code, Obligation.effective_due)
            .join(Obligation.requirement)
            .where(Requirement.code.in_(("O-UNION-1", "O-UNION-2")))
        ).all()
        assert dict(union) == {"O-UNION-1": date(2026, 5, 19), "O-UNION-2": date(2026, 10, 19)}

    def test_the_trail_is_whole_and_it_is_monday_morning(self) -> None:
        assert trail.verify(db.session()).whole
        assert at("2026-01-05T08:00") <= clock.now() < at("2026-01-05T08:30")


@pytest.mark.parametrize(
    ("begun", "name"),
    [("2026-03-30T15:00", "Đảng bộ phường Minh Họa"), ("2025-03-03T08:00", "Quận ủy Minh Họa")],
)
def test_the_organisation_loads_at_whatever_instant_a_rehearsal_was_begun(
    app: Flask, run: Callable[..., Result], begun: str, name: str
) -> None:
    assert run("rehearsal", "begin", "--at", begun).exit_code == 0
    answer = run("demo", "load", "--organisation-only")
    assert answer.exit_code == 0, answer.output
    assert demo.PASSWORD in answer.output
    with app.app_context():
        assert at(begun) <= clock.now() < at(begun) + timedelta(minutes=5)
        assert unit_by_code("PHUONG").name == name
        assert trail.verify(db.session()).whole
        day = local_day(clock.now())
        posts = db.session.scalars(sa.select(Post)).all()
        assert all((p.valid_from or day) <= day <= (p.valid_to or day) for p in posts)


# ---------------------------------------------------------------- the year


PLANS = [
    ("TINH", "12-KH/TU", "2026-01-20", None),
    ("PHUONG", "07-KH/ĐU", "2026-02-10", None),
    ("B1", "03-KH/ĐU", "2026-03-03", "2026-03-05"),
    ("B2", "02-KH/ĐU", "2026-02-06", "2026-03-30"),
    ("B3", "04-KH/ĐU", "2026-03-26", "2026-04-02"),
    ("C1", "02-KH/CB", "2026-03-06", "2026-03-09"),
    ("C2", "02-KH/CB", "2026-03-09", "2026-03-11"),
    ("C2", "03-KH/CB", "2026-06-15", "2026-06-16"),
    ("C3", "01-KH/CB", "2026-03-16", "2026-03-18"),
    ("C4", "01-KH/CB", "2026-04-02", "2026-04-03"),
    ("C5", "02-KH/CB", "2026-03-30", "2026-03-31"),
]
COMMITMENTS = {
    "s01": "2026-03-12",
    "s02": "2026-04-01",
    "s04": "2026-03-20",
    "s05": "2026-03-21",
    "s07": "2026-03-10",
    "s08": "2026-03-11",
    "s09": "2026-03-13",
    "s10": "2026-03-12",
    "s11": "2026-04-06",
    "s12": "2026-04-02",
}
# Who sees nothing to do when the visitor comes: readers, and members whose papers are done.
IDLE = {"quantri", "kiemtra.tinh", "kiemtra.phuong", "dv1.c7"} | {f"s{n:02}" for n in range(1, 13)}


@pytest.mark.databases("sqlite")  # that it loads and restores on PostgreSQL is shown elsewhere
@pytest.mark.data("demo")
@pytest.mark.usefixtures("inside")
class TestStory:
    def test_it_lives_on_from_monday(self) -> None:
        assert at("2026-11-23T08:00") <= clock.now() < at("2026-11-23T08:30")

    def test_the_trail_is_whole(self) -> None:
        report = trail.verify(db.session())
        assert report.whole, str(report.first)
        assert report.documents > 80

    def test_no_event_is_older_than_one_before_it_or_younger_than_now(self) -> None:
        assert db.session.scalar(sa.select(sa.func.max(AuditEvent.at))) <= at("2026-11-23T08:00")
        behind = [e for e in db.session.scalars(sa.select(AuditEvent.leaf)) if b'"behind"' in e]
        assert behind == []

    @pytest.mark.parametrize(("unit", "number", "dated", "reported"), PLANS)
    def test_plans(self, unit: str, number: str, dated: str, reported: str | None) -> None:
        document = plan(unit, number)
        assert document.dated_on == date.fromisoformat(dated)
        if reported is not None:
            assert reported_on(document) == date.fromisoformat(reported)
        replaced = (unit, number) == ("C2", "02-KH/CB")
        assert document.is_in_force is not replaced
        assert document.state == ("superseded" if replaced else "reported")

    def test_c2_amended_its_plan(self) -> None:
        new, old = plan("C2", "03-KH/CB"), plan("C2", "02-KH/CB")
        assert new.amends == old
        assert old.superseded_by == new

    def test_every_planted_defect_is_a_finding_and_nothing_else_is(self) -> None:
        found = db.session.execute(
            sa.select(Unit.code, Document.number, Finding.rule, Finding.explained_at.is_not(None))
            .join(Finding.document)
            .join(Document.unit)
        )
        assert {tuple(row) for row in found} == {
            ("B2", "02-KH/ĐU", "R01", True),
            ("B3", "04-KH/ĐU", "R15", False),
            ("B3", "04-KH/ĐU", "R29", False),
            ("B1", "03-BC/ĐU", "R18", False),
            ("PHUONG", "01-BC/ĐU", "R21", False),
        }
        recorded = set(db.session.scalars(sa.select(Document.id).where(Document.recorded)))
        scanned = db.session.scalars(
            sa.select(Attachment.document_id).where(Attachment.purpose == "scan")
        )
        assert recorded == set(scanned)
        late = db.session.scalars(
            sa.select(Obligation)
            .join(Obligation.requirement)
            .where(Requirement.code == "O-PLAN", Obligation.unit_id == unit_by_code("B3").id)
        ).one()
        assert (late.state, local_day(late.fulfilled_at)) == ("fulfilled_late", date(2026, 4, 2))

    def test_c6_has_no_plan_and_some_rest_on_paper(self) -> None:
        assert not db.session.scalar(
            sa.select(Document.id).where(
                Document.unit == unit_by_code("C6"), Document.kind == "plan"
            )
        )
        assert plan("C4", "01-KH/CB").current.bases[0].document == plan("B2", "02-KH/ĐU")
        outside = {
            (basis.number, basis.dated_on)
            for unit, number in (("C3", "01-KH/CB"), ("C5", "02-KH/CB"))
            for basis in plan(unit, number).current.bases
        }
        assert outside == {
            ("02-KH/ĐU", date(2026, 2, 6)),
            ("04-KH/ĐU", date(2026, 3, 26)),
        }

    @pytest.mark.parametrize(("login", "dated"), COMMITMENTS.items())
    def test_commitments_are_agreed_and_on_the_list(self, login: str, dated: str) -> None:
        document = commitment(login)
        assert document.dated_on == date.fromisoformat(dated)
        assert document.number is None
        assert document.state == "reported"
        assert document.is_in_force
        assert document.stages[-1].received_at is not None
        sections = document.current.content["sections"]
        assert sections["3"]
        assert "XIV" in sections["6"]

    def test_two_are_held(self) -> None:
        for login, state in (("s03", "reviewed"), ("s06", "submitted")):
            document = commitment(login)
            assert document.state == state
            assert document.in_force_revision is None
        # C4 has its plan meanwhile: what s06 owes is answered by what he sent before.
        assert commitment("s06").obligation.effective_due == date(2026, 4, 23)
        secretary = account("bithu.c6").person
        offered = available_actions(commitment("s03"), person=secretary, now=clock.now())
        approve = next(action for action in offered if action.name == "approve")
        assert not approve.allowed
        assert {reason.rule for reason in approve.reasons} == {"R02"}

    def test_the_union_reports(self) -> None:
        rows = {
            o.requirement.code: o
            for o in db.session.scalars(
                sa.select(Obligation).where(Obligation.unit == unit_by_code("CDCS"))
            )
        }
        assert rows["O-UNION-1"].state == "fulfilled"
        assert rows["O-UNION-2"].state == "fulfilled_late"
        assert local_day(rows["O-UNION-2"].fulfilled_at) == date(2026, 10, 21)

    def test_one_of_each_kind_was_returned_and_came_back(self) -> None:
        returned = db.session.execute(
            sa.select(Document.kind, Document.state)
            .join(Decision, Decision.document_id == Document.id)
            .where(Decision.action == "return")
        ).all()
        assert {kind for kind, _ in returned} == {"plan", "commitment", "report"}
        assert "returned" not in {state for _, state in returned}

    def test_the_ladder(self) -> None:
        climbed = {
            (e.rung, e.from_unit.code, e.to_unit.code, e.at)
            for e in db.session.scalars(
                sa.select(Escalation)
                .join(Escalation.task)
                .outerjoin(Task.document)
                .join(
                    Obligation,
                    sa.or_(
                        Obligation.id == Task.obligation_id,
                        Obligation.id == Document.obligation_id,
                    ),
                )
                .join(Obligation.requirement)
                .where(
                    Requirement.code == "O-PLAN",
                    Escalation.effective_due == Obligation.effective_due,
                    Escalation.rung > 0,
                )
            )
        }
        mornings = {
            n: at(f"2026-04-{day}T07:00") for n, day in enumerate(("01", "03", "09", "21"), 1)
        }
        assert {row for row in climbed if row[1] == "C6"} == {
            (1, "C6", "C6", mornings[1]),
            (2, "C6", "B3", mornings[2]),
            (3, "C6", "PHUONG", mornings[3]),
            (4, "C6", "PHUONG", mornings[4]),
        }
        assert {row for row in climbed if row[1] == "B3"} == {(1, "B3", "B3", mornings[1])}
        # Reported on 03/04 at 08:30: begun in time, and late all the same.
        assert {row for row in climbed if row[1] == "C4"} == {
            (1, "C4", "C4", mornings[1]),
            (2, "C4", "B2", mornings[2]),
        }
        assert {row[1] for row in climbed} == {"B3", "C4", "C6"}

    def test_something_waits_for_almost_everybody(self) -> None:
        waiting = {
            login
            for login in LOGINS
            if _open_tasks(account(login).person)
        }  # fmt: skip
        assert LOGINS - waiting <= IDLE
        actions = set(
            db.session.scalars(
                sa.select(Task.action).where(
                    Task.closed_at.is_(None), Task.document_id.is_not(None)
                )
            )
        )
        assert actions == {"submit", "review", "approve", "report", "receive", "verify"}
        kinds = db.session.execute(
            sa.select(Document.kind, Task.action)
            .join(Task, Task.document_id == Document.id)
            .where(Task.closed_at.is_(None))
        ).all()
        assert {
            ("plan", "review"),
            ("commitment", "review"),
            ("report", "approve"),
            ("report", "report"),
            ("report", "receive"),
        } <= {tuple(row) for row in kinds}

    def test_the_past_is_not_mailed(self) -> None:
        assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == 0


def _open_tasks(person: Person) -> list[int]:
    held = sa.exists().where(
        TaskRole.task_id == Task.id,
        Post.person_id == person.id,
        Post.unit_id == TaskRole.unit_id,
        Post.role == TaskRole.role,
    )
    return list(
        db.session.scalars(
            sa.select(Task.id).where(
                Task.closed_at.is_(None), sa.or_(Task.person_id == person.id, held)
            )
        )
    )


# ---------------------------------------------------------------- refusals


@pytest.mark.databases("sqlite")
@pytest.mark.data("organisation")
@pytest.mark.parametrize("more", [[], ["--organisation-only"]])
def test_it_loads_once(run: Callable[..., Result], more: list[str]) -> None:
    answer = run("demo", "load", *more)
    assert answer.exit_code == 1
    assert "đã có đơn vị" in answer.output
    assert "Traceback" not in answer.output


@pytest.mark.databases("sqlite")
def test_a_rehearsal_begun_too_late_for_the_story(run: Callable[..., Result]) -> None:
    run("rehearsal", "begin", "--at", "2026-06-01T08:00")
    answer = run("demo", "load")
    assert answer.exit_code == 1
    assert "--organisation-only" in answer.output
    assert run("demo", "load", "--organisation-only").exit_code == 0


@pytest.mark.databases("sqlite")
def test_a_story_that_breaks_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "campaigns"
    shutil.copytree(ROOT / "campaigns", folder)
    plans = folder / "demo" / "plans.toml"
    told = plans.read_text("utf-8")
    # B1's plan dated before the ward's: R01 refuses its approval.
    plans.write_text(told.replace("dated_on = 2026-03-03", "dated_on = 2026-02-06"), "utf-8")
    with app.app_context():
        with pytest.raises(FileError, match="R01") as broken:
            demo.load(folder, organisation_only=False, real_now=clock.real_now)
        assert "B1-KH" in str(broken.value)
        assert db.session.scalar(sa.select(sa.func.count(Unit.id))) == 0
        assert db.session.scalar(sa.select(sa.func.count(AuditEvent.id))) == 0
        plans.write_text(told.replace("approve by bithu.b1", "aprove by bithu.b1"), "utf-8")
        with pytest.raises((FileError, Refused)):
            demo.load(folder, organisation_only=False, real_now=clock.real_now)
