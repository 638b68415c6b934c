"""Minutes for who is to sign them, and for who leads the inspected unit: the text, the three signers,
one's own signature."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

import clock
from models.dossier import DossierPiece, PieceSignature
from views import present
from views.inspector.dossier_base import (
    load_minutes,
    number,
    piece_words,
    pieces_open_to,
    standing_badge,
    status_of,
)
from views.inspector.dossier_pieces import role_words
from views.inspector.inspections_base import load, title
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from views.prints.base import printed
from views.sheet import Sheet
from workflows.dossier import signing
from workflows.dossier.index import data_of
from workflows.dossier.people import is_signer
from workflows.dossier.pieces import ALL
from workflows.dossier.printing import file_name, printed_as
from workflows.dossier.standing import standing
from workflows.dossier.who import reads_dossier


@blueprint.get("/inspections/<int:inspection_id>/minutes")
@policy("inspection")
def inspection_minutes(inspection_id: int) -> str:
    """What the viewer reads of the dossier: minutes that were offered, the notice of conclusion."""
    inspection = load(inspection_id)
    return render_template(
        "inspector/inspection_minutes.html",
        inspection=inspection,
        title=title(inspection),
        state=present.state_badge(inspection.document),
        own=reads_dossier(inspection, viewer(), clock.now()),
        rows=[_line(piece) for piece in pieces_open_to(inspection)],
    )


@blueprint.get("/minutes/<int:piece_id>")
@policy("signed_in")
def minutes(piece_id: int) -> str:
    return _page(load_minutes(piece_id), Sheet())


@blueprint.post("/minutes/<int:piece_id>/signature")
@policy("signed_in")
def sign_minutes(piece_id: int) -> Answer | tuple[str, int]:
    """The viewer signs for himself."""
    piece, form = load_minutes(piece_id), Sheet(request.form)
    inspection, n, part = piece.inspection, piece.n, piece.part
    remark = form.text("remark", limit=signing.REMARK)
    done = form.attempt(
        lambda session: signing.sign(
            inspection,
            n,
            part,
            version=number(form),
            remark=remark,
            actor=viewer(),
            now=clock.now(),
        )
    )
    if not done:
        return _page(load_minutes(piece_id), form), status_of(form)
    flash(gettext("Đã ký biên bản."), "done")
    return redirect(url_for("inspector.minutes", piece_id=piece_id), 303)


@blueprint.get("/minutes/<int:piece_id>/print.<any(pdf,docx):form>")
@policy("signed_in")
def print_minutes(piece_id: int, form: str) -> Response:
    piece = load_minutes(piece_id)
    data = data_of(piece.inspection, piece.n, piece, clock.now())
    return printed(
        printed_as(piece.n), data, form, file_name(piece.inspection, piece.n, piece.part)
    )


def _line(piece: DossierPiece) -> dict[str, Any]:
    spec = ALL[piece.n - 1]
    mark, words = piece_words(piece.inspection, spec, piece.part)
    return {
        "mark": mark,
        "words": words,
        "day": present.day(piece.dated_on),
        "badge": standing_badge(standing(piece) if spec.minutes else "written"),
        "url": url_for("inspector.minutes", piece_id=piece.id),
    }


def _page(piece: DossierPiece, form: Sheet) -> str:
    spec = ALL[piece.n - 1]
    mark, words = piece_words(piece.inspection, spec, piece.part)
    stands = standing(piece) if spec.minutes else "written"
    mine = next((one for one in piece.signatures if one.person_id == viewer().id), None)
    return render_template(
        "inspector/minutes.html",
        piece=piece,
        title=title(piece.inspection),
        mark=mark,
        words=words,
        stands_as=standing_badge(stands),
        day=present.day(piece.dated_on),
        body=data_of(piece.inspection, piece.n, piece, clock.now())["body"],
        signers=[(role_words(one.role), one) for one in piece.signatures],
        asked=_asked(piece, mine),
        version=form.raw("version") or piece.version,
        form=form,
        problems=form.wrong,
    )


def _asked(piece: DossierPiece, mine: PieceSignature | None) -> bool:
    if piece.offered_at is None or mine is None or mine.signed_at is not None:
        return False
    return is_signer(piece, viewer(), clock.now())
