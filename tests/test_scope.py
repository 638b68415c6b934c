"""Who sees what: a table of relations by kind and state, and what a commitment's text shows to
whom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.document import Document
from models.post import Post
from tests.cast import Office
from workflows.example import secretary_s_revision
from workflows.scope import (
    can_read_text,
    readable_revisions,
    revision_for,
    visible_documents,
)

EVERYBODY = (
    "An", "Chi", "Dung", "Sau", "Ba", "Bay", "Bon", "Binh",
    "Xuan", "Vinh", "Vy", "Thu", "Van", "Kiem", "Ty", "Toan", "Tam",
)  # fmt: skip


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()


def seeing(office: Office, document: Document) -> set[str]:
    """Who of the cast sees the document."""
    return {
        name
        for name in EVERYBODY
        if db.session.scalar(
            sa.select(Document.id).where(
                Document.id == document.id, visible_documents(office.person(name), office.now)
            )
        )
    }


def reading(office: Office, document: Document) -> set[str]:
    """Who of those who see it may read its text."""
    return {
        name
        for name in seeing(office, document)
        if can_read_text(document, office.person(name), office.now)
    }


CELL_OFFICERS = {"Chi", "Dung", "Sau"}
BASE = {"Ba", "Bay", "Bon", "Binh"}
WARD = {"Xuan", "Vinh", "Vy", "Thu", "Van"}


def test_a_plan_is_seen_by_its_office_then_by_each_body_it_reaches(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    assert seeing(office, plan) == CELL_OFFICERS | {"Kiem"}
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    office.approve(plan, "Sau", number="02-KH/CB")
    # In force: the members of the cell follow it, so they may read it.
    assert seeing(office, plan) == CELL_OFFICERS | {"Kiem", "An"}
    office.act(plan, "report", "Sau")
    assert seeing(office, plan) == CELL_OFFICERS | {"Kiem", "An"} | BASE
    office.act(plan, "review", "Ba")
    office.act(plan, "approve", "Bon")
    office.act(plan, "report", "Binh", via="WARD-XDD")
    assert seeing(office, plan) == CELL_OFFICERS | {"Kiem", "An"} | BASE | WARD


def test_a_commitment_draft_is_its_author_s_alone(office: Office) -> None:
    commitment = office.begin("commitment", "An", "CELL")
    assert seeing(office, commitment) == reading(office, commitment) == {"An"}


def test_a_commitment_s_text_stays_with_those_who_decide(office: Office) -> None:
    office.cell_plan_in_force()
    commitment = office.begin("commitment", "An", "CELL")
    office.act(commitment, "submit", "An")
    assert seeing(office, commitment) == reading(office, commitment) == CELL_OFFICERS | {"An"}
    office.act(commitment, "review", "Chi")
    office.approve(commitment, "Sau")
    office.act(commitment, "report", "Sau")
    # The base gets the list, not the text; the inspector nothing, without an open inspection.
    assert seeing(office, commitment) == CELL_OFFICERS | {"An"} | BASE
    assert reading(office, commitment) == CELL_OFFICERS | {"An"}


def test_a_commitment_written_again_is_private_again(office: Office) -> None:
    commitment = office.begin("commitment", "An", "CELL")
    office.act(commitment, "submit", "An")
    office.act(
        commitment, "return", "Chi", reason_code="GENERIC", reason="Mục 3 cần nêu việc cụ thể hơn."
    )
    assert reading(office, commitment) == CELL_OFFICERS | {"An"}
    office.act(commitment, "revise", "An", content=commitment.current.content)
    assert reading(office, commitment) == {"An"}


def test_a_document_that_climbed_is_seen_by_who_must_decide_it(office: Office) -> None:
    """Secretary and deputy have a hand in it: the base's secretary approves and so may read it."""
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    office.act(plan, "revise", "Sau", content=plan.current.content)
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    assert "Bon" in seeing(office, plan)
    assert "Binh" not in seeing(office, plan)


def test_an_ended_post_sees_nothing_more(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    with transaction():
        for post in db.session.query(Post).filter(Post.title == "Phó Bí thư"):
            post.ended_at = office.now
    assert "Dung" not in seeing(office, plan)


def texts(office: Office, document: Document, name: str) -> set[int]:
    return readable_revisions(document, office.person(name), office.now)


def test_who_follows_a_plan_reads_what_is_in_force_not_what_is_being_written(
    office: Office,
) -> None:
    plan = office.cell_plan_in_force()
    office.act(plan, "report", "Sau")
    office.act(plan, "return", "Ba", reason_code="OTHER", reason="Việc thứ nhất chưa ghi ngày.")
    office.act(plan, "revise", "Chi", content={**plan.current.content, "text": "Đang viết lại."})
    assert texts(office, plan, "Chi") == {1, 2}  # the issuer's own office
    assert texts(office, plan, "Kiem") == {1, 2}
    assert texts(office, plan, "Ba") == {1}  # the superior: what the issuer approved
    assert texts(office, plan, "An") == {1}  # a member: what is in force
    shown = revision_for(plan, office.person("An"), office.now)
    assert shown is not None
    assert shown.n == 1


def test_of_a_commitment_others_read_only_what_was_handed_in(office: Office) -> None:
    commitment = office.begin("commitment", "An", "CELL")
    office.act(commitment, "revise", "An", content=commitment.current.content)
    office.act(commitment, "submit", "An")
    assert texts(office, commitment, "An") == {1, 2}
    assert texts(office, commitment, "Chi") == {2}


def test_the_secretary_s_section_3_stands_open_to_his_cell(office: Office) -> None:
    """Design §3: the secretary goes first; only those of his cell see it, once it is handed in."""
    an, ba = office.person("An"), office.person("Ba")
    cell = office.units["CELL"]
    commitment = office.begin("commitment", "Sau", "CELL")
    assert secretary_s_revision(cell, an, office.now) is None
    office.act(commitment, "submit", "Sau")
    shown = secretary_s_revision(cell, an, office.now)
    assert shown is not None
    assert shown.document_id == commitment.id
    assert secretary_s_revision(cell, ba, office.now) is None
    assert secretary_s_revision(cell, office.person("Sau"), office.now) is None
