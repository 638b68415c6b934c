"""What each may see: commitment texts, readings, obligations, escalations, the history's quotes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import db
from models.event import AuditEvent
from models.post import Delegation
from models.read import Reading
from tests.api.conftest import House
from tests.cast import COMMITMENT, PLAN
from workflows.ladder import sweep


def readers(house: House) -> list[tuple[str, int]]:
    with house.app.app_context():
        rows = db.session.scalars(sa.select(Reading).order_by(Reading.id))
        return [(reading.person.full_name, reading.revision) for reading in rows]


def test_reading_another_s_commitment_is_logged_and_shown_to_its_author(house: House) -> None:
    commitment = house.commitment_submitted()
    at = f"/documents/{commitment['id']}"
    assert house("An").get(at)["content"] == COMMITMENT
    house("Dung").get("/documents")
    house("Dung").get("/tasks")
    assert house("Binh").get("/documents?kind=commitment")["items"] == []
    house("Binh").get(at, 404)  # not yet on the list
    assert readers(house) == []
    for _ in range(3):
        assert house("Dung").get(at)["content"] == COMMITMENT
    assert house("Sau").get(f"{at}/revisions/1")["content"] == COMMITMENT
    assert readers(house) == [("Dung", 1), ("Sau", 1)]
    mine = house("An").get(f"{at}/history")["items"]
    assert [event["action"] for event in mine] == ["create", "submit", "read", "read"]
    assert [event["actor"] for event in mine][2:] == ["dung", "sau"]
    theirs = house("Dung").get(f"{at}/history")["items"]
    assert [event["action"] for event in theirs] == ["create", "submit"]
    with house.app.app_context():
        read = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "read")).all()
        assert len(read) == 2


@pytest.mark.databases("sqlite")
def test_an_answer_that_shows_the_text_is_a_reading_too(house: House) -> None:
    commitment = house.commitment_submitted()
    reviewed = house.act(commitment, "review", "Chi", comment="Việc ba nên ghi số lượt.")
    assert reviewed["content"] == COMMITMENT
    assert readers(house) == [("Chi", 1)]


@pytest.mark.databases("sqlite")
def test_a_draft_commitment_is_its_author_s_alone(house: House) -> None:
    house.plan_in_force()
    commitment = house.begin("commitment", "An", "CELL", COMMITMENT)
    at = f"/documents/{commitment['id']}"
    for name in ("Chi", "Dung", "Sau", "Binh", "Bon", "Kiem", "Vy"):
        for path in (at, f"{at}/history"):
            assert house(name).call("GET", path).status_code == 404, (name, path)


@pytest.mark.databases("sqlite")
def test_hints_on_a_text_are_for_its_author(house: House) -> None:
    house.plan_in_force()
    vague = {"sections": {**COMMITMENT["sections"], "3": ["Cố gắng hoàn thành tốt nhiệm vụ."]}}
    commitment = house.begin("commitment", "An", "CELL", vague)
    hints = commitment["findings"]
    assert hints
    assert {hint["level"] for hint in hints} <= {"warn", "info"}
    commitment = house.act(commitment, "submit", "An")
    seen = house("Dung").get(f"/documents/{commitment['id']}")
    assert len(seen["findings"]) < len(hints)


@pytest.mark.databases("sqlite")
def test_above_the_cell_no_word_about_a_commitment_s_text(house: House) -> None:
    commitment = house.commitment_submitted()
    said = "Việc ba nên ghi số lượt mỗi tháng."
    commitment = house.act(commitment, "review", "Chi", comment=said)
    commitment = house.act(house.approve(commitment, "Sau"), "report", "Sau")
    at = f"/documents/{commitment['id']}"
    above = house("Binh").get(f"{at}/history")["items"]
    assert [event["action"] for event in above] == ["approve", "report"]
    assert [event["quote"] for event in above] == [None] * 2
    within = house("Sau").get(f"{at}/history")["items"]
    assert said in [event["quote"] for event in within]
    for name in ("Vy", "Kiem", "Ty"):
        house(name).get(at, 404)


@pytest.mark.databases("sqlite")
def test_an_inspector_reads_plans_below_and_no_commitments(house: House) -> None:
    commitment = house.commitment_submitted()
    found = house("Kiem").get("/documents")["items"]
    assert [d["kind"] for d in found] == ["plan"]
    assert house("Kiem").get(f"/documents/{found[0]['id']}")["available_actions"] == []
    house("Kiem").get(f"/documents/{commitment['id']}", 404)
    owed = house("Kiem").get("/obligations?limit=200")["items"]
    assert owed
    assert not any(o["personal"] for o in owed)


def test_obligations_name_persons_only_within_their_cell(house: House) -> None:
    house.plan_in_force()

    def owed(name: str, query: str = "") -> set[tuple[str, str, str | None]]:
        items = house(name).get(f"/obligations?limit=200{query}")["items"]
        return {(o["requirement"], o["unit"], o["person"]) for o in items}

    everybody = {("O-COMMIT", "CELL", login) for login in ("an", "chi", "dung", "sau")}
    assert owed("An") == {("O-COMMIT", "CELL", "an")}
    assert owed("Sau") == {("O-PLAN", "CELL", None), *everybody}
    base = {("O-PLAN", "CELL", None), ("O-PLAN", "BASE", None), ("O-QUARTER-1", "BASE", None)}
    assert owed("Bon") == base
    assert owed("Ba") == base
    assert owed("Vy") == base | {("O-PLAN", "WARD", None)}
    assert owed("Xuan") == owed("Vy")
    assert owed("Sau", "&unit=CELL&campaign=CD-2026&state=open") == owed("Sau")
    assert owed("Bon", "&unit=BASE") == base - {("O-PLAN", "CELL", None)}
    assert owed("Vy", "&state=fulfilled") == set()
    house.advance(days=60)
    assert owed("Bon", "&state=overdue") == base
    late = house("An").get("/obligations")["items"][0]
    assert (late["overdue"], late["state"], late["personal"]) == (True, "open", True)
    assert late["effective_due"] == "2026-03-23"


def test_escalations_are_seen_from_both_ends(house: House) -> None:
    house.begin("plan", "Chi", "CELL", PLAN)
    house.advance(days=57)

    with house.app.app_context():
        sweep(house.office.now + timedelta(days=57))

    def seen(name: str, query: str = "") -> set[tuple[str, str, str]]:
        items = house(name).get(f"/escalations?limit=200{query}")["items"]
        return {(e["what"]["type"], e["from"], e["to"]) for e in items}

    def told(what: str, *path: str) -> set[tuple[str, str, str]]:
        """Of one body's lateness: to itself first, then to those above."""
        return {(what, path[0], body) for body in path}

    cell = told("obligation", "CELL", "BASE", "WARD")  # it is begun, and owed all the same
    base = told("obligation", "BASE", "WARD", "PROVINCE")
    ward = told("obligation", "WARD", "PROVINCE")
    below = cell | base | ward

    def to(body: str) -> set[tuple[str, str, str]]:
        every = below | told("obligation", "PROVINCE")
        return {rung for rung in every if rung[2] == body}

    assert seen("Sau") == cell
    assert seen("Bon") == base | to("BASE")
    assert seen("Xuan") == seen("Vy") == ward | to("WARD")
    assert seen("Ty") == to("PROVINCE")
    assert seen("Kiem") == below  # of the ward's commission: not what the province owes
    assert seen("An") == set()
    assert seen("Bon", "&unit=CELL&campaign=CD-2026") == {("obligation", "CELL", "BASE")}
    rungs = house("Sau").get("/escalations")["items"]
    assert sorted(one["rung"] for one in rungs) == [1, 2, 3, 4]
    one = rungs[0]
    assert (one["what"]["kind"], one["answer"]) == ("plan", None)
    assert one["at"].endswith("+07:00")
    assert one["effective_due"] == "2026-03-31"
    overdue = house("Chi").get("/tasks?state=overdue")["items"]
    assert [task["document"]["unit"] for task in overdue] == ["CELL"]


