"""`flask audit`: is the trail as it was written?"""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from models.base import db
from workflows import trail

group = AppGroup("audit", help="Kiểm tra sổ sự kiện.")


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Trả lời cho chương trình đọc.")
def verify(as_json: bool) -> None:
    """Tính lại toàn bộ sổ; 0: nguyên vẹn, 1: có sai lệch."""
    report = trail.verify(db.session())
    if as_json:
        click.echo(json.dumps(_as_data(report), ensure_ascii=False, indent=2))
    else:
        for sentence in _sentences(report):
            click.echo(sentence)
    if not report.whole:
        raise SystemExit(1)


def _sentences(report: trail.Report) -> list[str]:
    looked_at = (
        f"đã tính lại {report.events} sự kiện trong {report.logs} sổ, {report.documents} văn bản."
    )
    if report.first is None:
        return [f"Nguyên vẹn: {looked_at}"]
    others = [f"  - {fault}" for fault in report.faults[1:]]
    heading = ["Còn thấy:"] if others else []
    return [f"Có sai lệch: {report.first}", *heading, *others, looked_at.capitalize()]


def _as_data(report: trail.Report) -> dict[str, object]:
    return {
        "whole": report.whole,
        "logs": report.logs,
        "events": report.events,
        "documents": report.documents,
        "faults": [
            {
                "unit": fault.unit,
                "seq": fault.seq,
                "document": fault.document,
                "detail": str(fault),
            }
            for fault in report.faults
        ],
    }


commands = [group]
