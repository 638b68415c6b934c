"""One meeting on one screen: held, waiting for its minutes, carried out, done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import render_template

import clock
from models.kinds import KINDS
from models.sitting import AgendaItem, Sitting
from views import present
from views.forms import Form
from views.loaders import viewer
from views.policy import policy
from views.sitting import results
from views.sitting.ballots import Ballot, agenda, ballots, blocks
from views.sitting.base import Eyes, badge, blueprint, eyes, load_sitting, title
from views.sitting.reviews import lines, review_rows
from views.sitting.reviews import results as review_results
from views.sitting.seen import closing_seen, roll_seen
from views.sitting.words import (
    attendance_words,
    closing_words,
    missing_words,
    month_words,
    presiding_words,
    progress_words,
    reviewed_words,
)
from workflows.refusal import Reason
from workflows.sittings import cautions, missing, not_ready, obstacles, waiting
from workflows.sittings.who import VOTING

SEVERAL = 60  # papers up to which every rule is asked again for the page


@blueprint.get("/sittings/<id:sitting_id>")
@policy("sitting")
def page(sitting_id: int) -> str:
    return show(load_sitting(sitting_id))


def show(sitting: Sitting, form: Form | None = None, reasons: Iterable[Reason] = ()) -> str:
    """The meeting as the viewer sees it; with `form` what was typed stands there, and `reasons` why
    it was not taken."""
    seen = eyes(sitting)
    if sitting.state == "open" and seen.keeps:
        return _held(sitting, seen, form, list(reasons))
    return results.show(sitting, seen, list(reasons))


def _held(sitting: Sitting, seen: Eyes, form: Form | None, reasons: list[Reason]) -> str:
    items = agenda(sitting)
    rows = ballots(sitting, items, seen, form)
    members = lines(sitting, review_rows(sitting), seen, form)
    decided = sum(bool(item.decision) for item in items)
    changes = _changes(sitting, items)
    return render_template(
        "sitting/open.html",
        sitting=sitting,
        title=title(sitting),
        badge_of=badge(sitting),
        seen=seen,
        roll_seen=roll_seen(sitting),
        closing_seen=closing_seen(sitting),
        owner=viewer().id,
        form=form,
        problems=_linked(present.reason_list(reasons)),
        people=_people(sitting, form),
        attendance=attendance_words(sitting),
        blocks=blocks(rows),
        total=len(items),
        decided=decided,
        progress=progress_words(decided, len(items)),
        next_id=_next(rows),
        codes={kind: present.reason_codes(kind) for kind in KINDS},
        changes=changes,
        early=len(not_ready(sitting.unit, clock.now())),
        members=members,
        reviewed=reviewed_words(sitting),
        review_results=review_results(),
        missing=_still_missing(sitting, items) if not reasons else [],
        cautions=present.reason_list(cautions(sitting)),
        closing=closing_words(sitting),
        presiding=presiding_words,
        since=f"{present.local(sitting.saved_at):%H:%M}",
        month=month_words(sitting.held_on),
    )


def _people(sitting: Sitting, form: Form | None) -> list[dict[str, Any]]:
    found = []
    for a in sitting.attendances:
        typed = form if form is not None and "attendance" in form.source else None
        found.append(
            {
                "id": a.person_id,
                "name": a.person.full_name,
                "full": a.standing == VOTING,
                "present": (typed.raw(f"present.{a.person_id}") != "") if typed else a.present,
                "reason": typed.raw(f"absent.{a.person_id}") if typed else a.reason or "",
            }
        )
    return found


def _next(rows: list[Ballot]) -> int | None:
    """The first paper that is not decided yet."""
    return next((row.id for row in rows if not row.decided), None)


def _changes(sitting: Sitting, items: list[AgendaItem]) -> int:
    """How many papers came, went or got a new text since the agenda was made."""
    now = {d.id: d.revision for d in waiting(sitting.unit, clock.now())}
    then = {item.document_id: item.revision for item in items}
    return sum(now.get(ident) != then.get(ident) for ident in now.keys() | then.keys())


def _still_missing(sitting: Sitting, items: list[AgendaItem]) -> list[dict[str, str]]:
    """What keeps the meeting from being closed. The rules of every paper are asked only where
    nothing else is missing and there are not too many: closing asks them all in any case."""
    now = clock.now()
    reasons = missing(sitting, now)
    undecided = sum(not item.decision for item in items)
    if not reasons and not undecided and len(items) <= SEVERAL:
        reasons = obstacles(sitting, now)
    if undecided:
        reasons.append(
            Reason("SITTING", missing_words(undecided).replace("%", "%%"), place="items")
        )
    return _linked(present.reason_list(reasons))


def _linked(problems: list[dict[str, str]]) -> list[dict[str, str]]:
    """Places of the rules as the page's own: a field, or else the line of the paper."""
    for problem in problems:
        place = problem["place"]
        parts = place.split(".")
        if parts[0] == "items" and len(parts) > 1:
            line = ".".join(parts[:2])
            field = "_".join(parts[2:])
            known = ("reason_code", "reason", "votes_for", "number", "dated_on")
            problem["place"] = f"{line}.{field}" if field in known else line
        elif place == "items":
            problem["place"] = "papers-of-the-meeting"
        elif place == "attendance":
            problem["place"] = "who-was-there"
    return problems
