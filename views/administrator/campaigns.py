"""Campaigns: a file looked at, kept as a draft, foretold, opened while somebody watches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import clock
from config import ROOT
from models.base import db, transaction
from models.campaign import Campaign
from views import present
from views.administrator import campaign_words as words
from views.administrator.base import blueprint, page
from views.loaders import viewer
from views.policy import policy
from views.status import status_of
from views.uploads import chosen, receives_files
from workflows import campaigns as acts
from workflows.refusal import WorkflowError
from workflows.tables import FileError

SHIPPED = ROOT / "campaigns"
LONGEST = 200_000  # bytes of a file
REFRESH = "2"  # seconds, while a campaign opens


@dataclass
class Sent:
    """A file that came by a form: its text, its name, and what is wrong with it."""

    source: str = ""
    name: str = ""
    error: str = ""


@blueprint.get("/campaigns")
@policy("administrator")
def campaigns() -> Response:
    rows = [words.listed(campaign) for campaign in acts.all_campaigns()]
    return _watched(page("campaigns", rows=rows), any(r["state"] == "opening" for r in rows))


@blueprint.get("/campaigns/new")
@policy("administrator")
def new_campaign() -> ResponseReturnValue:
    named = request.args.get("file", "")
    file = next((file for file in _shipped() if file.name == named), None)
    return _form(Sent(file.read_text("utf-8") if file else "", named if file else ""))


@blueprint.post("/campaigns")
@policy("administrator")
@receives_files(LONGEST + 100_000)
def create_campaign() -> ResponseReturnValue:
    """Keeps what was sent as a draft; a draft of the same code says what the new file says."""
    given, actor, now = sent(), viewer(), clock.now()
    if given.error:
        return _form(given), 422
    try:
        with transaction():
            draft = acts.keep_draft(
                given.source, file=given.name, actor=actor, now=now, seen=request.form.get("seen")
            )
            code = draft.code
    except FileError as error:
        given.error = words.wrong_words(error)
        return _form(given), 422
    except WorkflowError as refusal:
        given.error = " ".join(present.sentence(reason) for reason in refusal.reasons)
        return _form(given), status_of(refusal)
    return redirect(url_for("administrator.campaign", campaign=code), 303)


@blueprint.get("/campaigns/<campaign>")
@policy("administrator")
def campaign(campaign: str) -> ResponseReturnValue:
    return campaign_page(load_campaign(campaign))


@blueprint.post("/campaigns/<campaign>/opening")
@policy("administrator")
def open_campaign(campaign: str) -> ResponseReturnValue:
    """The draft begins to open; a worker does it, batch by batch."""
    actor, now = viewer(), clock.now()
    load_campaign(campaign)
    try:
        with transaction():
            source = load_campaign(campaign).source
            acts.begin(source, file=f"{campaign}.toml", actor=actor, now=now, seen=seen())
    except FileError as error:
        return campaign_page(load_campaign(campaign), error=words.wrong_words(error)), 422
    except WorkflowError as refusal:
        said = " ".join(present.sentence(reason) for reason in refusal.reasons)
        return campaign_page(load_campaign(campaign), error=said), status_of(refusal)
    return redirect(url_for("administrator.campaign", campaign=campaign), 303)


@blueprint.post("/campaigns/<campaign>/removal")
@policy("administrator")
def drop_campaign(campaign: str) -> ResponseReturnValue:
    found, actor, now = load_campaign(campaign), viewer(), clock.now()
    try:
        with transaction():
            acts.drop_draft(found, actor=actor, now=now, seen=seen())
    except WorkflowError as refusal:
        said = " ".join(present.sentence(reason) for reason in refusal.reasons)
        return campaign_page(load_campaign(campaign), error=said), status_of(refusal)
    flash(gettext("Đã bỏ bản nháp."), "done")
    return redirect(url_for("administrator.campaigns"), 303)


def seen() -> str:
    """Which text of the campaign the page showed; a page that does not say showed none."""
    return request.form.get("seen", "")


def load_campaign(code: str) -> Campaign:
    """The campaign with this code, or 404."""
    found = acts.by_code(code)
    if found is None:
        abort(404)
    return found


def campaign_page(found: Campaign, *, error: str = "") -> Response:
    """A draft with what it would bring; an opening with its progress; what is open as it stands."""
    state = acts.state_of(found)
    foretold: dict[str, Any] | None = None
    if state == "draft":
        try:
            seen = acts.preview(found.source, file=f"{found.code}.toml", now=clock.now())
            foretold = words.foretold(seen)
        except FileError as wrong:  # stored before a key came to be read otherwise
            error = error or words.wrong_words(wrong)
    answer = page(
        "campaign",
        campaign=found,
        state=state,
        progress=acts.progress_of(found.id),
        foretold=foretold,
        asked=words.asked(found) if foretold is None else [],
        seal=acts.seal(found),
        error=error,
    )
    return _watched(answer, state == "opening")


def sent() -> Sent:
    """The file that was chosen, or else the text that was typed."""
    file = chosen()
    if file is None:
        typed = request.form.get("source", "").replace("\r\n", "\n")
        given = Sent(typed, gettext("tệp"))
    else:
        data = file.stream.read(LONGEST + 1)
        last = (file.filename or "").replace("\\", "/").rpartition("/")[2]
        given = Sent("", "".join(letter for letter in last if letter.isprintable())[:100])
        try:
            given.source = data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            given.error = gettext(
                "Tệp không phải chữ UTF-8. Lưu lại tệp ở dạng UTF-8 rồi chọn lại."
            )
    if len(given.source.encode()) > LONGEST:
        given.error = gettext("Tệp dài hơn 200 KB. Một đợt chỉ cần vài chục KB; xem lại tệp.")
    elif not given.error and not given.source.strip():
        given.error = gettext("Chọn tệp, hoặc dán nội dung tệp vào ô.")
    return given


def _form(given: Sent) -> str:
    db.session.rollback()
    return page("campaign_new", given=given, shipped=[file.name for file in _shipped()])


def _shipped() -> list[Any]:
    return sorted(SHIPPED.glob("*.toml"))


def _watched(html: str, opening: bool) -> Response:
    """The page; while something opens it looks again by itself."""
    answer = Response(html)
    if opening:
        answer.headers["Refresh"] = REFRESH
    return answer
