"""Days, zones and deadlines: the fixtures of the domain's calendar (G8, G9, the ladder of C6)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from workflows import calendar
from workflows.calendar import (
    WorkingCalendar,
    add_working_days,
    at_seven,
    effective_due,
    end_of_day,
    is_working_day,
    local_day,
    opens_on,
    start_of_day,
    working_days_between,
)
from workflows.refusal import Refused


def d(written: str) -> date:
    day, month, year = map(int, written.split("/"))
    return date(year, month, day)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 31, 16, 59, 59, tzinfo=UTC), "31/3/2026"),
        (datetime(2026, 3, 31, 17, 0, tzinfo=UTC), "1/4/2026"),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "1/1/2027"),
    ],
)
def test_the_day_changes_at_midnight_in_viet_nam(instant, day):
    assert local_day(instant) == d(day)


def test_a_day_ends_at_24_00():
    end = end_of_day(d("31/3/2026"))
    assert end == datetime(2026, 3, 31, 17, 0, tzinfo=UTC)
    assert end == start_of_day(d("1/4/2026"))
    assert local_day(end - timedelta(microseconds=1)) == d("31/3/2026")
    assert at_seven(d("1/4/2026")) == datetime(2026, 4, 1, 0, 0, tzinfo=UTC)


def test_the_zone_is_a_setting():
    try:
        calendar.use_zone("UTC")
        assert at_seven(d("1/4/2026")).hour == 7
    finally:
        calendar.use_zone("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("31/3/2026", True),
        ("4/4/2026", False),  # Saturday
        ("17/2/2026", False),  # Tết
        ("26/4/2026", False),  # Giỗ Tổ, a Sunday …
        ("27/4/2026", False),  # … taken on Monday
        ("30/4/2026", False),
        ("1/5/2026", False),
        ("2/9/2026", False),
        ("31/8/2026", False),  # bridge …
        ("22/8/2026", True),  # … against a working Saturday
        ("24/11/2026", False),  # Ngày Văn hóa Việt Nam, new
        ("24/11/2027", False),
        ("24/11/2025", True),
        ("31/3/2012", False),
        ("2/4/2012", False),
        ("3/4/2012", True),
    ],
)
def test_working_days(day, working):
    assert is_working_day(d(day)) is working


@pytest.mark.parametrize(
    ("start", "n", "day"),
    [
        # C6 never sends its plan
        ("31/3/2026", 1, "1/4/2026"),
        ("31/3/2026", 3, "3/4/2026"),
        ("31/3/2026", 7, "9/4/2026"),
        ("31/3/2026", 15, "21/4/2026"),
        # across the new holiday
        ("20/11/2026", 1, "23/11/2026"),
        ("20/11/2026", 3, "26/11/2026"),
        ("20/11/2026", 7, "2/12/2026"),
        ("20/11/2026", 15, "14/12/2026"),
        # reminders before
        ("31/3/2026", -1, "30/3/2026"),
        ("31/3/2026", -5, "24/3/2026"),
        ("25/11/2026", -1, "23/11/2026"),
        ("4/4/2026", 0, "4/4/2026"),
        ("4/4/2026", 1, "6/4/2026"),
    ],
)
def test_adding_working_days(start, n, day):
    assert add_working_days(d(start), n) == d(day)


@pytest.mark.parametrize(
    ("a", "b", "n"),
    [
        ("31/3/2026", "21/4/2026", 15),
        ("20/11/2026", "26/11/2026", 3),
        ("31/3/2026", "31/3/2026", 0),
        ("3/4/2026", "5/4/2026", 0),
        ("21/4/2026", "31/3/2026", -15),
    ],
)
def test_counting_working_days(a, b, n):
    assert working_days_between(d(a), d(b)) == n


@pytest.mark.parametrize(
    ("spec", "nominal", "effective"),
    [
        pytest.param({"kind": "before", "date": "2020-05-20"}, "19/5/2020", "19/5/2020", id="G8"),
        ({"kind": "before", "date": "2026-05-20"}, "19/5/2026", "19/5/2026"),
        ({"kind": "before", "date": "2026-10-20"}, "19/10/2026", "19/10/2026"),
        ({"kind": "before", "date": "2010-10-15"}, "14/10/2010", "14/10/2010"),
        ({"kind": "before", "date": "2010-09-30"}, "29/9/2010", "29/9/2010"),
        pytest.param(
            {"kind": "before", "date": "2026-04-06"},
            "5/4/2026",
            "5/4/2026",
            id="before never rolls",
        ),
        pytest.param(
            {"kind": "by_end_of_month", "date": "2012-03-01"}, "31/3/2012", "3/4/2012", id="G9"
        ),
        ({"kind": "by_end_of_month", "month": "2026-03"}, "31/3/2026", "31/3/2026"),
        ({"kind": "by_end_of_month", "date": "2026-06-30"}, "30/6/2026", "30/6/2026"),
        ({"kind": "by_end_of_month", "date": "2024-02-10"}, "29/2/2024", "29/2/2024"),
        ({"kind": "quarter", "date": "2026-03-31", "days": 5}, "7/4/2026", "7/4/2026"),
        ({"kind": "quarter", "date": "2026-04-01", "days": 5}, "7/7/2026", "7/7/2026"),
        ({"kind": "quarter", "year": 2026, "quarter": 3, "days": 5}, "7/10/2026", "7/10/2026"),
        ({"kind": "quarter", "year": 2026, "quarter": 4, "days": 5}, "8/1/2027", "8/1/2027"),
        ({"kind": "quarter", "year": 2023, "quarter": 3}, "30/9/2023", "2/10/2023"),
        ({"kind": "year_end", "year": 2026}, "31/12/2026", "31/12/2026"),
        ({"kind": "year_end", "date": "2022-05-01"}, "31/12/2022", "3/1/2023"),
        ({"kind": "early_month", "date": "2010-10-01"}, "10/10/2010", "11/10/2010"),
        ({"kind": "around", "date": "2012-05-19"}, "19/5/2012", "19/5/2012"),
        ({"kind": "date", "date": "2026-04-04"}, "4/4/2026", "6/4/2026"),
        ({"kind": "fixed", "date": date(2026, 4, 3)}, "3/4/2026", "3/4/2026"),
        (
            {"kind": "working_days_after", "days": 15, "date": "2026-03-06"},
            "27/3/2026",
            "27/3/2026",
        ),
    ],
)
def test_last_good_day(spec, nominal, effective):
    assert effective_due(spec, roll=True) == (d(nominal), d(effective))
    assert effective_due(spec, roll=False) == (d(nominal), d(nominal))


def test_a_deadline_counted_from_an_event():
    spec = {"kind": "working_days_after", "days": 15, "after": "cell_plan"}
    assert effective_due(spec, roll=True, since=d("30/3/2026")).effective == d("20/4/2026")


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"kind": "someday"},
        {"kind": "before"},
        {"kind": "before", "date": "2026-02-30"},
        {"kind": "working_days_after", "date": "2026-03-06"},
        {"kind": "working_days_after", "days": "15", "date": "2026-03-06"},
        {"kind": "working_days_after", "days": -1, "date": "2026-03-06"},
        {"kind": "working_days_after", "days": 15},
    ],
)
def test_a_deadline_that_cannot_be_read_says_so(spec):
    with pytest.raises(Refused) as refusal:
        effective_due(spec, roll=True)
    assert all(reason.place and reason.place.startswith("due") for reason in refusal.value.reasons)


def test_windows_open_before_they_close():
    assert opens_on({"kind": "around", "date": "2026-05-19"}) == d("4/5/2026")
    assert opens_on({"kind": "early_month", "date": "2010-10-07"}) == d("1/10/2010")
    assert opens_on({"kind": "before", "date": "2010-10-07"}) is None


def test_the_office_has_the_last_word():
    """The bridge of 02/01/2026 against Saturday 10/01: announced yearly, so entered by hand."""
    office = WorkingCalendar({d("2/1/2026"): False, d("10/1/2026"): True})
    assert office.add_working_days(d("31/12/2025"), 1) == d("5/1/2026")
    assert office.is_working_day(d("10/1/2026"))
    assert effective_due(
        {"kind": "date", "date": "2026-01-10"}, roll=True, calendar=office
    ).effective == d("10/1/2026")
