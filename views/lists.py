"""One list of commitments: number, day, minutes, names; received in one act. Never a text. Whoever
stands on it sees his own line."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.listing import CommitmentList
from views import present
from views.cell.base import entry_row, list_name
from views.loaders import load_list, viewer, visible_ids
from views.policy import policy
from workflows import WorkflowError
from workflows.lists import AboutOne, receive_list, shown_lines
from workflows.scope import officer_unit_ids

blueprint = Blueprint("lists", __name__, url_prefix="/commitment-lists/<id:list_id>")


@blueprint.get("")
@policy("signed_in")
def page(list_id: int) -> str:
    return _page(load_list(list_id))


def _page(made: CommitmentList, problems: list[dict[str, str]] | None = None) -> str:
    bodies = officer_unit_ids(viewer(), clock.now())
    entries = shown_lines(made, viewer(), clock.now())
    return render_template(
        "lists/page.html",
        made=made,
        name=list_name(made),
        rows=[entry_row(entry.document) for entry in entries],
        may_open=visible_ids(entry.document_id for entry in entries),
        whole=len(entries) == len(made.entries),
        of_cell=made.unit_id in bodies,
        of_body=made.to_unit_id in bodies,
        problems=problems or [],
    )


@blueprint.post("/receipt")
@policy("signed_in")
def receive(list_id: int) -> Response | tuple[str, int]:
    """The body above takes the whole list in one act."""
    made = load_list(list_id)
    try:
        with transaction():
            receive_list(
                db.session.get_one(CommitmentList, list_id), actor=viewer(), now=clock.now()
            )
    except AboutOne as one:
        return _page(made, present.reasons_about(one.name, one.refusal.reasons)), 422
    except WorkflowError as refusal:
        return _page(made, present.reasons_about("", refusal.reasons)), 422
    flash(gettext("Đã tiếp nhận cả danh sách."), "done")
    return redirect(url_for("lists.page", list_id=list_id), 303)
