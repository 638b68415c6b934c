"""What a campaign says of the basis and of the way of a paper holds for the paper: R03, R18."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from models import db, transaction
from models.campaign import Requirement
from models.document import Document
from models.unit import Unit
from tests.cast import Office
from workflows.obligations import owe
from workflows.refusal import Refused
from workflows.routing import build_route

pytestmark = pytest.mark.databases("sqlite")

STUDY = {"number": "05-KH/BXDĐ", "dated_on": "2026-02-10", "issuer": "Ban Xây dựng Đảng phường Thử"}
WARD = {"number": "07-KH/ĐU", "dated_on": "2026-02-12", "issuer": "Đảng ủy phường Thử"}
DIRECTIVE = {"number": "05-CT/TW", "dated_on": "2016-05-15", "issuer": "Bộ Chính trị"}


def asked(office: Office, **said: Any) -> Requirement:
    """A study plan that bases owe, as a campaign's file would say it."""
    with transaction():
        requirement = Requirement(
            campaign=office.campaign,
            code="O-STUDY",
            kind="plan",
            variant="study",
            label_vi="Kế hoạch học tập",
            label_en="Study plan",
            levels=["base"],
            due={"kind": "by_end_of_month", "date": "2026-03-31"},
            **said,
        )
        db.session.add(requirement)
        db.session.flush()
        owe(requirement, office.units["BASE"], None, since=date(2026, 3, 2), now=office.now)
    return requirement


def approved(office: Office, requirement: Requirement, basis: list[dict[str, str]]) -> Document:
    plan = office.begin("plan", "Ba", "BASE", requirement=requirement, basis=basis)
    office.act(plan, "submit", "Ba")
    office.act(plan, "review", "Bay")
    return office.approve(plan, "Bon", number="01-KH/ĐU")


@pytest.mark.parametrize(
    ("basis", "right"), [(STUDY, True), (WARD, False), (DIRECTIVE, True)], ids=str
)
def test_a_study_plan_follows_the_plan_of_the_body_it_names(
    app: Flask, basis: dict[str, str], right: bool
) -> None:
    with app.app_context():
        office = Office()
        requirement = asked(office, basis=["WARD-XDD"])
        if right:
            assert approved(office, requirement, [basis]).is_in_force
            return
        with pytest.raises(Refused) as refused:
            approved(office, requirement, [basis])
        [reason] = refused.value.reasons
        assert (reason.rule, reason.place) == ("R03", "basis")
        assert reason.params["unit"] == "Ban Xây dựng Đảng phường Thử"


@pytest.mark.parametrize(("basis", "right"), [(WARD, True), (STUDY, False)], ids=str)
def test_a_plan_follows_what_its_superior_owes_by_that_name(
    app: Flask, basis: dict[str, str], right: bool
) -> None:
    """A paper outside the system by the superior that issued it."""
    with app.app_context():
        office = Office()
        requirement = asked(office, basis=["O-PLAN"])
        if right:
            assert approved(office, requirement, [basis]).is_in_force
            return
        with pytest.raises(Refused) as refused:
            approved(office, requirement, [basis])
        assert refused.value.reasons[0].params["basis"] == "Kế hoạch năm"


@pytest.mark.parametrize(
    ("via", "through"),
    [("", "WARD-XDD"), ("advisory", "WARD-XDD"), ("WARD-BTC", "WARD-BTC"), ("direct", None)],
)
def test_the_way_of_a_paper_is_the_one_its_requirement_names(
    app: Flask, via: str, through: str | None
) -> None:
    with app.app_context():
        office = Office()
        ward = office.units["WARD"]
        with transaction():
            other = Unit(
                code="WARD-BTC", name="Ban Tổ chức", body="Ban Tổ chức", symbol="BTC",
                level=ward.level, attached_to=ward,
            )  # fmt: skip
            db.session.add(other)
        requirement = asked(office, via=via)
        [_, stage, *_] = build_route(
            "plan", office.units["BASE"], office.campaign, requirement, date(2026, 3, 2)
        )
        assert (stage.unit.code, stage.via.code if stage.via else None) == ("WARD", through)
        db.session.rollback()
