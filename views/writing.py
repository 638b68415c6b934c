"""Writing: a new document of each kind, and the next revision of one. Rows need no script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.campaign import Campaign, Requirement
from models.document import KINDS, Document
from models.obligation import Obligation
from models.unit import Unit, unit_by_code
from views import present
from views.drafts import Draft
from views.forms import Form
from views.frame import held_posts
from views.loaders import LARGEST, load_document, viewer, visible_ids
from views.policy import policy
from views.symbols import TAKE
from workflows import Forbidden, Refused, Stale, available_actions, create, perform
from workflows.authority import drafting_capacity
from workflows.example import secretary_s_revision
from workflows.history import heard_by
from workflows.indicators import INDICATORS
from workflows.obligations import live_document
from workflows.refusal import N_, Reason
from workflows.register.suggest import citation_instead
from workflows.scope import above, member_unit_ids
from workflows.symbols import TYPES, read

blueprint = Blueprint("writing", __name__, url_prefix="/documents")

MOST_BASES = 30
PROPOSED_TITLES = {
    "plan": "Thực hiện %(directive)s và chuyên đề năm %(year)s “%(theme)s”",
    "report": "Kết quả thực hiện %(directive)s và chuyên đề năm %(year)s “%(theme)s”",
    "commitment": "Tu dưỡng, rèn luyện, phấn đấu năm %(year)s",
}


@dataclass(frozen=True)
class Place:
    """What a new document is for: kind, whose, in which campaign, for which requirement."""

    kind: str
    unit: Unit
    campaign: Campaign
    requirement: Requirement | None

    @property
    def arguments(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "unit": self.unit.code,
            "campaign": self.campaign.code,
            "requirement": self.requirement.code if self.requirement else "",
        }


# -- what may be begun


def drafting_units() -> list[Unit]:
    """Units for which the viewer may draft: those of his posts, and whom his body advises."""
    now, person = clock.now(), viewer()
    units: dict[int, Unit] = {}
    for post in held_posts(person):
        for unit in (post.unit, post.unit.attached_to):
            if unit is None or unit.id in units:
                continue
            if drafting_capacity(unit, person, kind="plan", now=now) is not None:
                units[unit.id] = unit
    return list(units.values())


def member_units() -> list[Unit]:
    ids = member_unit_ids(viewer(), clock.now())
    return list(db.session.scalars(sa.select(Unit).where(Unit.id.in_(ids)).order_by(Unit.id)))


def open_campaigns(units: list[Unit] | None = None) -> list[Campaign]:
    """The running campaigns under which the viewer's units (or these) lie, the newest year first."""
    places = units if units is not None else [*drafting_units(), *member_units()]
    reach = above({unit.id for unit in places}, clock.now())
    return list(
        db.session.scalars(
            sa.select(Campaign)
            .where(
                Campaign.opened_at.is_not(None),
                Campaign.closed_at.is_(None),
                Campaign.unit_id.in_(reach),
            )
            .order_by(Campaign.year.desc(), Campaign.id)
        )
    )


def owed(limit: int = 50) -> list[Obligation]:
    """What the viewer's units, and he himself, still owe and have not begun; the earliest first."""
    ids = [unit.id for unit in drafting_units()]
    mine = sa.and_(Obligation.unit_id.in_(ids), Obligation.person_id.is_(None))
    rows = db.session.scalars(
        sa.select(Obligation)
        .where(Obligation.state == "open", sa.or_(mine, Obligation.person_id == viewer().id))
        .order_by(Obligation.effective_due, Obligation.id)
        .limit(limit)
    )
    return [obligation for obligation in rows if live_document(obligation) is None]


def place_of(arguments: Any) -> Place | None:
    """The place that the address or the form names; None where it names none that fits."""
    kind = arguments.get("kind", "")
    requirement = None
    named = (arguments.get("requirement") or "").replace("\0", "").strip()
    campaign = _campaign((arguments.get("campaign") or "").replace("\0", ""), named)
    if named and campaign is not None:
        requirement = db.session.scalar(
            sa.select(Requirement).where(
                Requirement.campaign_id == campaign.id,
                sa.or_(Requirement.code == named, Requirement.id == _number(named)),
            )
        )
        if requirement is None:
            return None
        kind = requirement.kind
    if kind not in KINDS or campaign is None:
        return None
    units = member_units() if kind == "commitment" else drafting_units()
    code = arguments.get("unit") or ""
    if code:
        unit = unit_by_code(code)
    else:
        fits = [u for u in units if requirement is None or u.level.code in requirement.levels]
        unit = (fits or units or [None])[0]  # type: ignore[list-item]
    return None if unit is None else Place(kind, unit, campaign, requirement)


