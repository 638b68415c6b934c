"""Running documents go on by another version: what cannot be mapped is told, all move or none,
nobody gets time anew, and the log holds every move."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from models.base import db, transaction
from models.deadline import Deadline, Escalation
from models.document import Document
from tests.cast import Office
from tests.support.house import House
from tests.support.visitor import says
from tests.test_concurrency import act, at_once
from tests.test_recorded import record
from workflows import history, ladder, trail
from workflows.definition import SHIPPED
from workflows.migration import apply, moves
from workflows.publishing import publish
from workflows.refusal import Refused, Stale

PLAN = (SHIPPED / "plan.toml").read_text("utf-8")
LONGER = re.sub(r"within( +)= \d+", r"within\1= 90", PLAN)
WEIGHED = (
    PLAN.replace(
        "[states.withdrawn]",
        """[states.weighed]
label     = { vi = "Đang cân nhắc", en = "Weighed" }
expects   = "weigh_up"
waits_for = "approver@stage"
within    = 4

[states.withdrawn]""",
    ).replace(
        'from  = ["submitted", "reviewed", "approved"',
        'from  = ["weighed", "submitted", "reviewed", "approved"',
    )
    + """
[[actions]]
name  = "weigh"
label = { vi = "Cân nhắc", en = "Weigh" }
from  = ["submitted"]
to    = "weighed"
by    = ["reviewer@stage"]

[[actions]]
name  = "weigh_up"
label = { vi = "Thôi cân nhắc", en = "Weigh up" }
from  = ["weighed"]
to    = "submitted"
by    = ["approver@stage"]
"""
)


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


def published(office: Office, source: str) -> int:
    with transaction():
        return publish(source, file="plan.toml", now=office.now)[0].version


def migrated(office: Office, old: int, new: int, states: Mapping[str, str] = {}) -> int:
    office.wait(minutes=1)
    with transaction():
        return len(apply("plan", old, new, states, actor=None, now=office.now))


def plan(office: Office, *acts: tuple[str, str], name: str = "Chi", unit: str = "CELL") -> Document:
    document = office.begin("plan", name, unit)
    for action, actor in acts:
        given = {"reason": "Chờ kế hoạch mới của cấp trên."} if action == "withdraw" else {}
        office.act(document, action, actor, **given)
    return document


def waits(office: Office, document: Document) -> tuple[str, object, set[tuple[str, str]]]:
    """The act that is waited for, until when, and of whom."""
    [task] = office.open_tasks(document)
    return task.action, task.due_at, {(role.unit.code, role.role) for role in task.roles}


def whole() -> bool:
    return trail.verify(db.session()).whole


def test_a_document_goes_on_where_it_was(office: Office) -> None:
    paper = plan(office, ("submit", "Chi"))
    before, seen = waits(office, paper), paper.version
    new = published(office, LONGER)
    assert [(m.before, m.after, m.obstacle) for m in moves("plan", 1, new, {})] == [
        ("submitted", "submitted", None)
    ]
    assert paper.definition.version == 1  # looking moves nothing
    assert migrated(office, 1, new) == 1
    assert (paper.definition.version, paper.state, paper.version) == (new, "submitted", seen + 1)
    assert waits(office, paper) == before  # and not 90 days
    assert whole()
    event = office.events(paper)[-1]
    assert (event.action, event.unit.code) == ("migrate", "CELL")
    leaf = json.loads(event.leaf)
    assert (leaf["from_version"], leaf["to_version"]) == (1, new)
    told = str(history.sentences(paper)[-1])
    assert told.startswith(f"Hệ thống chuyển kế hoạch sang bản quy trình số {new}")
    # A page from before is stale; a fresh one goes on by the new version.
    with pytest.raises(Stale):
        office.act(paper, "review", "Dung", version=seen)
    office.act(paper, "review", "Dung")
    office.approve(paper, "Sau", number="01-KH/CB")
    assert paper.state == "approved"
    assert whole()
    assert migrated(office, 1, new) == 0  # nothing is left to move


@pytest.mark.databases("sqlite")
def test_a_rung_is_not_climbed_twice(office: Office) -> None:
    paper = plan(office, ("submit", "Chi"))
    new = published(office, LONGER)
    office.wait(days=20)
    ladder.sweep(office.now)
    rungs = sa.select(sa.func.count(Escalation.id)).join(Escalation.task)
    climbed = db.session.scalar(rungs)
    assert climbed
    [task] = office.open_tasks(paper)
    before = db.session.execute(
        sa.select(Deadline.rung, Deadline.fires_at).where(Deadline.task_id == task.id)
    ).one()
    assert before.rung > 1
    migrated(office, 1, new)
    deadline = db.session.scalars(sa.select(Deadline).where(Deadline.task_id == task.id)).one()
    assert (deadline.rung, deadline.fires_at, deadline.closed_at) == (*before, None)
    office.wait(days=60)
    ladder.sweep(office.now)
    told = sa.select(Escalation.rung).where(Escalation.task_id == task.id)
    assert db.session.scalars(told.order_by(Escalation.id)).all() == [1, 2, 3, 4]
    assert whole()


@pytest.mark.databases("sqlite")
def test_a_state_that_is_no_more_is_mapped(office: Office) -> None:
    weighing = published(office, WEIGHED)
    paper = plan(office, ("submit", "Chi"), ("weigh", "Dung"))
    withdrawn = plan(office, ("withdraw", "Bay"), name="Bay", unit="BASE")
    due = waits(office, paper)[1]
    assert waits(office, paper)[0] == "weigh_up"
    [move] = moves("plan", weighing, 1, {})
    assert move.obstacle is not None
    assert "--map weighed=" in str(move.obstacle.text % move.obstacle.params)
    with pytest.raises(Refused):
        migrated(office, weighing, 1)
    db.session.expire_all()
    assert (paper.definition.version, paper.state) == (weighing, "weighed")
    assert migrated(office, weighing, 1, {"weighed": "submitted"}) == 1
    assert (paper.definition.version, paper.state) == (1, "submitted")
    action, until, holders = waits(office, paper)
    assert (action, until) == ("review", due)
    assert ("CELL", "deputy") in holders
    assert ("CELL", "secretary") not in holders
    # What is over stays with the version it ended by.
    assert (withdrawn.state, withdrawn.definition.version) == ("withdrawn", weighing)
    office.act(paper, "review", "Dung")
    assert whole()


@pytest.mark.databases("sqlite")
def test_all_or_nothing(office: Office) -> None:
    weighing = published(office, WEIGHED)
    lying = plan(office, ("submit", "Chi"), ("weigh", "Dung"))
    fine = plan(office, ("submit", "Bay"), name="Bay", unit="BASE")
    events = len(office.events(fine))
    assert [m.obstacle is None for m in moves("plan", weighing, 1, {})] == [False, True]
    with pytest.raises(Refused):
        migrated(office, weighing, 1)
    db.session.expire_all()
    assert {lying.definition.version, fine.definition.version} == {weighing}
    assert len(office.events(fine)) == events
    assert whole()


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("states", "word"),
    [
        ({"song": "submitted"}, "song"),
        ({"submitted": "song"}, "song"),
        ({"submitted": "archived"}, "kết thúc"),
        ({"submitted": "weighed"}, None),
        # Nobody decides, hands in or takes back by a mapping.
        ({"submitted": "reviewed"}, "thay người có quyền"),
        ({"submitted": "approved"}, "thay người có quyền"),
        ({"submitted": "reported"}, "thay người có quyền"),
        ({"drafted": "submitted"}, "thay người có quyền"),
        ({"approved": "submitted"}, "thay người có quyền"),
    ],
)
def test_a_mapping_is_looked_at(office: Office, states: dict[str, str], word: str | None) -> None:
    if "drafted" in states:
        plan(office)
    elif "approved" in states:
        office.cell_plan_in_force()
    else:
        plan(office, ("submit", "Chi"))
    new = published(office, WEIGHED)
    if word is None:
        assert migrated(office, 1, new, states) == 1
        return
    with pytest.raises(Refused) as refused:
        migrated(office, 1, new, states)
    [reason] = refused.value.reasons
    assert word in reason.text % reason.params


@pytest.mark.databases("sqlite")
def test_an_open_task_whose_act_is_missing(office: Office) -> None:
    """The other version waits for another act in the same state: told, unless the state is named."""
    by_hand = PLAN.replace('expects     = "review"', 'expects     = "look_over"')
    by_hand = by_hand.replace(
        "[states.withdrawn]",
        """[states.looked_over]
