"""A member's own report (R13, R14, R24): written at his own page, heard by his cell, filed there. It
goes to nobody above, who knows only how many have handed in."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.campaign import Requirement
from models.document import Document
from models.person import Membership
from models.read import Reading
from tests.cast import SELF_REPORT, Office
from tests.support.house import House
from tests.support.visitor import says
from workflows import prints
from workflows.act import Votes
from workflows.calendar import ZONE
from workflows.obligations import owe
from workflows.organisation import moving
from workflows.refusal import Refused
from workflows.scope import can_read_text, readable_revisions, visible_among
from workflows.trail import verify

pytestmark = pytest.mark.databases("sqlite")

WORDS = SELF_REPORT["results"]
TYPED = {key: words for key, words in SELF_REPORT.items() if key != "period"}
NEW = "/documents/new?kind=self_report&unit=CELL&campaign=CD-2026&requirement=O-HALF-P"


class Cell(House):
    """The house on 25/06/2026: a commitment in force, two members who owe their mid-year report."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        with self.inside() as office:
            office.cell_plan_in_force()
            commitment = office.begin("commitment", "An", "CELL")
            office.act(commitment, "submit", "An")
            office.act(commitment, "review", "Chi")
            office.approve(commitment, "Sau")
            office.now = datetime(2026, 6, 25, 8, tzinfo=ZONE)
            with transaction():
                asked = Requirement(
                    campaign=office.campaign,
                    code="O-HALF-P",
                    kind="self_report",
                    variant="half",
                    label_vi="Báo cáo sơ kết 6 tháng của đảng viên",
                    label_en="A member's mid-year report",
                    levels=["cell"],
                    due={"kind": "by_end_of_month", "date": "2026-06-30"},
                )
                db.session.add(asked)
                db.session.flush()
                assert asked.owes == "member"
                for name in ("An", "Dung"):
                    person = office.person(name)
                    owe(
                        asked, office.units["CELL"], person, since=office.now.date(), now=office.now
                    )

    def owed(self, name: str) -> str:
        """Where what this member owes stands."""
        with self.inside() as office:
            obligation = office.obligation("O-HALF-P", "CELL", name)
            assert obligation is not None
            return obligation.state

    def of(self, office: Office, name: str) -> Document:
        return db.session.scalars(
            sa.select(Document).where(
                Document.kind == "self_report", Document.author_id == office.person(name).id
            )
        ).one()


def test_from_his_own_page_to_the_file_of_the_cell(app: Flask) -> None:
    house = Cell(app)
    an, sau = house("An"), house("Sau")
    assert says(an.get("/me"), "Báo cáo cá nhân của tôi")
    assert says(an.get("/"), "Viết báo cáo sơ kết 6 tháng")
    form = an.form(NEW, "/documents")
    assert form.fields["period"] == "6 tháng đầu năm 2026"
    assert "Việc số 1: Hướng dẫn 15 lượt người cao tuổi" in form.fields["results"]
    saved = an.send(form, **{**TYPED, "shortcomings": ""})
    assert saved.status_code == 303
    page = str(saved.headers["Location"])
    refused = an.post(f"{page}/submission", {"revision": "1", "version": "1"})
    assert (refused.status_code, house.owed("An")) == (422, "open")
    assert says(refused, "Không có thì nói rõ vì sao")
    assert an.submit(f"{page}/revisions/new", f"{page}/revisions", **TYPED).status_code == 303
    assert an.submit(page, f"{page}/submission").status_code == 303
    assert house.owed("An") == "fulfilled"  # what the cell does now is the cell's to do
    assert says(house("Chi").get("/"), "Góp ý báo cáo cá nhân của An")
    with house.inside() as office:
        paper = house.of(office, "An")
        assert paper.title == "Báo cáo sơ kết 6 tháng của đảng viên, năm 2026"
        assert [stage.unit.code for stage in paper.stages] == ["CELL"]
        assert prints.document_data(paper, paper.current)["title"] == paper.title.upper()
        office.act(paper, "review", "Chi")
        with transaction():
            office.units["CELL"].meets = True
    sittings = "/units/CELL/sittings"
    meeting = sau.get(str(sau.submit(sittings, sittings).headers["Location"]))
    assert f'<a href="{page}">An</a>' in meeting.text
    assert not says(meeting, "Mục 3:")  # it has no sections; it is read on its own page
    with house.inside() as office:
        office.approve(house.of(office, "An"), "Sau")
    cell = "/units/CELL/commitments"
    seen = sau.get(cell)
    assert says(seen, "Đã gửi chi bộ 1 trên 2, chi bộ đã thông qua 1.")
    assert WORDS not in seen.text
    assert sau.submit(cell, f"{cell}/receipt").status_code == 303
    assert says(sau.get(cell), "Chi bộ đã nhận, lưu")
    assert says(an.get(page), WORDS)
    with house.inside() as office:
        assert office.open_tasks(house.of(office, "An")) == []
        assert verify(db.session()).whole


