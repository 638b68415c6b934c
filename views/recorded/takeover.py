"""Taking over a running year: a table and a ZIP of scans, what they would do, and doing it.

Between the look ahead and the doing the browser carries what was read, sealed for this person and
unit; the scans wait in the folder of files, where a day later nothing is left of what was not used.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Response as FlaskResponse
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.stored_file import StoredFile
from models.unit import Unit
from views import present
from views.loaders import viewer
from views.policy import policy
from views.prints.base import sheet as as_sheet
from views.recorded.base import blueprint, keeps, load_own
from views.uploads import chosen, receives_files
from workflows import sheets
from workflows.recorded import columns, scans, taking
from workflows.refusal import N_, Reason, Refused, WorkflowError

MOST = 100 * 1024 * 1024  # of a table and its scans
A_DAY = 24 * 3600


@blueprint.get("/units/<code>/recorded/takeover")
@policy("unit")
def takeover(code: str) -> str:
    return _page(load_own(code))


@blueprint.get("/units/<code>/recorded/template.xlsx")
@policy("unit")
def template(code: str) -> FlaskResponse:
    """The table to be filled in: the columns, and one row that shows how."""
    unit = load_own(code)
    example: list[Any] = []
    for key in columns.COLUMNS:
        value = {**columns.EXAMPLE, "unit": unit.code}.get(key, "")
        example.append(date.fromisoformat(value) if key == "dated_on" else value)
    title = gettext("Vào sổ nhiều bản giấy, %(unit)s", unit=present.unit_name(unit))
    day = present.local_day(clock.now())
    return as_sheet(list(columns.HEADER), [example], title, title, day)


@blueprint.post("/units/<code>/recorded/takeover")
@policy("unit")
@receives_files(MOST)
def look_ahead(code: str) -> str | tuple[str, int]:
    """What the table would enter and what would be found, row by row. Nothing is entered yet."""
    unit = load_own(code)
    now, person = clock.now(), viewer()
    table, zipped = chosen("file"), chosen("scans")
    folder = None
    try:
        if table is None or zipped is None:
            raise Refused(_missing("file" if table is None else "scans"))
        cells = sheets.read(table.stream.read(), table.filename or "").columns(
            columns.COLUMNS, required=columns.REQUIRED
        )
        folder = scans.Folder(zipped.stream)  # type: ignore[arg-type]
        reading = taking.read(cells, folder.names, unit=unit, actor=person, now=now)
        kept, spoilt = scans.keep(folder, (row.scan for row in reading.rows), now)
        sealed = _seal(unit, cells, kept)
    except Refused as refused:
        return _page(unit, refused.reasons), 422
    finally:
        if folder is not None:
            folder.close()
    seen, refused_rows = taking.foresee(reading.rows, actor=person, now=now)
    wrong = [
        *reading.wrong,
        *refused_rows,
        *scans.numbers_wrong(spoilt, ((row.number, row.scan) for row in reading.rows)),
    ]
    shown = _preview(unit, seen, sorted(wrong, key=lambda one: one[0]), sealed)
    return (shown, 422) if wrong else shown


@blueprint.post("/units/<code>/recorded/takeover/kept")
@policy("unit")
def take_over(code: str) -> Response | tuple[str, int]:
    """Every row that was looked at, or none."""
    unit = load_own(code)
    now, person = clock.now(), viewer()
    try:
        cells, ids = _unseal(unit, request.form.get("sealed", ""))
        with transaction() as session:
            kept = {name: session.get_one(StoredFile, ident) for name, ident in ids.items()}
            reading = taking.read(cells, kept, unit=unit, actor=person, now=now)
            if reading.wrong:
                raise Refused(*(_told(number, reason) for number, reason in reading.wrong))
            made = taking.take(reading.rows, kept, actor=person, now=now)
            count = len(made)
    except WorkflowError as refused:
        return _page(unit, refused.reasons), 422
    flash(
        ngettext(
            "Đã vào sổ %(num)s bản giấy. Người thứ hai đối chiếu rồi xác nhận.",
            "Đã vào sổ %(num)s bản giấy. Người thứ hai đối chiếu rồi xác nhận.",
            count,
        ),
        "done",
    )
    return redirect(url_for("recorded.index", code=unit.code), 303)


def _page(unit: Unit, reasons: list[Reason] | tuple[Reason, ...] = ()) -> str:
    return render_template(
        "recorded/takeover.html",
        unit=unit,
        keeps=keeps(unit),
        problems=present.reason_list(reasons),
        most=MOST // (1024 * 1024),
        columns=columns.HEADER,
    )


def _preview(
    unit: Unit,
    seen: list[taking.Foreseen],
    wrong: list[tuple[int, Reason]],
    sealed: str,
) -> str:
    return render_template(
        "recorded/preview.html",
        unit=unit,
        rows=[_row(one) for one in seen],
        new=sum(one.new for one in seen),
        same=sum(not one.new for one in seen),
        found=sum(len(one.found) for one in seen),
        wrong=[(number, present.sentence(reason)) for number, reason in wrong],
        sealed=sealed,
    )


def _row(one: taking.Foreseen) -> dict[str, Any]:
    row = one.row
    name = row.author.full_name if row.author is not None else row.printed.number or ""
    return {
        "number": row.number,
        "what": " ".join(part for part in (present.kind_words(row.kind), name) if part),
        "title": row.title,
        "unit": present.unit_name(row.unit),
        "day": present.day(row.printed.dated_on),
        "requirement": present.requirement_words(row.requirement) if row.requirement else "",
        "scan": row.scan,
        "new": one.new,
        "found": present.reason_list(one.found),
    }


def _told(number: int, reason: Reason) -> Reason:
    what = {"row": number, "what": reason}
    return Reason(reason.rule, N_("Dòng %(row)s: %(what)s"), what, place="file")


def _missing(place: str) -> Reason:
    text = (
        N_("Chưa chọn bảng. Chọn tệp XLSX hoặc CSV.")
        if place == "file"
        else N_("Chưa chọn thư mục bản quét. Nén thư mục thành ZIP rồi chọn.")
    )
    return Reason("FORM", text, place=place)


# -- what the browser carries


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="recorded.takeover")


def _seal(unit: Unit, cells: list[tuple[int, dict[str, str]]], kept: dict[str, StoredFile]) -> str:
    ids = {name: stored.id for name, stored in kept.items()}
    sealed = _sealer().dumps({"person": viewer().id, "unit": unit.id, "rows": cells, "scans": ids})
    return sealed if isinstance(sealed, str) else sealed.decode("ascii")


def _unseal(unit: Unit, sealed: str) -> tuple[list[tuple[int, dict[str, str]]], dict[str, int]]:
    try:
        held = _sealer().loads(sealed, max_age=A_DAY)
    except BadData:
        held = None
    if held is None or (held["person"], held["unit"]) != (viewer().id, unit.id):
        raise Refused(
            Reason(
                "FORM",
                N_("Phần xem trước đã quá một ngày hoặc không còn nguyên. Chọn lại hai tệp."),
                place="file",
            )
        )
    known = set(
        db.session.scalars(
            sa.select(StoredFile.id).where(StoredFile.id.in_(held["scans"].values()))
        )
    )
    scans_left = {name: ident for name, ident in held["scans"].items() if ident in known}
    return [(number, cells) for number, cells in held["rows"]], scans_left
