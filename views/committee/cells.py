"""One cell of the table: a word and a shape that say where a thing stands, also without colour."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext

from models.document import Document
from models.obligation import Obligation
from models.relief import Relief
from views import present
from workflows.obligations import REVIEW, condition

MET = ("fulfilled", "fulfilled_late")


@dataclass(frozen=True)
class Cell:
    """`name` is what the filter asks for, `tone` the colour, `done` whether nothing is waited for;
    `counted`: of persons, who stay in their cell."""

    name: str
    tone: str
    glyph: str
    word: str
    second: str
    done: bool = False
    url: str = ""
    counted: bool = False
    extended: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The cell for the template and the XLSX."""
        return asdict(self)


@dataclass(frozen=True)
class Today:
    """The day on which the table is looked at, and until when a limit is soon."""

    day: date
    soon: date


def of_unit(
    owed: Obligation,
    paper: Document | None,
    visible: Collection[int],
    reliefs: list[Relief],
    today: Today,
    held_on: date | None = None,
) -> Cell:
    """What a unit owes itself. It leads to the paper that answers it, if the viewer may open it, or
    to what is owed. `held_on` is the day of the meeting that met a monthly review."""
    if paper is not None and paper.id in visible:
        url = url_for("document.page", document_id=paper.id)
    else:
        url = url_for("obligations.page", obligation_id=owed.id)
    extended = owed.extended_to is not None
    if owed.state == "waived":
        return Cell(
            "waived", "", "g-waive", gettext("Được miễn"), _ground(reliefs), done=True, url=url
        )
    if owed.state in MET:
        if owed.requirement.kind == REVIEW:
            return _held(owed, held_on, url)
        return _met(owed, paper, url)
    stands = condition(owed, today.day, today.soon)
    tone = {"overdue": "late", "due_soon": "soon"}.get(stands, "")
    limit = _limit(owed)
    second = _distance(owed, today.day) if tone else limit
    if paper is not None and paper.state not in ("drafted", "returned"):
        if paper.state == "approved" and paper.stage == 0:
            word, glyph = gettext("Đã ký, chưa báo cáo"), "g-half"
        else:
            word, glyph = gettext("Đang xem xét ở đơn vị"), "g-sent"
        name = "late" if tone == "late" else "working"
        return Cell(name, tone, glyph, word, second, url=url, extended=extended)
    if tone == "late":
        word = gettext("Chưa họp") if owed.requirement.kind == REVIEW else gettext("Chưa nộp")
        return Cell("late", "late", "g-late", word, second, url=url, extended=extended)
    if tone == "soon":
        second = gettext("%(limit)s, %(distance)s", limit=limit, distance=second)
        return Cell(
            "soon", "soon", "g-clock", gettext("Sắp đến hạn"), second, url=url, extended=extended
        )
    word = gettext("Đang soạn") if paper is not None else gettext("Còn hạn")
    glyph = "g-draft" if paper is not None else "g-open"
    return Cell("open", "", glyph, word, limit, url=url, extended=extended)


def of_persons(owed: list[Obligation], today: Today) -> Cell:
    """Members' obligations as a count (R10): above the cell no person's lateness is shown."""
    counted = [o for o in owed if o.state != "waived"]
    done = sum(o.state in MET for o in counted)
    if not counted:
        return Cell("waived", "", "g-waive", gettext("Được miễn"), "", done=True, counted=True)
    word = gettext("%(done)s trên %(all)s", done=done, all=len(counted))
    if done == len(counted):
        return Cell("done", "done", "g-in", word, gettext("đủ"), done=True, counted=True)
    open_ = [o for o in counted if o.state == "open"]
    missing = gettext("còn %(n)s chưa nộp", n=len(open_))
    stands = {condition(o, today.day, today.soon) for o in open_}
    if "overdue" in stands:
        return Cell("late", "late", "g-late", word, missing, counted=True)
    last = min(o.effective_due for o in open_)
    second = gettext("%(missing)s, hạn %(last)s", missing=missing, last=present.short_day(last))
    if "due_soon" in stands:
        return Cell("soon", "soon", "g-clock", word, second, counted=True)
    return Cell("open", "", "g-half" if done else "g-open", word, second, counted=True)


def waiting_for_plan(members: int, held: int) -> Cell:
    """Members who will owe once their unit's plan is in force (R02), counted as not submitted
    (R10)."""
    word = gettext("0 trên %(all)s", all=members)
    if held:
        second = gettext("đang giữ %(held)s bản, chờ kế hoạch", held=held)
    else:
        second = gettext("chờ kế hoạch")
    return Cell("open", "", "g-hold", word, second, counted=True)


def _held(owed: Obligation, held_on: date | None, url: str) -> Cell:
    """A monthly review: the day of the meeting, and that of its minutes where they made it late."""
    confirmed = present.local_day(owed.fulfilled_at) if owed.fulfilled_at else None
    second = present.short_day(held_on or confirmed)
    if owed.state == "fulfilled_late":
        minutes = present.short_day(confirmed)
        second = gettext("%(held)s, biên bản chậm, %(day)s", held=second, day=minutes)
    return Cell("done", "done", "g-ok", gettext("Đã họp"), second, done=True, url=url)


def _met(owed: Obligation, paper: Document | None, url: str) -> Cell:
    when = present.short_day(present.local_day(owed.fulfilled_at) if owed.fulfilled_at else None)
    if owed.state == "fulfilled_late":
        second = gettext("chậm, báo cáo %(day)s", day=when)
    else:
        second = gettext("báo cáo %(day)s", day=when)
    if paper is not None and paper.state == "returned":
        return Cell("returned", "ask", "g-back", gettext("Được yêu cầu bổ sung"), when, url=url)
    if paper is not None and paper.state in ("submitted", "reviewed"):
        return Cell("done", "", "g-now", gettext("Chờ cho ý kiến"), second, url=url)
    word, glyph = _reached(paper)
    return Cell("done", "done", glyph, word, second, done=True, url=url)


def _reached(paper: Document | None) -> tuple[str, str]:
    """How far a reported paper has come: agreed to above, received there, or only reported."""
    above = paper.stages[1:] if paper is not None else []
    if any(s.decides and s.state in ("approved", "reported") for s in above):
        return gettext("Đã đồng ý"), "g-ok2"
    if any(s.received_at for s in above):
        return gettext("Đã nhận"), "g-in"
    return gettext("Đã báo cáo"), "g-ok"


def _limit(owed: Obligation) -> str:
    """The day that counts, and the day first written where that is another."""
    last = present.short_day(owed.effective_due)
    if owed.extended_to is not None:
        return gettext("gia hạn đến %(last)s", last=last)
    if owed.nominal_due != owed.effective_due:
        first = present.short_day(owed.nominal_due)
        return gettext("hạn %(first)s, tính đến %(last)s", first=first, last=last)
    return present.limit_words(owed.requirement, owed.effective_due)


def _distance(owed: Obligation, today: date) -> str:
    due = present.due(owed.effective_due, today)
    assert due is not None
    return due.distance


def _ground(reliefs: list[Relief]) -> str:
    """What a waiver rests on."""
    if not reliefs:
        return ""
    last = reliefs[-1]
    number = last.basis_document.number if last.basis_document else last.basis_number
    return gettext("theo %(basis)s", basis=number) if number else ""
