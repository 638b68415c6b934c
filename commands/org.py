"""flask org: the organisation, printed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click
from flask.cli import AppGroup

import clock
from commands.say import fail, sentence, sentences
from models.base import db
from models.unit import Level, Unit
from workflows import organisation
from workflows.calendar import local_day
from workflows.organisation import Node
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
