"""R19 to R21 and the 20 % rule, by table (G7, G10)."""

import pytest

from workflows.rules.quotas import (
    award_reasons,
    excellent_reasons,
    max_people,
    max_units,
    province_reasons,
    twenty_percent,
)


@pytest.mark.parametrize(
    ("units", "most"),
    [(0, 0), (-1, 0)]
    + [(n, 1) for n in range(1, 8)]
    + [(n, 2) for n in range(8, 12)]
    + [(n, 3) for n in range(12, 16)]
    + [(20, 5), (23, 5), (24, 6)],
)
def test_r19_units(units, most):
    assert max_units(units) == most


@pytest.mark.parametrize(("awarded", "most"), [(0, 0), (1, 4), (2, 8), (5, 20), (-1, 0)])
def test_r20_people_follow_the_units_awarded(awarded, most):
    assert max_people(awarded) == most


@pytest.mark.parametrize(("good", "most"), [(0, 0), (4, 0), (5, 1), (12, 2), (100, 20), (-5, 0)])
def test_twenty_percent(good, most):
    assert twenty_percent(good) == most


@pytest.mark.parametrize(
    ("subordinates", "units", "people", "rules"),
    [
        (3, 1, 4, []),
        (3, 1, 5, ["R20"]),  # the ward's list of the demo
        (3, 2, 8, ["R19"]),
        (8, 3, 13, ["R19", "R20"]),
        (0, 1, 0, ["R19"]),
    ],
)
def test_award_list(subordinates, units, people, rules):
    reasons = award_reasons(subordinates, units, people)
    assert [reason.rule for reason in reasons] == rules
    assert {reason.level for reason in reasons} <= {"warn"}


@pytest.mark.parametrize(("units", "people", "fits"), [(1, 3, True), (1, 5, False), (2, 3, False)])
def test_r21_to_the_province(units, people, fits):
    assert (province_reasons(units, people) == []) is fits


def test_twenty_percent_is_shown_only():
    assert excellent_reasons(2, 12) == []
    [reason] = excellent_reasons(3, 12)
    assert reason.level == "warn"
    assert "20%" in reason.text % reason.params


def test_a_campaign_may_say_another_quota():
    assert award_reasons(6, 3, 6, units_of=2, persons_per_unit=2) == []
    rules = [r.rule for r in award_reasons(6, 4, 9, units_of=2, persons_per_unit=2)]
    assert rules == ["R19", "R20"]
