"""The migrations build what the models say, on both databases, and take it down again."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from models.base import db, transaction
from models.campaign import Requirement
from models.document import Document, Revision, Stage
from models.event import TRIGGERS
from models.register import NumberEntry
from tests.cast import EPOCH, TODAY, Office
from workflows import campaigns, copies, indicators, trail
from workflows.inspections import opening
from workflows.prints import paper

ASKED = "Ghi thêm số cơ sở đã học xong chủ đề năm."


FILE = """code = "CD-2026"
title = "Đợt"
directive = "05-CT/TW"
year = 2026
theme = "Chủ đề"
congress = "XIV"
unit = "PROVINCE"
figures = [
  { code = "I03", label = { vi = "Số người", en = "People" } },
]
[[requirements]]
code = "O-QUARTER-1"
kind = "report"
label = { vi = "Báo cáo quý I", en = "First quarter" }
levels = ["base"]
due = { kind = "date", date = 2026-04-07 }
"""


def hash_of(text: Revision) -> bytes:
    assert text.salt is not None
    return trail.content_hash(text.title, text.content, text.basis, text.dated_on, text.salt)


def triggers(connection: sa.Connection) -> set[str]:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.dialect.name]
    return set(connection.scalars(sa.text(query)))


def expected_triggers(dialect: str) -> set[str]:
    return {text.split()[2] for text in TRIGGERS[dialect] if text.startswith("CREATE TRIGGER")}


def test_the_migrations_build_what_the_models_say(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []
        assert triggers(connection) == expected_triggers(connection.dialect.name)


def test_the_models_alone_build_the_same_triggers(app: Flask) -> None:
    with app.app_context():
        db.drop_all()
        with db.engine.connect() as connection:
            assert triggers(connection) == set()
        db.create_all()
        with db.engine.connect() as connection:
            assert triggers(connection) == expected_triggers(connection.dialect.name)


def test_down_and_up_again(app: Flask) -> None:
    runner = app.test_cli_runner()
    down = runner.invoke(args=["db", "downgrade", "base"])
    assert down.exit_code == 0, down.output
    with app.app_context(), db.engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
        assert triggers(connection) == set()
    up = runner.invoke(args=["db", "upgrade"])
    assert up.exit_code == 0, up.output
    with app.app_context(), db.engine.connect() as connection:
        assert triggers(connection) == expected_triggers(connection.dialect.name)


def test_numbers_given_before_stand_in_the_register_afterwards(app: Flask) -> None:
    """The step up keeps the papers of an office that is at work, and fills its register."""
    with app.app_context():
        office = Office()
        plan = office.cell_plan_in_force()
        kept = (plan.id, plan.unit_id, plan.dated_on, plan.title, office.person("Sau").id)
        db.session.remove()
    runner = app.test_cli_runner()
    for command in (["db", "downgrade", "0001"], ["db", "upgrade"]):
        result = runner.invoke(args=command)
        assert result.exit_code == 0, result.output
    with app.app_context():
        line = db.session.scalars(sa.select(NumberEntry)).one()
        assert kept == (
            line.document_id,
            line.unit_id,
            line.dated_on,
            line.subject,
            line.given_by_id,
        )
        assert (line.type, line.period, line.n, line.symbol) == ("KH", "2026", 2, "02-KH/CB")
        assert line.given_at == line.printed_at == line.filed_at
        db.session.remove()


def test_own_reports_and_questions_over_a_copy_a_step_down(app: Flask) -> None:
    """Before there were own reports only a commitment was a person's: one goes down as one of those,
    laid away, and nobody waits for it. Nor was anybody asked anything over a copy: what was said
    stays, nobody is waited for to answer, and up again another superior may ask anew. A campaign's
    file says nothing of figures below; up again they are those of old, and reports keep theirs."""
    with app.app_context():
        office = Office()
        with transaction():
            office.campaign.source = FILE
            office.campaign.requirements.append(
                Requirement(
                    code="O-HALF-P", kind="self_report", variant="half", label_vi="Báo cáo cá nhân",
                    label_en="Personal report", levels=["cell"],
                    due={"kind": "by_end_of_month", "date": "2026-06-30"},
                )
            )  # fmt: skip
        own = office.begin("self_report", "An", "CELL").id
        report = office.begin("report", "Ba", "BASE")
        with transaction():
            ward, now = office.units["WARD"], office.now
            copy = Stage(position=9, unit=ward, decides=False, copy=True, arrived_at=now)
            report.stages.append(copy)
        with transaction():
            copies.request(report, ASKED, actor=office.person("Vy"), now=office.now)
        assert copies.open_request(report) is not None
        asked_of, hashed = report.id, bytes(report.current.content_hash)
        db.session.remove()
    runner = app.test_cli_runner()
    down = runner.invoke(args=["db", "downgrade", "0010"])
    assert down.exit_code == 0, down.output
    waiting = sa.text("SELECT count(*) FROM task WHERE document_id = :id AND closed_at IS NULL")
    with app.app_context(), db.engine.connect() as connection:
        row = connection.execute(
            sa.text("SELECT kind, state FROM document WHERE id = :own"), {"own": own}
        ).one()
        assert tuple(row) == ("commitment", "archived")
        assert connection.scalar(waiting, {"id": own}) == 0
        kinds = set(connection.scalars(sa.text("SELECT kind FROM definition")))
        assert "self_report" not in kinds
        asked = "FROM task WHERE action = 'answer_copy'"
        assert connection.scalars(sa.text(f"SELECT closed_at IS NULL {asked}")).all() == [False]
        roles = f"SELECT count(*) FROM task_role WHERE task_id IN (SELECT id {asked})"
        assert connection.scalar(sa.text(roles)) == 0
        said = sa.text("SELECT text FROM comment WHERE document_id = :id")
        assert connection.scalars(said, {"id": asked_of}).all() == [ASKED]
        assert connection.scalar(waiting, {"id": asked_of}) == 1  # the report itself goes on
        source = connection.scalar(sa.text("SELECT source FROM campaign"))
        assert source == FILE[: FILE.index("figures")] + FILE[FILE.index("[[requirements]]") :]
    up = runner.invoke(args=["db", "upgrade"])
    assert up.exit_code == 0, up.output
    with app.app_context():
        report = db.session.get_one(Document, asked_of)
        assert (copies.copies_of(report), copies.open_request(report)) == ([], None)
        figures = report.campaign.figures
        spec = campaigns.parse(report.campaign.source, file="dot.toml")
        assert list(spec.figures) == indicators.current(figures)
        assert (len(spec.figures), indicators.given(figures, {"I17a": 3}, "excellent")) == (20, 3)
        assert report.current.content["indicators"] == {"I03": 12, "I04": 11}
        assert paper.of(report, report.current).indicators[0] == ("I03", "Tổng số đảng viên", "12")
        assert bytes(report.current.content_hash) == hashed == hash_of(report.current)
        db.session.remove()


def test_an_inspection_is_put_away_below_and_its_events_stay(app: Flask) -> None:
    """Down, what was an inspection is an archived report without a text for which nobody waits, and no
    event is gone; up again the tables are there for the next one."""
    with app.app_context():
        office = Office()
        order = opening.Order(
            number="05-QĐ/UBKT", decided_on=TODAY, kind="inspection", campaign=office.campaign,
            units=(office.units["CELL"],), document_kinds=("plan",), opens_on=TODAY,
            closes_on=TODAY, head=office.person("Kiem"),
        )  # fmt: skip
        with transaction():
            made = opening.begin(
                order, commission=office.units["WARD"], actor=office.person("Kiem"), now=EPOCH
            )
            kept = made.document_id
        events = db.session.scalar(sa.text("SELECT count(*) FROM audit_event"))
        db.session.remove()
    runner = app.test_cli_runner()
    down = runner.invoke(args=["db", "downgrade", "0006"])
    assert down.exit_code == 0, down.output
    with app.app_context(), db.engine.connect() as connection:
        stands = sa.text("SELECT kind, state FROM document WHERE id = :id")
        assert connection.execute(stands, {"id": kept}).one() == ("report", "archived")
        waits = sa.text("SELECT count(*) FROM task WHERE document_id = :id AND closed_at IS NULL")
        assert connection.scalar(waits, {"id": kept}) == 0
        assert connection.scalar(sa.text("SELECT count(*) FROM audit_event")) == events
        of_a_new_kind = sa.text("UPDATE document SET kind = 'inspection' WHERE id = :id")
        with pytest.raises(sa.exc.IntegrityError):
            connection.execute(of_a_new_kind, {"id": kept})
    up = runner.invoke(args=["db", "upgrade"])
    assert up.exit_code == 0, up.output
    with app.app_context(), db.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM inspection")) == 0
        connection.execute(of_a_new_kind, {"id": kept})
