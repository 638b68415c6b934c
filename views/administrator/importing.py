"""The organisation from a file: the template, what would change, then all or nothing."""

from __future__ import annotations

import base64
import binascii
import io
import zlib

import sqlalchemy as sa
from flask import flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

import clock
from views import present
from views.administrator.base import blueprint, page
from views.loaders import viewer
from views.policy import policy
from views.uploads import chosen, receives_files
from workflows import sheets
from workflows.organisation import importing
from workflows.refusal import WorkflowError

SHOWN = 200  # rows shown of what would be added, and of what would change
CARRIED = 1_900_000  # bytes of a file that a page can carry from the preview to the writing
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/import")
@policy("administrator")
def import_organisation() -> ResponseReturnValue:
    return page("import", shown=SHOWN)


@blueprint.get("/import/template")
@policy("administrator")
def import_template() -> ResponseReturnValue:
    return send_file(
        io.BytesIO(importing.template()),
        mimetype=XLSX,
        as_attachment=True,
        download_name="mau-to-chuc.xlsx",
    )


@blueprint.post("/import")
@policy("administrator")
@receives_files(sheets.MAX_BYTES + 100_000)
def import_file() -> ResponseReturnValue:
    """Shows what the file would change; with `do=write` enters the file that the preview carried."""
    write = request.form.get("do") == "write"
    data, name = _carried() if write else _sent()
    if data is None:
        return page("import", shown=SHOWN, error=gettext("Chọn tệp XLSX hoặc CSV.")), 422
    try:
        outcome = importing.import_file(
            data,
            name,
            write=write,
            actor=viewer(),
            now=clock.now(),
            real_now=clock.real_now(),
        )
    except WorkflowError as refusal:
        reasons = [present.sentence(reason) for reason in refusal.reasons]
        return page("import", shown=SHOWN, name=name, error=" ".join(reasons)), 422
    except sa.exc.IntegrityError:
        said = gettext("Có người vừa ghi cùng lúc. Xem trước lại rồi ghi.")
        return page("import", shown=SHOWN, name=name, error=said), 422
    if outcome.written:
        flash(_done(outcome), "done")
        return redirect(url_for("administrator.import_organisation"), 303)
    carried = "" if outcome.bad or outcome.changes_nothing else _carry(data)
    answer = page(
        "import",
        shown=SHOWN,
        name=name,
        outcome=outcome,
        words=present.sentence,
        carried=carried,
        too_large=len(carried) > CARRIED,
    )
    return answer, 422 if outcome.bad else 200


def _sent() -> tuple[bytes | None, str]:
    file = chosen()
    if file is None:
        return None, ""
    return file.stream.read(sheets.MAX_BYTES + 1), _name(file.filename)


def _name(given: str | None) -> str:
    """The last part of a file's name, as it may be shown."""
    last = (given or "").replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:100]


def _carry(data: bytes) -> str:
    """The file as text for the next form, so that nothing of it is kept here meanwhile."""
    return base64.b64encode(zlib.compress(data)).decode()


def _carried() -> tuple[bytes | None, str]:
    try:
        packed = base64.b64decode(request.form.get("carried", ""), validate=True)
        data = zlib.decompressobj().decompress(packed, sheets.MAX_BYTES + 1)
    except (binascii.Error, zlib.error, ValueError):
        return None, ""
    return data or None, _name(request.form.get("name"))


def _done(outcome: importing.Outcome) -> str:
    if outcome.changes_nothing:
        return gettext("Không có gì thay đổi.")
    added, changed = outcome.count("added"), outcome.count("changed")
    return gettext(
        "Đã ghi tất cả: %(added)s, %(changed)s.",
        added=ngettext("%(num)s dòng mới", "%(num)s dòng mới", added),
        changed=ngettext("%(num)s dòng đổi", "%(num)s dòng đổi", changed),
    )
