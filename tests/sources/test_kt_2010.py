"""A bloc of agencies sums up four years in 2010: pilots first, then the others, then the bloc; personal
reviews at the cell's meeting; working rules that the superior approves."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db
from models.document import Document
from tests.sources.house import House, campaign, found
from workflows import prints
from workflows.trail import verify

pytestmark = pytest.mark.databases("sqlite")
PILOTS = {"D1", "D2", "D3"}
CELL = {"Suối Văn Ấm", "Suối Thị Nguội", "Hơi Văn Nước"}


def test_the_summing_up_of_2010_runs(app: Flask) -> None:
    with app.app_context():
        house = House.play(app, "kt-2010")
        from_below(house)
        what_is_late(house)
        what_is_decided(house)
        assert verify(db.session()).whole


def from_below(house: House) -> None:
    """R22, R23: "before 30/9" and "before 15/10" end the day before; the bloc comes last. The
    nominations share the day of the reviews that they rest on, and the check says so."""
    days = {
        code: house.dues(code)[1]
        for code in ("O-PILOT", "O-WIDE", "O-PERSONAL", "O-AWARD", "O-BLOC")
    }
    assert days == {
        "O-PILOT": date(2010, 9, 29),
        "O-WIDE": date(2010, 10, 14),
        "O-PERSONAL": date(2010, 10, 11),  # the tenth was a Sunday
        "O-AWARD": date(2010, 10, 14),
        "O-BLOC": date(2010, 11, 10),
    }
    assert (house.owes("O-PILOT"), house.owes("O-WIDE")) == (PILOTS, {"D4", "D5"})
    this = campaign("KT-2010")
    assert (this.pilot_count, this.quota) == (3, {"units_of": 4, "persons_per_unit": 4})
    assert [rule for rule, level in found("kt-2010.toml") if level != "info"] == ["ZERO_SLACK"]


def what_is_late(house: House) -> None:
    assert house.obligation("O-PILOT", "D1").state == "fulfilled"
    assert house.rungs("O-PILOT", "D2") == [
        (1, date(2010, 9, 30), "D2"),
        (2, date(2010, 10, 4), "KHOI"),
        (3, date(2010, 10, 8), "TINH"),
        (4, date(2010, 10, 20), "TINH"),
    ]
    # the bloc's own lateness begins at its own secretary
    assert house.rungs("O-BLOC", "KHOI") == [
        (1, date(2010, 11, 11), "KHOI"),
        (2, date(2010, 11, 15), "TINH"),
    ]


def what_is_decided(house: House) -> None:
    """Working rules are approved by the superior; R24: personal reviews by the cell's meeting."""
    rules = house.document("01-QC/BCĐ")
    assert (rules.state, rules.stage, rules.current_stage.unit.code) == ("approved", 1, "KHOI")
    accepted = rules.stages[1].decided_at  # signed a week before, in force from the acceptance
    assert (rules.type, rules.in_force_from) == ("QC", accepted)
    assert rules.stages[0].decided_at < accepted
    assert prints.document_data(rules, rules.current)["title"] == "QUY CHẾ"
    assert prints.file_name(rules, rules.current).startswith("Quy chế 01-QC")
    assert not campaign("KT-2010").superior_must_accept  # the plans beside it do not wait
    assert house.document("01-KH/CB").in_force_revision == 1
    assert house.obligation("O-RULES", "D4").state == "fulfilled"
    assert house.owes("O-PERSONAL") == CELL
    for name in CELL:
        owed = house.obligation("O-PERSONAL", "D5", name)
        [paper] = db.session.scalars(sa.select(Document).where(Document.obligation_id == owed.id))
        # heard, filed and kept at the cell: no body above is on its way
        assert (owed.state, paper.kind, paper.state) == ("fulfilled", "self_report", "approved")
        assert [stage.unit.code for stage in paper.stages] == ["D5"]
        assert paper.current_stage.received_at is not None
        meeting, [decision] = "06/10/2010", paper.decisions
        assert meeting in (decision.minutes or "")
