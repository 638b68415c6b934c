"""What a meeting decided, and what became of each decision: for who confirms it, who sat in it, who
looks at it later. Texts of commitments are never here."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext

import clock
from models.kinds import PERSONAL
from models.sitting import AgendaItem, MonthlyReview, Sitting
from views import attached, present, uploads
from views.loaders import viewer, visible_ids
from views.sitting.ballots import agenda
from views.sitting.base import Eyes, badge, paper_name, title
from views.sitting.reviews import own_line, result_words, review_rows
from views.sitting.seen import decision_words
from views.sitting.words import attendance_words, month_words, presiding_words
from workflows import files
from workflows.refusal import Reason
from workflows.scope import officer_unit_ids
from workflows.sittings import cautions, may_confirm
from workflows.sittings.voting import vote, voters

OUTCOMES = {
    "agree": ("done", "g-ok"),
    "revise": ("late", "g-back"),
    "later": ("", "g-hold"),
    "": ("", "g-open"),
}


def show(sitting: Sitting, seen: Eyes, reasons: list[Reason]) -> str:
    """The page of a meeting that the viewer does not hold just now."""
    items = agenda(sitting)
    shown = [item for item in items if seen.inside or item.decision == "agree"]
    openable = visible_ids(item.document_id for item in shown)
    rows = review_rows(sitting) if seen.inside or seen.sat else []
    awaiting = sitting.state == "awaiting"
    refusals = may_confirm(sitting, viewer(), clock.now()) if awaiting else []
    carried = sum(item.carried_out_at is not None for item in items)
    return render_template(
        "sitting/held.html",
        sitting=sitting,
        title=title(sitting),
        badge_of=badge(sitting),
        seen=seen,
        problems=present.reason_list(reasons),
        facts=_facts(sitting),
        attendance=attendance_words(sitting),
        papers=[_line(i, openable, seen) for i in shown if i.document.kind not in PERSONAL],
        own_reports=[_line(i, openable, seen) for i in shown if i.document.kind == "self_report"],
        people=[_line(i, openable, seen) for i in shown if i.document.kind == "commitment"],
        figures=_figures(items),
        reviews=[_review(row) for row in rows if row.reviewed or row.items] if seen.inside else [],
        reviewed=sum(row.reviewed for row in rows),
        own=_review(own) if (own := own_line(rows)) is not None and not seen.inside else None,
        carried=carried,
        total=len(items),
        troubles=sum(item.outcome in ("refused", "moved_on") for item in items),
        cautions=present.reason_list(cautions(sitting) if seen.inside and awaiting else []),
        confirm_refused=present.reason_list(refusals),
        scans=attached.of_sitting(sitting) if seen.minutes else [],
        most=files.LIMIT // uploads.MB,
        prints={
            form: url_for("prints.minutes", sitting_id=sitting.id, form=form)
            for form in ("pdf", "docx")
        }
        if seen.minutes
        else {},
        commitments=url_for("cell.index", code=sitting.unit.code)
        if sitting.unit_id in officer_unit_ids(viewer(), clock.now())
        else "",
        month=month_words(sitting.held_on),
    )


def _facts(sitting: Sitting) -> list[tuple[str, str]]:
    taker = sitting.minute_taker
    confirmed = ""
    if sitting.confirmed_at is not None and sitting.confirmed_by is not None:
        how = (
            gettext("bằng bản quét đã ký")
            if sitting.confirmed_how == "scan"
            else gettext("bằng lời xác nhận")
        )
        confirmed = gettext(
            "%(name)s, %(when)s, %(how)s",
            name=sitting.confirmed_by.full_name,
            when=present.instant(sitting.confirmed_at),
            how=how,
        )
    return [
        (gettext("Số biên bản"), sitting.number or ""),
        (gettext("Chủ trì"), sitting.chair.full_name),
        (gettext("Ghi biên bản"), taker.full_name if taker else ""),
        (gettext("Nơi họp"), sitting.place or ""),
        (gettext("Xác nhận"), confirmed),
    ]


def _figures(items: list[AgendaItem]) -> list[tuple[str, int]]:
    counted = {
        name: sum(item.decision == name for item in items) for name in ("agree", "revise", "later")
    }
    return [(decision_words(name), n) for name, n in counted.items()]


def _line(item: AgendaItem, openable: set[int], seen: Eyes) -> dict[str, Any]:
    document = item.document
    commitment = document.kind in PERSONAL
    chair = item.chair.full_name if item.chair else ""
    about = [] if document.kind == "commitment" else [document.title]
    if item.decision == "agree" and not commitment:
        number = document.number if item.outcome == "approved" else item.number
        if number:
            about.append(gettext("Số %(number)s", number=number))
    if item.decision == "agree":
        about.append(_vote_words(item))
    if chair and seen.inside:
        about.append(presiding_words(chair))
    return {
        "id": item.id,
        "name": paper_name(document),
        "url": url_for("document.page", document_id=document.id) if document.id in openable else "",
        "about": about,
        "badge": outcome_badge(item),
        "code": present.reason_code_words(document.kind, item.reason_code) if seen.inside else "",
        "reason": (item.reason or "") if seen.keeps or (seen.inside and not commitment) else "",
        "refusals": _refusals(item) if seen.inside else [],
    }


def _vote_words(item: AgendaItem) -> str:
    if item.votes_for is None and not item.votes_against:
        return gettext("Tán thành %(n)s trên %(n)s", n=len(voters(item)))
    votes = vote(item)
    return gettext(
        "Tán thành %(n)s trên %(all)s, không tán thành %(against)s",
        n=votes.in_favour,
        all=votes.present,
        against=votes.against,
    )


def outcome_badge(item: AgendaItem) -> tuple[str, str, str]:
    """(words, tone, glyph): what was decided; once carried out, what became of it."""
    if item.outcome in ("refused", "moved_on"):
        return gettext("Chưa ghi được"), "late", "g-late"
    done = item.carried_out_at is not None
    carried = {"agree": gettext("Đã thống nhất"), "revise": gettext("Đã đề nghị sửa")}
    words = carried.get(item.decision) if done else None
    return words or decision_words(item.decision), *OUTCOMES[item.decision]


def _refusals(item: AgendaItem) -> list[dict[str, str]]:
    kept = [Reason(r["rule"], r["text"], r["params"]) for r in item.refusal or []]
    return present.reason_list(kept)


def _review(row: MonthlyReview) -> dict[str, Any]:
    return {
        "name": row.person.full_name,
        "reviewed": row.reviewed,
        "remark": row.remark,
        "items": [
            {"n": item["n"], "result": result_words(item.get("result", "")), "text": item["text"]}
            for item in row.items
        ],
    }
