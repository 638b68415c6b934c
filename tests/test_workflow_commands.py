"""`flask workflow` and `flask campaign`: files read with clear errors, published, opened."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from config import ROOT, Settings
from models.base import db
from models.campaign import Campaign
from models.definition import Definition
from models.event import AuditEvent
from models.obligation import Obligation
from workflows import definition, trail
from workflows.campaigns import parse
from workflows.tables import FileError

KINDS = ("plan", "commitment", "report", "self_report", "inspection")
PLAN = definition.SHIPPED / "plan.toml"
CAMPAIGN = ROOT / "campaigns" / "cd-2026.toml"

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


@pytest.fixture
def nowhere(tmp_path: Path) -> Callable[..., Result]:
    """`flask …` where there is no database at all."""
    from app import create_app

    settings = Settings.from_env(
        {
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": "k" * 64,
        }
    )
    app = create_app(settings)
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


def changed(tmp_path: Path, source: Path, old: str, new: str) -> Path:
    text = source.read_text("utf-8")
    assert old in text
    file = tmp_path / source.name
    file.write_text(text.replace(old, new, 1), "utf-8")
    return file


# ---------------------------------------------------------------- workflow


@pytest.mark.parametrize("kind", KINDS)
def test_check_and_diagram_need_no_database(nowhere: Callable[..., Result], kind: str) -> None:
    checked = nowhere("workflow", "check", definition.SHIPPED / f"{kind}.toml")
    assert checked.exit_code == 0, checked.output
    drawn = nowhere("workflow", "diagram", kind)
    assert drawn.exit_code == 0
    assert drawn.output.startswith("stateDiagram-v2")
    assert ("planned" if kind == "inspection" else "drafted") in drawn.output


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('to     = "approved"', 'to     = "aproved"', "to"),
        ('"dated_after_basis"', '"dated_before_basis"', "guards"),
        ("approver@stage", "approver@nowhere", "nowhere"),
        ('kind  = "plan"', 'kind  = "song"', "song"),
        ("within    = 10", "within    = 0", "within"),
        ('kind  = "plan"', 'kind  = "plan', "TOML"),
        ('kind  = "plan"', "kind = " + "9" * 5000, "TOML"),
    ],
)
def test_check_names_file_and_key(
    nowhere: Callable[..., Result], tmp_path: Path, old: str, new: str, named: str
) -> None:
    file = changed(tmp_path, PLAN, old, new)
    answer = nowhere("workflow", "check", file)
    assert answer.exit_code == 1
    assert "plan.toml" in answer.output
    assert named in answer.output
    assert "Traceback" not in answer.output
    told = json.loads(nowhere("workflow", "check", file, "--json").stdout)
    assert told["sound"] is False
    assert told["key"]


def test_a_way_to_decide_alone_is_told_as_a_story(
    nowhere: Callable[..., Result], run: Callable[..., Result], tmp_path: Path
) -> None:
    """By `check` without a database, and by `publish`, which refuses it."""
    guards = '["not_a_contributor", "decides_once", "complete"'
    file = changed(tmp_path, PLAN, guards, guards.replace('"decides_once", ', ""))
    for answer in (nowhere("workflow", "check", file), run("workflow", "publish", file)):
        assert answer.exit_code == 1
        assert "plan.toml: actions.approve, states.reviewed: " in answer.output
        assert "Put “decides_once” into “guards”." in answer.output
        assert "  6. B làm việc “approve”: “reviewed” → “approved”" in answer.output
    told = json.loads(nowhere("workflow", "check", file, "--json").stdout)
    [fault] = told["faults"]
    assert (fault["state"], fault["action"]) == ("reviewed", "approve")
    assert len(fault["story"]["vi"]) == len(fault["story"]["en"]) == 7


def test_usage(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("workflow", "check", tmp_path / "none.toml").exit_code == 2
    assert run("workflow", "diagram", "song").exit_code == 2
    assert run("workflow", "check").exit_code == 2
    assert run("workflow", "compare", "a" * 5000, "plan:1").exit_code == 2


@pytest.mark.databases("sqlite")
def test_a_file_that_holds_no_text_is_named(
    app: Flask, run: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "paper.toml"
    file.write_bytes(PLAN.read_text("utf-8").encode("utf-16"))
    for arguments in (("check", file), ("publish", file), ("compare", PLAN, file)):
        answer = run("workflow", *arguments)
        assert answer.exit_code == 1
        assert "paper.toml: file: chưa phải UTF-8. Ghi lại tệp bằng UTF-8." in answer.output


def test_publish_is_done_once(app: Flask, run: Callable[..., Result], tmp_path: Path) -> None:
    first = json.loads(run("workflow", "publish", "--json").output)
    assert first == [{"kind": kind, "version": 1, "new": True} for kind in KINDS]
    again = json.loads(run("workflow", "publish", "--json").output)
    assert [row["new"] for row in again] == [False] * len(KINDS)
    file = changed(tmp_path, PLAN, "within    = 10", "within    = 12")
    assert run("workflow", "publish", file).exit_code == 0
    listed = json.loads(run("workflow", "list", "--json").output)
    assert [(row["kind"], row["version"]) for row in listed] == [
        ("commitment", 1),
        ("inspection", 1),
        ("plan", 1),
        ("plan", 2),
        ("report", 1),
        ("self_report", 1),
    ]
    # The version that was replaced does not come back under its old number.
    refused = run("workflow", "publish", PLAN)
    assert refused.exit_code == 1
    with app.app_context():
        assert definition.newest("plan").version == 2


def test_a_broken_file_publishes_nothing_of_the_batch(
    app: Flask, run: Callable[..., Result], tmp_path: Path
) -> None:
    bad = changed(tmp_path, PLAN, "approver@stage", "approver@nowhere")
    answer = run("workflow", "publish", definition.SHIPPED / "report.toml", bad)
    assert answer.exit_code == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Definition.id))) == 0


def test_an_unsound_file_is_told_whole_and_not_published(
    app: Flask, run: Callable[..., Result], nowhere: Callable[..., Result], tmp_path: Path
) -> None:
    """Two faults far apart: both are told, each with what to change, and nothing is stored."""
    changed(tmp_path, PLAN, 'asks   = ["decision", "reason"]', 'asks   = ["reason"]')
    bad = changed(tmp_path, tmp_path / PLAN.name, '"not_a_contributor", "decides_once"]', "]")
    told = nowhere("workflow", "check", bad)
    assert told.exit_code == 1
    assert "actions.revoke" in told.output
    assert "actions.review" in told.output
    rows = json.loads(nowhere("workflow", "check", bad, "--json").stdout)
    assert rows["sound"] is False
    assert {fault["action"] for fault in rows["faults"]} == {"revoke", "review"}
    assert all(fault["change"][language] for fault in rows["faults"] for language in ("vi", "en"))
    refused = run("workflow", "publish", definition.SHIPPED / "report.toml", bad)
    assert refused.exit_code == 1
    assert "actions.revoke" in refused.output
    assert "actions.review" in refused.output
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Definition.id))) == 0


def test_an_unprepared_database_is_a_sentence(tmp_path: Path) -> None:
    from app import create_app

    app = create_app(Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 64}))
    runner = app.test_cli_runner()
    for words in (["workflow", "publish"], ["workflow", "list"], ["demo", "load"],
                  ["rehearsal", "status"], ["escalate"]):  # fmt: skip
        answer = runner.invoke(args=words)
        assert answer.exit_code == 1, words
        assert "flask db upgrade" in answer.output
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


# ---------------------------------------------------------------- campaign


def test_campaign_files_read_without_a_database(nowhere: Callable[..., Result]) -> None:
    for file in sorted((ROOT / "campaigns").glob("*.toml")):
        assert nowhere("campaign", "check", file).exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('code     = "CD-2026"', 'code     = "cd 2026"', "code"),
        ("year     = 2026", 'year     = "2026"', "year"),
        ('congress = "XIV"', 'congress = "14"', "congress"),
        ("deciding = 2", "deciding = 0", "requirements[1].deciding"),
        ('kind     = "plan"', 'kind     = "song"', "requirements[1].kind"),
        ('levels   = ["cell", "base", "commune", "district"]', "levels = []", "levels"),
        ('kind = "by_end_of_month"', 'kind = "some_day"', "due"),
        ('event = "plan"', 'event = "rain"', "due.event"),
        ('code     = "O-COMMIT"', 'code     = "O-PLAN"', "O-PLAN"),
        ("theme    =", "them     =", "theme"),
        ('line     = "party"', 'line     = "party"\nsong = 1', "song"),
        ("[[requirements]]", "[[requirements]", "TOML"),
    ],
)
def test_a_wrong_campaign_names_its_key(
    nowhere: Callable[..., Result], tmp_path: Path, old: str, new: str, named: str
) -> None:
    answer = nowhere("campaign", "check", changed(tmp_path, CAMPAIGN, old, new))
    assert answer.exit_code == 1
    assert "cd-2026.toml" in answer.output
    assert named in answer.output


def test_dates_are_kept_as_text() -> None:
    spec = parse(CAMPAIGN.read_text("utf-8"), file=CAMPAIGN.name)
    asked = {r.code: r for r in spec.requirements}
    assert asked["O-PLAN"].due == {"kind": "by_end_of_month", "date": "2026-03-31"}
    assert asked["O-COMMIT"].due == {"kind": "working_days_after", "event": "plan", "days": 15}
    with pytest.raises(FileError):
        parse("", file="x.toml")


@pytest.mark.data("organisation")
def test_open_another_campaign(app: Flask, run: Callable[..., Result], tmp_path: Path) -> None:
    file = changed(tmp_path, CAMPAIGN, 'code     = "CD-2026"', 'code     = "CD-2026-B"')
    opened = run("campaign", "open", file)
    assert opened.exit_code == 0, opened.output
    with app.app_context():
        campaign = db.session.scalars(sa.select(Campaign).where(Campaign.code == "CD-2026-B")).one()
        owed = sa.select(sa.func.count(Obligation.id)).join(Obligation.requirement)
        asked = [r.id for r in campaign.requirements]
        assert db.session.scalar(owed.where(Obligation.requirement_id.in_(asked))) > 30
        event = db.session.scalars(
            sa.select(AuditEvent)
            .where(AuditEvent.action == "campaign_opened")
            .order_by(AuditEvent.id.desc())
            .limit(1)
        ).one()
        assert event.unit.code == "TINH"
        assert trail.verify(db.session()).whole
    again = run("campaign", "open", file)
    assert again.exit_code == 1
    assert "đã có" in again.output


@pytest.mark.data("organisation")
@pytest.mark.parametrize(
    ("old", "new"),
    [('unit     = "TINH"', 'unit = "XA"'), ('levels   = ["base"]', 'levels = ["x"]')],
)
def test_a_campaign_of_another_organisation(
    app: Flask, run: Callable[..., Result], tmp_path: Path, old: str, new: str
) -> None:
    file = changed(tmp_path, CAMPAIGN, old, new)
    file.write_text(file.read_text("utf-8").replace('"CD-2026"', '"CD-X"'), "utf-8")
    assert run("campaign", "open", file).exit_code == 1
    with app.app_context():
        assert not db.session.scalar(sa.select(Campaign.id).where(Campaign.code == "CD-X"))
