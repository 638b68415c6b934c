"""R01 and R02: printed dates in order. Cases are those of the sources (G2, G3, G4, G11) and their
edges."""

from datetime import date

import pytest

from tests.rules import cast
from tests.rules.cast import (
    act,
    day,
    document,
    in_force,
    paper,
    resting_on,
    sentence,
    stored,
)
from workflows.content import clean_content
from workflows.rules.order import date_sound, dated_after_basis, dated_after_cell_plan

R01 = [
    # own date, bases (number, date), days short of each
    pytest.param("20/7/2011", [("20-KH/TU", "25/8/2011")], [36], id="G2"),
    pytest.param("18/3/2020", [("249-KH/QU", "20/1/2020")], [], id="G3"),
    pytest.param("26/9/2016", [("05-CT/TW", "15/5/2016")], [], id="G4"),
    pytest.param(
        "5/1/2022", [("24-KH/HU", "1/11/2021"), ("16-HD/BTGHU", "12/12/2021")], [], id="G11"
    ),
    pytest.param("6/2/2026", [("07-KH/ĐU", "10/2/2026")], [4], id="the demo's B2"),
    pytest.param("10/2/2026", [("07-KH/ĐU", "10/2/2026")], [], id="the same day passes"),
    pytest.param("9/2/2026", [("07-KH/ĐU", "10/2/2026")], [1], id="one day before"),
    pytest.param(
        "1/2/2026", [("07-KH/ĐU", "10/2/2026"), ("02-KH/BTG", "5/2/2026")], [9, 4], id="both named"
    ),
]


@pytest.mark.parametrize(("own", "bases", "days"), R01)
def test_plan_is_not_dated_before_its_basis(own, bases, days):
    plan = document(bases=[paper(number, day(dated)) for number, dated in bases])
    reasons = dated_after_basis(act(plan, dated_on=day(own)))
    assert [reason.params["days"] for reason in reasons] == days
    assert {reason.rule for reason in reasons} <= {"R01"}


def test_the_days_of_the_sources():
    assert (day("18/3/2020") - day("20/1/2020")).days == 58
    assert (day("26/9/2016") - day("15/5/2016")).days == 134


def test_sentence_names_both_dates_and_the_way_out():
    plan = document(bases=[paper("20-KH/TU", day("25/8/2011"))])
    [reason] = dated_after_basis(act(plan, dated_on=day("20/7/2011")))
    assert sentence(reason) == (
        "Ngày văn bản 20/07/2011 trước ngày của căn cứ 20-KH/TU (25/08/2011) 36 ngày. "
        "Cần ghi từ ngày 25/08/2011 trở đi."
    )
    assert reason.place == "dated_on"


@pytest.mark.parametrize(
    ("bases", "said"),
    [
        ([], "chưa ghi căn cứ"),
        ([paper("07-KH/ĐU", None)], "chưa ghi ngày"),
        ([resting_on(document(title="Kế hoạch của phường"))], "chưa có hiệu lực"),
        (
            [
                resting_on(
                    in_force(
                        "07-KH/ĐU",
                        day("10/2/2026"),
                    )
                )
            ],
            None,
        ),
        (
            [
                resting_on(
                    document(
                        number="07-KH/ĐU",
                        dated_on=day("10/2/2026"),
                        in_force_revision=1,
                        state="superseded",
                    )
                )
            ],
            "không còn hiệu lực",
        ),
    ],
)
def test_basis_is_there_and_in_force(bases, said):
    reasons = dated_after_basis(act(document(bases=bases), dated_on=day("3/3/2026")))
    assert [said in reason.text for reason in reasons] == ([True] if said else [])


def test_what_the_signer_gives_beats_what_the_draft_proposes():
    plan = document(bases=[paper("07-KH/ĐU", day("10/2/2026"))], proposed=day("1/2/2026"))
    assert dated_after_basis(act(plan))
    assert not dated_after_basis(act(plan, dated_on=day("10/2/2026")))


@pytest.mark.parametrize(
    ("printed", "today", "sound"),
    [
        ("31/3/2026", "31/3/2026", True),
        ("1/4/2026", "31/3/2026", False),
        ("15/5/2016", "31/3/2026", True),
        ("14/5/2016", "31/3/2026", False),
        ("1/1/1900", "31/3/2026", False),
        (None, "31/3/2026", False),
    ],
)
def test_printed_date_is_sound(printed, today, sound):
    dated_on = day(printed) if printed else None
    reasons = date_sound(act(document(), today=day(today), dated_on=dated_on))
    assert (reasons == []) is sound
    assert all(reason.place == "dated_on" for reason in reasons)


@pytest.mark.parametrize(
    ("plan_dated", "own", "days"),
    [
        pytest.param("6/3/2026", "12/3/2026", [], id="S10 in C1"),
        pytest.param("2/4/2026", "25/3/2026", [8], id="S06 in C4"),
        pytest.param("12/3/2026", "12/3/2026", [], id="the same day"),
    ],
)
def test_commitment_is_not_dated_before_the_plan_of_its_cell(session, plan_dated, own, days):
    cell, campaign = cast.cell(), cast.campaign()
    plan = in_force("02-KH/CB", day(plan_dated), issuer=cell, campaign=campaign)
    own_paper = document("commitment", issuer=cell, campaign=campaign)
    stored(session, [plan, own_paper])
    reasons = dated_after_cell_plan(act(own_paper, dated_on=day(own)))
    assert [reason.params["days"] for reason in reasons] == days


def test_commitment_is_held_while_its_cell_has_no_plan(session):
    """S03 in C6: held, not rejected; its date becomes the day of the meeting."""
    cell, campaign = cast.cell(), cast.campaign()
    draft = document(issuer=cell, campaign=campaign, state="submitted")
    elsewhere = in_force("03-KH/CB", day("1/3/2026"), issuer=cast.base(), campaign=campaign)
    own_paper = document("commitment", issuer=cell, campaign=campaign)
    stored(session, [draft, elsewhere, own_paper])
    [reason] = dated_after_cell_plan(act(own_paper, dated_on=day("20/3/2026")))
    assert reason.rule == "R02"
    assert "giữ lại đây, không bị trả lại" in reason.text
    assert "ngày họp" in reason.text


def test_an_amended_plan_does_not_outdate_a_commitment(session):
    """C2 amended its plan on 15/6; a commitment dated after the first plan stays in order."""
    cell, campaign = cast.cell(), cast.campaign()
    first = in_force("02-KH/CB", day("9/3/2026"), issuer=cell, campaign=campaign)
    first.state = "superseded"
    second = in_force("05-KH/CB", day("15/6/2026"), issuer=cell, campaign=campaign, amends=first)
    own_paper = document("commitment", issuer=cell, campaign=campaign)
    stored(session, [first, second, own_paper])
    assert dated_after_cell_plan(act(own_paper, dated_on=day("12/3/2026"))) == []
    [reason] = dated_after_cell_plan(act(own_paper, dated_on=day("8/3/2026")))
    assert reason.params["days"] == 1


def test_revoked_plan_is_no_plan(session):
    cell, campaign = cast.cell(), cast.campaign()
    plan = in_force("02-KH/CB", day("9/3/2026"), issuer=cell, campaign=campaign)
    plan.state = "revoked"
    own_paper = document(
        "commitment", issuer=cell, campaign=campaign, content=clean_content("commitment", {})
    )
    stored(session, [plan, own_paper])
    [reason] = dated_after_cell_plan(act(own_paper, dated_on=date(2026, 3, 20)))
    assert "chưa có kế hoạch" in reason.text
