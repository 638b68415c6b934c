"""Typing for a member: his text and his hand, confirmed by him or by the sheet he signed."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.document import Contribution, Document
from models.person import Membership
from models.read import Reading
from models.recorded import ProxyEntry
from tests.cast import COMMITMENT, Office
from workflows import files
from workflows.history import sentences
from workflows.proxies import confirm_by_scan, enter, open_typed
from workflows.refusal import Forbidden, Refused
from workflows.scope import can_read_text, readable_revisions
from workflows.trail import verify

OTHERWISE = {"sections": {**COMMITMENT["sections"], "1": "Đọc lại tài liệu mỗi tháng."}}


def type_for(
    office: Office, member: str, by: str, content: dict = COMMITMENT, unit: str = "CELL"
) -> Document:
    office.wait(minutes=1)
    with transaction():
        return enter(
            office.person(member),
            office.units[unit],
            office.campaign,
            content,
            actor=office.person(by),
            now=office.now,
        )


def look(office: Office, document: Document, name: str) -> bool:
    with transaction():
        return open_typed(document, office.person(name), office.now) is not None


def sign(office: Office, document: Document, by: str) -> Document:
    """The sheet that the member signed, scanned by `by`."""
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(picture, "PNG")
    picture.seek(0)
    clean = files.accept(picture, "ban-ky.png")
    office.wait(minutes=1)
    with transaction():
        return confirm_by_scan(
            document,
            files.keep(clean, office.now),
            "ban-ky.png",
            actor=office.person(by),
            now=office.now,
            revision=document.revision,
            version=document.version,
        )


def test_typed_confirmed_by_the_member_and_reviewed_by_the_typist(app: Flask) -> None:
    with app.app_context():
        office = Office()
        office.cell_plan_in_force()
        document = type_for(office, "An", "Chi")
        entry = db.session.get_one(ProxyEntry, document.id)
        assert (document.author, document.state) == (office.person("An"), "drafted")
        hands = set(
            db.session.scalars(
                sa.select(Contribution.person_id).where(Contribution.document_id == document.id)
            )
        )
        assert hands == {office.person("An").id}  # transcribing is not contributing
        assert "Chi" in str(sentences(document)[0])
        assert "nhập hộ" in str(sentences(document)[0])

        assert [look(office, document, n) for n in ("Chi", "Dung", "Sau", "Binh")] == [
            True,
            False,
            False,
            False,
        ]
        assert [r.person.full_name for r in db.session.scalars(sa.select(Reading))] == ["Chi"]

        office.act(document, "submit", "An")
        assert entry.confirmed_how == "author"
        assert not look(office, document, "Chi")  # as the typist no more
        assert can_read_text(document, office.person("Chi"), office.now)  # as who reviews
        office.act(document, "review", "Chi")
        office.approve(document, "Sau")
        assert verify(db.session()).whole


def test_the_signed_sheet_confirms_for_a_member_without_a_computer(app: Flask) -> None:
    with app.app_context():
        office = Office()
        office.cell_plan_in_force()
        document = type_for(office, "An", "Binh")  # the cell has no clerk: the base's
        again = type_for(office, "An", "Binh", OTHERWISE)
        assert (again.id, again.revision) == (document.id, 2)
        assert type_for(office, "An", "Binh", OTHERWISE).revision == 2  # the same changes nothing
        with pytest.raises(Refused):  # no sheet, no handing in
            office.act(document, "submit", "Binh", on_behalf=True)
        with pytest.raises(Forbidden):
            sign(office, document, "Van")  # the ward's clerk has no part in this cell
        sign(office, document, "Sau")  # another officer of the cell
        entry = db.session.get_one(ProxyEntry, document.id)
        assert (document.state, entry.confirmed_how, entry.confirmed_by.full_name) == (
            "submitted",
            "scan",
            "Sau",
        )
        assert not look(office, document, "Binh")
        assert not can_read_text(
            document, office.person("Binh"), office.now
        )  # a clerk decides nothing
        assert readable_revisions(document, office.person("Chi"), office.now) == {2}
        with pytest.raises(Refused):
            type_for(office, "An", "Binh")

        office.act(
            document, "return", "Chi", reason_code="GENERIC", reason="Cần nêu việc cụ thể hơn."
        )
        with pytest.raises(Refused):  # the old signature stands for the old text
            sign(office, document, "Sau")
        type_for(office, "An", "Sau", COMMITMENT)
        sign(office, document, "Sau")
        office.act(document, "review", "Chi")
        assert verify(db.session()).whole


@pytest.mark.databases("sqlite")
def test_whose_text_it_is(app: Flask) -> None:
    with app.app_context():
        office = Office()
        office.cell_plan_in_force()
        for stranger in ("An", "Vy", "Kiem", "Ba"):
            with pytest.raises(Forbidden):
                type_for(office, "Chi", stranger)
        document = type_for(office, "An", "Chi")
        office.act(document, "revise", "An", content=OTHERWISE)
        assert not look(office, document, "Chi")  # it is his own text now
        with pytest.raises(Refused):
            type_for(office, "An", "Chi")
        with pytest.raises(Refused):
            sign(office, document, "Chi")
        mine = type_for(office, "Sau", "Sau")  # his own row of the table: he writes himself
        assert db.session.get(ProxyEntry, mine.id) is None
        own = office.begin("commitment", "Dung", "CELL")
        with pytest.raises(Refused):
            type_for(office, "Dung", "Chi")
        assert own.revision == 1
        with transaction():
            office.post("Thao", "CELL", "clerk")
            db.session.add(Membership(person=office.person("Moi"), unit=office.units["CELL"]))
        with pytest.raises(Forbidden):  # the cell has its own clerk: the base's types no more
            type_for(office, "Moi", "Binh")
        type_for(office, "Moi", "Thao")
