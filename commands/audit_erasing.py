"""`flask audit erase`: what is a person's own goes, on request or at the end of its term; the proofs
stay."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask.cli import with_appcontext

import clock
from commands.people import person_with
from commands.say import sentences
from workflows.erasing import Erased, erase_due, erase_person


@click.command("erase")
@click.argument("login", required=False)
@click.option("--due", is_flag=True, help="Mọi văn bản cá nhân đã hết thời hạn giữ (lịch tự làm).")
@click.option("--by", "by", help="Tài khoản của người xóa theo yêu cầu.")
@click.option("--reason", default="", help="Vì sao xóa: đơn nào, ngày nào.")
@click.option("--dry-run", is_flag=True, help="Chỉ đếm, không xóa gì.")
@click.option("--json", "as_json", is_flag=True, help="Trả lời cho chương trình đọc.")
@with_appcontext
def erase(
    login: str | None, due: bool, by: str | None, reason: str, dry_run: bool, as_json: bool
) -> None:
    """Xóa nội dung cá nhân của LOGIN theo yêu cầu, hoặc (--due) những gì đã hết thời hạn giữ.

    Văn bản thuộc phạm vi đang niêm giữ để kiểm tra thì không xóa. Sổ ghi một sự kiện, mọi chứng minh
    vẫn đúng.
    """
    if due == (login is not None) or (login is not None and by is None):
        raise click.UsageError("Nêu LOGIN và --by, hoặc chỉ --due.")
    with sentences():
        if login is not None and by is not None:
            done = erase_person(
                person_with(login),
                actor=person_with(by),
                now=clock.now(),
                reason=reason,
                dry_run=dry_run,
            )
        else:
            done = erase_due(clock.now(), dry_run=dry_run)
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, **asdict(done)}))
    else:
        click.echo(_sentence(done, dry_run))


def _sentence(done: Erased, dry_run: bool) -> str:
    held = f" {done.held} mục đang niêm giữ, chưa xóa." if done.held else ""
    return (
        f"{'Sẽ xóa' if dry_run else 'Đã xóa'} {done.texts} bản nội dung của {done.documents} văn "
        f"bản cá nhân, lời ghi của {done.obligations} việc không còn văn bản, {done.payloads} phần "
        f"riêng của sự kiện, {done.files} tệp.{held}"
    )
