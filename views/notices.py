"""Notices: what waits and what happened, each told once. Opening one marks it read."""

from __future__ import annotations

import json

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.document import Document
from models.notification import Notification
from views import present
from views.loaders import LARGEST, viewer
from views.policy import policy
from workflows.scope import visible_documents

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
    after = request.args.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 19:
        query = query.where(Notification.id < min(int(after), LARGEST))
    found = list(db.session.scalars(query))
    shown = found[:PAGE]
    return render_template(
        "notices/index.html",
        rows=[
            {
                "id": note.id,
                "text": words(note),
                "about": note.document.title
                if note.document is not None and note.document.kind != "commitment"
                else "",
                "when": present.instant(note.created_at),
                "iso": present.iso(note.created_at),
                "unread": note.read_at is None,
                "leads": note.document_id is not None or sitting_of(note) is not None,
            }
            for note in shown
        ],
        any_unread=any(note.read_at is None for note in shown),
        next_url=url_for("notices.index", after=shown[-1].id) if len(found) > PAGE else None,
        first_url=url_for("notices.index") if after else "",
    )


@blueprint.post("/<int:notice_id>")
@policy("signed_in")
def open_one(notice_id: int) -> Response:
    if not 0 < notice_id <= LARGEST:
        abort(404)
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
        document_id, sitting_id = note.document_id, sitting_of(note)
    if sitting_id is not None:
        return redirect(url_for("sitting.page", sitting_id=sitting_id), 303)
    if document_id is None:
        return redirect(url_for("desk.index"), 303)
    seen = db.session.scalar(
        sa.select(Document.id).where(Document.id == document_id, visible_documents(viewer(), now))
    )
    if seen is None:
        return redirect(url_for("desk.index"), 303)
    return redirect(url_for("document.page", document_id=document_id), 303)


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


def sitting_of(note: Notification) -> int | None:
    """The meeting whose minutes a notice asks to confirm."""
    if note.action != "confirm_minutes":
        return None
    found = json.loads(note.event.leaf).get("sitting")
    return found if isinstance(found, int) else None


def words(note: Notification) -> str:
    """A notice as one sentence."""
    document = note.document
    name = present.document_name(document) if document is not None else gettext("một việc")
    if note.topic == "waits":
        if note.action == "confirm_minutes":
            return gettext("Biên bản một cuộc họp chờ xác nhận.")
        return {
            "meet": gettext("Chờ đưa ra cuộc họp: %(name)s.", name=name),
            "submit": gettext("Chờ hoàn chỉnh và trình: %(name)s.", name=name),
            "review": gettext("Chờ cho ý kiến: %(name)s.", name=name),
            "approve": gettext("Chờ quyết định: %(name)s.", name=name),
            "confirm": gettext("Chờ đối chiếu, xác nhận: %(name)s.", name=name),
            "report": gettext("Chờ báo cáo lên cấp trên: %(name)s.", name=name),
            "receive": gettext("Chờ tiếp nhận: %(name)s.", name=name),
        }.get(note.action, gettext("Có việc đang chờ: %(name)s.", name=name))
    if note.topic == "returned":
        if note.action == "request_amendment":
            return gettext("Cấp trên yêu cầu sửa đổi: %(name)s.", name=name)
        return gettext("Được trả lại để bổ sung: %(name)s.", name=name)
    if note.topic == "decided":
        return {
            "review": gettext("Đã có ý kiến: %(name)s.", name=name),
            "approve": gettext("Đã được thông qua: %(name)s.", name=name),
            "confirm": gettext("Đã được xác nhận: %(name)s.", name=name),
            "revoke": gettext("Đã bị bãi bỏ: %(name)s.", name=name),
        }.get(note.action, gettext("Đã có quyết định: %(name)s.", name=name))
    if note.topic == "received":
        return gettext("Cấp trên đã tiếp nhận: %(name)s.", name=name)
    if note.topic == "due_soon":
        return gettext("Sắp đến hạn: %(name)s.", name=name)
    if note.topic == "escalated":
        if document is None or document.kind == "commitment":  # no person is named upward
            return gettext("Một việc của cấp dưới đã quá hạn, được báo lên đây.")
        return gettext("Quá hạn, được báo lên đây: %(name)s.", name=name)
    if note.topic == "read":
        return gettext("Có người đã đọc: %(name)s.", name=name)
    return name
