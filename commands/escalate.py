"""flask escalate: climb what is overdue, as the periodic sweep does every minute."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import click
from flask.cli import with_appcontext

import clock
from commands.instants import INSTANT, iso
from commands.say import fail, sentences
from models.base import db
from models.rehearsal import rehearsal
from workflows import ladder
from workflows.calendar import WorkingCalendar, local_day


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
        calendar, today = WorkingCalendar.of(db.session()), local_day(now)
        due = ladder.due(now) if dry_run else []
        climbs = [_plain(climb, today, calendar) for climb in due]
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
        click.echo(_line(climb))
    click.echo(
        f"{len(climbs)} bậc sẽ được báo. / {len(climbs)} rungs would climb."
        if dry_run
        else f"{climbed} bậc đã được báo. / {climbed} rungs climbed."
    )


def _line(climb: dict[str, Any]) -> str:
    """One rung in words: from whom to whom, why, and which posts hear."""
    to = climb["to"] or "(không còn cấp trên / nobody above)"
    heard = ", ".join(climb["heard_by"]) or "–"
    return (
        f"{climb['from']} → {to}: {climb['action']}, hạn / due {climb['effective_due']}, "
        f"bậc / rung {climb['rung']} ({climb['step']}), "
        f"{climb['late']} ngày làm việc / working days; {heard}"
    )


def _plain(climb: ladder.Climb, today: date, calendar: WorkingCalendar) -> dict[str, Any]:
    """Names posts and no people: of a person's lateness only that there is one."""
    rung, step = climb.rung, climb.step
    return {
        "task": rung.task_id,
        "obligation": rung.obligation_id,
        "document": rung.document_id,
        "action": rung.action,
        "rung": step.rung,
        "step": step.to,
        "from": climb.late.code,
        "to": climb.to.code if climb.to else None,
        "heard_by": sorted({holder.role for holder in climb.told}),
        "late": calendar.working_days_between(rung.effective_due, today),
        "effective_due": rung.effective_due.isoformat(),
        "fires_at": iso(rung.fires_at) if rung.fires_at else None,
    }


commands = [escalate]
