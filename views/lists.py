"""One list of commitments: number, day, minutes, names; received in one act. Never a text. Whoever
stands on it sees his own line."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.listing import CommitmentList
from views import present
from views.cell.base import entry_row, list_name
from views.loaders import LARGEST, viewer, visible_ids
from views.policy import policy
from views.prints.base import sheet as as_sheet
from workflows import WorkflowError
from workflows.lists import AboutOne, lists_of, receive_list, shown_lines, visible_lists
from workflows.scope import officer_unit_ids

blueprint = Blueprint("lists", __name__, url_prefix="/commitment-lists/<int:list_id>")


def load_list(list_id: int) -> CommitmentList:
    """The list, if this viewer may open it; otherwise 404."""
    found = []
    if 0 < list_id <= LARGEST:
        visible = visible_lists(viewer(), clock.now())
        found = lists_of(sa.and_(CommitmentList.id == list_id, visible))
    if not found:
        abort(404)
    return found[0]


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


@blueprint.get("/list.xlsx")
@policy("signed_in")
def sheet(list_id: int) -> FlaskResponse:
    """The lines that the viewer may see as a table: names, days, minutes."""
    made = load_list(list_id)
    rows = [
        [
            n,
            entry.document.author.full_name,
            entry.document.dated_on,
            entry_row(entry.document)["minutes"],
        ]
        for n, entry in enumerate(shown_lines(made, viewer(), clock.now()), start=1)
    ]
    columns = [gettext("TT"), gettext("Họ và tên"), gettext("Ngày"), gettext("Biên bản")]
    day = present.local_day(made.reported_at)
    name = f"Danh sách cam kết {made.unit.name} {made.n}"
    return as_sheet(columns, rows, list_name(made), name, day)


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
        return _refused(made, one.name, one.refusal), 422
    except WorkflowError as refusal:
        return _refused(made, "", refusal), 422
    flash(gettext("Đã tiếp nhận cả danh sách."), "done")
    return redirect(url_for("lists.page", list_id=list_id), 303)


def _refused(made: CommitmentList, name: str, refusal: WorkflowError) -> str:
    return _page(
        made,
        [
            {
                "place": "",
                "text": f"{name}: {item['text']}" if name else item["text"],
                "rule": item["rule"],
            }
            for item in present.reason_list(refusal.reasons)
        ],
    )
