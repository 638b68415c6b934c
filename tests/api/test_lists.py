"""Lists: pages that neither lose nor repeat, filters, bad values; statements do not grow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import House
from tests.cast import PLAN

LISTS = ("/tasks", "/units", "/campaigns", "/documents", "/obligations", "/escalations")


def walk(caller: Any, path: str, limit: int) -> list[Any]:
    """All items of a list, page by page."""
    found, after = [], ""
    while True:
        mark = "&" if "?" in path else "?"
        page = caller.get(f"{path}{mark}limit={limit}&after={after}")
        assert len(page["items"]) <= limit
        found += page["items"]
        if page["next"] is None:
            return found
        assert len(page["items"]) == limit
        after = page["next"]


def test_pages_neither_lose_nor_repeat(house: House) -> None:
    for n in range(7):
        house.begin("plan", "Chi", "CELL", PLAN, title=f"Kế hoạch {n}")
        house.advance(minutes=1)
    caller = house("Chi")
    for path in (*LISTS, "/documents?kind=plan&state=drafted&unit=CELL&campaign=CD-2026"):
        whole = caller.get(f"{path}{'&' if '?' in path else '?'}limit=200")
        assert whole["next"] is None
        for limit in (1, 2, 3, 7):
            assert walk(caller, path, limit) == whole["items"], path
    titles = [d["title"] for d in caller.get("/documents")["items"]]
    assert titles == [f"Kế hoạch {n}" for n in reversed(range(7))]
    tasks = caller.get("/tasks")["items"]
    assert [t["due_at"] for t in tasks] == sorted(t["due_at"] for t in tasks)
    one = caller.get("/documents")["items"][0]["id"]
    history = f"/documents/{one}/history"
    assert walk(caller, history, 1) == caller.get(history)["items"]


def test_bad_values_are_named(house: House) -> None:
    caller = house("Chi")
    bad = {
        "limit": ("0", "201", "-1", "x", "1.5", "١", "9" * 400, "%00"),
        "after": (
            "x",
            "!!",
            "OTk5",
            "-",
            "a" * 500,
            "MS4yLjM",
            "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ",
            "é",
            "%00",
        ),
    }
    for path in LISTS:
        for name, values in bad.items():
            for value in values:
                if (path, value) != ("/tasks", "OTk5") and value == "OTk5":
                    continue  # 999 is a place in a list ordered by id
                refused = caller.get(f"{path}?{name}={value}", 422)
                assert [r["place"] for r in refused["reasons"]] == [name], (path, value)
    for path, name in (
        ("/tasks?state=late", "state"),
        ("/tasks?after=OTIyMzM3MjAzNjg1NDc3NTgwNy4x", "after"),
        ("/documents?kind=memo", "kind"),
        ("/documents?state=late", "state"),
        ("/documents?unit=NOWHERE", "unit"),
        ("/documents?unit=%00", "unit"),
        ("/documents?campaign=%F0%9F", "campaign"),
        ("/obligations?state=gone", "state"),
        ("/escalations?unit=NOWHERE", "unit"),
    ):
        assert [r["place"] for r in caller.get(path, 422)["reasons"]] == [name]
    several = caller.get("/documents?kind=memo&state=late&limit=0&after=x", 422)
    assert {r["place"] for r in several["reasons"]} == {"kind", "state", "limit", "after"}
    assert caller.get("/documents?kind=&state=&unit=&campaign=&after=&limit=")["items"] == []


@pytest.mark.databases("sqlite")
def test_what_the_lists_hold(house: House) -> None:
    units = {u["code"]: u for u in house("An").get("/units")["items"]}
    assert units["CELL"]["superiors"] == [{"line": "party", "unit": "BASE"}]
    assert units["WARD-XDD"]["attached_to"] == "WARD"
    (campaign,) = house("An").get("/campaigns")["items"]
    assert (campaign["code"], campaign["unit"], campaign["congress"]) == (
        "CD-2026",
        "PROVINCE",
        "XIV",
    )
    assert campaign["figures"][0] == {
        "code": "I03", "label": "Số người", "means": None, "sum": True, "ended": False
    }  # fmt: skip
    assert {tuple(r["figures"]) for r in campaign["requirements"]} == {()}
    assert [r["code"] for r in campaign["requirements"]] == ["O-PLAN", "O-COMMIT", "O-QUARTER-1"]
    assert house("An", "en").get("/campaigns")["items"][0]["requirements"][0]["label"] == (
        "Plan of the year"
    )
    me = house("Sau").get("/me")
    assert (me["login"], me["name"]) == ("sau", "Sau")
    assert [(p["unit"], p["role"], p["title"]) for p in me["posts"]] == [
        ("CELL", "secretary", "Bí thư")
    ]
    assert me["memberships"] == [{"unit": "CELL", "standing": "full"}]
    (task,) = house("Chi").get("/tasks")["items"]
    assert task["action"] == "create"
    assert task["obligation"]["requirement"] == "O-PLAN"
    assert (task["document"], task["overdue"]) == (None, False)
    assert task["holder"]["unit"] == "CELL"
    house.advance(days=60)
    (task,) = house("Chi").get("/tasks?state=overdue")["items"]
    assert task["overdue"]


@pytest.mark.databases("sqlite")
def test_statements_do_not_grow_with_the_rows(
    house: House, count_statements: Callable[[Callable[[], Any]], int]
) -> None:
    def rows(path: str) -> Callable[[], Any]:
        return lambda: house("Chi").get(path)

    def more() -> None:
        for _ in range(5):
            plan = house.begin("plan", "Chi", "CELL", PLAN)
            house.act(plan, "submit", "Chi")
            house.begin("plan", "Chi", "CELL", PLAN)

    more()
    paths = ("/documents?limit=200", "/tasks?limit=200", "/obligations?limit=200", "/units")
    before = {path: count_statements(rows(path)) for path in paths}
    more()
    assert {path: count_statements(rows(path)) for path in paths} == before
    assert max(before.values()) < 40
