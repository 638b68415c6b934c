"""What changed between two revisions of a document, or between an amendment and what it amends."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.document import Document, Revision
from views import present
from views.forms import FIGURE, whole
from views.loaders import load_document, viewer, visible_ids
from views.policy import policy
from workflows.compare import Part, Row, compare
from workflows.diff import SAME
from workflows.indicators import words as figure_words
from workflows.inspections.readings import note_reading
from workflows.scope import readable_revisions

blueprint = Blueprint("compare", __name__, url_prefix="/documents")

KEPT_OPEN = 1  # so many unchanged rows in a line are shown; more are folded


@blueprint.get("/<id:document_id>/revisions/compare")
@policy("document")
def choose(document_id: int) -> Response:
    """Where the chooser on the document's page leads."""
    document = load_document(document_id)
    before, after = (whole(request.args.get(name, ""), FIGURE) for name in ("from", "to"))
    if before is None or after is None:
        abort(404)
    address = url_for("compare.page", document_id=document.id, before=before, after=after)
    return redirect(address, 303)


@blueprint.get("/<id:document_id>/revisions/<nth:before>/compare/<nth:after>")
@policy("document")
def page(document_id: int, before: int, after: int) -> str:
    document = load_document(document_id)
    return _page((document, before), (document, after))


@blueprint.get("/<id:document_id>/revisions/<nth:after>/compare/amended")
@policy("document")
def amended(document_id: int, after: int) -> str:
    """Against the text in force of the document that this one amends."""
    document = load_document(document_id)
    old = document.amends
    if old is None or old.in_force_revision is None or not visible_ids([old.id]):
        abort(404)
    return _page((old, old.in_force_revision), (document, after))


def comparable_with_amended(document: Document) -> bool:
    """Whether the viewer may set the document beside the one that it amends."""
    old = document.amends
    if old is None or old.in_force_revision is None or not visible_ids([old.id]):
        return False
    return old.in_force_revision in readable_revisions(old, viewer(), clock.now())


def _page(before: tuple[Document, int], after: tuple[Document, int]) -> str:
    old, new = _revision(*before), _revision(*after)
    document, other = after[0], before[0]
    for shown, number in {(d.id, n): (d, n) for d, n in (before, after)}.values():
        note_reading(shown, viewer(), clock.now(), number)
    erased = [r for r in (old, new) if r.erased_at is not None]
    parts = [] if erased or old is new else compare(old, new)
    words = field_words(document)
    mine = sorted(readable_revisions(document, viewer(), clock.now()))
    return render_template(
        "document/compare.html",
        document=document,
        other=other,
        amends=other.id != document.id,
        old=old,
        new=new,
        erased=erased,
        parts=[shown_part(part, words) for part in parts if part.changed],
        unchanged=[words.get(part.field, part.field) for part in parts if not part.changed],
        kept=[document.revisions[n - 1] for n in mine],
    )


def _revision(document: Document, n: int) -> Revision:
    if n not in readable_revisions(document, viewer(), clock.now()):
        abort(404)
    return document.revisions[n - 1]


# -- words


def field_words(document: Document) -> dict[str, str]:
    """What each field is called on the form."""
    titles = present.section_titles(document.campaign.congress)
    return {
        "title": gettext("Trích yếu"),
        "dated_on": gettext("Ngày ghi"),
        "basis": gettext("Căn cứ"),
        "text": gettext("Nội dung"),
        "tasks": gettext("Nhiệm vụ cụ thể"),
        "models": gettext("Mô hình tập thể"),
        "period": gettext("Kỳ báo cáo"),
        "figures_as_of": gettext("Số liệu tính đến"),
        "results": gettext("Kết quả"),
        "indicators": gettext("Số liệu"),
        "shortcomings": gettext("Hạn chế, khuyết điểm; nguyên nhân"),
        "next_tasks": gettext("Nhiệm vụ thời gian tới; kiến nghị"),
        **{f"sections.{key}": f"{key}. {title}" for key, title in titles.items()},
        **_figures(document),
    }


def _figures(document: Document) -> dict[str, str]:
    """What its figures are called: those that any of its texts has."""
    texts = document.revisions if document.kind == "report" else []
    codes = {code for text in texts for code in (text.content or {}).get("indicators") or {}}
    return {
        f"indicators.{code}": str(
            present.value_words(figure_words(document.campaign.figures, code))
        )
        for code in codes
    }


def shown_part(part: Part, words: dict[str, str]) -> dict[str, Any]:
    """A part with its unchanged rows folded: groups of {"folded", "rows"}."""
    groups = []
    for same, found in groupby(part.rows, key=lambda row: row.mark == SAME):
        rows = [_row(part.field, row, words) for row in found]
        groups.append({"folded": same and len(rows) > KEPT_OPEN, "rows": rows})
    figures = part.field == "indicators"
    return {"words": words.get(part.field, part.field), "groups": groups, "figures": figures}


def _row(field: str, row: Row, words: dict[str, str]) -> dict[str, Any]:
    return {
        "mark": row.mark,
        "place": _place(field, row),
        "cells": [
            {
                "name": _cell_words(field, cell.name, words),
                "runs": [
                    (run.kind, present.figure(run.text) if field == "indicators" else run.text)
                    for run in cell.runs
                ],
            }
            for cell in row.cells
        ],
    }


def _place(field: str, row: Row) -> str:
    """“Việc 2”, “Việc 3, trước là việc 2”; nothing where rows carry no number."""
    if field not in ("tasks", "sections.3"):
        return ""
    if row.new is None:
        return gettext("Việc %(n)s của bản cũ", n=row.old)
    if row.old is not None and row.old != row.new:
        return gettext("Việc %(n)s, trước là việc %(old)s", n=row.new, old=row.old)
    return gettext("Việc %(n)s", n=row.new)


def _cell_words(field: str, name: str, words: dict[str, str]) -> str:
    if field == "indicators":
        return words[f"indicators.{name}"]
    return {
        "person": gettext("Người làm"),
        "deadline": gettext("Ngày xong"),
        "result": gettext("Kết quả cần có"),
    }.get(name, "")
