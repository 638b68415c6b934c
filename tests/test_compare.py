"""Two revisions beside each other: what a pen would mark, to whom it is shown, what it costs."""

from __future__ import annotations

import copy
import random
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.document import Basis, Document, Revision
from models.read import Reading
from tests.cast import COMMITMENT, PLAN, REPORT
from tests.support.house import House
from tests.support.visitor import says
from workflows.compare import Part, compare
from workflows.diff import IN, OUT, Effort, runs

OLD = "Mỗi tháng hai buổi sáng thứ Bảy ra nhà văn hóa khu phố 3, ít nhất 15 lượt người một tháng."
NEW = "Mỗi tháng ba buổi sáng thứ Bảy ra nhà văn hóa khu phố 5, ít nhất 15 lượt người một tháng."


def revision(content: dict[str, Any], **more: Any) -> Revision:
    given = {"title": "Kế hoạch năm", "dated_on": date(2026, 3, 2), **more}
    made = Revision(n=1, content=content, **given)
    made.bases = given.get("bases", [])
    return made


def changed(parts: list[Part]) -> dict[str, list[tuple[str, int | None, int | None]]]:
    return {
        p.field: [(r.mark, r.old, r.new) for r in p.rows if r.mark != "same"]
        for p in parts
        if p.changed
    }


def shown(part: Part) -> str:
    """A part with {-…-} around what went and {+…+} around what came."""
    marks = {IN: "{+%s+}", OUT: "{-%s-}"}
    return " | ".join(
        "".join(marks.get(run.kind, "%s") % run.text for run in cell.runs)
        for row in part.rows
        for cell in row.cells
    )


def test_words_are_marked_where_they_changed() -> None:
    marked = runs(OLD, NEW, Effort())
    assert [(r.kind, r.text.strip()) for r in marked if r.kind != "same"] == [
        ("out", "hai"),
        ("in", "ba"),
        ("out", "3"),
        ("in", "5"),
    ]


def test_another_sentence_is_marked_whole() -> None:
    marked = runs("Giữ nếp sống giản dị.", "Tiết kiệm điện của phòng.", Effort())
    assert [r.kind for r in marked] == ["out", "in"]


def test_both_texts_can_be_read_back_and_no_text_is_dear() -> None:
    random.seed(7)
    words = ["học", "tập", "làm", "theo", "Bác", "cán", "bộ", "đảng", "viên", ".", ",", "\n", " "]
    texts = [" ".join(random.choices(words, k=length)) for length in (0, 1, 5, 40, 900)]
    texts += ["a " * 10_000, "a. " * 6_000, "ab" * 9_999, "b a " * 5_000]
    for old in texts:
        for new in texts:
            marked = runs(old, new, Effort())
            assert "".join(r.text for r in marked if r.kind != IN) == old
            assert "".join(r.text for r in marked if r.kind != OUT) == new


def test_a_plan_by_its_fields_and_rows() -> None:
    old, new = copy.deepcopy(PLAN), copy.deepcopy(PLAN)
    old["tasks"].append({"person": "An", "task": "Tổng kết", "deadline": "", "result": "báo cáo"})
    new["tasks"][0]["deadline"] = "2026-10-31"
    new["tasks"].insert(
        0, {"person": "Dung", "task": "Mở sổ góp ý", "deadline": "2026-05-04", "result": "1 sổ"}
    )
    new["text"] += "\nMỗi quý kiểm điểm một lần."
    bases = [Basis(number="07-KH/ĐU", dated_on=date(2026, 2, 10), issuer="Đảng ủy phường")]
    parts = compare(
        revision(old), revision(new, title="Kế hoạch năm 2026", dated_on=None, bases=bases)
    )
    assert changed(parts) == {
        "title": [("changed", 1, 1)],
        "dated_on": [("out", 1, None)],
        "basis": [("in", None, 1)],
        "text": [("in", None, 2)],
        "tasks": [("in", None, 1), ("changed", 1, 2), ("out", 2, None)],
    }
    [tasks] = [p for p in parts if p.field == "tasks"]
    assert "{-14/11/2026-}{+31/10/2026+}" in shown(tasks)
    [basis] = [p for p in parts if p.field == "basis"]
    assert shown(basis) == "{+07-KH/ĐU, 10/02/2026, Đảng ủy phường+}"


def test_a_commitment_by_sections_and_items() -> None:
    new = copy.deepcopy(COMMITMENT)
    new["sections"]["3"] = [OLD, *new["sections"]["3"]]
    new["sections"]["5"] = "Sửa thói quen họp muộn."
    assert changed(compare(revision(COMMITMENT), revision(new))) == {
        "sections.3": [("in", None, 1)],
        "sections.5": [("in", None, 1)],
    }


