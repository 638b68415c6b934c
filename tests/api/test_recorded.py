"""A paper signed outside, over the API: recorded with its scan, confirmed by another, explained."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from tests.api.conftest import House
from tests.cast import PAPER_BASIS, PLAN

pytestmark = pytest.mark.databases("sqlite")


def picture() -> str:
    kept = io.BytesIO()
    Image.new("L", (40, 60), 255).save(kept, "PNG")
    return base64.b64encode(kept.getvalue()).decode()


PAPER = {
    "kind": "plan",
    "unit": "CELL",
    "campaign": "CD-2026",
    "title": "Kế hoạch năm",
    "content": PLAN,
    "basis": PAPER_BASIS,
    "number": "02-KH/CB",
    "dated_on": "2026-02-20",
    "decided": {
        "by": "dung",
        "as": "Phó Bí thư",
        "minutes": "03-BB/CB",
        "votes": {"present": 4, "for": 4, "against": 0},
    },
    "scan": {"name": "kh.png", "data": picture()},
}


def test_record_confirm_explain(house: House) -> None:
    plan = house("Sau").post("/documents/recorded", PAPER, 201)
    assert (plan["state"], plan["recorded"], plan["in_force"]) == ("drafted", True, False)
    assert [f["rule"] for f in plan["findings"] if f["rule"] == "R29"] == ["R29"]
    own = house.act(plan, "confirm", "Sau", 422)
    assert [reason["rule"] for reason in own["reasons"]] == ["R30"]
    plan = house.act(plan, "confirm", "Chi")
    assert (plan["state"], plan["number"], plan["in_force"]) == ("approved", "02-KH/CB", True)
    [finding] = [f for f in plan["findings"] if "id" in f]
    assert (finding["rule"], finding["explanation"]) == ("R29", None)
    plan = house.act(
        plan, "explain", "Sau", finding=finding["id"], reason="Bí thư đi vắng, chưa kịp ủy quyền."
    )
    [finding] = [f for f in plan["findings"] if "id" in f]
    assert finding["explanation"] == "Bí thư đi vắng, chưa kịp ủy quyền."
    actions = [
        event["action"] for event in house("Sau").get(f"/documents/{plan['id']}/history")["items"]
    ]
    assert actions == ["record", "attach", "confirm", "explain"]


def test_refusals(house: House) -> None:
    house("An").post("/documents/recorded", PAPER, 403)
    wrong = house("Sau").post(
        "/documents/recorded",
        {**PAPER, "decided": {}, "scan": {"name": "a.png", "data": "§"}, "reported_on": "x"},
        422,
    )
    assert {reason["place"] for reason in wrong["reasons"]} == {
        "decided.by", "scan.data", "reported_on",
    }  # fmt: skip
    bare = {name: value for name, value in PAPER.items() if name not in ("scan", "content")}
    plan = house("Sau").post("/documents/recorded", bare, 201)
    refused = house.act(plan, "confirm", "Sau", 422)
    assert [reason["rule"] for reason in refused["reasons"]] == ["R30"]
    assert house.act(plan, "confirm", "Chi")["state"] == "approved"
    [confirmed] = [
        event
        for event in house("Sau").get(f"/documents/{plan['id']}/history")["items"]
        if event["action"] == "confirm"
    ]
    assert confirmed["data"]["against_original"] is True
