"""What the pages and the API of one obligation share: loading through the viewer's scope, and the
words of its conditions."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, abort
from flask_babel import gettext

import clock
from models.base import db
from models.obligation import Obligation
from views import present
from views.loaders import find, viewer
from workflows.calendar import WorkingCalendar
from workflows.obligations import condition, may_grant, soon_until
from workflows.owed import openable_obligations

blueprint = Blueprint("obligations", __name__, url_prefix="/obligations")


def load(obligation_id: int) -> Obligation:
    """What is owed, if this viewer may know of it, or is the one who may waive or extend it while
    nobody is left between; otherwise 404."""
    now = clock.now()
    found = find(Obligation, obligation_id, openable_obligations(viewer(), now))
    if found is None:
        found = find(Obligation, obligation_id, sa.true())
        if found is None or not may_grant(found, viewer(), now):
            abort(404)
    return found


def badge(obligation: Obligation) -> tuple[str, str, str]:
    """Where it stands today: (words, tone, glyph)."""
    today = present.local_day(clock.now())
    soon = soon_until(today, WorkingCalendar.of(db.session()))
    return {
        "open": (gettext("Còn hạn"), "", "g-open"),
        "due_soon": (gettext("Sắp đến hạn"), "wait", "g-clock"),
        "overdue": (gettext("Quá hạn"), "late", "g-late"),
        "fulfilled": (gettext("Đã nộp đúng hạn"), "done", "g-ok"),
        "fulfilled_late": (gettext("Đã nộp, chậm"), "done", "g-ok"),
        "waived": (gettext("Được miễn"), "", "g-waive"),
    }[condition(obligation, today, soon)]
