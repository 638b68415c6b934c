"""flask workflow: definitions of the three kinds, read, published, drawn."""

from __future__ import annotations

import json
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import AppGroup

import clock
from commands.instants import iso
from commands.say import fail, sentences
from models.base import db, transaction
from models.definition import Definition
from models.document import KINDS
from workflows import definition

group = AppGroup("workflow", help="Quy trình. / Workflow definitions.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group.command("check")
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
def check(file: Path, as_json: bool) -> None:
    """Đọc thử một tệp, không cần cơ sở dữ liệu. / Read a file; needs no database."""
    spec, wrong = _parsed(file)
    if as_json:
        answer = {"file": file.name, "sound": wrong is None, "kind": spec.kind if spec else None}
        if wrong is not None:
            answer |= {"key": wrong.key, "wrong": wrong.wrong}
        click.echo(json.dumps(answer, ensure_ascii=False))
    if wrong is not None:
        fail(str(wrong))
    if spec is not None and not as_json:
        click.echo(
            f"{file.name}: {spec.label['vi']}, {len(spec.states)} trạng thái, "
            f"{len(spec.actions)} việc; đọc được. / It reads well."
        )


@group.command("publish")
@click.argument("files", nargs=-1, type=FILE, metavar="[FILE]…")
@click.option("--json", "as_json", is_flag=True, help="Cho chương trình đọc. / For programs.")
def publish(files: tuple[Path, ...], as_json: bool) -> None:
    """Công bố; không nêu tệp thì là ba quy trình có sẵn. / Publish; default: the shipped ones.

    Công bố lại y nguyên thì không đổi gì. / Publishing the same text again changes nothing.
    """
    chosen = files or tuple(definition.SHIPPED / f"{kind}.toml" for kind in KINDS)
    answers = []
    with sentences():
        try:
            with transaction():
                for file in chosen:
                    row, new = definition.publish(
                        file.read_text("utf-8"), file=file.name, now=clock.now()
                    )
                    answers.append({"kind": row.kind, "version": row.version, "new": new})
        except (definition.DefinitionError, UnicodeDecodeError) as error:
            fail(str(error))
    if as_json:
        click.echo(json.dumps(answers))
        return
    for answer in answers:
        said = "đã công bố / published" if answer["new"] else "không đổi / unchanged"
        click.echo(f"{answer['kind']} {answer['version']}: {said}")


@group.command("diagram")
@click.argument("kind", type=click.Choice(KINDS))
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


def _parsed(file: Path) -> tuple[definition.Spec | None, definition.DefinitionError | None]:
    try:
        return definition.parse(file.read_text("utf-8"), file=file.name), None
    except UnicodeDecodeError:
        return None, definition.DefinitionError(file.name, "file", "is not UTF-8")
    except definition.DefinitionError as error:
        return None, error


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
