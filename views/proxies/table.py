"""Commitments of a whole cell from one table: the template, what it would do, and doing it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

import clock
from models.base import transaction
from models.campaign import Campaign
from models.unit import Unit
from views import present
from views.loaders import viewer
from views.policy import policy
from views.prints.base import sheet as as_sheet
from views.proxies.base import blueprint, campaign_of, load_cell
from views.proxies.index import page
from views.uploads import chosen, receives_files
from workflows import proxies, sheets
from workflows.content import clean_content
from workflows.proxies import sheet
from workflows.refusal import N_, Reason, Refused, WorkflowError
from workflows.text import parse_date

LARGEST = 1_500_000  # letters of one table on its way through the preview


@blueprint.get("/template.xlsx")
@policy("unit")
def template(code: str) -> FlaskResponse:
    """The table to be filled in, with the members of the cell in it and no texts."""
    unit = load_cell(code)
    campaign = campaign_of(unit)
    rows = sheet.template(unit, campaign, clock.now()) if campaign is not None else []
    title = gettext("Nhập hộ bản cam kết, %(unit)s", unit=present.unit_name(unit))
    day = present.local_day(clock.now())
    return as_sheet(list(sheet.HEADER), rows, title, title, day)


@blueprint.post("/table")
@policy("unit")
@receives_files(sheets.MAX_BYTES)
def preview(code: str) -> str | tuple[str, int]:
    """What the table would do; every wrong row by its number. Nothing is kept yet."""
    unit = load_cell(code)
    campaign = _running(unit)
    upload = chosen("file")
    try:
        if upload is None:
            raise Refused(_no_file())
        table = sheet.read(upload.stream.read(), upload.filename or "", unit, campaign, clock.now())
        carried = _carried(table.rows)
        if len(carried) > LARGEST:
            raise Refused(_too_much())
    except Refused as refused:
        return page(unit, present.reason_list(refused.reasons)), 422
    made = render_template(
        "proxies/preview.html",
        unit=unit,
        campaign=campaign,
        rows=table.rows,
        wrong=[(number, present.sentence(reason)) for number, reason in table.wrong],
        carried=carried,
    )
    return (made, 422) if table.wrong else made


@blueprint.post("/table/kept")
@policy("unit")
def keep_table(code: str) -> Response | tuple[str, int]:
    """Every row of the previewed table, or none."""
    unit = load_cell(code)
    campaign = _running(unit)
    try:
        rows = _read_back(request.form.get("rows", ""), unit, campaign)
        with transaction():
            kept = sheet.keep(unit, campaign, rows, actor=viewer(), now=clock.now())
            count = len(kept)
    except WorkflowError as refused:
        return page(unit, present.reason_list(refused.reasons)), 422
    flash(
        ngettext(
            "Đã nhập hộ %(num)s bản. Chờ từng người xác nhận, hoặc bản giấy có chữ ký.",
            "Đã nhập hộ %(num)s bản. Chờ từng người xác nhận, hoặc bản giấy có chữ ký.",
            count,
        ),
        "done",
    )
    return redirect(url_for("proxies.index", code=unit.code, campaign=campaign.code), 303)


def _running(unit: Unit) -> Campaign:
    campaign = campaign_of(unit)
    if campaign is None:
        abort(404)
    return campaign


def _carried(rows: list[sheet.Row]) -> str:
    """The rows as the preview hands them on. They are checked again when they come back."""
    return json.dumps(
        [
            {
                "person": row.person.id,
                "day": row.dated_on.isoformat() if row.dated_on else "",
                "content": row.content,
            }
            for row in rows
        ],
        ensure_ascii=False,
    )


def _read_back(carried: str, unit: Unit, campaign: Campaign) -> list[sheet.Row]:
    """The rows of a preview, from a browser: trusted in nothing."""
    members = {line.person.id: line.person for line in proxies.lines(unit, campaign, clock.now())}
    try:
        given = json.loads(carried)
        found = [_row_back(item, members) for item in given]
    except (ValueError, TypeError, KeyError, RecursionError):
        found = []
    if not found or len({row.person.id for row in found}) != len(found):
        raise Refused(_no_file())
    return found


def _row_back(item: dict[str, Any], members: dict[int, Any]) -> sheet.Row:
    day: date | None = parse_date(item["day"]) if item["day"] else None
    content = clean_content("commitment", item["content"])
    return sheet.Row(0, members[item["person"]], content, day, "")


def _no_file() -> Reason:
    return Reason("FORM", N_("Chưa chọn tệp. Tải tệp mẫu, điền, rồi chọn tệp đó."), place="file")


def _too_much() -> Reason:
    return Reason("FORM", N_("Bảng dài quá cho một lần nhập. Chia thành hai tệp."), place="file")
