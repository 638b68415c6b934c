"""`flask audit export`: what an inspector takes away, made at once and into a file."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

import clock
from commands.say import fail, sentences
from models.base import db
from models.inspection import Inspection
from models.unit import Unit
from workflows.trail import export


@click.command("export")
@click.argument("path", metavar="TỆP.zip", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--unit", "codes", multiple=True, metavar="MÃ", help="Sổ của đơn vị này; lặp lại được."
)
@click.option("--inspection", "decision", metavar="SỐ", help="Phạm vi của cuộc kiểm tra này.")
@click.option("--wait", default=90, help="Số giây chờ tiến trình ký.", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Trả lời cho chương trình đọc.")
@with_appcontext
def export_file(
    path: Path, codes: tuple[str, ...], decision: str | None, wait: int, as_json: bool
) -> None:
    """Xuất sổ, văn bản, chứng minh và chương trình kiểm vào một tệp ZIP mới; 1: chưa được ký."""
    if path.exists():
        fail(f"Tệp {path} đã có. / The file {path} exists already.")
    with sentences():
        wanted = _wanted(codes, decision)
        with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".duyet-") as folder:
            plan, sealing = _made(Path(folder), wanted, wait)
            draft = Path(folder) / "all.zip"
            export.pack(Path(folder) / export.BUNDLE, draft)
            draft.rename(path)
    events = sum(log.size if log.seqs is None else len(log.seqs) for log in plan.logs)
    certified = sealing.signed and all(log.notes for log in plan.logs)
    if as_json:
        told = {"file": str(path), "logs": len(plan.logs), "events": events, "signed": certified}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(f"Đã xuất {events} sự kiện trong {len(plan.logs)} sổ vào {path}.")
        if not certified:
            click.echo(
                "Chưa được ký đủ: chạy tiến trình ký (hoặc flask audit checkpoint) rồi xuất lại."
            )
    if not certified:
        raise SystemExit(1)


def _wanted(codes: tuple[str, ...], decision: str | None) -> export.Wanted:
    if bool(codes) == bool(decision):
        fail("Ghi --unit hoặc --inspection, một trong hai. / Name --unit or --inspection.")
    if decision:
        found = db.session.scalar(
            sa.select(Inspection).where(Inspection.decision_number == decision)
        )
        if found is None:
            fail(f"Không có cuộc kiểm tra nào theo quyết định số {decision}. / No such inspection.")
        assert found is not None
        return export.Wanted(tuple(row.unit for row in found.units), found)
    rows = sa.select(Unit).where(Unit.code.in_(codes)).order_by(Unit.id)
    units = tuple(db.session.scalars(rows))
    if missing := sorted(set(codes) - {unit.code for unit in units}):
        fail(f"Không có đơn vị mang mã {', '.join(missing)}. / No such unit.")
    return export.Wanted(units)


def _made(folder: Path, wanted: export.Wanted, wait: int) -> tuple[export.Plan, export.Sealing]:
    plan = export.prepare(folder, wanted, clock.now())
    for step in export.steps(folder, plan, wanted, goes_on=lambda: None):
        step.run()
    until = time.monotonic() + wait
    while True:
        db.session.rollback()
        sealing = export.seal(
            folder / export.BUNDLE, plan, export.about(wanted, plan), clock.real_now()
        )
        if sealing.signed or not sealing.key or time.monotonic() >= until:
            return plan, sealing
        time.sleep(0.5)
