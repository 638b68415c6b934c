"""flask escalate: climb what is overdue, as the periodic sweep does every minute."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

import clock
from commands.instants import INSTANT, iso
from commands.say import fail, sentences
from models.rehearsal import rehearsal
from workflows import ladder


@click.command("escalate")
@click.option("--at", type=INSTANT, help="Như thể đang là lúc này. / As if it were this instant.")
@click.option("--dry-run", is_flag=True, help="Chỉ in ra. / Only print what would climb.")
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
@with_appcontext
def escalate(at: datetime | None, dry_run: bool, as_json: bool) -> None:
    """Đưa việc quá hạn lên cấp trên. / Climb what is overdue.

    Ngoài diễn tập, --at chỉ đi cùng --dry-run. / Outside a rehearsal --at needs --dry-run.
    """
    with sentences():
        if at is not None and not dry_run and rehearsal() is None:
            fail(
                "Ngoài diễn tập, --at chỉ dùng cùng --dry-run: không ai được đi trước giờ thật. / "
                "Outside a rehearsal --at goes only with --dry-run."
            )
        now = at or clock.now()
        climbs = [_plain(climb) for climb in ladder.due(now)] if dry_run else []
        failed: list[int] = []
        climbed = 0
        if not dry_run:
            climbed = ladder.sweep(now, failed=lambda deadline, _error: failed.append(deadline))
        if failed:
            fail(
                f"Có {len(failed)} việc chưa đưa lên được; các việc khác đã xong. / "
                f"{len(failed)} deadlines could not be climbed; the others were."
            )
    if as_json:
        click.echo(json.dumps({"at": iso(now), "climbed": climbed, "due": climbs}))
        return
    for climb in climbs:
        click.echo(
            "{from} → {to}: {action}, hạn {effective_due}".format(
                **{**climb, "to": climb["to"] or "(không còn cấp trên)"}
            )
        )
    click.echo(
        f"{len(climbs)} việc sẽ lên cấp trên. / {len(climbs)} would climb."
        if dry_run
        else f"{climbed} việc đã lên cấp trên. / {climbed} climbed."
    )


def _plain(climb: ladder.Climb) -> dict[str, Any]:
    rung = climb.rung
    return {
        "task": rung.task_id,
        "obligation": rung.obligation_id,
        "document": rung.document_id,
        "action": rung.action,
        "rung": climb.step.rung,
        "from": climb.late.code,
        "to": climb.to.code if climb.to else None,
        "effective_due": rung.effective_due.isoformat(),
        "fires_at": iso(rung.fires_at) if rung.fires_at else None,
    }


commands = [escalate]
