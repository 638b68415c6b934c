"""Entering one signed paper: what is it, then what stands on it, its text as far as wanted, its
scan."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import transaction
from models.campaign import Campaign, Requirement
from models.document import KINDS
from models.kinds import PERSONAL
from models.person import Person
from models.unit import Unit
from views import present, symbols, uploads
from views.drafts import Draft
from views.forms import Form, whole
from views.loaders import viewer
from views.places import Place, open_campaigns, possible_bases
from views.policy import policy
from views.recorded.base import (
    blueprint,
    load_own,
    members,
    read_printed,
    vias,
)
from views.writing import check_bases, rows_changed
from workflows import Forbidden, Refused, files
from workflows.obligations import live_document, open_obligation_of
from workflows.recorded import enter
from workflows.refusal import Reason
from workflows.register.series import series_of
from workflows.register.suggest import citation_instead, on_paper_instead
from workflows.symbols import TYPE_OF_KIND, type_of


@blueprint.get("/units/<code>/recorded/new")
@policy("unit")
def new(code: str) -> str:
    unit = load_own(code)
    place = place_of(unit, request.args)
    if place is None:
        return render_template(
            "recorded/choose.html",
            unit=unit,
            owed=_owed(unit),
            campaigns=open_campaigns([unit]),
        )
    _must_keep(place)
    return form_page(place, Draft.blank(place.kind), Form({}))


@blueprint.post("/units/<code>/recorded")
@policy("unit")
@uploads.receives_files()
def record(code: str) -> Response | str | tuple[str, int]:
    unit = load_own(code)
    place = place_of(unit, request.form)
    if place is None:
        abort(404)
    form = Form(request.form)
    draft = Draft.read(place.kind, form)
    if rows_changed(draft):
        return form_page(place, draft, form)
    try:
        enter.may_record(place.kind, unit, place.campaign, viewer(), clock.now())
    except Forbidden as forbidden:
        return form_page(place, draft, form, forbidden.reasons), 403
    except Refused as refused:
        return form_page(place, draft, form, refused.reasons), 422
    given, printed = draft.clean(), read_printed(form)
    check_bases(draft)
    author = _author(place, form)
    scan = None
    try:
        if form.ok and uploads.chosen() is not None:
            scan = uploads.accepted()
        if not form.ok:
            return form_page(place, draft, form), 422
        with transaction():
            document_id = enter.record(
                place.kind,
                unit=unit,
                campaign=place.campaign,
                requirement=place.requirement,
                title=given["title"],
                content=given["content"],
                basis=given["basis"],
                printed=printed,
                author=author,
                scan=files.keep(scan, clock.now()) if scan is not None else None,
                scan_name=scan.name if scan is not None else "",
                actor=viewer(),
                now=clock.now(),
            ).id
    except Refused as refused:
        form.refuse(refused.reasons)
        return form_page(place, draft, form, refused.reasons), 422
    finally:
        if scan is not None:
            scan.discard()
    flash(gettext("Đã vào sổ. Người thứ hai đối chiếu với bản quét rồi xác nhận."), "done")
    return redirect(url_for("document.page", document_id=document_id), 303)


def place_of(unit: Unit, arguments: Any) -> Place | None:
    """The kind, campaign and requirement that the address or the form names, where they fit."""
    kind = arguments.get("kind", "")
    code = (arguments.get("campaign") or "").replace("\0", "")
    campaign = next((c for c in open_campaigns([unit]) if c.code == code), None)
    if kind not in KINDS or campaign is None:
        return None
    named = (arguments.get("requirement") or "").replace("\0", "")
    requirement = next((r for r in campaign.requirements if r.code == named), None)
    if requirement is not None and requirement.kind != kind:
        return None
    return Place(kind, unit, campaign, requirement)


def _must_keep(place: Place) -> None:
    try:
        enter.may_record(place.kind, place.unit, place.campaign, viewer(), clock.now())
    except Forbidden:
        abort(403)


def _owed(unit: Unit) -> list[tuple[Campaign, Requirement]]:
    """What the unit owes in its open campaigns and nothing answers yet, plans first."""
    found = []
    for campaign in open_campaigns([unit]):
        for requirement in campaign.requirements:
            if unit.level.code not in requirement.levels or requirement.kind in PERSONAL:
                continue
            obligation = open_obligation_of(requirement, unit, None)
            if obligation is not None and live_document(obligation) is None:
                found.append((campaign, requirement))
    return found


def _author(place: Place, form: Form) -> Person | None:
    if place.kind not in PERSONAL:
        return None
    wanted = whole(form.raw("author"))
    author = next((person for person in members(place.unit) if person.id == wanted), None)
    if author is None:
        form.fail("author", gettext("Chưa chọn người cam kết. Cần chọn người của đơn vị."))
    return author


def form_page(
    place: Place,
    draft: Draft,
    form: Form,
    reasons: list[Reason] | tuple[Reason, ...] = (),
    **more: Any,
) -> str:
    """The form of one signed paper, with everything that was typed."""
    if (corrected := symbols.taken(form.source)) is not None:
        form = Form(corrected)
    draft.form = form
    return render_template(
        "recorded/form.html",
        **{
            "place": place,
            "unit": place.unit,
            "campaign": place.campaign,
            "kind": place.kind,
            "draft": draft,
            "form": form,
            "problems": form.problems(reasons),
            "post_url": url_for("recorded.record", code=place.unit.code),
            "number_instead": _number_instead(place, form),
            "instead": [citation_instead(paper["number"]) for paper in draft.papers],
            "bases": possible_bases(place.unit) if place.kind not in PERSONAL else [],
            "members": [(p.id, p.full_name) for p in members(place.unit)]
            if place.kind in PERSONAL
            else [],
            "vias": vias(place.unit, place.campaign),
            "section_titles": present.section_titles(place.campaign.congress),
            "indicators": draft.figures(place.campaign, place.requirement),
            "most": files.LIMIT // uploads.MB,
            "recorded": True,
            **more,
        },
    )


def _number_instead(place: Place, form: Form) -> str | None:
    """The right form of the number typed, for who typed otherwise than the paper says."""
    kind = type_of(place.requirement) if place.requirement else TYPE_OF_KIND.get(place.kind)
    if kind is None or not form.raw("number").strip():
        return None
    day = Form(form.source).day("dated_on") or present.local_day(clock.now())
    return on_paper_instead(series_of(place.unit, kind, day), form.raw("number"))
