"""Advice on the page: shown, never a refusal."""

from datetime import date

import pytest

from models.campaign import Requirement
from models.obligation import Obligation
from models.person import Membership, Person
from tests.rules import cast
from tests.rules.cast import TODAY, day, document, in_force, paper, resting_on, stored
from tests.rules.test_completeness import COMMITMENT, PLAN
from workflows.advice import advice_on, for_reader
from workflows.content import clean_content


def found(one, today=TODAY):
    return [(r.rule, r.level) for r in advice_on(one, one.current, today)]


def plan(bases, variant="implementation", **changes):
    issuer, ward = cast.base(), cast.ward()
    ward.id = 2
    content = clean_content("plan", {**PLAN, **changes})
    content["text"] += " Nói đi đôi với làm, gần dân, tiết kiệm."
    one = document(issuer=issuer, route=[issuer, ward], content=content, bases=bases)
    one.obligation = Obligation(
        nominal_due=TODAY,
        effective_due=TODAY,
        requirement=Requirement(code="O-PLAN", kind="plan", variant=variant),
    )
    return one


@pytest.fixture(autouse=True)
def _no_members(monkeypatch, request):
    if "session" not in request.fixturenames:
        monkeypatch.setattr("workflows.advice.revision.non_member_plan", lambda *_: [])


@pytest.mark.parametrize(
    ("bases", "variant", "expected"),
    [
        ([("07-KH/ĐU", "10/2/2026")], "implementation", []),
        ([("05-CT/TW", "15/5/2016")], "implementation", [("R03", "info")]),
        ([("Chỉ thị 05-CT/TW", "15/5/2016")], "implementation", [("R03", "info")]),
        ([("12-KH/HU", "20/1/2026")], "implementation", [("R03", "warn")]),
        ([("20/KH-ĐU", "20/1/2026")], "implementation", [("R27", "warn")]),
        ([], "implementation", [("R01", "warn")]),
        ([("07-KH/ĐU", "10/2/2026")], "study", [("R03", "warn")]),
    ],
)
def test_basis(bases, variant, expected):
    papers = [paper(number, day(dated)) for number, dated in bases]
    assert found(plan(papers, variant)) == expected


def test_study_plan_rests_on_the_advisory_board():
    assert found(plan([paper("02-KH/BTG", day("5/2/2026"), "Ban Tuyên giáo")], "study")) == []


def test_basis_of_the_system_is_the_superiors_own():
    one = plan([])
    above = in_force("07-KH/ĐU", day("10/2/2026"), issuer=one.stages[1].unit)
    above.unit_id = 2
    one.current.bases = [resting_on(above)]
    assert found(one) == []


@pytest.mark.parametrize(
    ("count", "expected"), [(0, [("R04", "warn")]), (1, []), (5, []), (6, [("R04", "info")])]
)
def test_r04_a_few_models(count, expected):
    bases = [paper("07-KH/ĐU", day("10/2/2026"))]
    assert found(plan(bases, models=[f"Mô hình {n}" for n in range(count)])) == expected


def test_r01_is_shown_while_it_can_still_be_mended():
    one = plan([paper("07-KH/ĐU", day("10/2/2026"))])
    one.current.dated_on = day("6/2/2026")
    assert found(one) == [("R01", "warn")]
    one.current.dated_on = None
    assert found(one) == []


def test_r05_plan_for_those_who_are_not_members(session):
    one = plan([paper("07-KH/ĐU", day("10/2/2026"))])
    stored_plan = document(issuer=one.unit, content=one.current.content)
    stored(session, [stored_plan])
    assert "R05" not in dict(found(stored_plan))
    session.add(
        Membership(
            person=Person(full_name="Cao Văn Tạm"), unit=stored_plan.unit, standing="non_member"
        )
    )
    session.flush()
    assert ("R05", "warn") in found(stored_plan)
    assert ("R05", "warn") in found(stored_plan, date(2027, 1, 1))


def test_hints_on_a_commitment_are_for_its_author(session):
    content = clean_content("commitment", COMMITMENT)
    content["sections"]["3"] = ["Hoàn thành tốt chức trách nhiệm vụ được giao."]
    cell, campaign = cast.cell(), cast.campaign()
    plan_of_cell = in_force("02-KH/CB", day("6/3/2026"), issuer=cell, campaign=campaign)
    one = document("commitment", issuer=cell, campaign=campaign, content=content)
    stored(session, [plan_of_cell, one])
    advice = advice_on(one, one.current, TODAY)
    assert [(r.rule, r.place) for r in advice] == [("R07", "sections.3.0"), ("R08", "sections.3")]
    assert for_reader(advice, is_author=False) == []
    assert for_reader(advice, is_author=True) == advice


def test_a_period_in_loose_words_is_said_not_refused():
    content = clean_content("report", {"period": "đợt 1"})
    assert found(document("report", content=content)) == [("B2", "info")]
