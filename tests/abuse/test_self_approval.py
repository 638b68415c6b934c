"""Self-approval: as oneself, through delegation, through a second post, through an edit after review.
The page says beforehand why not; sent all the same, it is refused again and nothing is lost."""

from __future__ import annotations

import html
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.document import Document
from models.post import Post
from tests.abuse.said import shown
from tests.cast import PLAN, TODAY, Office
from tests.support.house import House
from tests.support.visitor import says
from workflows import organisation

TYPED = "Chi bộ bàn kỹ, thống nhất giao chỉ tiêu từng quý cho từng người."
WROTE = (
    "Chưa quyết định được: %(name)s đã tham gia soạn văn bản này. "
    "Người khác trong cùng cơ quan hoặc cấp trên quyết định."
)
DECIDED = (
    "Chưa quyết định được: %(name)s đã cho ý kiến bản này rồi, một người không quyết định "
    "hai lần trên một bản. Người khác trong cùng cơ quan hoặc cấp trên quyết định."
)


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def reviewed(office: Office, author: str = "Chi", editor: str = "") -> int:
    """A plan of the cell by `author`, touched by `editor`, reviewed by Dung; its id."""
    plan = office.begin("plan", author, "CELL")
    if editor:
        office.act(plan, "revise", editor, content=plan.current.content)
    office.act(plan, "submit", author)
    office.act(plan, "review", "Dung")
    return plan.id


def delegate(office: Office, post: str, to: str) -> None:
    """The holder of the secretary's or deputy's post of the cell lets somebody act for him."""
    held = db.session.scalars(sa.select(Post).where(Post.person == office.person(post))).one()
    with transaction() as session:
        organisation.delegate(
            session,
            post=held,
            to=office.person(to),
            valid_from=TODAY,
            valid_to=TODAY,
            actor=office.person(post),
            now=office.now,
        )


class Answer(NamedTuple):
    """What somebody meets who decides all the same."""

    told_before: bool  # the page of the paper says the sentence, and cites R30
    status: int
    told: bool
    text_kept: bool
    changed: bool


REFUSED = Answer(told_before=True, status=422, told=True, text_kept=True, changed=False)


def deciding(
    house: House, who: str, plan: int, sentence: str, name: str, act: str = "approval"
) -> Answer:
    """`who` opens the paper, where the sentence about `name` should stand, and sends the act."""
    visitor, before, row = house(who), house.events(), house.look(plan)
    page = visitor.get(f"/documents/{plan}")
    typed = {"revision": row.revision, "version": row.version, "comment": TYPED}
    answer = visitor.post(
        f"/documents/{plan}/{act}",
        {**typed, "minutes": "05-BB/CB", "number": "02-KH/CB", "dated_on": "02/03/2026"},
    )
    return Answer(
        told_before=shown(page, sentence, name=name) and says(page, "R30"),
        status=answer.status_code,
        told=shown(answer, sentence, name=name),
        text_kept=TYPED in html.unescape(answer.text),
        changed=(house.events(), house.look(plan).state) != (before, row.state),
    )


def test_nobody_approves_his_own_document(house: House) -> None:
    with house.inside() as office:
        plan = reviewed(office, author="Sau")
    assert deciding(house, "Sau", plan, WROTE, "Sau") == REFUSED


def test_nobody_approves_what_he_helped_to_write(house: House) -> None:
    with house.inside() as office:
        plan = reviewed(office, editor="Sau")
    assert deciding(house, "Sau", plan, WROTE, "Sau") == REFUSED


@pytest.mark.databases("sqlite")
def test_nobody_reviews_his_own_commitment(house: House) -> None:
    with house.inside() as office:
        office.cell_plan_in_force()
        commitment = office.begin("commitment", "Dung", "CELL")
        office.act(commitment, "submit", "Dung")
        ident = commitment.id
    assert deciding(house, "Dung", ident, WROTE, "Dung", act="review") == REFUSED


@pytest.mark.databases("sqlite")
def test_self_approval_through_delegation_to_the_author(house: House) -> None:
    """Sau lets Chi act for him on the very day that Chi's plan lies on his desk."""
    with house.inside() as office:
        plan = reviewed(office)
        delegate(office, "Sau", "Chi")
    assert deciding(house, "Chi", plan, WROTE, "Chi") == REFUSED


@pytest.mark.databases("sqlite")
def test_self_approval_through_delegation_by_the_author(house: House) -> None:
    """Sau wrote it himself and lets An sign for him: An's hand would be his."""
    with house.inside() as office:
        plan = reviewed(office, author="Sau")
        delegate(office, "Sau", "An")
    assert deciding(house, "An", plan, WROTE, "Sau") == REFUSED


@pytest.mark.databases("sqlite")
def test_self_approval_through_delegation_of_who_reviewed(house: House) -> None:
    """Dung has reviewed and now stands in for Sau: one person at two steps."""
    with house.inside() as office:
        plan = reviewed(office)
        delegate(office, "Sau", "Dung")
    assert deciding(house, "Dung", plan, DECIDED, "Dung") == REFUSED


@pytest.mark.databases("sqlite")
def test_self_approval_through_a_second_post(house: House) -> None:
    """Chi, who wrote it, becomes secretary too; then Dung, who reviewed it."""
    with house.inside() as office:
        plan = reviewed(office)
        with transaction():
            office.post("Chi", "CELL", "secretary", "Bí thư")
            office.post("Dung", "CELL", "secretary", "Bí thư")
    assert deciding(house, "Chi", plan, WROTE, "Chi") == REFUSED
    assert deciding(house, "Dung", plan, DECIDED, "Dung") == REFUSED


@pytest.mark.databases("sqlite")
def test_self_approval_through_a_second_post_above(house: House) -> None:
    """Who wrote it in the cell is secretary of the base as well: there it waits for another."""
    with house.inside() as office:
        plan = office.begin("plan", "Chi", "CELL")
        office.act(plan, "submit", "Chi")
        office.act(plan, "review", "Dung")
        office.approve(plan, "Sau", number="02-KH/CB")
        office.act(plan, "report", "Sau")
        office.act(plan, "review", "Ba")
        with transaction():
            office.post("Chi", "BASE", "secretary", "Bí thư")
        ident = plan.id
    assert deciding(house, "Chi", ident, WROTE, "Chi") == REFUSED


@pytest.mark.databases("sqlite")
def test_self_approval_through_an_edit_after_review(house: House) -> None:
    """Sau changes the text that Dung has reviewed: the review is void, and when it comes back Sau
    has a hand in it."""
    with house.inside() as office:
        plan = reviewed(office)
    secretary = house("Sau")
    form = secretary.form(f"/documents/{plan}/approval/new", f"/documents/{plan}/approval")
    edit = secretary.form(f"/documents/{plan}/revisions/new", f"/documents/{plan}/revisions")
    assert secretary.send(edit, text=TYPED).status_code == 303
    assert house.look(plan).state == "drafted"
    stale = secretary.send(form, number="02-KH/CB", comment=TYPED, minutes="05-BB/CB")
    assert stale.status_code == 409
    assert shown(
        stale,
        "Văn bản đã sang bước khác từ khi trang trước mở, hoặc việc này thuộc người khác.",
    )
    with house.inside() as office:
        document = db.session.get_one(Document, plan)
        assert document.current.content != PLAN
        office.act(document, "submit", "Chi")
        office.act(document, "review", "Dung")
    assert deciding(house, "Sau", plan, WROTE, "Sau") == REFUSED
