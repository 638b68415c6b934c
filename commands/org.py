"""flask org: the organisation, printed, and entered from a file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

import clock
from commands.say import fail, sentence, sentences
from models.base import db
from models.unit import Level, Unit
from workflows import organisation
from workflows.calendar import local_day
from workflows.organisation import Node, importing
from workflows.organisation.importing.outcome import STATES
from workflows.refusal import WorkflowError
from workflows.text import parse_date

group = AppGroup("org", help="Tổ chức. / The organisation.")


@group.command("tree")
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
@click.option("--on", "on", default="", help="Vào ngày, ví dụ 2025-06-30. / On a day.")
@click.option("--line", default="", help="Chỉ một tuyến: party, union. / One reporting line only.")
def tree(as_json: bool, on: str, line: str) -> None:
    """In cây đơn vị. / Print the tree of units."""
    with sentences():
        day = _day(on) if on else local_day(clock.now())
        nodes = organisation.tree(db.session(), line or None, day)
        if as_json:
            click.echo(json.dumps([_plain(node, day) for node in nodes], ensure_ascii=False))
        else:
            for top in nodes:
                for node in top.walk():
                    said = f"{node.unit.code} {node.unit.name_on(day)}"
                    note = " (giúp việc)" if node.unit.is_advisory else ""
                    click.echo(f"{'  ' * node.depth}{said}{note}")
    if not nodes:
        fail("Chưa có đơn vị nào vào ngày đó. / There is no unit on that day.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--dry-run", is_flag=True, help="Chỉ xem trước, không ghi. / Only say what it would do."
)
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
def import_(file: str, dry_run: bool, as_json: bool) -> None:
    """Nhập tổ chức từ XLSX, CSV. / Enter the organisation from a file, all or nothing."""
    with sentences(), open(file, "rb") as data:
        outcome = importing.import_file(
            data,
            file,
            write=not dry_run,
            actor=None,
            now=clock.now(),
            real_now=clock.real_now(),
        )
    if as_json:
        click.echo(json.dumps(_answer(outcome), ensure_ascii=False))
    else:
        _say(outcome)
    if outcome.bad:
        raise click.exceptions.Exit(1)


@group.command("template")
@click.argument("file", type=click.Path(dir_okay=False))
def template(file: str) -> None:
    """Ghi tệp mẫu để điền. / Write the empty workbook to fill in."""
    try:
        Path(file).write_bytes(importing.template())
    except OSError:
        fail(f"Chưa ghi được {file}. / Cannot write {file}.")


def _answer(outcome: importing.Outcome) -> dict[str, Any]:
    return {
        "written": outcome.written,
        **{state: outcome.count(state) for state in STATES},
        "rows": [
            {
                "sheet": line.sheet,
                "row": line.row,
                "about": line.about,
                "state": line.state,
                "changes": [sentence(change) for change in line.changes],
            }
            for line in outcome.lines
        ],
        "bad": [
            {
                "sheet": bad.sheet,
                "row": bad.row,
                "column": bad.column,
                "reason": sentence(bad.reason),
            }
            for bad in outcome.bad
        ],
    }


def _say(outcome: importing.Outcome) -> None:
    for line in outcome.lines:
        if line.state == "changed" and not outcome.bad:
            what = ", ".join(sentence(change) for change in line.changes)
            click.echo(f"{line.sheet}, dòng {line.row}: {line.about}: đổi {what}")
    for bad in outcome.bad:
        column = f", cột {bad.column}" if bad.column else ""
        click.echo(f"{bad.sheet}, dòng {bad.row}{column}: {sentence(bad.reason)}", err=True)
    if outcome.bad:
        click.echo(
            f"Chưa ghi dòng nào: {len(outcome.bad)} chỗ cần sửa. / "
            f"Nothing written: {len(outcome.bad)} places to correct."
        )
    elif outcome.changes_nothing:
        click.echo("Không có gì thay đổi. / Nothing changes.")
    else:
        added, changed, same = (outcome.count(state) for state in STATES)
        head = "Đã ghi / Written" if outcome.written else "Sẽ ghi / Would write"
        click.echo(
            f"{head}: {added} mới / new, {changed} đổi / changed, {same} không đổi / unchanged."
        )


def _day(on: str) -> date:
    try:
        return parse_date(on)
    except WorkflowError as refusal:
        raise click.UsageError(sentence(refusal.reasons[0])) from None


def _level(unit: Unit, day: date) -> Level:
    """The tier the unit had on `day`."""
    for period in unit.periods:
        if (period.valid_from or day) <= day <= (period.valid_to or day):
            return period.level
    return unit.level


def _plain(node: Node, day: date) -> dict[str, Any]:
    unit = node.unit
    return {
        "code": unit.code,
        "name": unit.name_on(day),
        "level": _level(unit, day).code,
        "attached_to": unit.attached_to.code if unit.attached_to else None,
        "units": [_plain(child, day) for child in node.children],
    }


commands = [group]
