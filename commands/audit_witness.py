"""`flask audit witness|watch`: what superiors saw of the logs below them."""

from __future__ import annotations

import json
import sqlite3

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

import clock
from commands.say import fail, sentences
from config import Settings
from models.base import db
from models.unit import Unit, unit_by_code
from workflows.trail import keys
from workflows.trail.note import Key, NotANote, parse_key
from workflows.trail.witness.adding import BEHIND, MALFORMED, REWRITTEN, UNKNOWN, UNSIGNED
from workflows.trail.witness.asking import AWAY, FALSE, GAP
from workflows.trail.witness.cosignature import key_of
from workflows.trail.witness.evidence import conflicts
from workflows.trail.witness.near import witness_elsewhere
from workflows.trail.witness.settling import settle
from workflows.trail.witness.store import Store, opened

WHY = {
    AWAY: "nơi chứng kiến không trả lời",
    UNKNOWN: "nơi chứng kiến không biết máy chủ này; nhờ chạy flask audit watch ở đó",
    UNSIGNED: "nơi chứng kiến không biết khóa đang ký; nhờ chạy flask audit watch ở đó với khóa mới",
    MALFORMED: "nơi chứng kiến không đọc được điểm kiểm tra",
    FALSE: "chữ ký trả về không phải của WITNESS_KEY",
    GAP: "sổ thiếu sự kiện, không lập được chứng minh; chạy flask audit verify",
    BEHIND: "sổ ngắn hơn điều nơi chứng kiến đã thấy",
    REWRITTEN: "sổ khác với điều nơi chứng kiến đã thấy",
}


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@click.command("witness")
@click.option("--json", "as_json", is_flag=True, help="Trả lời cho chương trình đọc.")
@with_appcontext
def witness(as_json: bool) -> None:
    """Ký và cho cấp trên chứng kiến ngay mọi sổ; 0: đều khớp, 1: có sổ không được chứng kiến."""
    settings = _settings()
    with sentences():
        try:
            done = settle(
                keys.KeyFolder(settings.key_dir),
                settings.witness_dir,
                elsewhere=witness_elsewhere(settings.witness_url, settings.witness_key),
                real_now=clock.real_now(),
                now=clock.now(),
            )
        except keys.KeyTrouble as trouble:
            fail(str(trouble))
        except (OSError, sqlite3.Error, NotANote) as error:
            fail(f"Không dùng được WITNESS_DIR: {error}. / WITNESS_DIR cannot be used: {error}.")
        found = conflicts()
    if as_json:
        evidence = [{"origin": one.origin, "kind": one.kind} for one in found]
        answer = {
            "cosigned": done.cosigned,
            "stated": done.stated,
            "refused": len(done.faults),
            "conflicts": evidence,
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(f"Đã chứng kiến {done.cosigned} sổ; {done.stated} đơn vị ghi vào sổ của mình.")
        codes = dict(db.session.execute(sa.select(Unit.id, Unit.code)).all()) if done.faults else {}
        for unit_id, fault in done.faults.items():
            click.echo(f"Sổ {codes[unit_id]} không được chứng kiến: {WHY[fault]}.")
        for one in found:
            click.echo(f"Có sai lệch: sổ {one.origin} ({one.kind}), bằng chứng giữ từ {one.at}.")
    if done.faults or found:
        raise SystemExit(1)


@click.command("watch")
@click.argument("key", required=False)
@click.option("--unit", help="Mã đơn vị ở đây là cấp trên của nơi gửi.")
@click.option("--label", default="", help="Tên nơi gửi, để người đọc nhận ra.")
@click.option("--end", is_flag=True, help="Thôi chứng kiến sổ do KEY ký; điều đã thấy vẫn giữ.")
@with_appcontext
def watch(key: str | None, unit: str | None, label: str, end: bool) -> None:
    """Từ nay chứng kiến sổ do KEY ký ở máy chủ khác; không có KEY thì in khóa của nơi chứng kiến này."""
    settings = _settings()
    with sentences(), opened(settings.witness_dir) as store:
        if key is None:
            click.echo(key_of(store.signer).text)
            return
        if end:
            _end(store, key)
            return
        if not unit or unit_by_code(unit) is None:
            fail(
                "Cần --unit với mã của một đơn vị ở đây. / --unit must be the code of a unit here."
            )
        store.watch(_key(key), unit=unit, label=label)
    click.echo(f"Từ nay {unit} chứng kiến {label or key}.")


def _key(text: str) -> Key:
    try:
        return parse_key(text)
    except NotANote as error:
        fail(f"Khóa không đọc được ({error}). / The key cannot be read ({error}).")


def _end(store: Store, key: str) -> None:
    if not store.unwatch(_key(key)):
        fail("Khóa này không được chứng kiến ở đây. / This key is not watched here.")
    click.echo("Thôi chứng kiến sổ do khóa này ký; điều đã thấy vẫn giữ.")
