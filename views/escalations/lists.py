"""What climbed to one's bodies, what was told about one's own, and the list of late units that a
standing committee reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request, url_for
from flask_babel import gettext

import clock
from models.base import db
from models.campaign import Campaign, Requirement
from models.deadline import Deadline, Escalation, LatenessReason
from models.document import Document
from models.obligation import Obligation
from models.queries.told import counts_still, highest_there
from models.task import Task
from models.unit import Unit
from views import present
from views.escalations.base import answer_words, blueprint, sentence, what
from views.forms import after_id
from views.late import step_words
from views.loaders import load_unit, viewer
from views.policy import policy
from workflows.ladder import asked
from workflows.owed import secretarial, visible_escalations
from workflows.scope import inspector_unit_ids, officer_unit_ids

PAGE = 25
LONGEST_LIST = 500
SIDES = ("to", "from")
STATES = ("open", "unanswered", "done")


@blueprint.get("")
@policy("signed_in")
def index() -> str:
    side = request.args.get("side") or _side_with_something()
    side = side if side in SIDES else "to"
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    campaign = request.args.get("campaign", "")
    query = _filtered(_of_side(side), state, campaign)
    after = after_id()
    if after is not None:
        query = query.where(Escalation.id < after)
    found = list(db.session.scalars(query.limit(PAGE + 1)).unique())
    rows = found[:PAGE]
    kept: dict[str, Any] = {"side": side, "state": state, "campaign": campaign or None}
    return render_template(
        "escalations/index.html",
        side=side,
        state=state,
        campaign=campaign,
        campaigns=_campaigns(),
        tabs=_tabs(side),
        rows=_rows(rows),
        lists=_lists(),
        next_url=url_for("escalations.index", after=rows[-1].id, **kept)
        if len(found) > PAGE
        else None,
        first_url=url_for("escalations.index", **kept) if after is not None else "",
    )


def _side_with_something() -> str:
    """What is late of one's own, where nothing climbed here."""
    there, own = (
        db.session.scalar(
            _filtered(_of_side(side), "open", "").with_only_columns(Escalation.id).limit(1)
        )
        for side in ("to", "from")
    )
    return "from" if there is None and own is not None else "to"


def _of_side(side: str) -> sa.Select[Any]:
    """What reached the viewer's bodies from below, each ladder by its highest rung there; or where
    what is late of his own stands now."""
    now, me = clock.now(), viewer()
    query = (
        sa.select(Escalation)
        .join(Escalation.task)
        .join(Escalation.deadline)
        .options(*asked.shown())
        .where(visible_escalations(me, now), Escalation.rung > 0)
        .order_by(Escalation.id.desc())
    )
    bodies = officer_unit_ids(me, now)
    if side == "to":
        alone = sa.and_(Task.person_id != me.id, Escalation.to_unit_id.in_(secretarial(me, now)))
        above = sa.and_(Escalation.step.in_(asked.ABOVE), Escalation.to_unit_id.in_(bodies))
        return query.where(sa.or_(above, alone), highest_there(bodies))
    return query.where(
        Deadline.rung == Escalation.rung,
        counts_still(),
        sa.or_(Task.person_id == me.id, Escalation.from_unit_id.in_(bodies)),
    )


def _filtered(query: sa.Select[Any], state: str, campaign: str) -> sa.Select[Any]:
    if state == "done":
        query = query.where(Task.closed_at.is_not(None))
    else:
        query = query.where(Task.closed_at.is_(None), counts_still())
        if state == "unanswered":
            query = query.where(Escalation.answer.is_(None))
    if campaign:
        of = sa.func.coalesce(Document.campaign_id, Requirement.campaign_id)
        query = (
            query.outerjoin(Document, Task.document_id == Document.id)
            .outerjoin(Obligation, Task.obligation_id == Obligation.id)
            .outerjoin(Requirement, Obligation.requirement_id == Requirement.id)
            .join(Campaign, Campaign.id == of)
            .where(Campaign.code == campaign[:64].replace("\0", ""))
        )
    return query


def _campaigns() -> list[str]:
    newest = sa.select(Campaign.code).where(Campaign.opened_at.is_not(None))
    return list(db.session.scalars(newest.order_by(Campaign.id.desc()).limit(20)))


def _tabs(side: str) -> list[dict[str, Any]]:
    words = {"to": gettext("Báo lên đây"), "from": gettext("Việc chậm của mình, của đơn vị mình")}
    return [
        {
            "url": url_for("escalations.index", side=name),
            "words": words[name],
            "current": name == side,
            "count": None,
            "late": False,
        }
        for name in SIDES
    ]


