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
@click.option(
    "--hashes-only",
    is_flag=True,
    help="Chỉ tính lại mã băm của từng sổ, nhanh hơn nhiều lần; không xét cột, nội dung, văn bản.",
)
def verify(as_json: bool, hashes_only: bool) -> None:
    """Tính lại toàn bộ sổ; 0: nguyên vẹn, 1: có sai lệch."""
    report = trail.verify(db.session(), hashes_only=hashes_only)
    if as_json:
        click.echo(json.dumps(_as_data(report), ensure_ascii=False, indent=2))
    else:
        for sentence in _sentences(report, hashes_only):
            click.echo(sentence)
    if not report.whole:
        raise SystemExit(1)


def _sentences(report: trail.Report, hashes_only: bool) -> list[str]:
    looked_at = f"đã tính lại {report.events} sự kiện trong {report.logs} sổ"
    if hashes_only:
        looked_at += "; chưa xét cột, nội dung, văn bản."
    else:
        looked_at += f", {report.documents} văn bản."
    if report.first is None:
        return [f"{'Mã băm nguyên vẹn' if hashes_only else 'Nguyên vẹn'}: {looked_at}"]
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
