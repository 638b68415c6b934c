"""flask workflow: the definition of each kind, read, published, drawn, compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from flask_babel import force_locale, gettext

import clock
from commands.instants import iso
from commands.say import fail, sentence, sentences
from models.base import db, transaction
from models.definition import Definition
from models.document import GOVERNED
from workflows import definition, differences, migration, publishing, soundness
from workflows.refusal import Reason

group = AppGroup("workflow", help="Quy trình. / Workflow definitions.")
LAST_VERSION = 999_999
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group.command("check")
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
def check(file: Path, as_json: bool) -> None:
    """Xét một tệp có vững không, không cần cơ sở dữ liệu. / Is a file sound? Needs no database.

    Nêu mọi chỗ chưa vững, từng chỗ cần sửa gì; có thì mã thoát là 1. / Every fault is named with what
    to change; status 1 if there is one.
    """
    spec, found = _checked(file)
    if as_json:
        answer = {
            "file": file.name,
            "sound": not found,
            "kind": spec.kind if spec else None,
            "faults": [_as_data(fault) for fault in found],
        }
        if found:
            answer |= {"key": found[0].where, "wrong": found[0].wrong.en}
        click.echo(json.dumps(answer, ensure_ascii=False))
    if found:
        fail("\n".join(map(_with_story, found)))
    if spec is not None and not as_json:
        click.echo(
            f"{file.name}: {spec.label['vi']}, {len(spec.states)} trạng thái, "
            f"{len(spec.actions)} việc; vững. / It is sound."
        )


@group.command("publish")
@click.argument("files", nargs=-1, type=FILE, metavar="[FILE]…")
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
def publish(files: tuple[Path, ...], as_json: bool) -> None:
    """Công bố; không nêu tệp thì là ba quy trình có sẵn. / Publish; default: the shipped ones.

    Công bố lại y nguyên thì không đổi gì. / Publishing the same text again changes nothing.
    """
    chosen = files or tuple(definition.SHIPPED / f"{kind}.toml" for kind in GOVERNED)
    answers = []
    with sentences():
        try:
            with transaction():
                for file in chosen:
                    row, new = publishing.publish(_text(file), file=file.name, now=clock.now())
                    answers.append({"kind": row.kind, "version": row.version, "new": new})
        except soundness.Unsound as unsound:
            fail("\n".join(map(_with_story, unsound.faults)))
        except definition.DefinitionError as error:
            fail(str(error))
    if as_json:
        click.echo(json.dumps(answers))
        return
    for answer in answers:
        said = "đã công bố / published" if answer["new"] else "không đổi / unchanged"
        click.echo(f"{answer['kind']} {answer['version']}: {said}")


@group.command("diagram")
@click.argument("kind", type=click.Choice(GOVERNED))
def diagram(kind: str) -> None:
    """In sơ đồ Mermaid của bản mới nhất, hoặc bản có sẵn. / Print the newest version as Mermaid."""
    click.echo(definition.mermaid(_newest(kind)), nl=False)


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
def list_all(as_json: bool) -> None:
    """Các phiên bản đã công bố. / The published versions."""
    with sentences():
        rows = list(
            db.session.scalars(sa.select(Definition).order_by(Definition.kind, Definition.version))
        )
    if as_json:
        found = [
            {
                "kind": row.kind,
                "version": row.version,
                "hash": row.hash,
                "published_at": iso(row.published_at),
            }
            for row in rows
        ]
        click.echo(json.dumps(found))
        return
    for row in rows:
        click.echo(f"{row.kind} {row.version}  {row.hash[:12]}  {iso(row.published_at)}")
    if not rows:
        click.echo("Chưa công bố quy trình nào. / Nothing is published yet.")


@group.command("compare")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
def compare(old: str, new: str, as_json: bool) -> None:
    """So hai quy trình: tệp, hoặc LOẠI:SỐ như plan:1. / Compare two: files, or KIND:VERSION."""
    with sentences():
        found = differences.differences(_named(old), _named(new))
    if as_json:
        rows = [
            {
                "where": d.where,
                "field": d.field,
                "change": d.change,
                "old": d.before,
                "new": d.after,
            }
            for d in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for difference in found:
        click.echo(_told(difference))
    if not found:
        click.echo("Không khác gì. / No difference.")


@group.command("migrate")
@click.argument("kind", type=click.Choice(GOVERNED))
@click.argument("old", type=click.IntRange(1, LAST_VERSION), metavar="FROM")
@click.argument("new", type=click.IntRange(1, LAST_VERSION), metavar="TO")
@click.option("--map", "pairs", multiple=True, metavar="CŨ=MỚI", help="Trạng thái thay. / old=new.")
@click.option("--apply/--dry-run", "really", required=True, help="Làm, hay chỉ xem. / Do, or look.")
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
def migrate(
    kind: str, old: int, new: int, pairs: tuple[str, ...], really: bool, as_json: bool
) -> None:
    """Đưa văn bản đang làm sang bản quy trình khác. / Move running documents to another version.

    Tất cả hoặc không văn bản nào; không ai được thêm hạn. / All or none; nobody gets time anew.
    """
    states = _pairs(pairs)
    with sentences():
        if really:
            with transaction():
                planned = migration.apply(kind, old, new, states, actor=None, now=clock.now())
        else:
            planned = migration.moves(kind, old, new, states)
        rows = [
            {
                "document": move.document.id,
                "unit": move.document.unit.code,
                "from": move.before,
                "to": move.after,
                "obstacle": sentence(move.obstacle) if move.obstacle else None,
            }
            for move in planned
        ]
    obstacles = [row["obstacle"] for row in rows if row["obstacle"]]
    if as_json:
        click.echo(json.dumps({"applied": really, "moves": rows}, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"{row['document']}  {row['unit']}  {row['from']} → {row['to']}")
        said = "đã chuyển / moved" if really else "sẽ chuyển / would move"
        click.echo(f"{len(rows) - len(obstacles)} văn bản {said}")
    if obstacles:
        fail("\n".join(map(str, obstacles)))


def _pairs(pairs: tuple[str, ...]) -> dict[str, str]:
    """`--map old=new` as a table."""
    states: dict[str, str] = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not (old and equals and new) or old in states:
            raise click.UsageError(
                f"--map “{pair}”: ghi cũ=mới, mỗi trạng thái một lần. / "
                "Write old=new, each state once."
            )
        states[old] = new
    return states


SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def _told(difference: differences.Difference) -> str:
    """`~ states.submitted within: 5 → 7`, `- actions.approve[at_issuer] guards: complete`."""
    sign = SIGNS[difference.change]
    where = " ".join(filter(None, (difference.where, difference.field)))
    if not difference.field:
        return f"{sign} {where}"
    shown = [_shown(v) for v in (difference.before, difference.after) if v is not None]
    return f"{sign} {where}: {' → '.join(shown)}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return " / ".join(map(str, value.values()))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _named(text: str) -> definition.Spec:
    """The definition in a file, or the published one called KIND:VERSION."""
    kind, _, version = text.partition(":")
    if kind in GOVERNED and version.isascii() and version.isdigit() and len(version) < 7:
        return definition.spec_of(_published(kind, int(version)))
    file = Path(text)
    try:
        there = file.is_file()
    except OSError:  # a name that no file can have
        there = False
    if not there:
        raise click.UsageError(
            f"“{text}”: không có tệp này; bản đã công bố ghi như plan:1. / "
            "There is no such file; a published one is written like plan:1."
        )
    try:
        return definition.parse(_text(file), file=file.name)
    except definition.DefinitionError as error:
        fail(str(error))


def _published(kind: str, version: int) -> Definition:
    row = definition.published(kind, version)
    if row is None:
        fail(f"{kind}:{version}: chưa công bố bản này. / This version is not published.")
    return row


def _checked(file: Path) -> tuple[definition.Spec | None, list[soundness.Fault]]:
    try:
        return soundness.check(file.read_text("utf-8"), file=file.name)
    except UnicodeDecodeError:
        return None, [_no_text(file)]


def _text(file: Path) -> str:
    """What stands in a file; a sentence and status 1 where it holds no text."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        fail(str(_no_text(file)))


