"""`flask audit`: is the trail as it was written?"""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from commands.audit_erasing import erase
from commands.audit_export import export_file
from commands.audit_signing import checkpoint, receipt, rotate_key
from commands.audit_witness import watch, witness
from models.base import db
from workflows import trail
from workflows.trail.rebuild import Rebuilt, rebuild

group = AppGroup("audit", help="Kiểm tra sổ sự kiện.")


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Trả lời cho chương trình đọc.")
@click.option(
    "--hashes-only",
    is_flag=True,
    help="Chỉ tính lại mã băm của từng sổ, nhanh hơn nhiều lần; không xét cột, nội dung, văn bản.",
)
@click.option(
    "--rebuild",
    "again",
    is_flag=True,
    help="Còn dựng lại chỉ từ sự kiện, rồi so với cơ sở dữ liệu: trạng thái mọi văn bản, mọi chức vụ, ủy "
    "quyền, lần nhắc việc, lần tham gia viết và việc từng cấp đã làm.",
)
def verify(as_json: bool, hashes_only: bool, again: bool) -> None:
    """Tính lại toàn bộ sổ; 0: nguyên vẹn, 1: có sai lệch."""
    report = trail.verify(db.session(), hashes_only=hashes_only)
    rebuilt = rebuild(db.session()) if again else None
    if as_json:
        data = _as_data(report) | ({"rebuilt": _as_counts(rebuilt)} if rebuilt else {})
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for sentence in _sentences(report, hashes_only):
            click.echo(sentence)
        for sentence in _of_rebuilding(rebuilt) if rebuilt else ():
            click.echo(sentence)
    if not report.whole or (rebuilt and not rebuilt.whole):
        raise SystemExit(1)


def _of_rebuilding(rebuilt: Rebuilt) -> list[str]:
    built = f"Đã dựng lại {rebuilt.documents} văn bản từ {rebuilt.events} sự kiện"
    faults = [f"  - {fault}" for fault in rebuilt.report.faults]
    if rebuilt.differing:
        built += f": {rebuilt.differing} văn bản khác với cơ sở dữ liệu."
    else:
        built += ": mọi trạng thái đều khớp."
    beside = (
        f"Đã dựng lại {rebuilt.posts} chức vụ, {rebuilt.delegations} ủy quyền, {rebuilt.rungs} lần nhắc "
        f"việc, báo quá hạn, {rebuilt.hands} lần tham gia viết, {rebuilt.stages} cấp trên đường đi của văn "
        "bản từ sự kiện"
    )
    wrong = [f"  - {fault}" for fault in rebuilt.beside.faults]
    return [built, *faults, f"{beside}: {'có sai lệch.' if wrong else 'đều khớp.'}", *wrong]


def _as_counts(rebuilt: Rebuilt) -> dict[str, object]:
    return {
        "documents": rebuilt.documents,
        "events": rebuilt.events,
        "differing": rebuilt.differing,
        "faults": _faults(rebuilt.report),
        "posts": rebuilt.posts,
        "delegations": rebuilt.delegations,
        "rungs": rebuilt.rungs,
        "hands": rebuilt.hands,
        "stages": rebuilt.stages,
        "beside": _faults(rebuilt.beside),
    }


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
        "faults": _faults(report),
    }


def _faults(report: trail.Report) -> list[dict[str, object]]:
    return [
        {
            "unit": fault.unit,
            "seq": fault.seq,
            "document": fault.document,
            "detail": str(fault),
        }
        for fault in report.faults
    ]


for other in (checkpoint, rotate_key, receipt, witness, watch, export_file, erase):
    group.add_command(other)

commands = [group]