def test_its_text_stays_in_the_cell_and_every_reading_is_told(app: Flask) -> None:
    house = Cell(app)
    with house.inside() as office:
        paper = office.begin("self_report", "An", "CELL")
        page = f"/documents/{paper.id}"
        drafted = {
            n: visible_among({paper.id}, office.person(n), office.now) for n in ("Sau", "Chi")
        }
        assert drafted == {"Sau": set(), "Chi": set()}  # a draft is its author's alone
        office.act(paper, "submit", "An")
        above = ("Ba", "Bon", "Binh", "Xuan", "Vy", "Van", "Kiem", "Ty")
        for name in above:
            person = office.person(name)
            assert visible_among({paper.id}, person, office.now) == set(), name
            assert not can_read_text(paper, person, office.now), name
            assert readable_revisions(paper, person, office.now) == set(), name
    for name in ("Kiem", "Vy"):
        visitor = house(name)
        assert visitor.get(page).status_code == 404
        told = app.test_client().get(f"/api/v1{page}", headers=house.bearer(name))
        assert told.status_code == 404
    assert says(house("Chi").get(page), WORDS)
    with house.inside() as office:
        [reading] = db.session.scalars(sa.select(Reading).where(Reading.document_id == paper.id))
        assert reading.person.full_name == "Chi"
    assert "<b>Chi</b>" in house("An").get("/me").text


def test_what_was_handed_in_is_not_taken_back(app: Flask) -> None:
    house = Cell(app)
    with house.inside() as office:
        paper = office.begin("self_report", "Dung", "CELL")
        why = {"reason": "Viết nhầm sang năm khác."}
        early = office.begin("self_report", "An", "CELL")
        office.act(early, "withdraw", "An", **why)
        assert office.obligation("O-HALF-P", "CELL", "An").state == "open"  # type: ignore[union-attr]
        office.act(paper, "submit", "Dung")
        office.act(paper, "revise", "Dung", content={**SELF_REPORT, "next_tasks": "Bù hai buổi."})
        with pytest.raises(Refused) as refused:
            office.act(paper, "withdraw", "Dung", **why)
        assert [reason.rule for reason in refused.value.reasons] == ["R13"]
        office.act(paper, "submit", "Dung")
        office.act(paper, "review", "Chi")
        with pytest.raises(Refused) as again:  # one for each thing asked
            office.begin("self_report", "Dung", "CELL")
        assert again.value.reasons[0].rule == "R10"
        office.approve(paper, "Sau", votes=Votes(3, 3, 0), dated_on=date(2026, 6, 25))
        assert paper.is_in_force


def test_what_a_classification_rests_on_is_named_within_the_cell_alone(app: Flask) -> None:
    """R26: the year-end report shows who has registered; the base sees how many of each cell."""
    house = Cell(app)
    with house.inside() as office, transaction():
        year = Requirement(
            campaign=office.campaign,
            code="O-YEAR-U",
            kind="report",
            variant="year",
            label_vi="Báo cáo tổng kết năm",
            label_en="Year-end report",
            levels=["cell", "base"],
            due={"kind": "year_end", "date": "2026-12-31"},
        )
        db.session.add(year)
    where = "/documents/new?kind=report&campaign=CD-2026&requirement=O-YEAR-U&unit="
    inside, above = house("Chi").get(f"{where}CELL"), house("Ba").get(f"{where}BASE")
    for page in (inside, above):
        assert says(page, "1 trên 4 đảng viên có bản cam kết được thống nhất")
    assert says(inside, "Từng người trong Chi bộ Thử")
    assert '<th role="rowheader" scope="row">An</th>' in inside.text
    assert not says(above, "Từng người")
    other = house("Ba").get(where.replace("O-YEAR-U", "O-QUARTER-1") + "BASE")
    assert not says(other, "Căn cứ xếp loại cuối năm")  # the year is not classified there


def test_the_report_of_one_who_moves_goes_to_his_new_cell_and_no_further(app: Flask) -> None:
    house = Cell(app)
    with house.inside() as office:
        paper = office.begin("self_report", "An", "CELL")
        office.act(paper, "submit", "An")
        with transaction() as session:
            level = office.units["CELL"].level
            office._unit("CELL2", "Chi bộ Kế Tiếp", "Chi bộ Kế Tiếp", "CB", level, "BASE")
            here = sa.select(Membership).where(Membership.person_id == office.person("An").id)
            moving.transfer(
                session,
                membership=session.scalars(here).one(),
                to=office.units["CELL2"],
                day=office.now.date(),
                decision="3-QĐ/ĐU",
                actor=None,
                now=office.now,
            )
        bodies = [(stage.unit.code, stage.decides) for stage in house.of(office, "An").stages]
        assert bodies == [("CELL2", True)]
        assert verify(db.session()).whole
