"""Amending a campaign that is open: the changed file, what it would change, then only what is open."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import clock
from models.base import db, transaction
from models.campaign import Campaign
from views import present
from views.administrator import campaign_words as words
from views.administrator.base import blueprint, page
from views.administrator.campaigns import LONGEST, load_campaign, seen, sent
from views.loaders import viewer
from views.policy import policy
from views.status import status_of
from views.uploads import receives_files
from workflows import campaigns as acts
from workflows.campaigns import Amendment
from workflows.refusal import WorkflowError
from workflows.tables import FileError


@blueprint.get("/campaigns/<campaign>/amendment")
@policy("administrator")
def amendment(campaign: str) -> ResponseReturnValue:
    found = load_campaign(campaign)
    return _page(found, found.source)


@blueprint.post("/campaigns/<campaign>/amendment")
@policy("administrator")
@receives_files(LONGEST + 100_000)
def amend_campaign(campaign: str) -> ResponseReturnValue:
    """Shows what the file would change; with `do=write` changes it."""
    found, given, actor, now = load_campaign(campaign), sent(), viewer(), clock.now()
    error, change, status = given.error, None, 422
    try:
        if not error and acts.parse(given.source, file=given.name).code != campaign:
            error = gettext("Tệp này là của đợt khác. Giữ nguyên mã của đợt.")
        elif not error and request.form.get("do") == "write":
            with transaction():
                acts.amend(given.source, file=given.name, actor=actor, now=now, seen=seen())
            flash(gettext("Đã sửa đợt. Việc đã xong giữ nguyên."), "done")
            return redirect(url_for("administrator.campaign", campaign=campaign), 303)
        elif not error:
            change = acts.look(given.source, file=given.name, now=now)
            acts.not_since(found, seen())
    except FileError as wrong:
        error = words.wrong_words(wrong)
    except WorkflowError as refusal:
        error = " ".join(present.sentence(reason) for reason in refusal.reasons)
        status = status_of(refusal)
        change = change if status == 422 else None
    db.session.rollback()
    bad = change is None or bool(acts.errors(change.findings))
    found = load_campaign(campaign)
    return _page(found, given.source, change, error), status if bad else 200


def _page(found: Campaign, source: str, change: Amendment | None = None, error: str = "") -> str:
    return page(
        "campaign_amendment",
        campaign=found,
        source=source,
        seal=acts.seal(found),
        now_says=found.source if error and source != found.source else "",
        error=error,
        change=_words(change) if change else None,
    )


def _words(change: Amendment) -> dict[str, object]:
    labels = {one.code: words.label(one) for one in change.spec.requirements}
    return {
        "findings": words.findings(change.findings),
        "ready": not acts.errors(change.findings),
        "nothing": change.nothing,
        "fields": [gettext(text) for text in change.fields],
        "themes": change.themes,
        "added": [(labels[code], number) for code, number in change.added],
        "ended": change.ended,
        "moved": [
            (
                labels[one.code],
                present.day(one.old.effective) if one.old else "",
                present.day(one.new.effective) if one.new else "",
                one.number,
            )
            for one in change.moved
        ],
        "changed": [labels[code] for code in change.changed],
    }
