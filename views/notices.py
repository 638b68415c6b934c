"""Notices: what waits and what happened, each told once. Opening one marks it read."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.kinds import PERSONAL
from models.notification import Notification
from views import present
from views.forms import after_id
from views.loaders import viewer
from views.notice_words import Behind, behind, leads, target, words
from views.policy import policy
from views.preferences import topic_words
from workflows.calendar import ONE_DAY

blueprint = Blueprint("notices", __name__, url_prefix="/notifications")

PAGE = 25


@blueprint.get("")
@policy("signed_in")
def index() -> str:
    query = (
        sa.select(Notification)
        .options(joinedload(Notification.document), joinedload(Notification.event))
        .where(Notification.person_id == viewer().id)
        .order_by(Notification.id.desc())
        .limit(PAGE + 1)
    )
    after = after_id()
    if after is not None:
        query = query.where(Notification.id < after)
    found = list(db.session.scalars(query))
    shown = found[:PAGE]
    about = behind(shown)
    return render_template(
        "notices/index.html",
        days=[
            {"words": heading, "rows": [_row(note, about) for note in notes]}
            for heading, notes in groupby(shown, key=_day_words)
        ],
        any_unread=any(note.read_at is None for note in shown),
        next_url=url_for("notices.index", after=shown[-1].id) if len(found) > PAGE else None,
        first_url=url_for("notices.index") if after is not None else "",
    )


def _day_words(note: Notification) -> str:
    today, day = present.local_day(clock.now()), present.local_day(note.created_at)
    if day == today:
        return gettext("Hôm nay")
    return gettext("Hôm qua") if day == today - ONE_DAY else present.long_day(day)


def _row(note: Notification, about: Behind) -> dict[str, Any]:
    document = note.document
    return {
        "id": note.id,
        "text": words(note, about),
        "topic": topic_words(note.topic)[0],
        "about": document.title if document is not None and document.kind not in PERSONAL else "",
        "when": f"{present.local(note.created_at):%H:%M}",
        "iso": present.iso(note.created_at),
        "unread": note.read_at is None,
        "leads": leads(note, about),
    }


@blueprint.post("/<id:notice_id>")
@policy("signed_in")
def open_one(notice_id: int) -> Response:
    """Marks it read and leads to what it is about; with `stay`, back to the list."""
    me, now = viewer().id, clock.now()
    with transaction() as session:
        note = session.scalar(
            sa.select(Notification).where(
                Notification.id == notice_id, Notification.person_id == me
            )
        )
        if note is None:
            abort(404)
        note.read_at = note.read_at or now
    if request.form.get("stay"):
        return redirect(url_for("notices.index"), 303)
    note = db.session.get_one(Notification, notice_id)
    return redirect(target(note) or url_for("desk.index"), 303)


@blueprint.post("/read")
@policy("signed_in")
def read_all() -> Response:
    me, now = viewer().id, clock.now()
    with transaction() as session:
        session.execute(
            sa.update(Notification)
            .where(Notification.person_id == me, Notification.read_at.is_(None))
            .values(read_at=now)
        )
    return redirect(url_for("notices.index"), 303)
