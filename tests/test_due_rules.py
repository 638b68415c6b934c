"""Every rule of a due day over two decades: what is exclusive, what rolls, and that nothing rolled is
ever a day off, earlier than written, or out of order (domain §4)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_calendar import d
from workflows.calendar import PUBLIC, WorkingCalendar, end_of_month, end_of_quarter, opens_on
from workflows.refusal import Refused

DAYS = st.dates(date(2009, 1, 1), date(2031, 12, 31))
WRITTEN = ("date", "by_end_of_month", "early_month", "quarter", "year_end")
RULES = st.one_of(
    st.fixed_dictionaries({"kind": st.sampled_from(WRITTEN)}),
    st.fixed_dictionaries({"kind": st.just("quarter"), "days": st.integers(0, 30)}),
)
CALENDARS = st.builds(WorkingCalendar, st.dictionaries(DAYS, st.booleans(), max_size=30))
FEW = settings(max_examples=150, deadline=None, database=None)


@FEW
@given(RULES, DAYS, CALENDARS)
def test_a_rolled_day_is_worked_and_never_before_the_day_written(rule, day, calendar):
    due = calendar.effective_due({**rule, "date": day.isoformat()}, roll=True)
    assert calendar.is_working_day(due.effective)
    assert due.effective >= due.nominal
    between = (due.effective - due.nominal).days
    assert not any(calendar.is_working_day(due.nominal + timedelta(n)) for n in range(between))


@FEW
@given(RULES, DAYS, st.integers(0, 400), CALENDARS)
def test_a_later_day_is_never_due_earlier(rule, day, more, calendar):
    def at(when: date) -> tuple[date, date]:
        return calendar.effective_due({**rule, "date": when.isoformat()}, roll=True)

    later = day + timedelta(more)
    assert all(a <= b for a, b in zip(at(day), at(later), strict=True))


@FEW
@given(DAYS, st.integers(0, 400), st.integers(0, 60), CALENDARS)
def test_what_is_counted_from_an_event_is_worked_and_in_order(day, more, days, calendar):
    rule = {"kind": "working_days_after", "days": days}
    due = calendar.effective_due(rule, roll=True, since=day)
    assert calendar.is_working_day(due.effective)
    assert calendar.working_days_between(day, due.effective) in (days, days + 1)
    later = calendar.effective_due(rule, roll=True, since=day + timedelta(more))
    assert due.effective <= later.effective


@FEW
@given(DAYS, st.booleans(), CALENDARS)
def test_before_is_the_day_before_whatever_that_day_is(day, roll, calendar):
    due = calendar.effective_due({"kind": "before", "date": day.isoformat()}, roll=roll)
    assert due == (day - timedelta(1), day - timedelta(1))


@FEW
@given(DAYS, st.booleans())
def test_around_opens_fifteen_days_before_and_ends_on_its_day(day, roll):
    rule = {"kind": "around", "date": day.isoformat()}
    assert PUBLIC.effective_due(rule, roll=roll) == (day, day)
    assert opens_on(rule) == day - timedelta(15)


@FEW
@given(DAYS, RULES)
def test_with_the_switch_off_the_day_written_counts(day, rule):
    nominal, effective = PUBLIC.effective_due({**rule, "date": day.isoformat()}, roll=False)
    assert nominal == effective
    if rule["kind"] == "by_end_of_month":
        assert nominal == end_of_month(day)
    if rule == {"kind": "quarter"}:
        assert nominal == end_of_quarter(day)


def test_half_a_year_ends_on_the_last_day_of_june():
    rule = {"kind": "by_end_of_month", "date": "2026-06-30"}
    assert PUBLIC.effective_due(rule, roll=True) == (d("30/6/2026"), d("30/6/2026"))


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "date", "date": "2026-02-31"},
        {"kind": "before", "date": "31/02/2026"},
        {"kind": "by_end_of_month", "month": "2026-13"},
        {"kind": "quarter", "year": 2026, "quarter": 5},
        {"kind": "quarter", "year": 2026, "quarter": "3"},
        {"kind": "working_days_after"},
        {"kind": "working_days_after", "days": -1},
        {"kind": "working_days_after", "days": True},
        {"kind": "yearly"},
        {},
    ],
)
def test_a_rule_that_names_no_day_is_refused_in_a_sentence(rule):
    with pytest.raises(Refused) as refused:
        PUBLIC.effective_due(rule, roll=True, since=d("2/3/2026"))
    assert refused.value.reasons[0].text
