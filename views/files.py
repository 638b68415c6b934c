"""Scans and attachments: beside a revision of a document, and beside a sitting's minutes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.document import Document, Revision
from models.stored_file import Attachment
from views import uploads
from views.attached import Sheet, sheet
from views.forms import Form
from views.loaders import load_document, viewer
from views.policy import policy
from views.sending import sent
from views.sitting.base import eyes, load_sitting
from views.status import status_of
from workflows import engine, files
from workflows.inspections.readings import note_reading
from workflows.refusal import N_, Reason, Refused, Stale
from workflows.scope import revision_for

blueprint = Blueprint("files", __name__)


@blueprint.get("/documents/<id:document_id>/files")
@policy("document")
def page(document_id: int) -> str:
    document = load_document(document_id)
    revision = _readable(document)
    note_reading(document, viewer(), clock.now(), revision.n)
    return _page(document, revision, sheet(document, revision, viewer()), Form({}), ())


@blueprint.post("/documents/<id:document_id>/files")
@policy("document:act")
@uploads.receives_files()
def add(document_id: int) -> Response | tuple[str, int]:
    document, person, form = load_document(document_id), viewer(), Form(request.form)
    _readable(document)
    purpose = form.raw("purpose")
    try:
        with uploads.for_purpose(purpose) as clean, transaction():
            document = _held(document, form)
            files.require_may_add(document, purpose, person, clock.now())
            files.attach(
                document,
                files.keep(clean, clock.now()),
                purpose=purpose,
                name=clean.name,
                actor=person,
                now=clock.now(),
            )
    except (Refused, Stale) as refused:
        return _again(document_id, form, refused)
    flash(gettext("Đã thêm tệp “%(name)s”.", name=clean.name), "done")
    return redirect(url_for("document.page", document_id=document_id) + "#files", 303)


@blueprint.post("/documents/<id:document_id>/files/earlier")
@policy("document:act")
def carry(document_id: int) -> Response | tuple[str, int]:
    """The files of an earlier revision, beside the newest one too."""
    document, person, form = load_document(document_id), viewer(), Form(request.form)
    _readable(document)
    try:
        with transaction():
            document = _held(document, form)
            count = files.carry(document, actor=person, now=clock.now())
    except (Refused, Stale) as refused:
        return _again(document_id, form, refused)
    if count:
        flash(
            ngettext("Đã đưa %(num)s tệp sang bản này.", "Đã đưa %(num)s tệp sang bản này.", count),
            "done",
        )
    return redirect(url_for("document.page", document_id=document_id) + "#files", 303)


@blueprint.get("/documents/<id:document_id>/files/<id:attachment_id>")
@policy("document")
def download(document_id: int, attachment_id: int) -> Response:
    document = load_document(document_id)
    attachment = _load(attachment_id, Attachment.document_id == document.id)
    if not files.may_open(attachment, viewer(), clock.now()):
        abort(404)
    assert attachment.revision is not None
    note_reading(document, viewer(), clock.now(), attachment.revision)
    return sent(_load(attachment_id, Attachment.document_id == document.id))


@blueprint.post("/documents/<id:document_id>/files/<id:attachment_id>/removal")
@policy("document:act")
def remove(document_id: int, attachment_id: int) -> Response:
    document, person, now = load_document(document_id), viewer(), clock.now()
    attachment = _load(attachment_id, Attachment.document_id == document.id)
    if not files.may_open(attachment, person, now):
        abort(404)
    with transaction():
        engine.hold([document])
        attachment = _load(attachment_id, Attachment.document_id == document_id)
        if not files.may_remove(attachment, person, now):
            raise Refused(
                Reason(
                    "STATE",
                    N_(
                        "Chưa gỡ được tệp: bản này đã được quyết định, hoặc việc gỡ tệp thuộc "
                        "người soạn ở cơ quan ban hành. Tệp thêm nhầm sau quyết định giữ nguyên "
                        "và thêm bản đúng bên cạnh."
                    ),
                )
            )
        name = attachment.name
        files.remove(attachment, actor=person, now=now)
    flash(gettext("Đã gỡ tệp “%(name)s”.", name=name), "done")
    return redirect(url_for("document.page", document_id=document_id) + "#files", 303)


@blueprint.get("/sittings/<id:sitting_id>/files/<id:attachment_id>")
@policy("sitting")
def of_minutes(sitting_id: int, attachment_id: int) -> Response:
    """The scan of the minutes, for whom their print is too."""
    sitting = load_sitting(sitting_id)
    if not eyes(sitting).minutes:
        abort(404)
    return sent(_load(attachment_id, Attachment.sitting_id == sitting.id))


def _load(attachment_id: int, beside: sa.ColumnElement[bool]) -> Attachment:
    """The file with this number there, unless it was taken away; otherwise 404."""
    found = db.session.scalar(
        sa.select(Attachment).where(
            Attachment.id == attachment_id, beside, Attachment.removed_at.is_(None)
        )
    )
    if found is None:
        abort(404)
    return found


def _readable(document: Document) -> Revision:
    """The newest revision that the viewer may read; otherwise 404."""
    revision = revision_for(document, viewer(), clock.now())
    if revision is None:
        abort(404)
    return revision


def _page(document: Document, revision: Revision, shown: Sheet, form: Form, reasons: Any) -> str:
    return render_template(
        "document/files.html",
        document=document,
        revision=revision,
        files=shown,
        form=form,
        problems=form.problems(reasons),
    )


def _again(document_id: int, form: Form, refused: Refused | Stale) -> tuple[str, int]:
    """The form once more, with what is wrong. A refusal reads nothing: what is there already stays
    on the document's page."""
    document = load_document(document_id)
    revision = _readable(document)
    form.refuse(refused.reasons)
    shown = replace(sheet(document, revision, viewer()), rows=[], listed=False)
    return _page(document, revision, shown, form, refused.reasons), status_of(refused)


def _held(document: Document, form: Form) -> Document:
    """The document held against other writers. Raises Stale when the form saw an older text."""
    engine.hold([document])
    document = load_document(document.id)
    if form.seen()[0] != document.revision:
        raise Stale(_newer(document))
    return document


def _newer(document: Document) -> Reason:
    return Reason(
        "STALE",
        N_(
            "Chưa thêm được tệp: văn bản đã có bản lần %(n)s sau khi trang này mở. "
            "Xem lại bản mới rồi thêm tệp vào đó."
        ),
        {"n": document.revision},
        place="file",
    )
