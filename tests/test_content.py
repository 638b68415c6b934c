"""The three content shapes: exact, forgiving of drafts, strict with everything else."""

import json
import unicodedata

import pytest

from workflows.content import ITEM, ITEMS, TASKS, clean_content
from workflows.refusal import Refused
from workflows.text import LINE, TEXT
from workflows.trail.content import content_hash

PLAN = {
    "text": "Nội dung\nhai dòng",
    "tasks": [{"person": "A", "task": "Việc", "deadline": "31/03/2026", "result": "Xong"}],
    "models": ["Quầy thân thiện"],
}
SECTIONS = {"1": "a", "2": "b", "3": ["c", "d"], "4": "e", "5": "", "6": "f"}
REPORT = {
    "period": "Quý I/2026",
    "figures_as_of": "2026-03-31",
    "results": "a",
    "shortcomings": "b",
    "next_tasks": "c",
    "indicators": {"I03": 12, "I11a": "1.200", "I08": "97,5", "I04": "", "I09": None, "I10": 3.0},
}


def test_a_plan_comes_out_exact():
    assert clean_content("plan", PLAN) == {
        **PLAN,
        "tasks": [{**PLAN["tasks"][0], "deadline": "2026-03-31"}],
    }


def test_a_commitment_comes_out_exact():
    assert clean_content("commitment", {"sections": SECTIONS}) == {"sections": SECTIONS}


def test_a_report_comes_out_exact():
    cleaned = clean_content("report", REPORT)
    assert cleaned["indicators"] == {"I03": 12, "I11a": 1200, "I08": "97.5", "I10": 3}


@pytest.mark.parametrize("raw", [{}, None])
@pytest.mark.parametrize("kind", ["plan", "commitment", "report"])
def test_a_draft_may_be_empty(kind, raw):
    content = clean_content(kind, raw)
    assert content == clean_content(kind, {}) == clean_content(kind, content)


def test_the_empty_shapes():
    assert clean_content("plan", {}) == {"text": "", "tasks": [], "models": []}
    assert clean_content("commitment", {}) == {
        "sections": {"1": "", "2": "", "3": [], "4": "", "5": "", "6": ""}
    }
    assert clean_content("report", {}) == {
        "period": "",
        "figures_as_of": "",
        "results": "",
        "shortcomings": "",
        "next_tasks": "",
        "indicators": {},
    }


@pytest.mark.parametrize(("kind", "raw"), [("plan", PLAN), ("report", REPORT)])
def test_what_comes_out_can_be_hashed_and_stored(kind, raw):
    content = clean_content(kind, raw)
    assert json.loads(json.dumps(content)) == content
    assert content_hash("Tên", content, [], None, b"salt")


def test_twins_have_one_spelling():
    composed = clean_content("plan", {"text": "Đảng ủy"})
    assert clean_content("plan", {"text": unicodedata.normalize("NFD", "Đảng ủy")}) == composed


TASK = PLAN["tasks"][0]


@pytest.mark.parametrize(
    ("kind", "raw", "places"),
    [
        ("plan", [], [None]),
        ("plan", "text", [None]),
        ("plan", {"state": "approved"}, ["state"]),
        ("plan", {"text": 12}, ["text"]),
        ("plan", {"text": "a\x00"}, ["text"]),
        ("plan", {"text": "\u202eNội dung"}, ["text"]),
        ("plan", {"text": "a\ud800"}, ["text"]),
        ("plan", {"text": "x" * (TEXT + 1)}, ["text"]),
        ("plan", {"tasks": {"0": TASK}}, ["tasks"]),
        ("plan", {"tasks": "Việc"}, ["tasks"]),
        ("plan", {"tasks": ["Việc"]}, ["tasks.0"]),
        ("plan", {"tasks": [TASK] * (TASKS + 1)}, ["tasks"]),
        ("plan", {"tasks": [TASK, {**TASK, "deadline": "30/02/2026"}]}, ["tasks.1.deadline"]),
        ("plan", {"tasks": [{**TASK, "deadline": "9999-01-01"}]}, ["tasks.0.deadline"]),
        ("plan", {"tasks": [{**TASK, "person": "x" * (LINE + 1)}]}, ["tasks.0.person"]),
        ("plan", {"tasks": [{**TASK, "owner": "A"}]}, ["tasks.0.owner"]),
        ("plan", {"models": [None, 3]}, ["models.1"]),
        ("commitment", {"sections": []}, ["sections"]),
        ("commitment", {"sections": {"7": "g"}}, ["sections.7"]),
        ("commitment", {"sections": {"3": "một việc"}}, ["sections.3"]),
        ("commitment", {"sections": {"3": ["x" * (ITEM + 1)]}}, ["sections.3.0"]),
        ("commitment", {"sections": {"3": ["x"] * (ITEMS + 1)}}, ["sections.3"]),
        ("commitment", {"sections": {"1": {"sâu": {}}}}, ["sections.1"]),
        ("report", {"figures_as_of": "30/02/2026"}, ["figures_as_of"]),
        ("report", {"indicators": {"K03": 1, "I3": 1}}, ["indicators.K03", "indicators.I3"]),
        ("report", {"indicators": {"I03": -1}}, ["indicators.I03"]),
        ("report", {"indicators": {"I03": True}}, ["indicators.I03"]),
        ("report", {"indicators": {"I03": float("nan")}}, ["indicators.I03"]),
        ("report", {"indicators": {"I03": float("inf")}}, ["indicators.I03"]),
        ("report", {"indicators": {"I03": 10**400}}, ["indicators.I03"]),
        ("report", {"indicators": {"I03": "nhiều"}}, ["indicators.I03"]),
        ("report", {"indicators": [12]}, ["indicators"]),
        ("report", {"period": "a\nb"}, ["period"]),
        ("plan", {"text": 1, "tasks": [{"deadline": "x"}], "models": [2]},
         ["tasks.0.deadline", "models.0", "text"]),
    ],
)  # fmt: skip
def test_every_problem_is_named_with_its_place(kind, raw, places):
    with pytest.raises(Refused) as refusal:
        clean_content(kind, raw)
    reasons = refusal.value.reasons
    assert [reason.place for reason in reasons] == places
    assert all(reason.rule == "FORM" and reason.text % reason.params for reason in reasons)


def test_at_the_limit_is_accepted():
    name = "Ă" * LINE
    assert (
        clean_content("plan", {"tasks": [{**TASK, "person": name}]})["tasks"][0]["person"] == name
    )


def test_a_foreign_key_is_repeated_safely():
    with pytest.raises(Refused) as refusal:
        clean_content("plan", {"\u202e\x00" + "k" * 500: 1, 5: 2})
    shown = refusal.value.reasons[0].params["key"]
    assert len(shown) <= 40
    assert shown.isprintable()


def test_all_together_has_a_limit():
    with pytest.raises(Refused) as refusal:
        clean_content("plan", {"tasks": [{"task": "x" * ITEM, "result": "y" * ITEM}] * 60})
    assert "quá dài" in refusal.value.reasons[0].text


def test_an_unknown_kind():
    with pytest.raises(Refused):
        clean_content("decree", {})
