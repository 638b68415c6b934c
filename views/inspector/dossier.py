"""The dossier of an inspection: its index with pages and files, the whole as one PDF or as a ZIP."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

import clock
from models.export import ExportJob
from models.inspection import Inspection
from views import present
from views.attached import row as file_row
from views.inspector.dossier_base import kept, piece_words, standing_badge, status_of, writes
from views.inspector.inspections_base import load_own, title
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from views.prints.base import download
from views.prints.exports import REFRESH, UNDER_WAY, order_row, packed
from views.sheet import Sheet
from workflows import exports
from workflows.dossier.index import Entry, entries, whole
from workflows.exports import dossier as packing
from workflows.prints.words import safe_name


@blueprint.get("/inspections/<id:inspection_id>/dossier")
@policy("inspection")
def dossier(inspection_id: int) -> Response:
    """The index; looks again by itself while a ZIP is being made."""
    inspection = load_own(inspection_id)
    answer = Response(_page(inspection, Sheet()))
    if any(job.state in UNDER_WAY for job in _orders(inspection)):
        answer.headers["Refresh"] = REFRESH
    return answer


@blueprint.get("/inspections/<id:inspection_id>/dossier.pdf")
@policy("inspection")
def dossier_whole(inspection_id: int) -> Response:
    """Every piece that is written and the index, as one PDF."""
    inspection = load_own(inspection_id)
    name = safe_name(f"Hồ sơ {inspection.decision_number}")
    return download(whole(inspection, clock.now()), "pdf", name)


@blueprint.post("/inspections/<id:inspection_id>/dossier/file")
@policy("inspection")
def dossier_order(inspection_id: int) -> Response | tuple[str, int]:
    """Orders the ZIP of all pieces and files; a worker makes it."""
    inspection, form = load_own(inspection_id), Sheet(request.form)
    done = form.attempt(
        lambda session: packing.order(
            viewer(), inspection.id, now=clock.now(), real_now=clock.real_now()
        )
    )
    if not done:
        return _page(load_own(inspection_id), form), status_of(form)
    address = url_for("inspector.dossier", inspection_id=inspection_id)
    return redirect(address + "#orders", 303)  # type: ignore[return-value]


@blueprint.get("/inspections/<id:inspection_id>/dossier/files/<id:order_id>")
@policy("inspection")
def dossier_file(inspection_id: int, order_id: int) -> Response:
    """The ZIP that the viewer ordered, once it is made."""
    load_own(inspection_id)
    found = exports.file_of(
        order_id,
        viewer(),
        now=clock.now(),
        real_now=clock.real_now(),
        kind=packing.KIND,
    )
    if found is None or found[0].params.get("inspection") != inspection_id:
        abort(404)
    return packed(*found)


def _page(inspection: Inspection, form: Sheet) -> str:
    return render_template(
        "inspector/dossier.html",
        inspection=inspection,
        title=title(inspection),
        state=present.state_badge(inspection.document),
        rows=[_row(inspection, entry) for entry in entries(inspection, clock.now())],
        writes=writes(inspection),
        orders=[order_row(job) for job in _orders(inspection)],
        problems=form.wrong,
    )


def _orders(inspection: Inspection) -> list[ExportJob]:
    jobs = exports.jobs_of(viewer(), clock.real_now(), kind=packing.KIND)
    return [job for job in jobs if job.params.get("inspection") == inspection.id]


def _row(inspection: Inspection, entry: Entry) -> dict[str, Any]:
    mark, words = piece_words(inspection, entry.spec, entry.part)
    piece = entry.piece
    return {
        "mark": mark,
        "words": words,
        "url": url_for(
            "inspector.piece",
            inspection_id=inspection.id,
            n=entry.spec.n,
            **kept(part=entry.part),
        ),
        "number": piece.number if piece is not None else "",
        "unit": present.unit_name(piece.unit) if piece is not None and piece.unit else "",
        "day": present.day(entry.dated_on),
        "pages": entry.pages or "",
        "badge": standing_badge(entry.standing),
        "files": [
            file_row(
                file,
                url_for(
                    "inspector.piece_file",
                    inspection_id=inspection.id,
                    n=entry.spec.n,
                    attachment_id=file.id,
                ),
            )
            for file in entry.files
        ],
    }
