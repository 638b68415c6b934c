"""What is answered 403, 409 and 422, and every malformed body. Nothing refused leaves a trace."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import House
from tests.cast import COMMITMENT, PLAN, REPORT

NEW = {"kind": "plan", "unit": "CELL", "campaign": "CD-2026", "title": "Kế hoạch", "content": PLAN}


def places(problem: dict[str, Any]) -> set[str]:
    return {reason.get("place", "") for reason in problem["reasons"]}


def rules(problem: dict[str, Any]) -> set[str]:
    return {reason["rule"] for reason in problem["reasons"]}


@pytest.mark.databases("sqlite")
def test_403_only_for_an_act_on_something_visible(house: House) -> None:
    plan = house.act(house.plan_in_force(), "report", "Sau")
    # An sees the plan of his cell in force; its acts are not his.
    for action in ("review", "return", "receive"):
        refused = house.act(
            plan, action, "An", 403, reason="Một lý do đủ dài.", reason_code="OTHER"
        )
        assert rules(refused) == {"POST"}
        assert refused["detail"] == refused["reasons"][0]["detail"]
    house.act(plan, "review", "Chi", 403)  # the issuer's own people do not answer for the base
    for name in ("An", "Ba", "Vy"):
        house(name).post("/documents", NEW, 403)
    strangers = {**NEW, "kind": "commitment", "content": COMMITMENT}
    house("Ba").post("/documents", strangers, 403)
    house("An").post(
        f"/documents/{plan['id']}/revisions", {"content": PLAN, "version": plan["version"]}, 422
    )


def test_409_for_an_old_version_and_once_for_a_double_click(house: House) -> None:
    plan = house.begin("plan", "Chi", "CELL", PLAN)
    submitted = house.act(plan, "submit", "Chi")
    stale = house.act(plan, "submit", "Chi", 409)
    assert rules(stale) == {"STALE"}
    house.act({**submitted, "version": 99}, "review", "Dung", 409)
    house.act({**submitted, "revision": 2}, "review", "Dung", 409)
    house.act({**submitted, "version": 2**62}, "review", "Dung", 409)
    old = {"content": PLAN, "version": plan["version"]}
    house("Chi").post(f"/documents/{plan['id']}/revisions", old, 409)
    assert house("Chi").get(f"/documents/{plan['id']}")["version"] == 2


def test_422_names_every_rule_at_once(house: House) -> None:
    plan = house.begin("plan", "Chi", "CELL", PLAN)
    refused = house.act(plan, "approve", "Sau", 422)
    assert rules(refused) == {"STATE"}
    plan = house.act(plan, "submit", "Chi")
    plan = house.act(plan, "review", "Dung")
    refused = house.approve(
        plan, "Sau", status=422, number="02/KH-CB", dated_on="2026-03-30", minutes=None,
        votes={"present": 1, "for": 3, "against": 0},
    )  # fmt: skip
    assert {"R27", "MINUTES", "DATE"} <= rules(refused)
    assert {"number", "minutes", "votes.for", "dated_on"} <= places(refused)
    own = house.act(
        plan, "return", "Chi", 422, reason_code="OTHER", reason="Chưa rõ người làm việc."
    )
    assert rules(own) == {"R30"}
    assert "Chi" in own["detail"]
    assert house("Chi").get(f"/documents/{plan['id']}")["state"] == "reviewed"


@pytest.mark.databases("sqlite")
def test_a_field_that_is_not_the_client_s_to_set_is_refused(house: House) -> None:
    caller = house("Chi")
    for name, value in (
        ("state", "approved"),
        ("author", "sau"),
        ("number", "02-KH/CB"),
        ("id", 7),
        ("in_force", True),
        ("version", 1),
        ("recorded", True),
        ("\ud800", 1),
        ("x" * 5000, 1),
    ):
        refused = caller.post("/documents", {**NEW, name: value}, 422)
        assert rules(refused) == {"FORM"}
    assert caller.get("/documents")["items"] == []
    plan = caller.post("/documents", NEW, 201)
    for name in ("state", "stage", "actor", "in_force", "content", "title"):
        house.act(plan, "submit", "Chi", 422, **{name: "approved"})
    for name in ("state", "number", "author"):
        sent = {"content": PLAN, "version": 1, name: "x"}
        caller.post(f"/documents/{plan['id']}/revisions", sent, 422)
    assert caller.get(f"/documents/{plan['id']}")["version"] == 1


def test_what_a_new_document_is_made_of(house: House) -> None:
    """(sent instead, the place named)."""
    caller = house("Chi")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"kind": None}, "kind"),
        ({"kind": "memo"}, "kind"),
        ({"kind": ["plan"]}, "kind"),
        ({"kind": {}}, "kind"),
        ({"unit": "NOWHERE"}, "unit"),
        ({"unit": "CELL\x00"}, "unit"),
        ({"unit": "\ud800"}, "unit"),
        ({"unit": 4}, "unit"),
        ({"unit": "x" * 65}, "unit"),
        ({"campaign": "CD-1999"}, "campaign"),
        ({"campaign": None}, "campaign"),
        ({"requirement": "O-NONE"}, "requirement"),
        ({"requirement": "O-QUARTER-1"}, "requirement"),
        ({"requirement": 3}, "requirement"),
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "a" * 301}, "title"),
        ({"title": "hai\ndòng"}, "title"),
        ({"title": "\u202egnoh"}, "title"),
        ({"title": "\x00"}, "title"),
        ({"title": "\ud83d"}, "title"),
        ({"title": ["a"]}, "title"),
        ({"dated_on": "2026-02-30"}, "dated_on"),
        ({"dated_on": "9999-01-01"}, "dated_on"),
        ({"dated_on": "hôm nay"}, "dated_on"),
        ({"dated_on": 20260302}, "dated_on"),
        ({"dated_on": True}, "dated_on"),
        ({"content": None}, "content"),
        ({"content": "text"}, "content"),
        ({"content": [PLAN]}, "content"),
        ({"content": {"text": 5}}, "text"),
        ({"content": {"extra": 1}}, "extra"),
        ({"content": {"tasks": [{"deadline": "31/02/2026"}]}}, "tasks.0.deadline"),
        ({"content": {"tasks": "none"}}, "tasks"),
        ({"content": {"tasks": [1]}}, "tasks.0"),
        ({"content": {"models": ["a"] * 101}}, "models"),
        ({"content": {"text": "a\ud800b"}}, "text"),
        ({"content": {"text": "a\x00b"}}, "text"),
        ({"kind": "report", "content": {"indicators": {"I03": True}}}, "indicators.I03"),
        ({"kind": "report", "content": {"indicators": {"I03": -1}}}, "indicators.I03"),
        ({"kind": "report", "content": {"indicators": {"I99": 1}}}, "indicators.I99"),
        ({"kind": "report", "content": {"indicators": {"I03": 10**30}}}, "indicators.I03"),
        ({"basis": "x"}, "basis"),
        ({"basis": {"document": 1}}, "basis"),
        ({"basis": [0]}, "basis.0"),
        ({"basis": [True]}, "basis.0"),
        ({"basis": [987654]}, "basis.0"),
        ({"basis": [2**70]}, "basis.0"),
        ({"basis": [{"document": 2**70}]}, "basis.0.document"),
        ({"basis": [{"document": 987654}]}, "basis.0"),
        ({"basis": [{"document": 1, "number": "x"}]}, "basis.0.number"),
        ({"basis": [{"number": "05-CT/TW"}]}, "basis.0.dated_on"),
        ({"basis": [{}]}, "basis.0.issuer"),
        ({"basis": [1] * 51}, "basis"),
    ]
    for change, place in cases:
        refused = caller.post("/documents", {**NEW, **change}, 422)
        assert rules(refused) == {"FORM"}, change
        assert place in places(refused), (change, refused)
    several = caller.post("/documents", {"kind": "x", "unit": "y", "z": 1}, 422)
    assert {"kind", "unit", "z", "campaign", "title", "content"} <= places(several)
    assert caller.get("/documents")["items"] == []


def test_a_hidden_basis_is_as_unknown_as_an_absent_one(house: House) -> None:
    hidden = house.begin("plan", "Vinh", "WARD", PLAN)
    refused = house("Chi").post("/documents", {**NEW, "basis": [hidden["id"]]}, 422)
    absent = house("Chi").post("/documents", {**NEW, "basis": [987654]}, 422)
    assert refused == absent
    superior = house.begin("plan", "Ba", "BASE", PLAN)
    superior = house.act(superior, "submit", "Ba")
    superior = house.act(superior, "review", "Bay")
    superior = house.approve(superior, "Bon", number="01-KH/ĐU")
    paper = {"number": "05-CT/TW", "dated_on": "2016-05-15", "issuer": "Bộ Chính trị"}
    made = house("Chi").post("/documents", {**NEW, "basis": [superior["id"], paper]}, 201)
    assert made["basis"] == [{"document": superior["id"]}, paper]
    again = {"content": PLAN, "version": 1, "basis": made["basis"]}
    made = house("Chi").post(f"/documents/{made['id']}/revisions", again, 201)
    assert made["basis"] == [{"document": superior["id"]}, paper]


def test_what_an_act_is_made_of(house: House) -> None:
    plan = house.begin("plan", "Chi", "CELL", PLAN)
    at = f"/documents/{plan['id']}/actions/submit"
    caller = house("Chi")
    sound = {"revision": 1, "version": 1}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"revision": None}, "revision"),
        ({"version": None}, "version"),
        ({"version": True}, "version"),
        ({"version": "1"}, "version"),
        ({"version": 1.0}, "version"),
        ({"version": -1}, "version"),
        ({"version": 2**63}, "version"),
        ({"revision": [1]}, "revision"),
        ({"votes": 3}, "votes"),
        ({"votes": {}}, "votes.present"),
        ({"votes": {"present": 1, "for": 1}}, "votes.against"),
        ({"votes": {"present": True, "for": 1, "against": 0}}, "votes.present"),
        ({"votes": {"present": -1, "for": 1, "against": 0}}, "votes.present"),
        ({"votes": {"present": 10**9, "for": 1, "against": 0}}, "votes.present"),
        ({"votes": {"present": 1, "for": 1, "against": 0, "abstain": 0}}, "votes.abstain"),
        ({"minutes": 5}, "minutes"),
        ({"minutes": "a\nb"}, "minutes"),
        ({"reason": {"a": 1}}, "reason"),
        ({"reason": "a" * 4001}, "reason"),
        ({"reason": "\x00"}, "reason"),
        ({"comment": "\udfff"}, "comment"),
        ({"number": "1" * 61}, "number"),
        ({"dated_on": "2026-13-01"}, "dated_on"),
        ({"dated_on": {}}, "dated_on"),
        ({"via": 1}, "via"),
        ({"decision": 1}, "decision"),
        ({"decision": {"number": "03-QĐ/CB"}}, "decision.dated_on"),
        ({"decision": {"number": "03-QĐ/CB", "dated_on": "2026-03-02", "by": 1}}, "decision.by"),
    ]
    for change, place in cases:
        refused = caller.post(at, {**sound, **change}, 422)
        assert rules(refused) == {"FORM"}, change
        assert place in places(refused), (change, refused)
    assert caller.get(f"/documents/{plan['id']}")["version"] == 1


DEEP = "[" * 10_000 + "]" * 10_000
MALFORMED = [
    b"",
    b"{",
    b"null",
    b"true",
    b"7",
    b'"text"',
    b"[]",
    b"{'a': 1}",
    b'{"version": NaN}',
    b'{"version": Infinity}',
    b'{"version": -Infinity}',
    b'{"version": 1,}',
    b'{"version": 01}',
    b'{"a": 1} {"a": 1}',
    b"\xff\xfe\x00",
    b'{"title": "\xff"}',
    b'\xef\xbb\xbf{"version": 1}',
    DEEP.encode(),
    ('{"content": ' + DEEP + "}").encode(),
    ('{"a":' * 10_000 + "1" + "}" * 10_000).encode(),
    b'{"version": ' + b"9" * 5_000 + b"}",
    b'{"version": 1e400}',
    b'{"version": "a\nb"}',
]


@pytest.mark.databases("sqlite")
def test_bodies_that_are_no_object_of_json(house: House) -> None:
    plan = house.begin("plan", "Chi", "CELL", PLAN)
    at = f"/documents/{plan['id']}"
    for path in ("/documents", f"{at}/actions/submit", f"{at}/revisions"):
        for sent in MALFORMED:
            house("Chi").call("POST", path, 422, data=sent, content_type="application/json")
    assert house("Chi").get(at)["version"] == 1


@pytest.mark.databases("sqlite")
def test_the_last_of_twin_keys_counts_and_texts_are_kept_in_one_spelling(house: House) -> None:
    sent = json.dumps(NEW)[:-1] + ', "title": "Hai", "title": "Kế hoạch năm"}'
    answer = house("Chi").call(
        "POST",
        "/documents",
        201,
        data=sent.encode(),
        content_type="application/json; charset=utf-8",
    )
    assert answer.get_json()["title"] == "Kế hoạch năm"
    assert answer.headers["Location"] == f"/api/v1/documents/{answer.get_json()['id']}"


@pytest.mark.databases("sqlite")
def test_one_document_for_one_obligation(house: House) -> None:
    house.begin("plan", "Chi", "CELL", PLAN)
    refused = house("Chi").post("/documents", {**NEW, "requirement": "O-PLAN"}, 422)
    assert rules(refused) == {"R10"}
    report = {**NEW, "kind": "report", "content": REPORT}
    other_kind = {**report, "unit": "BASE", "requirement": "O-PLAN"}
    assert places(house("Ba").post("/documents", other_kind, 422)) == {"requirement"}
    other_level = {**report, "requirement": "O-QUARTER-1"}
    assert places(house("Chi").post("/documents", other_level, 422)) == {"requirement"}


@pytest.mark.databases("sqlite")
def test_a_refusal_reads_as_one_problem(house: House) -> None:
    refused = house("Chi").post("/documents", {**NEW, "title": "", "unit": "NOWHERE"}, 422)
    assert (refused["type"], refused["status"], refused["title"]) == (
        "about:blank",
        422,
        "Chưa làm được",
    )
    assert refused["detail"] == " ".join(reason["detail"] for reason in refused["reasons"])