label     = { vi = "Đã xem qua", en = "Looked over" }
expects   = "review"
waits_for = "reviewer@stage"
within    = 5

[states.withdrawn]""",
    )
    own = 'from   = ["%s"]\nto     = "reviewed"'
    by_hand = by_hand.replace(own % "submitted", own % "looked_over")
    by_hand = by_hand.replace(
        'from  = ["submitted", "rev', 'from  = ["looked_over", "submitted", "rev'
    )
    by_hand += """
[[actions]]
name  = "look_over"
label = { vi = "Xem qua", en = "Look over" }
from  = ["submitted"]
to    = "looked_over"
by    = ["reviewer@stage"]
"""
    paper = plan(office, ("submit", "Chi"))
    new = published(office, by_hand)
    [move] = moves("plan", 1, new, {})
    assert move.obstacle is not None
    assert move.obstacle.params["action"] == "review"
    due = waits(office, paper)[1]
    assert migrated(office, 1, new, {"submitted": "submitted"}) == 1
    assert waits(office, paper)[:2] == ("look_over", due)


@pytest.mark.databases("sqlite")
def test_an_act_that_only_its_definition_knows_is_done_by_page_and_by_program(app: Flask) -> None:
    house = House(app)
    with house.inside() as office:
        published(office, WEIGHED)
        paper = plan(office, ("submit", "Chi")).id
    at, dung, sau = f"/documents/{paper}", house("Dung"), house("Sau")
    assert f'action="{at}/acts/weigh"' in dung.get(at).text
    for name in ("approve", "revise", "song"):  # what has a place of its own, or is no act
        assert dung.get(f"{at}/acts/{name}/new").status_code == 404
        assert dung.post(f"{at}/acts/{name}", {}).status_code == 404
    seen = {"revision": 1, "version": 2}
    assert dung.post(f"{at}/acts/weigh", seen).status_code == 303
    assert "Thôi cân nhắc" in sau.get("/").text
    late = sau.post(f"{at}/acts/weigh", seen)
    assert (late.status_code, says(late, "Dung")) == (409, True)
    program = {"headers": house.bearer("Sau"), "json": {"revision": 1, "version": 3}}
    done = app.test_client().post(f"/api/v1{at}/actions/weigh_up", **program)
    assert (done.status_code, done.get_json()["state"]) == (200, "submitted")


@pytest.mark.databases("sqlite")
def test_the_command(office: Office, run: Callable[..., Result], tmp_path: Path) -> None:
    weighing = published(office, WEIGHED)
    paper = plan(office, ("submit", "Chi"), ("weigh", "Dung"))
    migrate = ("workflow", "migrate", "plan", weighing, 1)
    looked = run(*migrate, "--dry-run", "--json")
    assert looked.exit_code == 1
    told = json.loads(looked.stdout)
    assert told["applied"] is False
    assert told["moves"][0]["document"] == paper.id
    assert "weighed" in told["moves"][0]["obstacle"]
    refused = run(*migrate, "--apply")
    assert refused.exit_code == 1
    assert "--map weighed=" in refused.output
    mapped = (*migrate, "--map", "weighed=submitted")
    seen = run(*mapped, "--dry-run")
    assert seen.exit_code == 0
    assert "weighed → submitted" in seen.output
    db.session.expire_all()
    assert paper.state == "weighed"
    done = run(*mapped, "--apply", "--json")
    assert done.exit_code == 0, done.output
    db.session.expire_all()
    assert (paper.state, paper.definition.version) == ("submitted", 1)
    assert run("audit", "verify").exit_code == 0
    assert run(*migrate).exit_code == 2  # neither looking nor doing
    assert run(*migrate, "--map", "weighed", "--dry-run").exit_code == 2
    assert run("workflow", "migrate", "plan", 1, 1, "--dry-run").exit_code == 1
    assert run("workflow", "migrate", "plan", 1, 77, "--dry-run").exit_code == 1

    compared = run("workflow", "compare", "plan:1", f"plan:{weighing}")
    assert compared.exit_code == 0
    assert "+ states.weighed" in compared.output
    assert "~ actions.supersede from" in compared.output or "+ actions.supersede" in compared.output
    file = tmp_path / "plan.toml"
    other = PLAN.replace('"dated_after_basis", ', "", 1)
    file.write_text(re.sub(r"within( +)= 3", r"within\1= 4", other), "utf-8")
    rows = json.loads(run("workflow", "compare", "plan:1", file, "--json").stdout)
    assert [(r["where"], r["field"], r["change"], r["old"], r["new"]) for r in rows] == [
        ("states.approved", "within", "changed", 3, 4),
        ("actions.approve[at_issuer]", "guards", "removed", ["dated_after_basis"], None),
    ]
    assert "Không khác gì" in run("workflow", "compare", "plan:1", SHIPPED / "plan.toml").output
    assert run("workflow", "compare", "plan:1", "plan:9").exit_code == 1
    assert run("workflow", "compare", "plan:1", "nothing").exit_code == 2


@pytest.mark.databases("sqlite")
def test_a_signed_paper_that_awaits_confirmation(office: Office) -> None:
    """It goes on where the other version confirms papers too, and nowhere else."""
    paper = record(office)
    before = waits(office, paper)
    assert before[0] == "confirm"
    new = published(office, LONGER)
    [move] = moves("plan", 1, new, {"drafted": "returned"})
    assert move.obstacle is not None
    assert "bản giấy" in move.obstacle.text
    assert migrated(office, 1, new) == 1
    assert waits(office, paper) == before
    office.act(paper, "confirm", "Sau")
    assert paper.state == "approved"
    assert whole()


def test_migrating_while_somebody_acts(app: Flask) -> None:
    """Two migrations and two reviews of one paper at once: it is moved once, reviewed at most once,
    and whoever was too late hears that it changed."""
    with app.app_context():
        office = Office()
        paper = plan(office, ("submit", "Chi"))
        new = published(office, LONGER)
        paper_id, seen, now = paper.id, (paper.revision, paper.version), office.now
        deputy = office.person("Dung").id
        db.session.remove()
    moved: list[int] = []

    def migrate() -> None:
        with transaction():
            moved.append(len(apply("plan", 1, new, {}, actor=None, now=now)))

    def review() -> None:
        act(paper_id, "review", deputy, seen, now)

    outcomes = at_once(app, [migrate, review, migrate, review])
    assert sorted(moved) == [0, 1]
    assert outcomes["done"] + outcomes["Stale"] == 4
    with app.app_context():
        paper = db.session.get_one(Document, paper_id)
        assert paper.definition.version == new
        assert paper.version == seen[1] + outcomes["done"] - 1  # one of the two found nothing to do
        assert whole()
