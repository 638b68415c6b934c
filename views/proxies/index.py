"""The members of a cell and where each one's commitment stands; for a clerk above, his cells."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, url_for
from flask_babel import gettext

import clock
from models.base import db
from models.unit import Unit
from views import present
from views.frame import held_posts
from views.loaders import load_unit, viewer
from views.policy import policy
from views.proxies.base import blueprint, campaign_of, load_cell
from workflows import proxies
from workflows.proxies import Line
from workflows.scope import officer_unit_ids


@blueprint.get("")
@policy("unit")
def index(code: str) -> str:
    unit = load_unit(code)
    if proxies.is_cell(unit):
        return page(load_cell(code))
    if unit.id not in officer_unit_ids(viewer(), clock.now()):
        abort(404)
    return render_template("proxies/cells.html", unit=unit, cells=_cells())


def _cells() -> list[dict[str, Any]]:
    """The cells that the viewer types for, with how many wait for a signature."""
    now = clock.now()
    found = []
    for cell in proxies.served(viewer(), now):
        campaign = next(iter(proxies.campaigns_of(cell, now)), None)
        members = proxies.lines(cell, campaign, now) if campaign is not None else []
        found.append(
            {
                "unit": cell,
                "nothing": sum(line.state == "none" for line in members),
                "typed": sum(line.state in ("typed", "again") for line in members),
            }
        )
    return found


def page(
    unit: Unit,
    problems: list[dict[str, str]] | None = None,
    **values: Any,
) -> str:
    """The page of one cell."""
    now = clock.now()
    campaign = campaign_of(unit)
    members = proxies.lines(unit, campaign, now) if campaign is not None else []
    return render_template(
        "proxies/index.html",
        unit=unit,
        campaign=campaign,
        running_choices=[(c.code, c.title) for c in proxies.campaigns_of(unit, now)],
        rows=[_row(unit, line) for line in members],
        typed=sum(line.state in ("typed", "again") for line in members),
        problems=problems or [],
        above=_above(unit),
        **values,
    )


def _above(unit: Unit) -> Unit | None:
    """The body from whose list of cells the viewer comes: whose clerk he is, with no post here."""
    posts = held_posts(viewer())
    if any(post.unit_id == unit.id for post in posts):
        return None
    clerk = next((post for post in posts if post.role == "clerk"), None)
    return db.session.get_one(Unit, clerk.unit_id) if clerk is not None else None


def _row(unit: Unit, line: Line) -> dict[str, Any]:
    entry, document = line.entry, line.document
    standing = {
        "probationary": gettext("dự bị"),
        "non_member": gettext("quần chúng"),
    }.get(line.standing, "")
    said = ""
    if entry is not None and line.state in ("typed", "again"):
        said = gettext(
            "%(name)s nhập hộ lúc %(at)s",
            name=entry.entered_by.full_name,
            at=present.instant(entry.entered_at),
        )
    elif entry is not None and entry.confirmed_at is not None and line.state == "sent":
        said = confirmed_words(entry.confirmed_how)
    return {
        "id": line.person.id,
        "name": line.person.full_name,
        "about": [
            words
            for words in (
                standing,
                "" if line.has_account else gettext("chưa có tài khoản"),
                "" if line.person.email else gettext("không có thư điện tử"),
            )
            if words
        ],
        "said": said,
        "badge": badge(line),
        "state": line.state,
        "may_type": line.may_type,
        "version": (document.revision, document.version) if document is not None else (0, 0),
        "print_url": url_for("proxies.printed_form", code=unit.code, person_id=line.person.id)
        if line.state == "typed" and entry is not None and entry.entered_by_id == viewer().id
        else "",
        "url": url_for("proxies.write", code=unit.code, person_id=line.person.id),
        "sign_url": url_for("proxies.sign", code=unit.code, person_id=line.person.id),
    }


def confirmed_words(how: str | None) -> str:
    """By what a typed text was confirmed."""
    if how == "scan":
        return gettext("Nhập hộ, đã xác nhận bằng bản giấy có chữ ký")
    return gettext("Nhập hộ, người viết đã tự xác nhận")


def badge(line: Line) -> tuple[str, str, str]:
    """Where a member's commitment stands: words, tone, glyph."""
    if line.state == "typed":
        return gettext("Chờ xác nhận"), "wait", "g-ask"
    if line.state == "none":
        return gettext("Chưa có"), "", "g-open"
    if line.state == "exempt":
        return gettext("Được miễn"), "", "g-waive"
    if line.state == "own" and line.document is not None and line.document.state == "drafted":
        return gettext("Đang tự viết"), "", "g-draft"
    assert line.document is not None
    return present.state_badge(line.document)
