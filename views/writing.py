"""Writing: a new document of each kind, and the next revision of one. Rows need no script."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

import clock
from models.base import transaction
from models.campaign import Campaign, Requirement
from models.document import Document
from models.kinds import PERSONAL
from models.unit import Unit
from views import grounds, present
from views.drafts import Draft
from views.forms import Form
from views.loaders import load_document, viewer, visible_ids
from views.places import (
    MOST_BASES,
    Place,
    drafting_units,
    member_units,
    open_campaigns,
    owed,
    place_of,
    possible_bases,
)
from views.policy import policy
from views.proposals import period_of, proposed_title, what_was_promised
from views.symbols import TAKE
from workflows import Forbidden, Refused, Stale, available_actions, create, perform
from workflows.beginning import begun_alike
from workflows.example import secretary_s_revision
from workflows.history import heard_by
from workflows.refusal import N_, Reason
from workflows.register.suggest import citation_instead

blueprint = Blueprint("writing", __name__, url_prefix="/documents")


# -- beginning


@blueprint.get("/new")
@policy("signed_in")
def new() -> str:
    place = (
        place_of(request.args)
        if request.args.get("kind") or request.args.get("requirement")
        else None
    )
    if place is None:
        return choose()
    draft = Draft.blank(place.kind, title=proposed_title(place))
    if place.kind == "plan":
        draft.basis_ids = [d.id for d in possible_bases(place.unit)[:1]]
    if place.kind in ("report", "self_report"):
        draft.content["period"] = period_of(place.requirement)
    if place.kind == "self_report":
        draft.content["results"] = what_was_promised(viewer(), place.unit)
    return _new_page(place, draft)


def choose() -> str:
    """What may be begun: first what is owed, then anything else."""
    today = present.local_day(clock.now())
    return render_template(
        "document/choose.html",
        owed=[
            {
                "words": present.requirement_words(obligation.requirement),
                "whose": obligation.person.full_name
                if obligation.person
                else present.unit_name(obligation.unit),
                "due": present.owed_due(obligation, today),
                "url": url_for(
                    "writing.new",
                    kind=obligation.requirement.kind,
                    unit=obligation.unit.code,
                    campaign=obligation.requirement.campaign.code,
                    requirement=obligation.requirement.code,
                ),
            }
            for obligation in owed()
        ],
        units=drafting_units(),
        campaigns=open_campaigns(drafting_units()),
        member=bool(member_units()),
    )


@blueprint.post("")
@policy("signed_in")
def begin() -> Response | str | tuple[str, int]:
    place = place_of(request.form)
    if place is None:
        abort(404)
    form = Form(request.form)
    draft = Draft.read(place.kind, form)
    if rows_changed(draft):
        return _new_page(place, draft)
    given = draft.clean()
    check_bases(draft)
    if not form.ok:
        return _new_page(place, draft), 422
    try:
        with transaction():
            document = begun_alike(
                place.kind, unit=place.unit, campaign=place.campaign, given=given, actor=viewer()
            ) or create(
                place.kind,
                unit=place.unit,
                campaign=place.campaign,
                requirement=place.requirement,
                actor=viewer(),
                now=clock.now(),
                **given,
            )
            document_id = document.id
    except Forbidden as forbidden:
        return _new_page(place, draft, forbidden.reasons), 403
    except Refused as refused:
        form.refuse(refused.reasons)
        return _new_page(place, draft, refused.reasons), 422
    flash(gettext("Đã lưu dự thảo."), "done")
    return redirect(url_for("document.page", document_id=document_id), 303)


def check_bases(draft: Draft, known: set[int | None] | None = None) -> None:
    """A text rests on documents that its writer may see, or on what it rests on already."""
    wanted = set(draft.basis_ids) - (known or set())
    if wanted - visible_ids(wanted):
        draft.form.fail(
            "basis",
            gettext("Căn cứ này không có trong hệ thống, hoặc không thuộc phạm vi được xem."),
        )


def rows_changed(draft: Draft) -> bool:
    """The form was sent to add or take away a row, or to look at its numbers, not to save."""
    if "add" in request.form:
        draft.add(request.form["add"])
        return True
    if "remove" in request.form:
        draft.remove(request.form["remove"])
        return True
    if TAKE in request.form:
        draft.take(request.form[TAKE])
        return True
    return "check" in request.form


def _new_page(place: Place, draft: Draft, reasons: list[Reason] | tuple[Reason, ...] = ()) -> str:
    return render_template(
        "document/edit.html",
        place=place,
        document=None,
        post_url=url_for("writing.begin"),
        grounds=grounds.shown(place.unit, place.campaign, place.requirement),
        **_page(place.kind, place.unit, place.campaign, place.requirement, draft, reasons),
    )


# -- revising


@blueprint.get("/<id:document_id>/revisions/new")
@policy("document:act")
def revise(document_id: int) -> str | tuple[str, int]:
    document = load_document(document_id)
    refusal = _may_not_revise(document)
    if refusal is not None:
        return refusal
    return _revise_page(document, Draft.of(document, document.current))


@blueprint.post("/<id:document_id>/revisions")
@policy("document:act")
def keep(document_id: int) -> Response | str | tuple[str, int]:
    document = load_document(document_id)
    form = Form(request.form)
    draft = Draft.read(document.kind, form)
    revision, version = form.seen()
    refusal = _may_not_revise(document) if version == document.version else None
    if refusal is not None:
        return refusal
    if rows_changed(draft):
        return _revise_page(document, draft, seen=(revision, version))
    given = draft.clean()
    check_bases(draft, {b.document_id for b in document.current.bases})
    if not form.ok:
        return _revise_page(document, draft, seen=(revision, version)), 422
    if document.kind in PERSONAL:
        given.pop("basis")
    try:
        with transaction():
            perform(
                document,
                "revise",
                actor=viewer(),
                now=clock.now(),
                revision=revision,
                version=version,
                **given,
            )
    except Stale as stale:
        return _revise_page(document, draft, stale.reasons, stale_since=version), 409
    except Forbidden as forbidden:
        return _refused_page(document, forbidden.reasons), 403
    except Refused as refused:
        form.refuse(refused.reasons)
        return _revise_page(document, draft, refused.reasons, seen=(revision, version)), 422
    flash(gettext("Đã lưu bản lần %(n)s.", n=document.revision), "done")
    return redirect(url_for("document.page", document_id=document_id), 303)


def _may_not_revise(document: Document) -> tuple[str, int] | None:
    for item in available_actions(document, person=viewer(), now=clock.now()):
        if item.name == "revise":
            return None if item.allowed else (_refused_page(document, item.reasons), 403)
    reason = Reason(
        "STATE",
        N_("Chưa sửa được: văn bản không còn ở bước soạn thảo, hoặc việc soạn thuộc người khác."),
    )
    return _refused_page(document, [reason]), 403


def _refused_page(document: Document, reasons: Any) -> str:
    return render_template(
        "document/forbidden.html", document=document, reasons=present.reason_list(reasons)
    )


def _revise_page(
    document: Document,
    draft: Draft,
    reasons: list[Reason] | tuple[Reason, ...] = (),
    seen: tuple[int, int] | None = None,
    stale_since: int | None = None,
) -> str:
    revision, version = seen or (document.revision, document.version)
    meanwhile = []
    if stale_since is not None:
        meanwhile = present.story(heard_by(document, viewer(), clock.now(), since=stale_since))
    return render_template(
        "document/edit.html",
        place=None,
        document=document,
        post_url=url_for("writing.keep", document_id=document.id),
        revision=revision,
        version=version,
        meanwhile=meanwhile,
        grounds=grounds.of(document),
        **_page(
            document.kind,
            document.unit,
            document.campaign,
            document.obligation.requirement if document.obligation else None,
            draft,
            reasons,
        ),
    )


# -- both


def _page(
    kind: str,
    unit: Unit,
    campaign: Campaign,
    requirement: Requirement | None,
    draft: Draft,
    reasons: list[Reason] | tuple[Reason, ...],
) -> dict[str, Any]:
    draft.with_rows()
    bases = possible_bases(unit) if kind not in PERSONAL else []
    known = {document.id for document in bases}
    missing = [i for i in draft.basis_ids if i not in known]
    if missing:
        bases += [d for i in missing[:MOST_BASES] if (d := _visible(i)) is not None]
    return {
        "kind": kind,
        "unit": unit,
        "campaign": campaign,
        "draft": draft,
        "instead": [citation_instead(paper["number"]) for paper in draft.papers],
        "form": draft.form,
        "problems": draft.form.problems(reasons),
        "bases": bases,
        "section_titles": present.section_titles(campaign.congress),
        "example": kind == "commitment"
        and secretary_s_revision(unit, viewer(), clock.now()) is not None,
        "indicators": draft.figures(campaign, requirement),
    }


def _visible(document_id: int) -> Document | None:
    try:
        return load_document(document_id)
    except NotFound:
        return None
