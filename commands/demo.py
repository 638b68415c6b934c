"""flask demo: an invented organisation, and a year of its life, to try Duyệt with."""

from __future__ import annotations

import click
from flask.cli import AppGroup

import clock
from commands.say import fail, sentences
from config import ROOT
from workflows import demo
from workflows.rehearsal import written
from workflows.tables import FileError

CAMPAIGNS = ROOT / "campaigns"
SOURCES = sorted(folder.name for folder in (CAMPAIGNS / "sources").iterdir())

group = AppGroup("demo", help="Dữ liệu mẫu. / The demo.")


@group.command("load")
@click.option(
    "--organisation-only",
    is_flag=True,
    help="Chỉ đơn vị, người, chức vụ, đợt đã mở; không có văn bản. / No documents.",
)
@click.option(
    "--source",
    type=click.Choice(SOURCES),
    help="Thay cho năm 2026: một năm như ở nguồn này. / Instead of 2026: the year of this source.",
)
def load(organisation_only: bool, source: str | None) -> None:
    """Nạp dữ liệu mẫu vào cơ sở dữ liệu còn trống. / Load the demo into an empty database.

    Bắt đầu diễn tập nếu chưa có. / Begins a rehearsal unless one has begun.
    """
    with sentences():
        try:
            loaded = demo.load(
                CAMPAIGNS,
                house=f"sources/{source}" if source else "demo",
                organisation_only=organisation_only,
                real_now=clock.real_now,
            )
        except FileError as error:
            fail(f"Dữ liệu mẫu hỏng. / The demo's files are broken: {error}")
    click.echo(
        f"Đã nạp {loaded.accounts} tài khoản, {loaded.documents} văn bản; "
        f"đang là {written(loaded.at)}. / "
        f"Loaded {loaded.accounts} accounts, {loaded.documents} documents.\n"
        f"Mật khẩu chung / shared password: {demo.PASSWORD}"
    )


commands = [group]
