"""A copy of everything, brought back into an empty database of either kind."""

import json
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from config import Settings
from models.base import db
from models.event import AuditEvent
from models.unit import Unit
from tests.support.templates import Templates


def contents(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that a copy holds."""
    from workflows.backup import NOT_COPIED

    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in db.metadata.sorted_tables
            if table.name not in NOT_COPIED
        }


def open_on(url: str, folder: Path) -> Flask:
    from app import create_app

    return create_app(Settings.from_env({"DATABASE_URL": url, "DATA_DIR": str(folder)}))


@pytest.mark.data("demo")
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_there_and_back(app: Flask, templates: Templates, target: str, tmp_path: Path) -> None:
    file = tmp_path / "copy.zip"
    made = app.test_cli_runner().invoke(args=["backup", str(file)])
    assert made.exit_code == 0, made.output
    assert file.stat().st_mode & 0o077 == 0

    with templates.copy(target, "empty") as url:
        other = open_on(url, tmp_path / "other")
        back = other.test_cli_runner().invoke(args=["restore", str(file), "--json"])
        assert back.exit_code == 0, back.output
        assert json.loads(back.output.splitlines()[-1])["whole"]
        assert contents(other) == contents(app)

        # Life goes on: ids continue, and the log still refuses to be changed.
        with other.app_context():
            with pytest.raises(sa.exc.DatabaseError), db.engine.begin() as connection:
                connection.execute(sa.update(AuditEvent).values(action="x"))
            level = db.session.scalars(sa.select(Unit.level_id)).first()
            unit = Unit(code="NEW", name="Mới", body="Chi bộ", symbol="CB", level_id=level)
            db.session.add(unit)
            db.session.commit()

        again = other.test_cli_runner().invoke(args=["restore", str(file)])
        assert again.exit_code == 1
        assert "empty database" in again.output
        with other.app_context():
            db.engine.dispose()


@pytest.fixture
def copy(app: Flask, tmp_path: Path) -> Path:
    file = tmp_path / "copy.zip"
    assert app.test_cli_runner().invoke(args=["backup", str(file)]).exit_code == 0
    return file


@pytest.mark.databases("sqlite")
def test_never_overwrites(app: Flask, copy: Path) -> None:
    before = copy.read_bytes()
    again = app.test_cli_runner().invoke(args=["backup", str(copy)])
    assert again.exit_code == 1
    assert copy.read_bytes() == before


@pytest.mark.databases("sqlite")
@pytest.mark.data("organisation")
def test_a_changed_copy_is_refused(app: Flask, copy: Path, templates: Templates) -> None:
    changed = copy.with_name("changed.zip")
    with zipfile.ZipFile(copy) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "tables/unit.jsonl":
                content = content.replace(b'"symbol": "', b'"symbol": "X', 1)
            new.writestr(name, content)
    with templates.copy("sqlite", "empty") as url:
        other = open_on(url, copy.parent / "other")
        answer = other.test_cli_runner().invoke(args=["restore", str(changed)])
        assert answer.exit_code == 1
        assert "intact" in answer.output
        assert contents(other)["unit"] == []
        with other.app_context():
            db.engine.dispose()


@pytest.mark.databases("sqlite")
def test_not_a_backup_at_all(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "some.zip").write_text("hello")
    answer = app.test_cli_runner().invoke(args=["restore", str(tmp_path / "some.zip")])
    assert answer.exit_code == 1
    assert "intact" in answer.output
