"""`flask audit checkpoint|rotate-key|receipt`: what signs the trail, and what can be shown by it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

import clock
from commands.people import person_with
from commands.say import fail, sentences
from config import Settings
from models.base import db
from workflows.trail import keys, proof, rotation, signing
from workflows.trail.note import NotANote, parse_key
from workflows.trail.seen import mismatches


def _folder() -> keys.KeyFolder:
    settings: Settings = current_app.config["SETTINGS"]
    return keys.KeyFolder(settings.key_dir)


@click.command("checkpoint")
@click.option("--json", "as_json", is_flag=True, help="Trả lời cho chương trình đọc.")
@with_appcontext
def checkpoint(as_json: bool) -> None:
    """Ký ngay mọi sổ đã dài thêm; 0: đều khớp, 1: có sổ sai lệch, không được ký."""
    with sentences():
        try:
            done = signing.sign_round(_folder(), now=clock.real_now())
        except keys.KeyTrouble as trouble:
            fail(str(trouble))
        except (OSError, sqlite3.Error) as error:
            fail(f"Không dùng được thư mục khóa: {error}. / KEY_DIR cannot be used: {error}.")
        wrong = mismatches(db.session())
    if as_json:
        key = keys.current(db.session())
        answer = {
            "signed": done.signed,
            "orders": done.orders,
            "key": key and key.public,
            "mismatches": [one._asdict() | {"since": one.since.isoformat()} for one in wrong],
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(f"Đã ký {done.signed} sổ, {done.orders} yêu cầu.")
        for one in wrong:
            click.echo(f"Có sai lệch: sổ của {one.code} từ sự kiện số {one.seq} ({one.kind}).")
    if wrong:
        raise SystemExit(1)


@click.command("rotate-key")
@click.option("--by", "login", help="Tài khoản của người thay khóa.")
@click.option("--reason", default="", help="Vì sao thay khóa.")
@click.option(
    "--anew",
    is_flag=True,
    help="Khóa cũ đã mất, hoặc đã khôi phục từ bản sao cũ: bắt đầu khóa mới mang tên mới.",
)
@with_appcontext
def rotate_key(login: str | None, reason: str, anew: bool) -> None:
    """Thay khóa ký sổ; sự kiện thay khóa mang chữ ký của cả hai khóa. In ra khóa kiểm tra mới."""
    with sentences():
        try:
            row = rotation.rotate(
                _folder(),
                actor=person_with(login) if login else None,
                now=clock.now(),
                real_now=clock.real_now(),
                reason=reason,
                anew=anew,
            )
        except keys.KeyTrouble as trouble:
            fail(str(trouble))
        except OSError as error:
            fail(f"Không dùng được thư mục khóa: {error}. / KEY_DIR cannot be used: {error}.")
    click.echo(row.public)


@click.command("receipt")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", "public", multiple=True, help="Khóa kiểm tra tin cậy; không nêu: khóa đã biết."
)
@with_appcontext
def receipt(file: Path, public: tuple[str, ...]) -> None:
    """Kiểm tra một giấy xác nhận; 0: đúng. Có --key thì không cần cơ sở dữ liệu."""
    try:
        ring = [parse_key(text) for text in public] or keys.known(db.session())
        found = proof.opened(file.read_text(), ring)
    except (NotANote, UnicodeDecodeError) as error:
        fail(f"Giấy xác nhận không đúng: {error}.")
    except SQLAlchemyError:
        fail("Không đọc được khóa trong cơ sở dữ liệu: nêu khóa tin cậy bằng --key.")
    tree = found.checkpoint
    click.echo(
        f"Đúng: sự kiện số {found.seq} ({found.stated['action']}) có trong {tree.origin} "
        f"khi sổ có {tree.size} sự kiện."
    )
