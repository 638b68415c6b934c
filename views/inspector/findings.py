"""Findings of an inspection: the answer of the inspected unit first, then the fact and its evidence."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import db
from models.document import Document
from models.dossier import InspectionFinding
from models.inspection import Inspection
from views import present
from views.inspector.dossier_base import (
    load_finding,
    status_of,
    writes,
)
from views.inspector.inspections_base import load, title
from views.inspector.pages import blueprint
from views.loaders import viewer, visible_ids
from views.policy import policy
from views.sheet import Sheet
from workflows.calendar import local_day
from workflows.dossier import findings
from workflows.dossier.filled import NOUNS
from workflows.dossier.who import CONCLUDED, leader_right
from workflows.inspections import reaching


@blueprint.get("/inspections/<id:inspection_id>/findings")
@policy("inspection")
def inspection_findings(inspection_id: int) -> str:
    return _page(load(inspection_id), Sheet())


@blueprint.post("/inspections/<id:inspection_id>/findings/<id:finding_id>")
@policy("inspection")
def change_finding(inspection_id: int, finding_id: int) -> Response | tuple[str, int]:
    found, form = load_finding(inspection_id, finding_id), Sheet(request.form)
    words = form.text("text")
    return _done(
        inspection_id,
        found,
        form,
        lambda: findings.change(
            found, words, version=form.version(), actor=viewer(), now=clock.now()
        ),
        gettext("Đã sửa phát hiện."),
    )


@blueprint.post("/inspections/<id:inspection_id>/findings/<id:finding_id>/withdrawal")
@policy("inspection")
def withdraw_finding(inspection_id: int, finding_id: int) -> Response | tuple[str, int]:
    found, form = load_finding(inspection_id, finding_id), Sheet(request.form)
    return _done(
        inspection_id,
        found,
        form,
        lambda: findings.withdraw(found, version=form.version(), actor=viewer(), now=clock.now()),
        gettext("Đã rút phát hiện."),
    )


@blueprint.post("/inspections/<id:inspection_id>/findings/<id:finding_id>/answer")
@policy("inspection")
def answer_finding(inspection_id: int, finding_id: int) -> Response | tuple[str, int]:
    found, form = load_finding(inspection_id, finding_id), Sheet(request.form)
    words = form.text("answer")
    return _done(
        inspection_id,
        found,
        form,
        lambda: findings.answer(
            found, words, version=form.version(), actor=viewer(), now=clock.now()
        ),
        gettext("Đã ghi giải trình. Phần này đứng trước phát hiện trên mọi trang và bản in."),
    )


def _done(
    inspection_id: int, found: InspectionFinding, form: Sheet, act: Any, said: str
) -> Response | tuple[str, int]:
    ident = found.id
    if not form.attempt(lambda session: act()):
        return _page(load(inspection_id), form, ident), status_of(form)
    flash(said, "done")
    return _back(inspection_id, f"finding-{ident}")


def _back(inspection_id: int, place: str = "") -> Response:
    address = url_for("inspector.inspection_findings", inspection_id=inspection_id)
    return redirect(address + (f"#{place}" if place else ""), 303)


def _page(inspection: Inspection, form: Sheet, wrong: int = 0) -> str:
    """All findings that the viewer reads; a form that was refused stays at its own."""
    shown = findings.shown(inspection, viewer(), clock.now(), withdrawn=True)
    now = clock.now()
    return render_template(
        "inspector/findings.html",
        inspection=inspection,
        title=title(inspection),
        state=present.state_badge(inspection.document),
        rows=[_row(one, form if one.id == wrong else Sheet()) for one in shown],
        writes=writes(inspection) and inspection.state not in CONCLUDED,
        own=reaching.is_inspector_of(inspection, viewer(), now),
        problems=form.wrong,
    )


def _row(found: InspectionFinding, form: Sheet) -> dict[str, Any]:
    now = clock.now()
    inspection = found.inspection
    team = writes(inspection) and inspection.state not in CONCLUDED
    return {
        "id": found.id,
        "n": found.n,
        "unit": present.unit_name(found.unit),
        "text": found.text,
        "withdrawn": present.instant(found.withdrawn_at) if found.withdrawn_at else "",
        "answer": found.answer,
        "answered_by": found.answered_by.full_name if found.answered_by else "",
        "answered_at": present.instant(found.answered_at),
        "evidence": _evidence(found),
        "question": found.question,
        "version": form.raw("version") or found.version,
        "changes": team and found.withdrawn_at is None and found.answered_by != viewer(),
        "answers": findings.may_answer(found)
        and leader_right(found.unit, viewer(), now) is not None,
        "form": form,
        "at": {"inspection_id": inspection.id, "finding_id": found.id},
    }


def _evidence(found: InspectionFinding) -> list[dict[str, str]]:
    """What a finding is tied to, with an address where the viewer may open one. Of a commitment not
    whose it is."""
    parts = []
    if found.event is not None:
        event = found.event
        words = gettext(
            "Sự kiện số %(seq)s trong sổ của %(unit)s, %(day)s",
            seq=event.seq,
            unit=present.unit_name(event.unit),
            day=present.day(local_day(event.at)),
        )
        parts.append({"words": words, "url": ""})
    if found.document_id is not None:
        document = db.session.get_one(Document, found.document_id)
        words = gettext("%(name)s, bản thứ %(n)s", name=_name(document), n=found.revision)
        url = ""
        if document.id in visible_ids([document.id]):
            url = url_for("document.page", document_id=document.id)
        parts.append({"words": words, "url": url})
    return parts


def _name(document: Document) -> str:
    if document.kind == "commitment":
        return gettext("Một bản cam kết (hồ sơ %(id)s)", id=document.id)
    if document.kind == "self_report":
        return gettext("Một báo cáo cá nhân (hồ sơ %(id)s)", id=document.id)
    return document.number or f"{NOUNS.get(document.kind, '')} {document.id}".strip()
