"""Minutes of inspections that wait for the viewer's signature, or for his word on their scan, as rows of
his desk."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from flask_babel import gettext

from models.dossier import DossierPiece
from models.person import Person
from views import present
from views.inspector.dossier_base import piece_words
from views.inspector.inspections_base import title
from views.tasks import Row
from workflows.dossier.awaiting import awaiting_signature
from workflows.dossier.pieces import ALL
from workflows.dossier.standing import standing
from workflows.edge import edge


def signature_rows(person: Person, now: datetime) -> list[Row]:
    """One row for each of them, until he has signed."""
    pieces = awaiting_signature(person, now) if edge(person, now).signatures else []
    return [_row(piece) for piece in pieces]


def _row(piece: DossierPiece) -> Row:
    mark, words = piece_words(piece.inspection, ALL[piece.n - 1], piece.part)
    name = words[:1].lower() + words[1:]
    day, number = present.day(piece.dated_on), piece.inspection.decision_number
    scanned = standing(piece) == "unconfirmed"
    return Row(
        gettext("Xác nhận bản quét %(name)s ngày %(day)s", name=name, day=day)
        if scanned
        else gettext("Ký %(name)s ngày %(day)s", name=name, day=day),
        [
            title(piece.inspection),
            gettext("%(mark)s, Quyết định số %(number)s", mark=mark, number=number),
        ],
        url_for("inspector.minutes", piece_id=piece.id),
        gettext("Xem, xác nhận") if scanned else gettext("Xem, ký"),
        None,
        True,
        waits=gettext("Chờ xác nhận") if scanned else gettext("Chờ ký"),
    )
