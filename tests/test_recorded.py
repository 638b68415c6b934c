"""Papers signed outside: entered with their scan, confirmed by another, findings kept and explained."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from models import db, transaction
from models.definition import Definition
from models.document import Document
from models.recorded import Finding
from models.stored_file import StoredFile
from tests.cast import COMMITMENT, PAPER_BASIS, PLAN, Office
from workflows import Forbidden, Refused, available_actions, files
from workflows.act import Printed, Votes
from workflows.calendar import local_day
from workflows.recorded import enter, findings
from workflows.scope import can_read_text, readable_revisions
from workflows.trail import verify


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()
        assert verify(db.session()).whole


def scan(office: Office) -> StoredFile:
    """The scan of a paper: a small picture."""
    picture = io.BytesIO()
    Image.new("L", (40, 60), 255).save(picture, "PNG")
    picture.seek(0)
    clean = files.accept(picture, "ban-quet.png")
    with transaction():
        return files.keep(clean, office.now)


PAPER = {
    "number": "02-KH/CB",
    "dated_on": date(2026, 2, 20),
    "signed_by": "Sau",
    "signed_as": "Bí thư",
    "minutes": "03-BB/CB, 20/02/2026",
    "votes": Votes(4, 4, 0),
}


def record(office: Office, name: str = "Dung", **more: Any) -> Document:
    """The cell's plan, signed on paper in February, entered by its deputy unless told."""
    kind, unit = more.pop("kind", "plan"), more.pop("unit", "CELL")
    given: dict[str, Any] = {
        "title": "Kế hoạch năm",
        "content": more.pop("content", PLAN),
        "basis": more.pop("basis", PAPER_BASIS),
        "scan": more.pop("scan") if "scan" in more else scan(office),
        "author": office.people.get(more.pop("author", "")),
    }
    printed = Printed(**{**PAPER, **more})
    office.wait(minutes=1)
    with transaction():
        return enter.record(
            kind,
            unit=office.units[unit],
            campaign=office.campaign,
            printed=printed,
            scan_name="ban-quet.png",
            actor=office.person(name),
            now=office.now,
            **given,
        )


def kept(document: Document) -> set[str]:
    return {finding.rule for finding in findings.of(document)}


def offered(office: Office, document: Document, name: str) -> dict[str, bool]:
    return {
        a.name: a.allowed
        for a in available_actions(document, person=office.person(name), now=office.now)
    }


def test_a_signed_paper_counts_once_another_person_has_confirmed_it(office: Office) -> None:
    plan = record(office, reported_on=date(2026, 2, 27))
    assert (plan.state, plan.recorded, plan.is_in_force) == ("drafted", True, False)
    [task] = office.open_tasks(plan)
    assert task.action == "confirm"
    assert "submit" not in offered(office, plan, "Chi")
    assert offered(office, plan, "Dung")["confirm"] is False
    with pytest.raises(Refused) as refused:
        office.act(plan, "confirm", "Dung")
    assert [r.rule for r in refused.value.reasons] == ["R30"]

    office.act(plan, "confirm", "Chi")
    assert (plan.state, plan.stage, plan.number) == ("submitted", 1, "02-KH/CB")
    assert plan.dated_on == date(2026, 2, 20)
    assert plan.is_in_force
    assert kept(plan) == set()
    obligation = office.obligation("O-PLAN", "CELL")
    assert obligation is not None
    assert (obligation.state, local_day(obligation.fulfilled_at)) == (
        "fulfilled",
        date(2026, 2, 27),
    )
    acts = [e.action for e in office.events(plan) if e.document_version is not None]
    assert acts == ["record", "confirm", "report"]
    # The members owe their commitments counted from the printed day.
    due = office.obligation("O-COMMIT", "CELL", "An")
    assert due is not None
    assert due.effective_due == date(2026, 3, 13)
    # The superior's opinion comes in the system; the clerk who typed has no hand in the text.
    office.act(plan, "review", "Ba")
    office.act(plan, "approve", "Bon")
    assert (plan.state, plan.stage) == ("approved", 1)


