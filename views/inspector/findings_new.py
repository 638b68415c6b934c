"""A finding as it is written down: from a question's row, or by hand."""

from __future__ import annotations

import re
from datetime import date

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import db
from models.event import LogHead
from models.inspection import Inspection
from views import present
from views.ids import LARGEST
from views.inspector.dossier_base import (
    status_of,
    unit_chosen,
    units_of,
    writes,
)
from views.inspector.inspections_base import load_own, title
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from views.sheet import Sheet
from workflows.dossier import findings
from workflows.dossier.evidence import Noted
from workflows.dossier.who import CONCLUDED
from workflows.questions import Question, Row, questions
from workflows.refusal import Reason

_ADDRESS = re.compile(r"/documents/(\d{1,18})(?!\d)")
_EVENT = re.compile(r"(.+)[:-]\s*([0-9]{1,9})")
PREFILLED = ("question", "unit", "document", "revision", "event", "text")


@blueprint.get("/inspections/<id:inspection_id>/findings/new")
@policy("inspection")
def new_finding(inspection_id: int) -> str:
    """The form, filled by what the address names: a question's row leads here."""
    inspection = load_own(inspection_id)
    given = {key: request.args.get(key, "") for key in PREFILLED}
    return _form(inspection, Sheet(given))


@blueprint.post("/inspections/<id:inspection_id>/findings")
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
    return redirect(url_for("inspector.inspection_findings", inspection_id=inspection_id), 303)


def address_from(inspection: Inspection, question: Question, row: Row) -> str:
    """Where a question's row is written down as a finding, with what it says filled in; "" where the
    viewer does not write findings of this inspection."""
    inside = row.unit.id in inspection.unit_ids
    if not inside or not writes(inspection) or inspection.state in CONCLUDED:
        return ""
    document = row.document
    facts = [
        f"{gettext(column.words)}: {present.value_words(value)}"
        for column in question.columns
        if isinstance(value := row.cells.get(column.name), Reason | date)  # names nobody
    ]
    said = f"{present.unit_name(row.unit)}: {present.sentence(row.told)}"
    revision = next((e.revision for e in row.evidence if e.revision is not None), None)
    return url_for(
        "inspector.new_finding",
        inspection_id=inspection.id,
        question=question.n,
        unit=row.unit.code,
        document=url_for("inspector.paper", document_id=document.id) if document else None,
        revision=(revision or document.revision) if document is not None else None,
        event=_event_of(row),
        text=f"{said} ({'; '.join(facts)})." if facts else f"{said}.",
    )


def _event_of(row: Row) -> str | None:
    """The event that shows a row, of the unit's own log before another's about its paper. What is
    missing is shown by the whole log: by its last event, until which nothing of the kind stands in
    it."""
    events = [e.event for e in row.evidence if e.event is not None]
    own = [event for event in events if event.unit_id == row.unit.id]
    paper = row.document.id if row.document is not None else 0
    if found := next(iter(own + [e for e in events if e.document_id == paper]), None):
        return f"{found.unit.code}-{found.seq:04}"
    if row.document is not None:
        return None
    size = db.session.scalar(sa.select(LogHead.size).where(LogHead.unit_id == row.unit.id))
    return f"{row.unit.code}-{size - 1:04}" if size else None


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


def _noted(inspection: Inspection, form: Sheet) -> Noted:
    code = form.raw("unit").strip()
    unit = unit_chosen(inspection, code)
    revision, question = (form.count(key) for key in ("revision", "question"))
    return Noted(
        unit=unit,
        text=form.text("text"),
        question=question,
        event=_event(form),
        document=_document(form),
        revision=revision,
    )


def _document(form: Sheet) -> int | str | None:
    """The paper by its number, or by the address of one of its pages."""
    typed = form.line("document", limit=200)
    if found := _ADDRESS.search(typed):
        return min(int(found[1]), LARGEST)
    return typed or None


def _event(form: Sheet) -> tuple[str, int] | None:
    """“C3-0017”, as pages show it, or “C3:17”: the log of a unit, and the place in it."""
    typed = form.line("event", limit=80)
    if found := _EVENT.fullmatch(typed):
        return found[1].strip(), int(found[2])
    if typed:
        form.fail("event", gettext("Ghi mã đơn vị và số sự kiện, ví dụ C3-0017."))
    return None
