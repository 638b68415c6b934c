"""Findings of an inspection: the answer of the inspected unit first, then the fact and its evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import db
from models.document import Document
from models.dossier import InspectionFinding
from models.event import LogHead
from models.inspection import Inspection
from views import present
from views.inspector.answers import text_of
from views.inspector.dossier_base import (
    load_finding,
    number,
    status_of,
    unit_chosen,
    units_of,
    writes,
)
from views.inspector.inspections_base import load, load_own, title
from views.inspector.pages import blueprint
from views.loaders import LARGEST, viewer, visible_ids
from views.policy import policy
from views.sheet import Sheet
from workflows.calendar import local_day
from workflows.dossier import findings
from workflows.dossier.filled import NOUNS
from workflows.dossier.who import CONCLUDED, leader_right
from workflows.inspections import reaching
from workflows.questions import Row, questions
from workflows.refusal import Reason

PREFILLED = ("question", "unit", "document", "revision", "event", "text")


@blueprint.get("/inspections/<int:inspection_id>/findings")
@policy("inspection")
def inspection_findings(inspection_id: int) -> str:
    return _page(load(inspection_id), Sheet())


@blueprint.get("/inspections/<int:inspection_id>/findings/new")
@policy("inspection")
def new_finding(inspection_id: int) -> str:
    """The form, filled by what the address names: a question's row leads here."""
    inspection = load_own(inspection_id)
    given = {key: request.args.get(key, "") for key in PREFILLED}
    return _form(inspection, Sheet(given))


@blueprint.post("/inspections/<int:inspection_id>/findings")
@policy("inspection")
def note_finding(inspection_id: int) -> Response | tuple[str, int]:
    inspection, form = load_own(inspection_id), Sheet(request.form)
    noted = _noted(inspection, form)
    done = form.attempt(
        lambda session: findings.note(inspection, noted, actor=viewer(), now=clock.now())
    )
    if not done:
        return _form(load_own(inspection_id), form), status_of(form)
    flash(gettext("Đã ghi phát hiện."), "done")
    return _back(inspection_id)


@blueprint.post("/inspections/<int:inspection_id>/findings/<int:finding_id>")
@policy("inspection")
def change_finding(inspection_id: int, finding_id: int) -> Response | tuple[str, int]:
    found, form = load_finding(inspection_id, finding_id), Sheet(request.form)
    words = form.text("text")
    return _done(
        inspection_id,
        found,
        form,
        lambda: findings.change(
            found, words, version=number(form), actor=viewer(), now=clock.now()
        ),
        gettext("Đã sửa phát hiện."),
    )


@blueprint.post("/inspections/<int:inspection_id>/findings/<int:finding_id>/withdrawal")
@policy("inspection")
def withdraw_finding(inspection_id: int, finding_id: int) -> Response | tuple[str, int]:
    found, form = load_finding(inspection_id, finding_id), Sheet(request.form)
    return _done(
        inspection_id,
        found,
        form,
        lambda: findings.withdraw(found, version=number(form), actor=viewer(), now=clock.now()),
        gettext("Đã rút phát hiện."),
    )


@blueprint.post("/inspections/<int:inspection_id>/findings/<int:finding_id>/answer")
@policy("inspection")
def answer_finding(inspection_id: int, finding_id: int) -> Response | tuple[str, int]:
    found, form = load_finding(inspection_id, finding_id), Sheet(request.form)
    words = form.text("answer")
    return _done(
        inspection_id,
        found,
        form,
        lambda: findings.answer(
            found, words, version=number(form), actor=viewer(), now=clock.now()
        ),
        gettext("Đã ghi giải trình. Phần này đứng trước phát hiện trên mọi trang và bản in."),
    )


def address_from(inspection: Inspection, question: int, row: Row) -> str:
    """Where a question's row is written down as a finding, with what it says filled in; "" where the
    viewer does not write findings of this inspection."""
    inside = row.unit.id in inspection.unit_ids
    if not inside or not writes(inspection) or inspection.state in CONCLUDED:
        return ""
    document = row.document
    said = [v for v in row.cells.values() if isinstance(v, Reason | date)]  # names nobody
    facts = [present.unit_name(row.unit), *(str(text_of(value)) for value in said)]
    revision = next((e.revision for e in row.evidence if e.revision is not None), None)
    return url_for(
        "inspector.new_finding",
        inspection_id=inspection.id,
        question=question,
        unit=row.unit.code,
        document=document.id if document is not None else None,
        revision=(revision or document.revision) if document is not None else None,
        event=_event_of(row),
        text=f"{', '.join(facts)}: {present.sentence(row.told)}",
    )


def _event_of(row: Row) -> str | None:
    """The event that shows a row, of the unit's own log before another's. What is missing is shown
    by the whole log: by its last event, until which nothing of the kind stands in it."""
    events = [e.event for e in row.evidence if e.event is not None]
    own = [event for event in events if event.unit_id == row.unit.id]
    if found := next(iter(own + events), None):
        return f"{found.unit.code}:{found.seq}"
    if row.document is not None:
        return None
    size = db.session.scalar(sa.select(LogHead.size).where(LogHead.unit_id == row.unit.id))
    return f"{row.unit.code}:{size - 1}" if size else None


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
        "changes": team and found.withdrawn_at is None,
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


def _form(inspection: Inspection, form: Sheet) -> str:
    return render_template(
        "inspector/finding_new.html",
        inspection=inspection,
        title=title(inspection),
        units=units_of(inspection),
        questions=[(str(n), f"{n}. {gettext(q.title)}") for n, q in sorted(questions().items())],
        form=form,
        problems=form.wrong,
    )


def _noted(inspection: Inspection, form: Sheet) -> findings.Noted:
    code = form.raw("unit").strip()
    unit = unit_chosen(inspection, code)
    document, revision, question = (form.count(key) for key in ("document", "revision", "question"))
    return findings.Noted(
        unit=unit,
        text=form.text("text"),
        question=question,
        event=_event(form),
        document=min(document, LARGEST) if document is not None else None,
        revision=revision,
    )


def _event(form: Sheet) -> tuple[str, int] | None:
    """“C3:17”: the log of a unit, and the place in it."""
    typed = form.line("event", limit=80)
    if not typed:
        return None
    code, _, seq = typed.partition(":")
    if code and seq.isascii() and seq.isdigit() and len(seq) < 10:
        return code.strip(), int(seq)
    form.fail("event", gettext("Ghi mã đơn vị và số sự kiện, ví dụ C3:17."))
    return None
