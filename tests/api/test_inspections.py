"""Inspections over the API: who learns of which, from when on, and how much of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import db
from models.campaign import Campaign
from models.dossier import InspectionFinding
from models.person import Person
from models.unit import Unit
from tests.api.conftest import House
from tests.cast import Office
from tests.test_dossier import ANSWER, DO, FACT, Case
from workflows.dossier import findings

pytestmark = pytest.mark.databases("sqlite")


def test_an_inspection_is_found_and_read_as_on_its_page(house: House) -> None:
    house.plan_in_force()
    with house.inside() as office:
        again(office)
        office.now = house.now()
        case, other = Case(office), Case(office)
        ids = [other.ident, case.ident]
    at = f"/inspections/{ids[1]}"
    kiem, sau, vy = house("Kiem"), house("Sau"), house("Vy")

    first = kiem.get("/inspections?limit=1")
    assert [one["id"] for one in first["items"]] == ids[:1]
    rest = kiem.get(f"/inspections?limit=1&after={first['next']}")
    assert ([one["id"] for one in rest["items"]], rest["next"]) == (ids[1:], None)
    seen = rest["items"][0]
    assert (seen["number"], seen["state"], seen["units"]) == ("05-QĐ/UBKT", "planned", ["CELL"])
    assert (seen["commission"], seen["campaign"], seen["carries_out"]) == ("WARD", "CD-2026", True)
    assert seen["team"] == [{"person": "kiem", "head": True}, {"person": None, "head": False}]
    for query in ("?state=announced", "?unit=BASE", "?unit=CELL&campaign=CD-2026&state=closed"):
        assert kiem.get(f"/inspections{query}")["items"] == []
    for query in ("?state=ready", "?unit=X", "?after=!", "?limit=900"):
        kiem.get(f"/inspections{query}", 422)
    for name in ("Sau", "Vy", "An"):  # nobody is told before it is announced
        assert house(name).get("/inspections")["items"] == []
        house(name).get(at, 404)

    with house.inside() as office:
        again(office)
        case.go("announce", "take_self_report", "verify")
        found = case.noted()
        case.required()
        number = found.id
    assert [one["id"] for one in sau.get("/inspections")["items"]] == ids[1:]
    assert sau.get("/inspections")["items"][0]["carries_out"] is False
    for name, told in (("Kiem", [FACT]), ("Sau", [])):
        shown = house(name).get(at)
        assert [one["text"] for one in shown["findings"]] == told
        assert (len(shown["requirements"]), shown["running"]) == (len(told), True)
    vy.get(at, 404)
    sau.get(f"{at}/questions/3", 404)

    with house.inside() as office:
        again(office)
        case.go("draft_conclusion")
        case.act(
            findings.answer,
            db.session.get_one(InspectionFinding, number),
            ANSWER,
            by="Sau",
            version=1,
        )
        case.go("conclude")
    (one,) = sau.get(at)["findings"]
    assert (one["answer"], one["answered_by"], one["text"]) == (ANSWER, "sau", FACT)
    (required,) = sau.get(at)["requirements"]
    assert (required["text"], required["unit"], required["due_on"]) == (DO, "CELL", "2026-04-20")
    assert sau.get(f"/obligations/{required['obligation']}")["unit"] == "CELL"
    assert required["confirmed_at"] is None


def again(office: Office) -> None:
    """The people and units of the office as this session knows them."""
    office.people = {one.full_name: one for one in db.session.scalars(sa.select(Person))}
    office.units = {one.code: one for one in db.session.scalars(sa.select(Unit))}
    office.campaign = db.session.scalars(sa.select(Campaign)).one()