def test_a_delegate_is_told_and_may_act(house: House) -> None:
    def lend() -> None:
        with house.inside() as office:
            from models import transaction
            from models.post import Post

            with transaction():
                post = db.session.scalar(
                    sa.select(Post).where(Post.title == "Bí thư", Post.unit.has(code="CELL"))
                )
                db.session.add(
                    Delegation(
                        post=post,
                        person=db.session.merge(office.people["Binh"]),
                        kinds=["plan"],
                        actions=["approve"],
                        valid_from=office.now.date(),
                        valid_to=office.now.date() + timedelta(days=30),
                        created_at=office.now,
                    )
                )

    lend()
    posts = house("Binh").get("/me")["posts"]
    assert [(p["unit"], p["role"], p["delegated_by"]) for p in posts] == [
        ("BASE", "clerk", None),
        ("CELL", "secretary", "sau"),
    ]
    plan = house.begin("plan", "Chi", "CELL", PLAN)
    plan = house.act(plan, "submit", "Chi")
    assert house("Binh").get("/tasks")["items"] == []
    plan = house.act(plan, "review", "Dung")
    waiting = house("Binh").get("/tasks?state=open")["items"]
    assert [(t["action"], t["document"]["id"]) for t in waiting] == [("approve", plan["id"])]
    plan = house.approve(plan, "Binh", number="02-KH/CB")
    assert plan["route"][0]["by"] == "binh"
    assert [t["action"] for t in house("Binh").get("/tasks?state=done")["items"]] == ["approve"]
