"""The list goes upward; and what was reported by itself is received by the body above."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

import clock
from models.base import transaction
from models.kinds import PERSONAL
from models.unit import Unit
from views import as_shown, present
from views.cell.base import MOST, blueprint, load
from views.cell.index import page
from views.loaders import load_document, viewer
from views.policy import policy
from views.status import status_of
from workflows import WorkflowError, hold, perform
from workflows.lists import AboutOne, report_list


@blueprint.post("/report")
@policy("unit")
def report(code: str) -> Response | tuple[str, int]:
    """Every chosen commitment on one list, in one transaction."""
    unit = load(code)
    chosen = _chosen()
    if not chosen:
        return _nothing(unit)
    try:
        with transaction():
            documents = [(load_document(i), revision, version) for i, revision, version in chosen]
            if any(d.kind != "commitment" or d.unit_id != unit.id for d, _, _ in documents):
                abort(404)
            made = report_list(
                unit,
                documents[0][0].campaign,
                documents,
                actor=viewer(),
                now=clock.now(),
            )
            list_id = made.id
    except AboutOne as one:
        return _refused(unit, one.name, one.refusal)
    except WorkflowError as refusal:
        return _refused(unit, "", refusal)
    flash(
        ngettext(
            "Đã báo cáo danh sách %(num)s bản cam kết.",
            "Đã báo cáo danh sách %(num)s bản cam kết.",
            len(chosen),
        ),
        "done",
    )
    return redirect(url_for("lists.page", list_id=list_id), 303)


@blueprint.post("/receipt")
@policy("unit")
def receive(code: str) -> Response | tuple[str, int]:
    """The body above takes at once what was reported without a list; a cell files at once what its
    members report of themselves."""
    unit = load(code)
    chosen = _chosen()
    if not chosen:
        return _nothing(unit)
    actor, now, name = viewer(), clock.now(), ""
    try:
        with transaction():
            documents = [load_document(ident) for ident, _, _ in chosen]
            hold(documents)
            for document, (_, revision, version) in zip(documents, chosen, strict=True):
                if document.kind not in PERSONAL:
                    abort(404)
                if unit.id not in {stage.unit_id for stage in document.stages}:
                    abort(404)
                name = document.author.full_name
                perform(
                    document, "receive", actor=actor, now=now, revision=revision, version=version
                )
    except WorkflowError as refusal:
        return _refused(unit, name, refusal)
    kinds = {document.kind for document in documents}
    flash(_filed(len(chosen)) if kinds == {"self_report"} else _received(len(chosen)), "done")
    return redirect(url_for("cell.index", code=unit.code), 303)


def _received(number: int) -> str:
    return ngettext(
        "Đã tiếp nhận danh sách %(num)s bản cam kết.",
        "Đã tiếp nhận danh sách %(num)s bản cam kết.",
        number,
    )


def _filed(number: int) -> str:
    return ngettext(
        "Đã nhận, lưu %(num)s báo cáo cá nhân.", "Đã nhận, lưu %(num)s báo cáo cá nhân.", number
    )


def _nothing(unit: Unit) -> tuple[str, int]:
    sentence = gettext("Chưa chọn bản nào. Chọn ít nhất một bản rồi bấm lại.")
    return page(unit, [{"place": "", "text": sentence, "rule": ""}]), 422


def _chosen() -> list[tuple[int, int, int]]:
    return as_shown.marked(request.form.getlist("document")[:MOST])


def _refused(unit: Unit, name: str, refusal: WorkflowError) -> tuple[str, int]:
    return page(unit, present.reasons_about(name, refusal.reasons)), status_of(refusal)
