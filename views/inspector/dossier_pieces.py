"""One piece of the dossier: what is typed, what is filled, who signs; written by the team."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

import clock
from models.dossier import SIGNERS, DossierPiece
from models.inspection import Inspection
from views import present, uploads
from views.attached import row as file_row
from views.inspector.dossier_base import (
    kept,
    load_spec,
    load_written,
    part_asked,
    piece_words,
    standing_badge,
    status_of,
    unit_chosen,
    units_of,
    writes,
)
from views.inspector.inspections_base import load_own, title
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from views.prints.base import printed
from views.sheet import Sheet
from workflows import files
from workflows.dossier import signing, writing
from workflows.dossier.awaiting import awaiting_signature
from workflows.dossier.filled import filled_of
from workflows.dossier.index import data_of
from workflows.dossier.people import candidates
from workflows.dossier.pieces import Piece
from workflows.dossier.printing import file_name, printed_as
from workflows.dossier.standing import standing


@blueprint.get("/inspections/<id:inspection_id>/dossier/<nth:n>")
@policy("inspection")
def piece(inspection_id: int, n: int) -> str:
    inspection, spec = load_own(inspection_id), load_spec(n)
    return page(inspection, spec, part_asked(), Sheet())


@blueprint.post("/inspections/<id:inspection_id>/dossier/<nth:n>")
@policy("inspection")
def write_piece(inspection_id: int, n: int) -> Answer | tuple[str, int]:
    inspection, spec, part = load_own(inspection_id), load_spec(n), part_asked()
    form = Sheet(request.form)
    typed = _typed(inspection, spec, form)
    done = form.attempt(
        lambda session: writing.write(
            inspection, n, part, typed, version=form.version(), actor=viewer(), now=clock.now()
        )
    )
    if not done:
        return page(load_own(inspection_id), spec, part, form), status_of(form)
    flash(gettext("Đã lưu."), "done")
    return _back(inspection_id, n, part)


@blueprint.post("/inspections/<id:inspection_id>/dossier/<nth:n>/parts")
@policy("inspection")
def another_part(inspection_id: int, n: int) -> Answer | tuple[str, int]:
    """One more of the same kind: of another unit, of another member worked with."""
    inspection, spec, form = load_own(inspection_id), load_spec(n), Sheet(request.form)
    made: list[DossierPiece] = []

    def begin(_session: object) -> None:
        part = writing.next_part(inspection, n)
        made.append(
            writing.write(
                inspection, n, part, writing.Typed(), version=0, actor=viewer(), now=clock.now()
            )
        )

    if not form.attempt(begin):
        return page(load_own(inspection_id), spec, 1, form), status_of(form)
    return _back(inspection_id, n, made[0].part)


@blueprint.post("/inspections/<id:inspection_id>/dossier/<nth:n>/offering")
@policy("inspection")
def offer_minutes(inspection_id: int, n: int) -> Answer | tuple[str, int]:
    return _do(inspection_id, n, signing.offer, gettext("Đã chốt biên bản, chờ ba người ký."))


@blueprint.post("/inspections/<id:inspection_id>/dossier/<nth:n>/reopening")
@policy("inspection")
def reopen_minutes(inspection_id: int, n: int) -> Answer | tuple[str, int]:
    return _do(inspection_id, n, signing.reopen, gettext("Đã mở lại biên bản để sửa."))


@blueprint.get("/inspections/<id:inspection_id>/dossier/<nth:n>/print.<any(pdf,docx):form>")
@policy("inspection")
def print_piece(inspection_id: int, n: int, form: str) -> Response:
    """A piece on paper; one that is not written yet as a form to fill in by hand."""
    inspection, part = load_own(inspection_id), part_asked()
    load_spec(n)
    found = writing.find(inspection, n, part)
    data = data_of(inspection, n, found, clock.now())
    return printed(printed_as(n), data, form, file_name(inspection, n, part))


def page(
    inspection: Inspection, spec: Piece, part: int, form: Sheet, *, file_form: Sheet | None = None
) -> str:
    """The page of a piece; a form that was refused stays there with what was typed."""
    now = clock.now()
    found = writing.find(inspection, spec.n, part)
    mark, words = piece_words(inspection, spec, part)
    stands = _standing(spec, found)
    writing_ = writes(inspection) and stands in ("missing", "written", "drafted")
    unit = found.unit if found is not None else None
    unit = unit or unit_chosen(inspection, form.raw("unit"))
    return render_template(
        "inspector/dossier_piece.html",
        inspection=inspection,
        title=title(inspection),
        spec=spec,
        part=part,
        piece=found,
        mark=mark,
        words=words,
        stands_as=standing_badge(stands),
        stands=stands,
        version=form.raw("version") if form.source else (found.version if found else 0),
        writes=writes(inspection),
        editable=writing_,
        value=_values(found, form),
        form=form,
        units=units_of(inspection),
        signers=[(role, role_words(role), _choices(inspection, unit, role)) for role in SIGNERS],
        asked=found is not None and found in awaiting_signature(viewer(), now),
        given=[(role_words(one.role), one) for one in found.signatures] if found else [],
        filled=data_of(inspection, spec.n, found, now)["body"]
        if not writing_
        else filled_of(inspection, spec.n, found, now),
        files=_files(inspection, found),
        file_form=file_form or Sheet(),
        most=files.LIMIT // uploads.MB,
        problems=(file_form or form).wrong,
    )


def _do(inspection_id: int, n: int, act: Any, said: str) -> Answer | tuple[str, int]:
    inspection, form = load_own(inspection_id), Sheet(request.form)
    part = load_written(inspection, n).part
    done = form.attempt(
        lambda session: act(
            inspection, n, part, version=form.version(), actor=viewer(), now=clock.now()
        )
    )
    if not done:
        plain = Sheet()
        plain.reasons = form.reasons
        plain.errors = form.errors
        return page(load_own(inspection_id), load_spec(n), part, plain), status_of(form)
    flash(said, "done")
    return _back(inspection_id, n, part)


def _back(inspection_id: int, n: int, part: int) -> Answer:
    return redirect(
        url_for("inspector.piece", inspection_id=inspection_id, n=n, **kept(part=part)), 303
    )


def _typed(inspection: Inspection, spec: Piece, form: Sheet) -> writing.Typed:
    code = form.raw("unit")
    unit = unit_chosen(inspection, code)
    if code and unit is None:
        form.fail("unit", gettext("Chọn một đơn vị thuộc phạm vi kiểm tra."))
    return writing.Typed(
        unit=unit if code or spec.several else None,
        number=form.line("number", limit=writing.NUMBER),
        dated_on=form.day("dated_on"),
        place=form.line("place"),
        texts={
            section.key: form.text(f"texts.{section.key}", limit=writing.LONGEST)
            for section in spec.sections
        },
        signers={role: form.person(f"signers.{role}") for role in SIGNERS} if spec.minutes else {},
    )


def _values(found: DossierPiece | None, form: Sheet) -> dict[str, str]:
    """What stands in the fields: as typed where the form was refused, else as kept."""
    if form.source:
        return dict(form.source.items())
    if found is None:
        return {}
    values = {f"texts.{key}": text for key, text in found.texts.items() if isinstance(text, str)}
    values |= {f"signers.{one.role}": str(one.person_id) for one in found.signatures}
    return {
        **values,
        "unit": found.unit.code if found.unit is not None else "",
        "number": found.number,
        "dated_on": present.day(found.dated_on),
        "place": found.place,
    }


def _standing(spec: Piece, found: DossierPiece | None) -> str:
    if found is None:
        return "missing"
    return standing(found) if spec.minutes else "written"


def _choices(inspection: Inspection, unit: Any, role: str) -> list[tuple[str, str]]:
    if unit is None:
        return []
    people = candidates(inspection, unit, role, clock.now())
    return [(str(person.id), person.full_name) for person in people]


def role_words(role: str) -> str:
    """Which of the three signers."""
    return {
        "chair": gettext("Chủ trì"),
        "recorder": gettext("Ghi biên bản"),
        "inspected": gettext("Đảng viên được kiểm tra"),
    }[role]


def _files(inspection: Inspection, found: DossierPiece | None) -> list[Any]:
    if found is None:
        return []
    at: dict[str, Any] = {"inspection_id": inspection.id, "n": found.n}
    removable = writes(inspection)
    return [
        file_row(
            file,
            url_for("inspector.piece_file", attachment_id=file.id, **at),
            url_for("inspector.remove_piece_file", attachment_id=file.id, **at)
            if removable
            else "",
            found.version,
        )
        for file in files.attachments_of(found)
    ]
