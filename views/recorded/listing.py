"""The signed papers of a unit: what awaits its second person, many confirmed in one go, and what
awaits an explanation."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

import clock
from models.base import db
from models.document import Document
from models.kinds import PERSONAL
from models.recorded import Finding, RecordedPaper
from models.unit import Unit
from views import as_shown, present
from views.loaders import viewer
from views.on_paper import finding_row
from views.policy import policy
from views.recorded.base import blueprint, keeps, load_own
from workflows.recorded import many
from workflows.scope import visible_documents

MOST = 200


@blueprint.get("/units/<code>/recorded")
@policy("unit")
def index(code: str) -> str:
    return _page(load_own(code))


@blueprint.post("/units/<code>/recorded/confirmations")
@policy("unit")
def confirm_many(code: str) -> Response | tuple[str, int]:
    unit = load_own(code)
    ticked = as_shown.marked(request.form.getlist("paper")[:MOST])
    wanted = {ident: (revision, version) for ident, revision, version in ticked}
    if not wanted:
        return _page(unit, gettext("Chưa chọn bản giấy nào. Đánh dấu bản đã đối chiếu.")), 422
    ids = {paper.document_id for paper in _awaiting(unit)} & wanted.keys()
    done, refused = many.confirm(
        {ident: wanted[ident] for ident in ids}, actor=viewer(), now=clock.now
    )
    if refused:
        return _page(unit, "", refused=refused, done=len(done)), 422
    flash(
        ngettext("Đã xác nhận %(num)s bản giấy.", "Đã xác nhận %(num)s bản giấy.", len(done)),
        "done",
    )
    return redirect(url_for("recorded.index", code=unit.code), 303)


def _awaiting(unit: Unit) -> list[RecordedPaper]:
    """Papers of the unit that the viewer may see and nobody has confirmed, the oldest first."""
    return list(
        db.session.scalars(
            sa.select(RecordedPaper)
            .join(Document, Document.id == RecordedPaper.document_id)
            .options(joinedload(RecordedPaper.document), joinedload(RecordedPaper.entered_by))
            .where(
                Document.unit_id == unit.id,
                Document.state == "drafted",
                RecordedPaper.confirmed_at.is_(None),
                visible_documents(viewer(), clock.now()),
            )
            .order_by(RecordedPaper.entered_at, RecordedPaper.document_id)
            .limit(MOST)
        )
    )


def _unexplained(unit: Unit) -> list[Finding]:
    return list(
        db.session.scalars(
            sa.select(Finding)
            .join(Document, Document.id == Finding.document_id)
            .options(joinedload(Finding.document))
            .where(
                Document.unit_id == unit.id,
                Document.kind.not_in(PERSONAL),  # its author and its cell see them on its own page
                Finding.explained_at.is_(None),
                visible_documents(viewer(), clock.now()),
            )
            .order_by(Finding.id)
            .limit(MOST)
        )
    )


def _page(
    unit: Unit,
    problem: str = "",
    *,
    refused: dict[int, list[Any]] | None = None,
    done: int = 0,
) -> str:
    refused = refused or {}
    return render_template(
        "recorded/index.html",
        unit=unit,
        keeps=keeps(unit),
        problem=problem,
        done=done,
        waiting=[_waiting(paper, refused.get(paper.document_id, [])) for paper in _awaiting(unit)],
        findings=[
            {
                **finding_row(finding.document, finding, may=keeps(unit)),
                "name": present.document_name(finding.document),
                "page": url_for("document.page", document_id=finding.document_id),
            }
            for finding in _unexplained(unit)
        ],
    )


def _waiting(paper: RecordedPaper, refused: list[Any]) -> dict[str, Any]:
    document = paper.document
    obstacles = many.obstacles(document, viewer(), clock.now())
    return {
        "value": as_shown.mark(document),
        "id": document.id,
        "name": present.document_name(document)
        if document.kind in PERSONAL or not paper.number
        else f"{present.kind_words(document.kind, document.type)} {paper.number}",
        "title": "" if document.kind in PERSONAL else document.title,
        "day": present.day(paper.dated_on),
        "signed": ", ".join(part for part in (paper.signed_by, paper.signed_as) if part),
        "entered": f"{paper.entered_by.full_name}, {present.instant(paper.entered_at)}",
        "url": url_for("recorded.compare", document_id=document.id),
        "may": not obstacles,
        "reasons": present.reason_list([*refused, *obstacles]),
    }
