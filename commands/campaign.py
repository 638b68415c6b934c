"""flask campaign: what is asked of whom, from a file."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

import clock
from commands.say import fail, sentences
from models.base import transaction
from workflows import campaigns
from workflows.tables import FileError

group = AppGroup("campaign", help="Đợt học tập và làm theo. / Campaigns.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group.command("check")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Đọc thử, không cần cơ sở dữ liệu. / Read it; needs no database."""
    try:
        spec = campaigns.parse(_text(file), file=file.name)
    except FileError as error:
        fail(str(error))
    click.echo(
        f"{file.name}: đợt {spec.code} đọc được, {len(spec.requirements)} yêu cầu. / "
        f"The campaign reads well, {len(spec.requirements)} requirements."
    )


@group.command("open")
@click.argument("file", type=FILE)
def open_file(file: Path) -> None:
    """Mở đợt: mọi đơn vị có việc phải làm. / Open it: everybody owes what it asks."""
    with sentences():
        try:
            with transaction():
                campaign, created = campaigns.open_from(
                    _text(file), file=file.name, actor=None, now=clock.now()
                )
                code, number = campaign.code, created
        except FileError as error:
            fail(str(error))
    click.echo(f"Đã mở đợt {code}: {number} việc phải làm. / Opened {code}: {number} obligations.")


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        fail(f"{file.name}: không phải UTF-8. / It is not UTF-8.")


commands = [group]
