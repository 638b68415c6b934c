"""Files beside a piece of the dossier: evidence, and the scan of signed minutes."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.dossier import DossierPiece
from models.inspection import Inspection
from models.stored_file import Attachment
from views import uploads
from views.inspector.dossier_base import kept, load_spec, load_written, status_of
from views.inspector.dossier_pieces import page
from views.inspector.inspections_base import load_own
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from views.sending import sent
from views.sheet import Sheet
from workflows import files
from workflows.dossier.beside import put_beside, take_away
from workflows.dossier.who import require_team
from workflows.refusal import WorkflowError


@blueprint.post("/inspections/<id:inspection_id>/dossier/<nth:n>/files")
@policy("inspection")
@uploads.receives_files()
def add_piece_file(inspection_id: int, n: int) -> Response | tuple[str, int]:
    inspection, form = load_own(inspection_id), Sheet(request.form)
    part = load_written(inspection, n).part
    try:
        require_team(inspection, viewer(), clock.now())
        name = _kept(inspection, n, part, form.raw("purpose"))
    except WorkflowError as refusal:
        form.reasons = refusal.reasons
        form.refuse(refusal.reasons)
        again = page(load_own(inspection_id), load_spec(n), part, Sheet(), file_form=form)
        return again, status_of(form)
    flash(gettext("Đã thêm tệp “%(name)s”.", name=name), "done")
    return _back(inspection_id, n, part)


@blueprint.get("/inspections/<id:inspection_id>/dossier/<nth:n>/files/<id:attachment_id>")
@policy("inspection")
def piece_file(inspection_id: int, n: int, attachment_id: int) -> Response:
    inspection = load_own(inspection_id)
    return sent(_load(inspection, n, attachment_id))


@blueprint.post("/inspections/<id:inspection_id>/dossier/<nth:n>/files/<id:attachment_id>/removal")
@policy("inspection")
def remove_piece_file(inspection_id: int, n: int, attachment_id: int) -> Response | tuple[str, int]:
    inspection, sent_form = load_own(inspection_id), Sheet(request.form)
    part = _load(inspection, n, attachment_id).piece.part  # type: ignore[union-attr]
    try:
        with transaction():
            attachment = _load(inspection, n, attachment_id)
            take_away(attachment, version=sent_form.version(), actor=viewer(), now=clock.now())
    except WorkflowError as refusal:
        form = Sheet()
        form.reasons = refusal.reasons
        form.refuse(refusal.reasons)
        again = page(load_own(inspection_id), load_spec(n), part, Sheet(), file_form=form)
        return again, status_of(form)
    flash(gettext("Đã gỡ tệp."), "done")
    return _back(inspection_id, n, part)


def _kept(inspection: Inspection, n: int, part: int, purpose: str) -> str:
    """Keeps the file that was sent; its name. Raises Refused."""
    with uploads.for_purpose(purpose) as clean, transaction():
        piece = db.session.scalars(
            sa.select(DossierPiece).where(
                DossierPiece.inspection_id == inspection.id,
                DossierPiece.n == n,
                DossierPiece.part == part,
            )
        ).one()
        stored = files.keep(clean, clock.now())
        put_beside(piece, stored, purpose=purpose, name=clean.name, actor=viewer(), now=clock.now())
    return clean.name


def _load(inspection: Inspection, n: int, attachment_id: int) -> Attachment:
    found = db.session.scalar(
        sa.select(Attachment)
        .join(DossierPiece, Attachment.piece_id == DossierPiece.id)
        .where(
            Attachment.id == attachment_id,
            Attachment.removed_at.is_(None),
            DossierPiece.inspection_id == inspection.id,
            DossierPiece.n == n,
        )
    )
    if found is None:
        abort(404)
    return found


def _back(inspection_id: int, n: int, part: int) -> Response:
    address = url_for("inspector.piece", inspection_id=inspection_id, n=n, **kept(part=part))
    return redirect(address + "#files", 303)