def _campaign(code: str | None, requirement: str) -> Campaign | None:
    if code:
        return db.session.scalar(sa.select(Campaign).where(Campaign.code == code))
    running = open_campaigns()
    for campaign in running:
        if any(requirement in (r.code, str(r.id)) for r in campaign.requirements):
            return campaign
    return running[0] if running else None


def _number(text: str) -> int:
    fine = text.isascii() and text.isdigit() and len(text) < 19
    return min(int(text), LARGEST) if fine else -1


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
    title = PROPOSED_TITLES[place.kind] % {
        "directive": directive_words(place.campaign.directive),
        "year": place.campaign.year,
        "theme": theme_of(place),
    }
    draft = Draft.blank(place.kind, title=title)
    if place.kind == "plan":
        draft.basis_ids = [str(d.id) for d in possible_bases(place.unit)[:1]]
    if place.kind == "report":
        draft.content["period"] = period_of(place.requirement)
    return _new_page(place, draft)


def directive_words(directive: str) -> str:
    """“Chỉ thị 05-CT/TW” also where only the number is kept."""
    symbol = read(directive).symbol
    if symbol is None or symbol.type not in TYPES:
        return directive
    return f"{TYPES[symbol.type][0].capitalize()} {directive}"


ROMAN = ("I", "II", "III", "IV")


def period_of(requirement: Requirement | None) -> str:
    """The period a report of this requirement covers, as far as the requirement says it."""
    if requirement is None:
        return ""
    year = requirement.campaign.year
    if requirement.variant == "quarter":
        day = str((requirement.due or {}).get("date", ""))
        month = int(day[5:7]) if day[5:7].isdigit() else 0
        return f"Quý {ROMAN[(month - 1) // 3]}/{year}" if 1 <= month <= 12 else ""
    return {"half": f"6 tháng đầu năm {year}", "year": f"Năm {year}"}.get(requirement.variant, "")


def theme_of(place: Place) -> str:
    own = next((t.theme for t in place.campaign.themes if t.unit_id == place.unit.id), None)
    return own or place.campaign.theme


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
                "due": present.due(obligation.effective_due, today),
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
            document = create(
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
    wanted = {int(i) for i in draft.basis_ids if len(i) < 19} - (known or set())
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
        **_page(place.kind, place.unit, place.campaign, draft, reasons),
    )


# -- revising


@blueprint.get("/<int:document_id>/revisions/new")
@policy("document:act")
def revise(document_id: int) -> str | tuple[str, int]:
    document = load_document(document_id)
    refusal = _may_not_revise(document)
    if refusal is not None:
        return refusal
    return _revise_page(document, Draft.of(document, document.current))


@blueprint.post("/<int:document_id>/revisions")
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
    if document.kind == "commitment":
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
        **_page(document.kind, document.unit, document.campaign, draft, reasons),
    )


# -- both


def _page(
    kind: str,
    unit: Unit,
    campaign: Campaign,
    draft: Draft,
    reasons: list[Reason] | tuple[Reason, ...],
) -> dict[str, Any]:
    bases = possible_bases(unit) if kind != "commitment" else []
    known = {document.id for document in bases}
    missing = [int(i) for i in draft.basis_ids if len(i) < 19 and int(i) not in known]
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
        "indicators": [(code, present.indicator_words(code)) for code in INDICATORS],
    }


def _visible(document_id: int) -> Document | None:
    try:
        return load_document(document_id)
    except NotFound:
        return None


def possible_bases(unit: Unit) -> list[Document]:
    """What a unit may rest on: plans in force of the bodies above and of their advisory bodies."""
    now = clock.now()
    superiors = above({unit.id}, now) - {unit.id}
    issuers = sa.select(Unit.id).where(
        sa.or_(Unit.id.in_(superiors), Unit.attached_to_id.in_(superiors))
    )
    rows = db.session.scalars(
        sa.select(Document)
        .join(Unit, Document.unit_id == Unit.id)
        .where(
            Document.kind == "plan",
            Document.in_force_revision.is_not(None),
            Document.state.not_in(("superseded", "revoked")),
            Document.unit_id.in_(issuers),
        )
        .order_by(Document.dated_on.desc(), Document.id.desc())
        .limit(MOST_BASES)
    )
    documents = list(rows)
    rank = {d.id: d.unit.level.rank for d in documents}
    return sorted(documents, key=lambda d: (rank[d.id], d.unit.is_advisory))