def test_figures_as_old_and_new() -> None:
    new = {**REPORT, "indicators": {"I03": 13, "I11": 2}, "figures_as_of": "2026-03-31"}
    parts = compare(revision(REPORT), revision(new))
    figures = {p.field: shown(p) for p in parts if p.changed}
    assert figures == {
        "figures_as_of": "{-02/03/2026-}{+31/03/2026+}",
        "indicators": "{-12-}{+13+} | {-11-} | {+2+}",
    }


def test_nothing_changed() -> None:
    assert changed(compare(revision(PLAN), revision(PLAN))) == {}
    assert compare(revision({}), revision({}))[0].field == "title"


# ---- pages


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


@pytest.mark.databases("sqlite")
def test_the_page_marks_what_changed_and_only_for_who_may_read_both(house: House) -> None:
    plan = house.plan("drafted")
    with house.inside() as office:
        row = db.session.get_one(Document, plan)
        office.act(row, "revise", "Chi", content={**PLAN, "text": NEW}, title="Kế hoạch khác")
        office.act(row, "submit", "Chi")
        office.act(row, "review", "Dung")
        office.approve(row, "Sau", number="02-KH/CB")
        assert row.revision == 2
    chi, an = house("Chi"), house("An")
    page = chi.get(f"/documents/{plan}")
    assert f"/documents/{plan}/revisions/1/compare/2" in page.text
    address = chi.get(f"/documents/{plan}/revisions/compare?from=1&to=2").headers["Location"]
    answer = chi.get(address)
    assert answer.status_code == 200
    assert "<ins>" in answer.text
    assert "<del>" in answer.text
    assert says(answer, "[thêm]")
    assert says(chi.get(f"/documents/{plan}/revisions/2/compare/2"), "cùng một bản")
    # A member follows what is in force; the draft before it is not his to read.
    assert an.get(f"/documents/{plan}/revisions/2").status_code == 200
    for path in ("1/compare/2", "2/compare/1", "2/compare/3", "2/compare/amended"):
        assert an.get(f"/documents/{plan}/revisions/{path}").status_code == 404
    assert an.get("/documents/4711/revisions/1/compare/2").status_code == 404
    for numbers in ("from=1", "from=x&to=2", f"from={'9' * 30}&to=1", "from=1&to=²"):
        assert chi.get(f"/documents/{plan}/revisions/compare?{numbers}").status_code == 404
    assert "compare" not in an.get(f"/documents/{plan}").text


@pytest.mark.databases("sqlite")
def test_an_amendment_beside_what_it_amends(house: House) -> None:
    with house.inside() as office:
        plan = office.cell_plan_in_force()
        old = plan.id
        new = office.act(plan, "amend", "Chi", reason="Thêm việc theo ý kiến chi bộ.")
        office.act(new, "revise", "Chi", content={**PLAN, "text": NEW})
        ident, n = new.id, new.revision
    chi = house("Chi")
    address = f"/documents/{ident}/revisions/{n}/compare/amended"
    assert address in chi.get(f"/documents/{ident}").text
    answer = chi.get(address)
    assert says(answer, "Bản sửa đổi so với bản đang được sửa")
    assert "<ins>" in answer.text
    assert chi.get(f"/documents/{old}/revisions/1/compare/amended").status_code == 404


@pytest.mark.databases("sqlite")
def test_comparing_somebody_s_commitment_is_reading_both_texts(house: House) -> None:
    ident = house.commitment("submitted")
    with house.inside() as office:
        row = db.session.get_one(Document, ident)
        office.act(row, "return", "Chi", reason_code="GENERIC", reason="Cần nói rõ số lượt người.")
        office.act(row, "submit", "An")
        assert row.revision == 2
    sau = house("Sau")
    assert sau.get(f"/documents/{ident}/revisions/1/compare/2").status_code == 200
    assert house("An").get(f"/documents/{ident}/revisions/1/compare/2").status_code == 200
    with house.app.app_context():
        read = {(r.revision, r.person.full_name) for r in db.session.query(Reading)}
    assert read == {(1, "Sau"), (2, "Sau")}


@pytest.mark.databases("sqlite")
def test_an_erased_text_is_a_sentence(house: House) -> None:
    plan = house.plan("drafted")
    with house.inside() as office:
        row = db.session.get_one(Document, plan)
        office.act(row, "revise", "Chi", content={**PLAN, "text": NEW})
        row.revisions[0].content, row.revisions[0].erased_at = {}, office.now
        db.session.commit()
    answer = house("Chi").get(f"/documents/{plan}/revisions/1/compare/2")
    assert says(answer, "Nội dung bản lần 1 đã xóa theo thời hạn lưu")
    assert "<ins>" not in answer.text.split("<main")[1]