def _rows(rows: Sequence[Escalation]) -> list[dict[str, Any]]:
    """Each rung as a line; with its reason where it is a unit's. A person's is on its page only."""
    said = _reasons([row.deadline_id for row in rows if not asked.personal(row)])
    return [_row(row, said.get((row.deadline_id, row.deadline_version), "")) for row in rows]


def _reasons(deadlines: Sequence[int]) -> dict[tuple[int, int], str]:
    """{(deadline, version): why it is late}."""
    found = sa.select(LatenessReason).where(LatenessReason.deadline_id.in_(deadlines))
    return {(r.deadline_id, r.deadline_version): r.text for r in db.session.scalars(found)}


def _row(row: Escalation, reason: str) -> dict[str, Any]:
    today = present.local_day(clock.now())
    done = row.task.closed_at is not None
    return {
        "words": sentence(row),
        "reason": gettext("Lý do: %(reason)s", reason=reason) if reason else "",
        "step": step_words(row.step),
        "when": present.instant(row.at),
        "iso": present.iso(row.at),
        "answer": answer_words(row.answer),
        "answered": row.answer is not None,
        "due": None if done else present.due(row.effective_due, today, year=False),
        "url": url_for("escalations.page", escalation_id=row.id),
    }


def _lists() -> list[dict[str, str]]:
    """The lists of late units that the viewer may read: of his bodies, and of those he inspects."""
    now = clock.now()
    reach = officer_unit_ids(viewer(), now) | inspector_unit_ids(viewer(), now)
    units = db.session.scalars(
        sa.select(Unit)
        .where(
            Unit.id.in_(
                sa.select(Escalation.to_unit_id).where(
                    Escalation.step == "standing_list", Escalation.to_unit_id.in_(reach)
                )
            )
        )
        .order_by(Unit.sort_key, Unit.id)
        .limit(PAGE)
    )
    return [
        {
            "words": gettext("Danh sách đơn vị chậm, %(unit)s", unit=present.unit_name(unit)),
            "url": url_for("escalations.late", code=unit.code),
        }
        for unit in units
    ]


@blueprint.get("/late/<code>")
@policy("unit")
def late(code: str) -> str:
    """The list for the standing committee of a body: what below it is late by the last rung and still
    open, by unit. Its inspectors read it too."""
    unit = load_unit(code)
    now = clock.now()
    reach = officer_unit_ids(viewer(), now) | inspector_unit_ids(viewer(), now)
    if unit.id not in reach:
        abort(404)
    rows = list(
        db.session.scalars(
            sa.select(Escalation)
            .join(Escalation.task)
            .join(Escalation.from_unit)
            .options(*asked.shown())
            .where(
                Escalation.step == "standing_list",
                Escalation.to_unit_id == unit.id,
                Task.closed_at.is_(None),
            )
            .order_by(Unit.sort_key, Escalation.from_unit_id, Escalation.effective_due)
            .limit(LONGEST_LIST + 1)
        ).unique()
    )
    return render_template(
        "escalations/late.html",
        unit=unit,
        rows=_listed(rows[:LONGEST_LIST]),
        more=len(rows) > LONGEST_LIST,
        now_words=present.clock_words(now),
        today=present.local_day(now),
    )


def _listed(rows: Sequence[Escalation]) -> list[dict[str, Any]]:
    """A line for each late thing, with its reason and what was answered to it on the way."""
    today = present.local_day(clock.now())
    ids = [row.deadline_id for row in rows]
    reasons = _reasons(ids)
    answered: dict[tuple[int, int], list[str]] = {}
    earlier = sa.select(Escalation).where(
        Escalation.deadline_id.in_(ids), Escalation.answer.is_not(None)
    )
    for rung in db.session.scalars(earlier.order_by(Escalation.rung)):
        key = (rung.deadline_id, rung.deadline_version)
        answered.setdefault(key, []).append(
            f"{present.unit_name(rung.to_unit)}: {answer_words(rung.answer)}"
        )
    return [
        {
            "unit": row.from_unit,
            "what": what(row),
            "due": row.effective_due,
            "distance": present.due(row.effective_due, today),
            "reason": reasons.get((row.deadline_id, row.deadline_version), ""),
            "answers": answered.get((row.deadline_id, row.deadline_version), []),
            "url": url_for("escalations.page", escalation_id=row.id),
        }
        for row in rows
    ]
