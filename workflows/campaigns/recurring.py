"""What is owed every month or every quarter becomes one requirement a period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from workflows.calendar import end_of_month
from workflows.campaigns.spec import RequirementSpec
from workflows.tables import Table

# every → (periods a year, kinds of deadline that fall once in each of them)
EVERY = {
    "month": (12, ("by_end_of_month", "early_month")),
    "quarter": (4, ("quarter", "by_end_of_month")),
}
ROMAN = ("I", "II", "III", "IV")


def periods_of(table: Table) -> tuple[str, tuple[int, ...]]:
    """The keys `every` and `periods` of a requirement: how often, and in which months or quarters;
    ("", ()) when it is owed once. Raises FileError."""
    every: str = table.take("every", str, "")
    given: list | None = table.take("periods", list, None)
    if not every:
        if given is not None:
            raise table.wrong(
                "periods", 'có kỳ mà chưa có every; ghi every = "month" hoặc "quarter"'
            )
        return "", ()
    if every not in EVERY:
        raise table.wrong("every", f"phải là một trong: {', '.join(EVERY)}")
    last = EVERY[every][0]
    periods = tuple(range(1, last + 1)) if given is None else tuple(given)
    if not periods or any(type(n) is not int or not 1 <= n <= last for n in periods):
        raise table.wrong("periods", f"phải là các số từ 1 đến {last}, ít nhất một")
    if len(set(periods)) < len(periods):
        raise table.wrong("periods", "có kỳ ghi hai lần; mỗi kỳ chỉ ghi một lần")
    return every, periods


def expand(
    asked: RequirementSpec, every: str, periods: tuple[int, ...], *, year: int, table: Table
) -> list[RequirementSpec]:
    """One requirement for each period, its code and label naming it. Raises FileError when its
    deadline does not come again in every period."""
    if not every:
        return [asked]
    kinds = EVERY[every][1]
    if asked.due.get("kind") not in kinds:
        raise table.wrong("due.kind", f"lặp theo kỳ thì phải là một trong: {', '.join(kinds)}")
    if {"date", "month", "quarter", "year"} & asked.due.keys():
        raise table.wrong(
            "due", "lặp theo kỳ thì ngày do từng kỳ định; bỏ date, month, quarter, year"
        )
    return [_one(asked, every, n, year) for n in periods]


def _one(asked: RequirementSpec, every: str, n: int, year: int) -> RequirementSpec:
    first_month = n if every == "month" else 3 * n - 2
    start = date(year, first_month, 1)
    end = end_of_month(start if every == "month" else date(year, 3 * n, 1))
    if every == "month":
        suffix, vi, en = f"{n:02}", f"tháng {n}/{year}", f"month {n} of {year}"
    else:
        suffix, vi, en = f"{n}", f"quý {ROMAN[n - 1]}/{year}", f"quarter {n} of {year}"
    return replace(
        asked,
        code=f"{asked.code}-{suffix}",
        label_vi=f"{asked.label_vi}, {vi}",
        label_en=f"{asked.label_en}, {en}",
        due={**asked.due, "date": end.isoformat()},
        period_from=start,
        period_to=end,
    )
