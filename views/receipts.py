"""Receipts: a file by which somebody can show later that his act stood in the log; and whether one
still agrees with the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import clock
from config import Settings
from models.base import db
from models.person import Person
from models.unit import unit_by_code
from views import present
from views.forms import after_id
from views.loaders import load_unit, viewer
from views.policy import policy
from views.sheet import Sheet
from views.uploads import chosen, receives_files
from workflows.history import Line, told_of
from workflows.trail import checkpoint, keys, proof, receipts, seen
from workflows.trail.note import NotANote
from workflows.trail.receipts import Standing
from workflows.trail.witness import paper
from workflows.trail.witness.observing import Verdict

blueprint = Blueprint("receipts", __name__)

LONGEST = 64 * 1024
SHOWN = 50  # events on a page


@blueprint.get("/receipts/<code>/<nth:n>")
@policy("signed_in")
def fetch(code: str, n: int) -> ResponseReturnValue:
    """The receipt of event `n` of a unit's log, for who acted in it."""
    unit = load_unit(code)
    event = receipts.own_event(db.session(), unit.id, n, viewer().id)
    if event is None:
        abort(404)
    try:
        text = receipts.receipt_of(db.session(), event)
    except receipts.NotWhole:
        return render_template("receipts/none.html", broken=True), 409
    if text is None:
        return render_template("receipts/none.html", broken=False), 409
    answer = Response(text, mimetype="text/plain")
    name = f"giay-xac-nhan-{unit.code}-{n:04}.tlog-proof"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/receipts")
@policy("signed_in")
def index() -> str:
    return _page(Sheet())


@blueprint.get("/receipts/mine")
@policy("signed_in")
def mine() -> str:
    """What the viewer did, newest first, each with its receipt."""
    below = after_id()
    events = receipts.own_events(db.session(), viewer().id, below=below, limit=SHOWN + 1)
    shown, more = events[:SHOWN], len(events) > SHOWN
    return render_template(
        "receipts/mine.html",
        lines=present.story(told_of(shown), _fetched_at),
        next_url=url_for("receipts.mine", after=shown[-1].id) if more else None,
        first_url=url_for("receipts.mine") if below is not None else "",
    )


@blueprint.post("/receipts")
@policy("signed_in")
@receives_files(LONGEST + 100_000)
def check() -> ResponseReturnValue:
    """Holds a receipt, or a checkpoint off somebody's minutes, against the log as it is now. Nothing
    is kept of it, unless it is of a log elsewhere whose superior is here: then it is remembered."""
    sheet, file = Sheet(request.form), chosen("receipt")
    if code := sheet.text("code"):
        return _check_code(sheet, code)
    if file is None:
        sheet.fail("receipt", gettext("Chọn tệp giấy xác nhận."))
        return _page(sheet), 422
    try:
        found = proof.opened(file.read(LONGEST + 1).decode(), keys.known(db.session()))
    except (NotANote, UnicodeDecodeError):
        sheet.fail(
            "receipt",
            gettext(
                "Tệp này không phải giấy xác nhận do hệ thống này ký, hoặc đã bị sửa. "
                "Chọn lại đúng tệp đã tải về."
            ),
        )
        return _page(sheet), 422
    shown = {
        "unit": _name(str(found.stated["unit"])),
        "seq": found.seq,
        "at": present.instant(datetime.fromisoformat(str(found.stated["at"]))),
        "size": found.checkpoint.size,
    }
    return _page(sheet, shown, receipts.standing(db.session(), found))


def _check_code(sheet: Sheet, code: str) -> ResponseReturnValue:
    lines = paper.spelt(code)
    try:
        said, _ = checkpoint.opened(lines, keys.known(db.session()))
    except NotANote:
        return _check_afar(sheet, lines)
    shown = {"unit": _name(receipts.unit_code(said)), "size": said.size}
    return _page(sheet, shown, receipts.standing_of(db.session(), said))


def _check_afar(sheet: Sheet, lines: str) -> ResponseReturnValue:
    settings: Settings = current_app.config["SETTINGS"]
    try:
        said, watched, verdict = paper.take_down(
            settings.witness_dir, lines, real_now=clock.real_now()
        )
    except NotANote:
        sheet.fail(
            "code",
            gettext(
                "Nội dung này không phải điểm kiểm tra do hệ thống này, hay máy chủ nào có cấp trên "
                "ở đây, ký. Quét lại mã trên biên bản và dán nguyên văn, kể cả dòng trống."
            ),
        )
        return _page(sheet), 422
    except (OSError, sqlite3.Error):
        sheet.fail(
            "code",
            gettext(
                "Chưa ghi lại được: máy chủ không mở được nơi chứng kiến. Giữ biên bản, báo quản "
                "trị viên rồi dán lại."
            ),
        )
        return _page(sheet), 503
    unit = gettext(
        "%(unit)s, máy chủ %(label)s",
        unit=receipts.unit_code(said),
        label=watched.label or watched.key.name,
    )
    return _page(sheet, {"unit": unit, "size": said.size, "afar": True}, verdict)


def _name(code: str) -> str:
    unit = unit_by_code(code)
    return unit.name if unit else code


def link_of(line: Line, person: Person) -> str:
    """Where the receipt of an event is fetched; empty for who did not act in it."""
    payload = line.event.payload
    return _fetched_at(line) if payload is not None and payload.actor_id == person.id else ""


def _fetched_at(line: Line) -> str:
    return url_for("receipts.fetch", code=line.event.unit.code, n=line.event.seq)


def trail_state(lines: Iterable[Line]) -> bool | None:
    """Whether the logs that tell this story were found whole at the signing process's last look;
    None: there was none yet."""
    return seen.are_whole(db.session(), {line.event.unit_id for line in lines})


def _page(
    sheet: Sheet,
    shown: dict[str, Any] | None = None,
    standing: Standing | Verdict | None = None,
) -> str:
    return render_template("receipts/index.html", sheet=sheet, shown=shown, standing=standing)
