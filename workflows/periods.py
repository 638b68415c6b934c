"""The period a report covers, read from what people write: "Quý I/2026", "6 tháng đầu năm 2026",
"2026"."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from workflows.calendar import end_of_month
from workflows.refusal import Refused
from workflows.sorting import search_fold
from workflows.text import parse_date

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_OF = r"\s*(?:nam|/|-|,)?\s*"

_MONTH = re.compile(
    rf"(?:thang\s*)(?P<month>\d{{1,2}}){_OF}{_YEAR}|{_YEAR.replace('year', 'y2')}-(?P<m2>\d{{2}})"
)
_QUARTER = re.compile(
    rf"(?:quy|q)\s*(?P<quarter>[1-4]|iv|iii|ii|i){_OF}{_YEAR}"
    rf"|{_YEAR.replace('year', 'y2')}\s*[-/]?\s*q(?P<q2>[1-4])"
)
_FIRST_HALF = re.compile(
    rf"(?:6|sau)\s*thang(?:\s*dau)?(?:\s*nam)?{_OF}{_YEAR}"
    rf"|{_YEAR.replace('year', 'y2')}\s*[-/]?\s*h1"
)
_SECOND_HALF = re.compile(
    rf"(?:6|sau)\s*thang\s*cuoi(?:\s*nam)?{_OF}{_YEAR}|{_YEAR.replace('year', 'y2')}\s*[-/]?\s*h2"
)
_WHOLE_YEAR = re.compile(rf"(?:ca\s*)?(?:nam\s*)?{_YEAR}")
_DAY = r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{4}"
_SPAN = re.compile(rf"(?:tu\s*)?(?:ngay\s*)?({_DAY})\s*(?:/|-|–|den|den ngay|\.\.)\s*({_DAY})")


class Period(NamedTuple):
    """From one day to another, both inclusive."""

    start: date
    end: date

    @property
    def is_whole_year(self) -> bool:
        return self.start == date(self.end.year, 1, 1) and self.end == date(self.end.year, 12, 31)


def parse_period(text: str) -> Period | None:
    """The period meant, or None where the words name none that has two certain days."""
    written = search_fold(text)
    if match := _SPAN.fullmatch(written):
        try:
            start, end = parse_date(match[1]), parse_date(match[2])
        except Refused:
            return None
        return Period(start, end) if start <= end else None
    if match := _MONTH.fullmatch(written):
        month = int(match["month"] or match["m2"])
        return _months(_year(match), month, month) if 1 <= month <= 12 else None
    if match := _QUARTER.fullmatch(written):
        spoken = match["quarter"] or match["q2"]
        quarter = _ROMAN.get(spoken) or int(spoken)
        return _months(_year(match), quarter * 3 - 2, quarter * 3)
    if match := _FIRST_HALF.fullmatch(written):
        return _months(_year(match), 1, 6)
    if match := _SECOND_HALF.fullmatch(written):
        return _months(_year(match), 7, 12)
    if match := _WHOLE_YEAR.fullmatch(written):
        return _months(_year(match), 1, 12)
    return None


def _year(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return int(groups.get("year") or groups["y2"])


def _months(year: int, first: int, last: int) -> Period:
    return Period(date(year, first, 1), end_of_month(date(year, last, 1)))
