"""`flask backup FILE` and `flask restore FILE`: the whole database, scans and attachments included,
as one file."""

import json
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_migrate import upgrade

import clock
from commands.say import fail
from models.base import db
from workflows import backup as copies
from workflows import trail


def _path() -> click.Path:
    return click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=_path())
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@with_appcontext
def backup(file: Path, as_json: bool) -> None:
    """Copy everything, as of this instant, into the new FILE (a zip). Works while Duyệt runs.

    Login sessions are left out; FILE holds personal data and is readable only by you.
    """
    try:
        rows = copies.write(db.engine, file, made_at=clock.real_now())
    except copies.BackupError as error:
        fail(str(error))
    if as_json:
        click.echo(json.dumps({"file": str(file), "rows": rows}))
    else:
        total = sum(rows.values())
        click.echo(f"{file}: {len(rows)} bảng, {total} dòng. / {len(rows)} tables, {total} rows.")


@click.command("restore")
@click.argument("file", type=_path())
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@with_appcontext
def restore(file: Path, as_json: bool) -> None:
    """Bring FILE back into an empty database (SQLite or PostgreSQL), then verify the trail.

    Exit status 1 when FILE is damaged, the database is not empty, or the trail does not verify.
    """
    try:
        revision = copies.manifest(file)["revision"]
        copies.refuse_unless_empty(db.engine)
        upgrade(revision=revision)
        rows = copies.restore(db.engine, file)
        upgrade()
    except copies.BackupError as error:
        fail(str(error))
    report = trail.verify(db.session())
    if as_json:
        faults = [str(fault) for fault in report.faults]
        click.echo(json.dumps({"rows": rows, "whole": report.whole, "faults": faults}))
    else:
        total = sum(rows.values())
        click.echo(f"Đã khôi phục {total} dòng. / {total} rows brought back.")
        if report.whole:
            click.echo(
                f"Nhật ký nguyên vẹn: {report.events} sự kiện trong {report.logs} nhật ký. / "
                f"The trail verifies: {report.events} events in {report.logs} logs."
            )
        else:
            click.echo(f"Nhật ký sai. / The trail does not verify: {report.first}", err=True)
    sys.exit(0 if report.whole else 1)


commands = [backup, restore]