def test_what_the_rules_have_against_it_is_kept_and_explained(office: Office) -> None:
    basis = [{"number": "07-KH/ĐU", "dated_on": "2026-02-24", "issuer": "Đảng ủy Trường Thử"}]
    plan = record(office, scan=None, signed_by="Dung", signed_as="Phó Bí thư", name="Sau")
    with pytest.raises(Refused) as refused:
        office.act(plan, "confirm", "Chi")
    assert [r.rule for r in refused.value.reasons] == ["SCAN"]
    with transaction():
        files.attach(
            plan, scan(office), purpose="scan", name="a.png", actor=office.person("Sau"),
            now=office.now,
        )  # fmt: skip
    office.wait(minutes=1)
    with transaction():
        enter.correct(
            plan,
            Printed(**{**PAPER, "signed_by": "Dung", "number": "2/KH-CB", "minutes": None}),
            title="Kế hoạch năm 2026",
            content=PLAN,
            basis=basis,
            actor=office.person("Sau"),
            now=office.now,
            revision=plan.revision,
            version=plan.version,
        )
    office.act(plan, "confirm", "Chi")
    assert plan.revision == 2
    assert plan.state == "approved"
    # Before its basis; not in form; no minutes; the deputy signed while the secretary was there.
    assert kept(plan) == {"R01", "R27", "MINUTES", "R29"}

    finding = next(f for f in findings.of(plan) if f.rule == "R01")
    said = findings.as_reason(finding)
    assert said.params["basis_date"] == date(2026, 2, 24)
    assert said.text.endswith("Cần giải trình."), "a signed paper is not written otherwise any more"
    assert "explain" not in offered(office, plan, "Ba")
    with pytest.raises(Refused):
        office.act(plan, "explain", "Sau", finding=finding.id, reason="Vội.")
    office.act(plan, "explain", "Sau", finding=finding.id, reason="Kế hoạch cấp trên đến muộn.")
    assert (finding.explanation, finding.explained_by) == (
        "Kế hoạch cấp trên đến muộn.",
        office.person("Sau"),
    )
    with pytest.raises(Refused):
        office.act(plan, "explain", "Sau", finding=finding.id, reason="Một lời giải trình khác.")
    assert plan.state == "approved"


@pytest.mark.databases("sqlite")
def test_a_scan_taken_away_after_a_correction_does_not_count_from_before(office: Office) -> None:
    plan = record(office)
    with transaction():
        enter.correct(
            plan,
            Printed(**PAPER),
            title="Kế hoạch năm 2026",
            content=PLAN,
            actor=office.person("Dung"),
            now=office.now,
            revision=plan.revision,
            version=plan.version,
        )
    with transaction():
        [beside] = files.attachments_of(plan, plan.revision)
        files.remove(beside, actor=office.person("Dung"), now=office.now)
    with pytest.raises(Refused) as refused:
        office.act(plan, "confirm", "Chi")
    assert [r.rule for r in refused.value.reasons] == ["SCAN"]


@pytest.mark.databases("sqlite")
def test_a_member_s_sheet_is_read_by_who_types_and_who_compares_then_by_who_decides(
    office: Office,
) -> None:
    office.cell_plan_in_force()
    sheet = record(
        office,
        name="Sau",
        kind="commitment",
        author="An",
        content=COMMITMENT,
        basis=[],
        number=None,
        signed_by="An",
        dated_on=date(2026, 3, 1),
    )
    assert sheet.author == office.person("An")
    for name, reads in (("Sau", True), ("Dung", True), ("Bon", False), ("Binh", False)):
        assert can_read_text(sheet, office.person(name), office.now) is reads, name
    office.act(sheet, "confirm", "An")  # his own paper, typed by another
    assert kept(sheet) == {"R02"}  # dated the day before the cell's plan
    assert readable_revisions(sheet, office.person("Dung"), office.now) == {1}
    assert offered(office, sheet, "An")["explain"]
    with pytest.raises(Refused) as refused:
        record(office, name="Sau", kind="commitment", author="An", content=COMMITMENT, basis=[])
    assert [r.rule for r in refused.value.reasons] == ["R10"]


@pytest.mark.databases("sqlite")
def test_who_may_record(office: Office) -> None:
    with pytest.raises(Forbidden):
        record(office, name="An")
    with pytest.raises(Forbidden):
        record(office, name="Bon")
    # The cell has no clerk: its superior's clerk keeps its papers, and the cell confirms.
    plan = record(office, name="Binh")
    assert not offered(office, plan, "Binh").get("confirm")
    assert offered(office, plan, "Sau")["confirm"]
    with pytest.raises(Refused) as refused:
        record(office, reported_on=date(2026, 3, 9))
    assert [r.place for r in refused.value.reasons] == ["reported_on"]
    assert db.session.scalar(sa.select(sa.func.count(Finding.id))) == 0


@pytest.mark.databases("sqlite")
def test_a_mistaken_entry_is_taken_out_and_what_is_owed_waits_again(office: Office) -> None:
    plan = record(office)
    office.act(plan, "withdraw", "Dung", reason="Nhập nhầm văn bản của năm trước.")
    assert plan.state == "withdrawn"
    again = record(office)
    assert again.obligation == plan.obligation


@pytest.mark.databases("sqlite")
def test_without_the_new_definition_papers_are_not_taken(office: Office) -> None:
    old = office.begin("plan", "Chi", "CELL").definition
    with transaction():
        source = old.source.replace('name   = "confirm"', 'name   = "compare"').replace(
            'expects   = "confirm"', 'expects   = "compare"'
        )
        digest = sha256(source.encode()).hexdigest()
        db.session.add(
            Definition(kind="plan", version=99, source=source, hash=digest, published_at=office.now)
        )
    with pytest.raises(Refused) as refused:
        record(office, unit="BASE", name="Binh", number="01-KH/ĐU", signed_by="Bon")
    assert [r.rule for r in refused.value.reasons] == ["STATE"]
