"""One thing that is owed: by whom, by when, what answers it, what was granted."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext
from markupsafe import Markup

import clock
from models.document import Document
from models.obligation import Obligation
from models.relief import Relief
from views import present
from views.days import until_words
from views.loaders import viewer, visible_ids
from views.obligations.base import badge, blueprint, load
from views.places import possible_bases
from views.policy import policy
from views.sheet import Sheet
from views.tasks import begin_words, document_url, owed_at
from workflows.authority import drafting_capacity
from workflows.obligations import REVIEW, granter, live_document, may_grant, reliefs_of
from workflows.sittings.who import may_hold


@blueprint.get("/<id:obligation_id>")
@policy("signed_in")
def page(obligation_id: int) -> str:
    return shown(load(obligation_id), Sheet())


def shown(obligation: Obligation, sheet: Sheet) -> str:
    """The page; a form that was refused stays there with what was typed, whoever typed it."""
    grants = may_grant(obligation, viewer(), clock.now())
    return render_template(
        "obligations/page.html",
        owed=obligation,
        title=present.requirement_words(obligation.requirement),
        whose=_whose(obligation),
        badge=badge(obligation),
        facts=_facts(obligation),
        act=_act(obligation),
        granter=_granter(obligation),
        reliefs=_reliefs(obligation),
        grants=grants,
        bases=[(str(d.id), present.document_name(d)) for d in possible_bases(obligation.unit)],
        sheet=sheet,
        keeps=bool(sheet.source),
    )


def _act(owed: Obligation) -> tuple[str, str] | None:
    """What the viewer may do himself about what he, or his unit, owes: address, words."""
    if not _owes(owed):
        return None
    paper = live_document(owed)
    if paper is None:
        return owed_at(owed), begin_words(owed.requirement.kind)
    if paper.id not in visible_ids([paper.id]):
        return None
    drafted = paper.state in ("drafted", "returned")
    words = gettext("Mở dự thảo") if drafted else gettext("Mở văn bản")
    return document_url(paper.id), words


def _owes(owed: Obligation) -> bool:
    """Whether the viewer is to see to it that this is done."""
    person, now, kind = viewer(), clock.now(), owed.requirement.kind
    if owed.state != "open":
        return False
    if owed.person_id is not None:
        return owed.person_id == person.id
    if kind == REVIEW:
        return may_hold(owed.unit, person, now)
    return drafting_capacity(owed.unit, person, kind=kind, now=now) is not None


def _granter(owed: Obligation) -> str:
    """Whom to ask for more time, for those who owe; "" for everybody else."""
    above = granter(owed, clock.now()) if _owes(owed) else None
    return present.body_name(above.unit) if above is not None else ""


def _whose(obligation: Obligation) -> str:
    where = present.unit_name(obligation.unit)
    if obligation.person is None:
        return where
    return gettext("%(name)s, %(unit)s", name=obligation.person.full_name, unit=where)


def _facts(obligation: Obligation) -> list[tuple[str, Any]]:
    paper = live_document(obligation)
    seen = paper if paper is not None and paper.id in visible_ids([paper.id]) else None
    return [
        (gettext("Đợt"), obligation.requirement.campaign.title),
        (gettext("Hạn"), present.deadline_words(obligation)),
        (gettext("Nộp lúc"), present.instant(obligation.fulfilled_at)),
        (gettext("Văn bản"), _link(seen) if seen is not None else ""),
    ]


def _link(paper: Document) -> Markup:
    return Markup('<a href="{}">{}</a>').format(
        url_for("document.page", document_id=paper.id), present.document_name(paper)
    )


def _reliefs(owed: Obligation) -> list[dict[str, str]]:
    """Its waivers and extensions in words, the oldest first; the day written of the one that counts
    last."""
    found = reliefs_of(owed)
    last = next((one for one in reversed(found) if one.kind == "extension"), None)
    return [_relief(one, owed.extended_to if one is last else one.new_due) for one in found]


def _relief(relief: Relief, written: date | None) -> dict[str, str]:
    """A waiver or an extension in words; `written`: the day that was typed."""
    if relief.new_due is not None:
        what = gettext(
            "Gia hạn từ %(old)s đến %(new)s",
            old=present.day(relief.old_due),
            new=until_words(written or relief.new_due, relief.new_due),
        )
    else:
        what = gettext("Miễn")
    by = relief.by.full_name if relief.by is not None else gettext("Hệ thống")
    if relief.post is not None:
        by = gettext("%(name)s, %(post)s", name=by, post=present.post_name(relief.post))
    return {
        "what": what,
        "by": by,
        "at": present.instant(relief.at),
        "iso": present.iso(relief.at),
        "reason": relief.reason,
        "basis": _basis(relief),
    }


def _basis(relief: Relief) -> str:
    if relief.basis_document is not None:
        return present.document_name(relief.basis_document)
    parts = (relief.basis_number, present.day(relief.basis_dated_on), relief.basis_issuer)
    return ", ".join(part for part in parts if part)