def _no_text(file: Path) -> soundness.Fault:
    wrong = soundness.Both("chưa phải UTF-8", "is not UTF-8")
    change = soundness.Both("Ghi lại tệp bằng UTF-8", "Save the file as UTF-8")
    return soundness.Fault(file.name, None, None, wrong, change)


def _as_data(fault: soundness.Fault) -> dict[str, Any]:
    return {
        "file": fault.file,
        "where": fault.where,
        "state": fault.state,
        "action": fault.action,
        "wrong": {"vi": fault.wrong.vi, "en": fault.wrong.en},
        "change": {"vi": fault.change.vi, "en": fault.change.en},
        "story": {
            language: [_told_in(language, line) for line in fault.story]
            for language in ("vi", "en")
        },
    }


def _with_story(fault: soundness.Fault) -> str:
    """A fault, and below it how it comes about, line by line."""
    lines = [
        f"  {n}. {_told_in('vi', line)} / {_told_in('en', line)}"
        for n, line in enumerate(fault.story, 1)
    ]
    return "\n".join([str(fault), *lines])


def _told_in(language: str, reason: Reason) -> str:
    with force_locale(language):
        text = gettext(reason.text)
    params = {
        name: _told_in(language, value) if isinstance(value, Reason) else value
        for name, value in reason.params.items()
    }
    return text % params


def _newest(kind: str) -> definition.Spec:
    """The newest published definition; the shipped one where no database can be read."""
    try:
        row = definition.newest(kind)
    except sa.exc.SQLAlchemyError:
        row = None
    if row is not None:
        return definition.spec_of(row)
    file = definition.SHIPPED / f"{kind}.toml"
    return definition.parse(file.read_text("utf-8"), file=file.name)


commands = [group]
