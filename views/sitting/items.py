"""The text of one commitment before the meeting: section 3, for who reads it, and written down that
he did. The list itself carries names only; the script fetches this when a line is opened."""

from __future__ import annotations

from flask import abort, render_template, request

import clock
from models.base import transaction
from views.loaders import viewer
from views.policy import policy
from views.sitting.base import blueprint, load_item, load_sitting, title
from workflows.content import works
from workflows.reading import record_reading
from workflows.scope import readable_revisions


@blueprint.get("/sittings/<id:sitting_id>/items/<id:item_id>")
@policy("sitting")
def item(sitting_id: int, item_id: int) -> str:
    sitting = load_sitting(sitting_id)
    line = load_item(sitting, item_id)
    document, now = line.document, clock.now()
    if document.kind != "commitment":
        abort(404)
    if line.revision not in readable_revisions(document, viewer(), now):
        abort(404)
    revision = document.revisions[line.revision - 1]
    if revision.erased_at is not None:
        abort(404)
    with transaction():
        record_reading(document, viewer(), now, revision=revision.n)
    return render_template(
        "sitting/item_text.html" if request.args.get("part") else "sitting/item.html",
        sitting=sitting,
        title=title(sitting),
        item=line,
        document=document,
        texts=works(revision.content),
    )
