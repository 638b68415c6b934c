"""A deadline in the past or beyond 9999: every field of every form that takes a day, campaign files,
the import and the commands, each with its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from config import ROOT
from models import db, transaction
from models.campaign import Campaign, Requirement
from models.deadline import Escalation
from models.obligation import Obligation
from models.task import Task
from tests.abuse.said import shown
from tests.support.house import ADMINISTRATOR, House
from tests.support.visitor import PageForm, Visitor, _Forms
from workflows import ladder
from workflows.obligations import open_campaign

YEAR = "Năm %(year)s nằm ngoài khoảng %(first)s–%(last)s. Cần kiểm tra lại năm."
UNREADABLE = "Ngày “%(given)s” chưa đọc được. Cần ghi ngày/tháng/năm, ví dụ 31/03/2026."
BOUNDS = {"first": 1900, "last": 2100}
BEYOND = {
    "9999-12-31": (YEAR, {"year": 9999, **BOUNDS}),
    "01/01/10000": (UNREADABLE, {"given": "01/01/10000"}),
}
# Where several buttons share a form, the one that is pressed.
PRESSED = {"/administrator/people/N/memberships/N": {"do": "leave"}}
# Where a name that is a day elsewhere is something else: to whom is delegated.
NO_DAYS = {("/delegations", "to")}
LINK = re.compile(r'href="(/[^"#]*)')

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def names_of_days() -> set[str]:
    """The fields that a view reads as a day, from the source: a new one is found by itself."""
    source = "".join(path.read_text() for path in (ROOT / "views").rglob("*.py"))
    return set(re.findall(r'\.day\(\s*f?"(?:\{\w+\})?(\w+)"', source)) | {"deadline"}


def forms(visitor: Visitor, most: int = 80) -> Iterator[tuple[str, PageForm]]:
    """Every form on the pages that this visitor can reach by links; of each kind of page one."""
    waiting, seen = ["/"], {"/"}
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        answer = visitor.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for form in _Forms(answer.text).forms:
            if form.method.lower() == "post":
                yield path, form
        for link in LINK.findall(answer.text.replace("&amp;", "&")):
            kind = re.sub(r"\d+", "N", link.split("?")[0])
            if kind not in seen and not link.startswith(("/static", "/healthz")):
                seen.add(kind)
                waiting.append(link)


def test_every_field_that_takes_a_day_names_the_year_that_cannot_be(house: House) -> None:
    house.commitment("reviewed")
    days, wrong = names_of_days(), []
    tried: set[tuple[str, str]] = set()
    for name in ("Chi", "Sau", "Binh", ADMINISTRATOR):
        visitor = house(name)
        for path, form in forms(visitor):
            kind = re.sub(r"\d+|[A-Z]{2,}(-[A-Z]+)?", "N", form.action)
            for field in form.names:
                if field.split(".")[-1] not in days or (kind, field) in tried | NO_DAYS:
                    continue
                tried.add((kind, field))
                for typed, (sentence, given) in BEYOND.items():
                    given_field = {field.replace(".", "__"): typed, **PRESSED.get(kind, {})}
                    answer = visitor.send(form, **given_field)
                    if answer.status_code != 422 or not shown(answer, sentence, **given):
                        wrong.append((name, path, kind, field, typed, answer.status_code))
    assert wrong == []
    assert len(tried) >= 25, sorted(tried)


CAMPAIGN = (ROOT / "campaigns" / "cd-2026.toml").read_text()
PLAN_DUE = 'due      = { kind = "by_end_of_month", date = 2026-03-31 }'
NO_YEAR = "Năm 9999 nằm ngoài khoảng 1900–2100. Cần kiểm tra lại năm."


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ('due = { kind = "date", date = 9999-12-31 }', NO_YEAR),
        ('due = { kind = "before", date = 0001-01-01 }', "Năm 1 nằm ngoài khoảng 1900–2100."),
        ('due = { kind = "by_end_of_month", month = "9999-12" }', NO_YEAR),
        ('due = { kind = "quarter", year = 9999, quarter = 4 }', NO_YEAR),
        ('due = { kind = "quarter", year = 10000, quarter = 4 }', "chưa đọc được"),
        ('due = { kind = "quarter", year = 2026, quarter = 5 }', "Quý là số từ 1 đến 4"),
        ('due = { kind = "quarter", year = 2026, quarter = "x" }', "Quý là số từ 1 đến 4"),
        (
            'due = { kind = "working_days_after", event = "plan", days = 1000000000 }',
            "chưa ghi số ngày làm việc (0–366).",
        ),
        (
            'due = { kind = "working_days_after", event = "plan", days = -1 }',
            "chưa ghi số ngày làm việc (0–366).",
        ),
        ('due = { kind = "date", date = 10000-01-01 }', "cd.toml"),
    ],
)
def test_a_campaign_file_with_a_deadline_that_cannot_be(
    app: Flask, tmp_path: Path, written: str, sentence: str
) -> None:
    """Named with the file and the place; nothing is opened."""
    file = tmp_path / "cd.toml"
    assert PLAN_DUE in CAMPAIGN
    file.write_text(CAMPAIGN.replace(PLAN_DUE, written))
    for command in ("check", "open"):
        told = app.test_cli_runner().invoke(args=["campaign", command, str(file)])
        assert told.exit_code == 1, told.output
        assert sentence in told.output
        assert "cd.toml" in told.output
        assert "Traceback" not in told.output
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Campaign)) == 0


def test_a_campaign_file_whose_directive_is_of_no_year(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "cd.toml"
    for day in ("9999-12-31", "0001-01-01"):
        file.write_text(CAMPAIGN.replace("2016-05-15", day))
        told = app.test_cli_runner().invoke(args=["campaign", "check", str(file)])
        assert told.exit_code == 1, told.output
        assert f"Năm {int(day[:4])} nằm ngoài khoảng 1900–2100." in told.output


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59-12:00", "10000-01-01T00:00"])
def test_the_commands_take_no_instant_that_cannot_be(app: Flask, at: str) -> None:
    for command in (["escalate", "--dry-run", "--at", at], ["rehearsal", "begin", "--at", at]):
        told = app.test_cli_runner().invoke(args=command)
        assert told.exit_code == 2
        assert f"“{at}” không phải thời điểm; ghi như 2026-04-01T07:00+07:00." in told.output


def test_a_deadline_in_the_past_is_late_from_the_first_day_and_climbs_once(house: House) -> None:
    """A campaign opened after its day has passed asks all the same: each unit is late at once, and one
    rung climbs on the next morning, not one for every week that has passed."""
    with house.inside() as office, transaction():
        past = {"kind": "date", "date": "2020-01-15"}
        asked = Requirement(
            code="O-PAST", kind="report", variant="once", label_vi="Báo cáo cũ", label_en="Old report",
            levels=["base"], deciding=1, due=past,
        )  # fmt: skip
        campaign = Campaign(
            code="CD-2020", title="Đợt cũ", directive="05-CT/TW", year=2026, theme="Nói đi đôi với làm",
            congress="XIV", line="party", unit=office.units["PROVINCE"], requirements=[asked],
        )  # fmt: skip
        db.session.add(campaign)
        db.session.flush()
        open_campaign(campaign, office.now)
    assert shown(house("Ba").get("/"), "Quá hạn")
    climbed = []
    for _ in range(3):
        with house.inside() as office:
            office.wait(days=1)
            ladder.sweep(office.now)
            mine = sa.select(Escalation).join(Task).join(Obligation).join(Requirement)
            rows = db.session.scalars(mine.where(Requirement.code == "O-PAST")).all()
            climbed.append(len(rows))
    assert climbed[0] == 1
    assert climbed == sorted(climbed)
    assert climbed[-1] <= 3
