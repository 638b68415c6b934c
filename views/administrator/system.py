"""How the installation is: database, mail, the processes beside the web, the clock."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import clock
from config import ROOT, Settings
from models.base import db
from models.checkpoint import LogKey
from models.notification import UNDELIVERED, Delivery
from models.rehearsal import rehearsal
from views import health, present
from views.administrator.base import blueprint, page
from views.administrator.witness import witness
from views.policy import policy
from workflows import bounces

COUNTED = 100


@blueprint.get("/system")
@policy("administrator")
def system() -> ResponseReturnValue:
    settings: Settings = current_app.config["SETTINGS"]
    now = clock.real_now()
    beats = health.beats()
    mail = urlsplit(settings.smtp_url) if settings.smtp_url else None
    return page(
        "system",
        version=version(),
        database=_database(),
        data_dir=settings.data_dir,
        mail=f"{mail.hostname}{f':{mail.port}' if mail.port else ''}" if mail else "",
        mail_dir=settings.mail_dir,
        waiting=_deliveries("pending"),
        undelivered=_deliveries(*UNDELIVERED),
        processes=[
            (gettext("Lịch"), _sign("schedule", beats, now)),
            (gettext("Chuyển thông báo"), _sign("relay", beats, now)),
            (gettext("Ký sổ sự kiện"), _sign("signer", beats, now)),
        ],
        log_keys=log_keys(),
        witness=witness(settings, now),
        rehearsal=rehearsal(),
        instant=present.clock_words(clock.now()),
        real=present.clock_words(now),
        zone=settings.timezone,
        demo=settings.demo,
        redis_embedded=settings.redis_embedded,
    )


@cache
def version() -> str:
    """The version of this program."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def log_keys() -> list[tuple[str, str]]:
    """The keys that sign the logs, the newest first: the verifier key, and since when or till when."""
    rows = db.session.scalars(sa.select(LogKey).order_by(LogKey.id.desc()))
    return [
        (
            key.public,
            gettext("đến %(at)s", at=present.instant(key.ended_at))
            if key.ended_at
            else gettext("đang dùng, từ %(at)s", at=present.instant(key.begun_at)),
        )
        for key in rows
    ]


def _database() -> str:
    engine = db.engine
    if engine.dialect.name == "sqlite":
        return gettext("SQLite, tệp %(path)s", path=engine.url.database)
    release = ".".join(str(part) for part in engine.dialect.server_version_info or ())
    return gettext(
        "PostgreSQL %(release)s, cơ sở %(name)s trên %(host)s",
        release=release,
        name=engine.url.database,
        host=engine.url.host or "localhost",
    )


def _deliveries(*states: str) -> int:
    """How many mails are in these states, counted up to a hundred."""
    mails = sa.select(Delivery.id).where(
        Delivery.state.in_(states), Delivery.channel.in_(bounces.MAILS)
    )
    rows = mails.limit(COUNTED).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0


def _sign(name: str, beats: dict[str, datetime], now: datetime) -> tuple[str, str, str]:
    """A process's last sign of life as a badge: words, tone, glyph."""
    at = beats.get(name)
    if at is None:
        return gettext("Chưa thấy chạy lần nào"), "late", "g-late"
    if health.is_silent(at, now):
        return gettext("Im từ %(at)s", at=present.instant(at)), "late", "g-late"
    return gettext("Đang chạy, lần cuối %(at)s", at=present.instant(at)), "done", "g-ok"
