"""flask recorded: signed papers of a running year, taken over from one table with its scans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

import clock
from commands.people import person_with
from commands.say import fail, sentence, sentences
from models.base import transaction
from models.unit import unit_by_code
from workflows import sheets
from workflows.recorded import columns, scans, taking
from workflows.refusal import Reason

group = AppGroup("recorded", help="Bản giấy đã ký. / Papers signed outside the system.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, path_type=Path)


@group.command("import")
@click.argument("file", type=FILE)
@click.option("--scans", "folder", type=FOLDER, required=True, help="Thư mục hoặc ZIP. / Folder.")
@click.option("--by", "login", required=True, help="Người vào sổ. / Login of who enters them.")
@click.option("--unit", "code", help="Đơn vị của dòng không ghi. / Unit where a row names none.")
@click.option("--dry-run", is_flag=True, help="Chỉ xem trước. / Only say what it would do.")
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
def take_over(
    file: Path, folder: Path, login: str, code: str | None, dry_run: bool, as_json: bool
) -> None:
    """Vào sổ nhiều bản giấy từ một bảng, tất cả hoặc không. / Enter many papers, all or none."""
    now = clock.now()
    actor = person_with(login)
    unit = unit_by_code(code) if code else None
    if code and unit is None:
        fail(f"Không có đơn vị {code}. / There is no unit {code}.")
    with sentences():
        table = sheets.read(file.read_bytes(), file.name).columns(
            columns.COLUMNS, required=columns.REQUIRED
        )
        held = scans.Folder(folder)
        try:
            reading = taking.read(table, held.names, unit=unit, actor=actor, now=now)
            kept, spoilt = scans.keep(held, (row.scan for row in reading.rows), now)
        finally:
            held.close()
        seen, refused = taking.foresee(reading.rows, actor=actor, now=now)
        named = ((row.number, row.scan) for row in reading.rows)
        wrong = [*reading.wrong, *refused, *scans.numbers_wrong(spoilt, named)]
        new = sum(one.new for one in seen)
        if not wrong and not dry_run:
            with transaction():
                again = taking.read(table, kept, unit=unit, actor=actor, now=now)
                taking.take(again.rows, kept, actor=actor, now=now)
    _tell(seen, wrong, entered=0 if wrong or dry_run else new, as_json=as_json)
    if wrong:
        raise click.exceptions.Exit(1)


def _tell(
    seen: list[taking.Foreseen], wrong: list[tuple[int, Reason]], *, entered: int, as_json: bool
) -> None:
    if as_json:
        answer: dict[str, Any] = {
            "entered": entered,
            "rows": [
                {"row": one.row.number, "new": one.new, "findings": [r.rule for r in one.found]}
                for one in seen
            ],
            "wrong": [{"row": number, "detail": sentence(reason)} for number, reason in wrong],
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for one in seen:
        state = "mới / new" if one.new else "đã có / known"
        found = ", ".join(reason.rule for reason in one.found) or "-"
        click.echo(f"{one.row.number}: {one.row.printed.number or one.row.kind}: {state}; {found}")
    for number, reason in sorted(wrong, key=lambda item: item[0]):
        click.echo(f"{number}: {sentence(reason)}", err=True)
    click.echo(f"Đã vào sổ {entered} bản giấy. / Entered {entered} papers.")


commands = [group]
