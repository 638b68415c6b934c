"""The second person: what was typed beside the scan, and one button when they agree."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.document import Document
from models.kinds import PERSONAL
from models.stored_file import Attachment
from views import present
from views.attached import sheet
from views.forms import Form
from views.loaders import load_document, viewer
from views.on_paper import paper_facts
from views.policy import policy
from views.recorded.base import blueprint
from views.status import status_of
from workflows import Stale, WorkflowError, available_actions, engine, files, perform
from workflows.act import Capacity
from workflows.inspections.readings import note_reading
from workflows.prints import paper as prints
from workflows.recorded import found, papers
from workflows.refusal import N_, Reason
from workflows.scope import revision_for

DONE = N_("Bản giấy này đã được %(name)s xác nhận.")
CHANGED = N_(
    "Chưa ghi được: văn bản đã thay đổi lúc %(at)s, sau khi trang này mở. "
    "Xem lại bản mới nhất rồi làm tiếp."
)


@blueprint.get("/documents/<id:document_id>/confirmation/new")
@policy("document:act")
def compare(document_id: int) -> str | tuple[str, int]:
    document = load_document(document_id)
    if papers.paper_of(document) is None:
        abort(404)
    return _page(document)


@blueprint.post("/documents/<id:document_id>/confirmation")
@policy("document:act")
def confirm(document_id: int) -> Response | tuple[str, int]:
    document = load_document(document_id)
    if papers.paper_of(document) is None:
        abort(404)
    revision, version = Form(request.form).seen()
    try:
        with transaction():
            engine.hold([document])
            _same_scans(document, request.form.get("scans"))
            perform(
                document,
                "confirm",
                actor=viewer(),
                now=clock.now(),
                revision=revision,
                version=version,
                original=request.form.get("original") == "1" or None,
            )
    except WorkflowError as refused:
        return _page(document, refused.reasons), status_of(refused)
    flash(gettext("Đã xác nhận bản giấy."), "done")
    return redirect(url_for("document.page", document_id=document_id), 303)


def _scans(document: Document) -> str:
    """The files beside the newest text, as a mark."""
    return "-".join(str(row.id) for row in files.attachments_of(document, document.revision))


def _same_scans(document: Document, seen: str | None) -> None:
    """Raises Stale when there are other scans by now than the page showed: nobody compared them."""
    if seen is None or seen == _scans(document):
        return
    added, removed = db.session.execute(
        sa.select(sa.func.max(Attachment.added_at), sa.func.max(Attachment.removed_at)).where(
            Attachment.document_id == document.id
        )
    ).one()
    raise Stale(Reason("STALE", CHANGED, {"at": max(filter(None, (added, removed)))}))


def _page(document: Document, reasons: list[Reason] | tuple[Reason, ...] = ()) -> str:
    now, person = clock.now(), viewer()
    paper = papers.paper_of(document)
    revision = revision_for(document, person, now)
    if paper is None or revision is None:
        abort(404)
    note_reading(document, person, now, revision.n)
    offered = next(
        (a for a in available_actions(document, person=person, now=now) if a.name == "confirm"),
        None,
    )
    blocked = list(offered.reasons) if offered is not None and not offered.allowed else []
    if paper.confirmed_by is not None:
        blocked.append(Reason("STATE", DONE, {"name": paper.confirmed_by.full_name}))
    expected = []
    if paper.confirmed_at is None:
        held = Capacity(person, document.unit, "system")
        expected = found.reasons_against(document, papers.printed_of(paper), by=held, now=now)
    return render_template(
        "recorded/compare.html",
        document=document,
        revision=revision,
        rows=paper_facts(paper, commitment=document.kind in PERSONAL),
        scans=_scans(document),
        entered_by=paper.entered_by.full_name,
        files=sheet(document, revision, person),
        paper=prints.of(document, revision),
        may_open=set(),
        allowed=offered is not None and offered.allowed,
        problems=present.reason_list([*reasons, *blocked]),
        expected=present.reason_list(expected),
    )
