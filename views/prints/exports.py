"""Many prints at once: chosen from the list of documents or from a book of the register, made by a
worker, fetched here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

import clock
from models.base import db
from models.document import Document
from models.export import ExportJob
from models.kinds import PERSONAL
from views import present
from views.clerk.base import load as load_register
from views.documents import chosen_filters, found_by
from views.forms import whole
from views.loaders import viewer
from views.policy import policy
from views.prints.base import MEDIA, STILL, blueprint
from views.sheet import Sheet
from workflows import exports, register

REFRESH = "3"  # seconds, while something is under way
UNDER_WAY = ("waiting", "running")


@blueprint.get("/exports")
@policy("signed_in")
def orders() -> Response:
    """What the viewer ordered, with its progress; looks again by itself while something is made."""
    jobs = exports.jobs_of(viewer(), clock.real_now())
    answer = Response(render_template("prints/orders.html", rows=[order_row(job) for job in jobs]))
    if any(job.state in UNDER_WAY for job in jobs):
        answer.headers["Refresh"] = REFRESH
    return answer


@blueprint.get("/exports/new")
@policy("signed_in")
def choose() -> str:
    return _choices(Sheet(), ticked=None)


@blueprint.post("/exports")
@policy("signed_in")
def order() -> Response | tuple[str, int]:
    sheet = Sheet(request.form)
    ids = [n for x in sheet.chosen("document") if (n := whole(x)) is not None]
    done = sheet.attempt(
        lambda session: exports.order(viewer(), ids, now=clock.now(), real_now=clock.real_now())
    )
    if not done:
        return _choices(sheet, ticked=set(ids)), 422
    return redirect(url_for("prints.orders"), 303)  # type: ignore[return-value]


@blueprint.get("/exports/<id:job_id>/file")
@policy("signed_in")
def fetch(job_id: int) -> Response:
    found = exports.file_of(job_id, viewer(), now=clock.now(), real_now=clock.real_now())
    if found is None:
        abort(404)
    return packed(*found)


def packed(job: ExportJob, path: Path, *, name: str = "van-ban.zip") -> Response:
    """A finished file as a download that is kept nowhere; `name` where the order gave it none."""
    answer = send_file(
        path,
        mimetype=MEDIA["zip"],
        as_attachment=True,
        download_name=job.file_name or name,
        conditional=True,
        etag=False,
        last_modified=None,
    )
    answer.headers["Content-Security-Policy"] = STILL
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _choices(sheet: Sheet, ticked: set[int] | None) -> str:
    """The papers to choose from; all ticked until somebody has chosen."""
    documents, about = _candidates()
    return render_template(
        "prints/choose.html",
        about=about,
        rows=[
            {
                "id": document.id,
                "name": present.document_name(document),
                "title": document.title,
                "unit": present.unit_name(document.unit),
                "day": present.day(document.dated_on),
                "ticked": ticked is None or document.id in ticked,
            }
            for document in documents[: exports.MOST]
        ],
        more=len(documents) > exports.MOST,
        most=exports.MOST,
        problems=sheet.wrong,
        query=request.query_string.decode("ascii", "ignore"),
    )


def _candidates() -> tuple[list[Document], str]:
    """Plans and reports under the filters of the list, or of one book; and what that is."""
    type_, period = request.args.get("type", ""), request.args.get("period", "")
    if type_ or period:
        unit = load_register(request.args.get("unit", ""))
        lines = register.entries(unit, period, type_)
        ids = [line.entry.document_id for line in lines if line.entry.document_id is not None]
        found: dict[int, Document] = {d.id: d for d in db.session.scalars(_seen(ids))}
        name = gettext("Sổ %(type)s %(period)s", type=type_, period=period)
        return [found[i] for i in ids if i in found], f"{name}, {present.unit_name(unit)}"
    query = found_by(chosen_filters()).where(Document.kind.not_in(PERSONAL))
    return list(db.session.scalars(query.limit(exports.MOST + 1))), ""


def _seen(ids: list[int]) -> sa.Select[Any]:
    everything = dict.fromkeys(("kind", "state", "unit", "campaign", "q"), "")
    return found_by(everything).where(Document.id.in_(ids), Document.kind.not_in(PERSONAL))


def order_row(job: ExportJob) -> dict[str, Any]:
    """An order as a list shows it."""
    left_out = int(job.params.get("left_out", 0))
    return {
        "id": job.id,
        "when": present.real_instant(job.ordered_at),
        "state": job.state,
        "total": job.total,
        "finished": job.finished,
        "left_out": left_out,
        "papers": job.total - left_out,
        "size": size_words(job.file.size) if job.file is not None else "",
        "until": present.day(present.local_day(job.ordered_at + exports.KEPT)),
        "nothing": job.error == "nothing",
    }


def size_words(octets: int) -> str:
    """How large a file is, as people say it."""
    if octets < 1024 * 1024:
        return f"{max(1, octets // 1024)} KB"
    return f"{present.figure(round(octets / (1024 * 1024), 1))} MB"
