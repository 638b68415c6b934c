"""Minutes for who is to sign them, and for who leads the inspected unit: the text, the three signers,
one's own signature."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

import clock
from models.dossier import DossierPiece, PieceSignature
from models.stored_file import Attachment
from views import attached, present
from views.inspector.dossier_base import (
    load_minutes,
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
from views.sending import sent
from views.sheet import Sheet
from workflows.dossier import beside, signing
from workflows.dossier.index import data_of
from workflows.dossier.people import is_signer
from workflows.dossier.pieces import ALL
from workflows.dossier.printing import file_name, printed_as
from workflows.dossier.standing import scans, standing
from workflows.dossier.who import reads_dossier


@blueprint.get("/inspections/<id:inspection_id>/minutes")
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


@blueprint.get("/minutes/<id:piece_id>")
@policy("signed_in")
def minutes(piece_id: int) -> str:
    return _page(load_minutes(piece_id), Sheet())


@blueprint.post("/minutes/<id:piece_id>/signature")
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
            version=form.version(),
            remark=remark,
            actor=viewer(),
            now=clock.now(),
        )
    )
    return _done(piece_id, form, gettext("Đã ký biên bản.") if done else "")


@blueprint.get("/minutes/<id:piece_id>/scans/<id:attachment_id>")
@policy("signed_in")
def minutes_scan(piece_id: int, attachment_id: int) -> Answer:
    """The scan of minutes signed on paper, for whoever reads the minutes."""
    return sent(_scan(load_minutes(piece_id), attachment_id))


@blueprint.post("/minutes/<id:piece_id>/scans/<id:attachment_id>/confirmation")
@policy("signed_in")
def confirm_scan(piece_id: int, attachment_id: int) -> Answer | tuple[str, int]:
    """The viewer, one of the three, confirms a scan that another sent."""
    piece, form = load_minutes(piece_id), Sheet(request.form)
    done = form.attempt(
        lambda session: beside.confirm_scan(
            piece, attachment_id, version=form.version(), actor=viewer(), now=clock.now()
        )
    )
    return _done(piece_id, form, gettext("Đã xác nhận bản quét biên bản.") if done else "")


@blueprint.get("/minutes/<id:piece_id>/print.<any(pdf,docx):form>")
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


def _done(piece_id: int, form: Sheet, said: str) -> Answer | tuple[str, int]:
    """After an act on minutes: what was `said` of it, or the page with its refusal."""
    if not said:
        return _page(load_minutes(piece_id), form), status_of(form)
    flash(said, "done")
    return redirect(url_for("inspector.minutes", piece_id=piece_id), 303)


def _scan(piece: DossierPiece, attachment_id: int) -> Attachment:
    found = next((one for one in scans(piece) if one.id == attachment_id), None)
    if found is None:
        abort(404)
    return found


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
        stands=stands,
        stands_as=standing_badge(stands),
        day=present.day(piece.dated_on),
        body=data_of(piece.inspection, piece.n, piece, clock.now())["body"],
        signers=[(role_words(one.role), one) for one in piece.signatures],
        scans=[_scan_row(piece, one, stands) for one in scans(piece)],
        asked=stands in ("offered", "unconfirmed") and _asked(piece, mine),
        version=form.raw("version") or piece.version,
        form=form,
        problems=form.wrong,
    )


def _scan_row(piece: DossierPiece, scan: Attachment, stands: str) -> tuple[attached.Row, str]:
    """A scan as a list shows it, and where the viewer may confirm it ("" where he may not)."""
    file = url_for("inspector.minutes_scan", piece_id=piece.id, attachment_id=scan.id)
    confirm = url_for("inspector.confirm_scan", piece_id=piece.id, attachment_id=scan.id)
    done = scan.added_by_id == viewer().id or stands != "unconfirmed"
    asked = not done and is_signer(piece, viewer(), clock.now())
    return attached.row(scan, file), confirm if asked else ""


def _asked(piece: DossierPiece, mine: PieceSignature | None) -> bool:
    if piece.offered_at is None or mine is None or mine.signed_at is not None:
        return False
    return is_signer(piece, viewer(), clock.now())
