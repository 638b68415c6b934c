"""What every page of a meeting begins with: the meeting, through the viewer's scope, and what he is
to it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint, abort, request
from flask_babel import gettext
from sqlalchemy.orm import joinedload, selectinload

import clock
from models.base import db
from models.document import Document
from models.kinds import PERSONAL
from models.sitting import AgendaItem, Attendance, Sitting
from views import present
from views.loaders import viewer
from workflows.scope import has_a_say
from workflows.sittings import may_hold, visible_sittings

blueprint = Blueprint("sitting", __name__)

STATES = {
    "open": ("wait", "g-now"),
    "awaiting": ("wait", "g-half"),
    "confirmed": ("wait", "g-now"),
    "done": ("done", "g-ok"),
    "cancelled": ("", "g-waive"),
}


@dataclass(frozen=True)
class Eyes:
    """What the viewer is to a meeting."""

    keeps: bool  # keeps the papers of this body's meetings now
    reads: bool  # has a say in the body: reads the commitments before it
    presided: bool  # chair or minute-taker
    sat: bool  # was there

    @property
    def inside(self) -> bool:
        """Hears who was asked to write again, and why; others hear what was agreed."""
        return self.keeps or self.presided

    @property
    def minutes(self) -> bool:
        """Reads the minutes, printed or scanned: they name whose paper was sent back."""
        return self.inside or self.sat


def load_sitting(sitting_id: int) -> Sitting:
    """The meeting, if this viewer may know of it; otherwise 404."""
    sitting = db.session.scalar(
        sa.select(Sitting)
        .options(
            joinedload(Sitting.unit),
            joinedload(Sitting.chair),
            joinedload(Sitting.minute_taker),
            selectinload(Sitting.attendances).joinedload(Attendance.person),
        )
        .where(Sitting.id == sitting_id, visible_sittings(viewer(), clock.now()))
    )
    if sitting is None:
        abort(404)
    return sitting


def load_item(sitting: Sitting, item_id: int) -> AgendaItem:
    """One paper of its agenda; otherwise 404."""
    item = db.session.scalar(
        sa.select(AgendaItem).where(AgendaItem.id == item_id, AgendaItem.sitting_id == sitting.id)
    )
    if item is None:
        abort(404)
    return item


def eyes(sitting: Sitting) -> Eyes:
    """What the viewer is to this meeting."""
    me, now = viewer(), clock.now()
    return Eyes(
        keeps=may_hold(sitting.unit, me, now),
        reads=has_a_say(sitting.unit, me, now),
        presided=me.id in (sitting.chair_id, sitting.minute_taker_id),
        sat=any(a.person_id == me.id and a.present for a in sitting.attendances),
    )


def title(sitting: Sitting) -> str:
    """“Họp Chi bộ Điều trị, Thứ Sáu 10/04/2026”."""
    return gettext(
        "Họp %(body)s, %(day)s",
        body=present.body_name(sitting.unit),
        day=present.long_day(sitting.held_on),
    )


def badge(sitting: Sitting) -> tuple[str, str, str]:
    """(words, tone, glyph) of how far a meeting has come."""
    words = {
        "open": gettext("Đang họp"),
        "awaiting": gettext("Chờ xác nhận biên bản"),
        "confirmed": gettext("Đang ghi các quyết định"),
        "done": gettext("Đã xong"),
        "cancelled": gettext("Đã hủy"),
    }
    return words[sitting.state], *STATES[sitting.state]


def paper_name(document: Document) -> str:
    """What a line of a meeting calls a paper: a person's own by his name."""
    if document.kind in PERSONAL:
        return document.author.full_name
    return present.document_name(document)


def by_script() -> bool:
    """Whether the page's script asks, and wants a short answer instead of a page."""
    return request.accept_mimetypes.best == "application/json"
