"""flask campaign: what is asked of whom, from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

import clock
from commands.instants import iso
from commands.say import fail, sentence, sentences
from models.base import transaction
from workflows import campaigns
from workflows.campaigns import Amendment, Finding, Preview, Progress
from workflows.tables import FileError

group = AppGroup("campaign", help="Đợt học tập và làm theo. / Campaigns.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
AS_JSON = click.option(
    "--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs."
)
SAID = {"error": "lỗi / error", "warn": "nên xem / warning", "info": "cho biết / note"}


@group.command("check")
@click.argument("file", type=FILE)
@AS_JSON
def check(file: Path, as_json: bool) -> None:
    """Xét một tệp, không cần cơ sở dữ liệu. / Contradictions of a file; needs no database.

    Mã thoát 1 khi có lỗi. / Status 1 when there is an error; warnings leave it at 0.
    """
    try:
        spec = campaigns.parse(_text(file), file=file.name)
    except FileError as error:
        if as_json:
            said = {"file": file.name, "sound": False, "key": error.key, "wrong": error.wrong}
            click.echo(json.dumps(said, ensure_ascii=False))
        fail(str(error))
    found = campaigns.check(campaigns.draft_of(spec))
    bad = campaigns.errors(found)
    if as_json:
        answer = {
            "file": file.name,
            "sound": not bad,
            "campaign": spec.code,
            "requirements": len(spec.requirements),
            "findings": [_finding(one) for one in found],
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _say(file, [one for one in found if one.level != "error"])
    if bad:
        fail("\n".join(_line(file, one) for one in bad))
    if not as_json:
        click.echo(
            f"{file.name}: đợt {spec.code} đọc được, {len(spec.requirements)} yêu cầu. / "
            f"The campaign reads well, {len(spec.requirements)} requirements."
        )


@group.command("preview")
@click.argument("file", type=FILE)
@AS_JSON
def preview(file: Path, as_json: bool) -> None:
    """Mở ra thì ai phải làm gì, đến bao giờ. / What opening it would bring; writes nothing."""
    with sentences():
        try:
            seen = campaigns.preview(_text(file), file=file.name, now=clock.now())
        except FileError as error:
            fail(str(error))
    if as_json:
        click.echo(json.dumps(_preview(seen), ensure_ascii=False))
    else:
        _say(file, [one for one in seen.findings if one.level != "error"])
        _tell(seen)
    if not seen.ready:
        fail("\n".join(_line(file, one) for one in campaigns.errors(seen.findings)))


@group.command("open")
@click.argument("file", type=FILE)
@AS_JSON
def open_file(file: Path, as_json: bool) -> None:
    """Mở đợt: mọi đơn vị có việc phải làm. / Open it: everybody owes what it asks.

    Bị ngắt giữa chừng thì chạy lại để mở tiếp. / Interrupted, it goes on when run again.
    """
    with sentences():
        try:
            with transaction():
                campaign = campaigns.begin(_text(file), file=file.name, actor=None, now=clock.now())
                ident, code = campaign.id, campaign.code
        except FileError as error:
            fail(str(error))
        progress = campaigns.go_on(ident, clock.now, tell=None if as_json else _progress)
    if as_json:
        click.echo(
            json.dumps({"campaign": code, "open": progress.finished, "obligations": progress.done})
        )
        return
    click.echo(
        f"Đã mở đợt {code}: {progress.done} việc phải làm. / "
        f"Opened {code}: {progress.done} obligations."
    )


@group.command("amend")
@click.argument("file", type=FILE)
@click.option("--apply", "write", is_flag=True, help="Ghi các thay đổi. / Make the changes.")
@AS_JSON
def amend(file: Path, write: bool, as_json: bool) -> None:
    """Tệp này đổi gì ở đợt đang chạy. / What this file changes in the open campaign of its code.

    Chỉ đổi những gì còn dở; không có --apply thì chỉ in ra. / Only what is open changes; without
    --apply nothing does.
    """
    with sentences():
        try:
            source, now = _text(file), clock.now()
            if write:
                with transaction():
                    found = campaigns.amend(source, file=file.name, actor=None, now=now)
            else:
                found = campaigns.look(source, file=file.name, now=now)
        except FileError as error:
            fail(str(error))
    if as_json:
        click.echo(json.dumps({**_amendment(found), "applied": write}, ensure_ascii=False))
    else:
        _say(file, [one for one in found.findings if one.level != "error"])
        _tell_amendment(found)
        click.echo(
            "Đã ghi. / Done." if write else "Chưa ghi; thêm --apply. / Not done; add --apply."
        )
    if bad := campaigns.errors(found.findings):
        fail("\n".join(_line(file, one) for one in bad))


@group.command("list")
@AS_JSON
def list_all(as_json: bool) -> None:
    """Các đợt và trạng thái. / The campaigns and how far they are."""
    with sentences():
        rows = [
            {
                "code": campaign.code,
                "title": campaign.title,
                "year": campaign.year,
                "state": campaigns.state_of(campaign),
                "percent": campaigns.progress_of(campaign.id).percent,
                "opened_at": iso(campaign.opened_at) if campaign.opened_at else None,
            }
            for campaign in campaigns.all_campaigns()
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("{code}  {state} {percent} %  {title}".format(**row))
    if not rows:
        click.echo("Chưa có đợt nào. / There is no campaign yet.")


def _progress(progress: Progress) -> None:
    click.echo(f"  {progress.percent} %: {progress.done}/{progress.total}", err=True)


def _tell(seen: Preview) -> None:
    for row in seen.asked:
        who = ", ".join(f"{level} {number}" for level, number in row.levels.items())
        if row.due is None:
            until = "tính từ kế hoạch / from the plan"
        elif row.due.nominal == row.due.effective:
            until = f"{row.due.effective:%d/%m/%Y}"
        else:
            until = f"{row.due.nominal:%d/%m/%Y} → {row.due.effective:%d/%m/%Y}"
        click.echo(f"{row.requirement.code:<14} {until:<26} {who or '0'}")
    click.echo(f"{seen.total} việc khi mở. / {seen.total} obligations at the opening.")
    for week in seen.weeks:
        click.echo(
            f"{week.monday:%d/%m/%Y} {week.unit}: {week.decide} để quyết định / to decide, "
            f"{week.receive} để tiếp nhận / to receive"
        )
    for climb in seen.climbs:
        if climb.rung > 0:
            click.echo(
                f"{iso(climb.at)} E{climb.rung} {climb.requirement} → {climb.to}: {climb.number}"
            )


def _amendment(found: Amendment) -> dict[str, Any]:
    return {
        "campaign": found.spec.code,
        "findings": [_finding(one) for one in found.findings],
        "fields": found.fields,
        "themes": found.themes,
        "added": [{"requirement": code, "obligations": n} for code, n in found.added],
        "ended": [{"requirement": code, "obligations": n} for code, n in found.ended],
        "moved": [
            {
                "requirement": one.code,
                "from": one.old.effective.isoformat() if one.old else None,
                "to": one.new.effective.isoformat() if one.new else None,
                "obligations": one.number,
            }
            for one in found.moved
        ],
        "changed": found.changed,
    }


def _tell_amendment(found: Amendment) -> None:
    for code, number in found.added:
        click.echo(f"+ {code}: {number} việc mới / new obligations")
    for code, number in found.ended:
        click.echo(f"- {code}: {number} việc bỏ / fall away")
    for one in found.moved:
        days = " → ".join(f"{due.effective:%d/%m/%Y}" if due else "…" for due in (one.old, one.new))
        click.echo(f"~ {one.code}: {days}, {one.number} việc còn dở / open obligations")
    for code in found.changed:
        click.echo(f"~ {code}")
    for words in [*found.fields, *(["chủ đề riêng"] if found.themes else [])]:
        click.echo(f"~ {words}")
    if found.nothing:
        click.echo("Không có gì thay đổi. / Nothing changes.")


def _preview(seen: Preview) -> dict[str, Any]:
    return {
        "campaign": seen.spec.code,
        "sound": seen.ready,
        "findings": [_finding(one) for one in seen.findings],
        "obligations": seen.total,
        "requirements": [
            {
                "code": row.requirement.code,
                "kind": row.requirement.kind,
                "owes": row.requirement.owes,
                "levels": row.levels,
                "obligations": row.number,
                "nominal_due": row.due.nominal.isoformat() if row.due else None,
                "effective_due": row.due.effective.isoformat() if row.due else None,
            }
            for row in seen.asked
        ],
        "weeks": [
            {
                "monday": week.monday.isoformat(),
                "unit": week.unit,
                "decide": week.decide,
                "receive": week.receive,
            }
            for week in seen.weeks
        ],
        "escalations": [
            {
                "requirement": climb.requirement,
                "rung": climb.rung,
                "at": iso(climb.at),
                "to": climb.to,
                "obligations": climb.number,
            }
            for climb in seen.climbs
        ],
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "code": one.code,
        "level": one.level,
        "key": one.key,
        "wrong": sentence(one.wrong),
        "change": sentence(one.change),
    }


def _say(file: Path, found: list[Finding]) -> None:
    for one in found:
        click.echo(_line(file, one))


def _line(file: Path, one: Finding) -> str:
    said = f"{sentence(one.wrong)} {sentence(one.change)}"
    return f"{file.name}: {one.key}: [{one.code}, {SAID[one.level]}] {said}"


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        fail(f"{file.name}: không phải UTF-8. / It is not UTF-8.")


commands = [group]
