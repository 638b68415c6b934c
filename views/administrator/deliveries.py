"""The delivery log: what went to which address, when, how it ended; without a word of any mail."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from models.base import transaction
from models.notification import UNDELIVERED, Delivery
from views import present
from views.administrator.base import blueprint, page
from views.forms import after_id
from views.policy import policy
from views.sheet import Sheet
from views.uploads import chosen, receives_files
from workflows import bounces

PAGE = 50
TABS = {"trouble": UNDELIVERED, "pending": ("pending",), "done": ("done",), "all": ()}


@blueprint.get("/deliveries")
@policy("administrator")
def deliveries() -> ResponseReturnValue:
    return _page(Sheet())


@blueprint.post("/deliveries/<id:delivery_id>/again")
@policy("administrator")
def send_again(delivery_id: int) -> ResponseReturnValue:
    sheet = Sheet()
    with transaction():
        if bounces.send_again(delivery_id):
            flash(gettext("Đã xếp thư để gửi lại."), "done")
            return redirect(url_for("administrator.deliveries"), 303)
    sheet.fail("", gettext("Chưa gửi lại: thư này đang chờ gửi hoặc đã đến nơi. Tải lại trang."))
    return _page(sheet), 422


@blueprint.post("/deliveries/again")
@policy("administrator")
def send_all_again() -> ResponseReturnValue:
    with transaction():
        count = bounces.send_all_again()
    flash(
        ngettext("Đã xếp %(num)s thư để gửi lại.", "Đã xếp %(num)s thư để gửi lại.", count), "done"
    )
    return redirect(url_for("administrator.deliveries"), 303)


@blueprint.post("/deliveries/bounces")
@policy("administrator")
@receives_files(bounces.LARGEST + 100_000)
def note_bounces() -> ResponseReturnValue:
    """A report that a mail server sent back, as a file; or the address or Message-ID by hand."""
    sheet, file = Sheet(request.form), chosen("report")
    word = sheet.line("word")
    if file is None and not word:
        sheet.fail("report", gettext("Chọn tệp thư báo, hoặc ghi địa chỉ."))
    data = file.read(bounces.LARGEST + 1) if file is not None else b""

    def act(_session: object) -> None:
        found = bounces.read_report(data) if file is not None else [bounces.named(word)]
        noted.append(bounces.note(found))

    noted: list[int] = []
    if not sheet.attempt(act):
        return _page(sheet), 422
    if not noted[0]:
        sheet.fail(
            "word" if file is None else "report", gettext("Không có thư nào đã gửi như vậy.")
        )
        return _page(sheet), 422
    flash(
        ngettext("Đã ghi %(num)s thư bị trả về.", "Đã ghi %(num)s thư bị trả về.", noted[0]),
        "done",
    )
    return redirect(url_for("administrator.deliveries"), 303)


def state_of(state: str) -> tuple[str, str, str]:
    """How a mail ended, as a badge: words, tone, glyph."""
    return {
        "pending": (gettext("Chờ gửi"), "wait", "g-clock"),
        "done": (gettext("Đã gửi"), "done", "g-ok"),
        "failed": (gettext("Không gửi được"), "late", "g-late"),
        "refused": (gettext("Bị từ chối"), "late", "g-late"),
        "bounced": (gettext("Bị trả về"), "late", "g-late"),
    }.get(state, (gettext("Không gửi nữa"), "", "g-waive"))


def _page(sheet: Sheet) -> str:
    tab = request.args.get("tab", "")
    tab = tab if tab in TABS else "trouble"
    before = after_id()
    found = bounces.log_of(TABS[tab], before, PAGE + 1)
    rows = [_row(mail, address) for mail, address in found[:PAGE]]
    more = len(found) > PAGE
    return page(
        "deliveries",
        sheet=sheet,
        rows=rows,
        tab=tab,
        tabs_of_log=[
            {
                "words": words,
                "url": url_for("administrator.deliveries", tab=name),
                "current": name == tab,
                "count": None,
                "late": False,
            }
            for name, words in _tab_words().items()
        ],
        next_url=url_for("administrator.deliveries", tab=tab, after=rows[-1]["id"])
        if more
        else None,
        first_url=url_for("administrator.deliveries", tab=tab) if before is not None else "",
    )


def _tab_words() -> dict[str, str]:
    return {
        "trouble": gettext("Không đến nơi"),
        "pending": gettext("Đang chờ"),
        "done": gettext("Đã gửi"),
        "all": gettext("Tất cả"),
    }


def _row(mail: Delivery, address: str | None) -> dict[str, Any]:
    when = mail.tried_at or mail.done_at
    return {
        "id": mail.id,
        "what": gettext("Thư buổi sáng") if mail.morning_id else gettext("Thông báo"),
        "address": mail.address or address or gettext("Chưa có địa chỉ"),
        "when": present.instant(when) if when else gettext("Chưa gửi lần nào"),
        "iso": present.iso(when),
        "state": state_of(mail.state),
        "attempts": mail.attempts,
        "next": present.instant(mail.next_at) if mail.state == "pending" and mail.attempts else "",
        "answer": _answer(mail.error),
        "again": mail.state in UNDELIVERED,
    }


def _answer(error: str | None) -> str:
    """What the other server said; what this house noted instead, in words."""
    known = {
        None: "",
        "no address": gettext("Người nhận chưa có địa chỉ thư."),
        "left the post": gettext("Người nhận đã thôi giữ chức vụ trước khi thư đi."),
        "nothing left to tell": gettext("Đến lúc gửi không còn gì để báo."),
        "bounced": gettext("Thư bị trả về."),
    }
    return known.get(error, error or "")
