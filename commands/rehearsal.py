"""flask rehearsal: live at another time, and move it forward."""

from __future__ import annotations

import json
from datetime import datetime

import click
from flask.cli import AppGroup

import clock
from commands.instants import INSTANT, iso
from commands.say import sentences
from models.rehearsal import rehearsal
from workflows import rehearsal as clockwork

group = AppGroup("rehearsal", help="Đồng hồ diễn tập. / The rehearsal clock.")


@group.command("begin")
@click.option("--at", type=INSTANT, required=True, help="Thời điểm bắt đầu. / Where it begins.")
def begin(at: datetime) -> None:
    """Sống ở thời điểm khác; chỉ khi chưa có sự kiện. / Only while there are no events."""
    with sentences():
        clockwork.begin(at, real_now=clock.real_now())
    click.echo(f"Diễn tập bắt đầu lúc {iso(at)}. / The rehearsal begins.")


@group.command("advance")
@click.argument("to", type=INSTANT, metavar="ISO")
def advance(to: datetime) -> None:
    """Đi tới, qua mọi thời điểm có việc đến hạn. / Forward, visiting each instant that is due."""
    with sentences():
        journey = clockwork.advance(to, real_now=clock.real_now)
    click.echo(
        f"Đang là {iso(to)}; đã qua {journey.instants} thời điểm có việc đến hạn, "
        f"{journey.climbed} việc lên cấp trên. / "
        f"{journey.instants} instants visited, {journey.climbed} rungs climbed."
    )


@group.command("status")
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
def status(as_json: bool) -> None:
    """Đang là lúc nào. / What time it is."""
    with sentences():
        row, now = rehearsal(), clock.now()
    if as_json:
        answer = {
            "running": row is not None,
            "now": iso(now),
            "begun_at": iso(row.begun_at) if row else None,
            "frozen": bool(row and row.frozen_at),
            "offset_seconds": row.offset_seconds if row else 0,
        }
        click.echo(json.dumps(answer))
    elif row is None:
        click.echo(f"Không diễn tập: giờ thật, {iso(now)}. / No rehearsal: real time.")
    else:
        still = " (đồng hồ đang đứng yên / standing still)" if row.frozen_at else ""
        click.echo(
            f"Đang diễn tập: {iso(now)}{still}, bắt đầu từ {iso(row.begun_at)}. / A rehearsal runs."
        )


commands = [group]
