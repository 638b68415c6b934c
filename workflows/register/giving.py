"""Giving a number: the next of its series, or the one somebody wrote, as far as it is free."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models.base import db
from models.document import Document
from models.person import Person
from models.queries.locking import hold_units
from models.register import NumberEntry
from models.sitting import Sitting
from models.unit import Unit
from workflows.calendar import local_day
from workflows.organisation.record import cleaned, refuse_if, required
from workflows.refusal import N_, Reason, Refused
from workflows.register.checks import TAKEN, form_reasons, reason, taken_reasons
from workflows.register.record import record
from workflows.register.series import Series, series_of
from workflows.symbols import TYPES, read, type_of
from workflows.text import LINE

SENT_TWICE = timedelta(minutes=2)


def next_symbol(unit: Unit, type: str, day: date) -> str:
    """The next number of this unit and type for a paper printed on `day`: `05-KH/ĐU`. A proposal:
    nothing is kept back until `enter`."""
    series = series_of(unit, type, day)
    return series.written(series.next)


def enter(
    unit: Unit,
    type: str,
    symbol: str | None,
    *,
    dated_on: date | None,
    subject: str,
    document: Document | None = None,
    sitting: Sitting | None = None,
    actor: Person | None,
    now: datetime,
) -> NumberEntry:
    """Enters one paper in the register and returns its line. In the caller's transaction.

    Without `symbol` it gets the next number of its series, given at that very moment. A paper with
    neither document nor sitting is one that is not in the system; it has an event of its own in the
    unit's log. Raises `Refused` (R27) for a number that is not in form, taken, voided, or would
    leave others out. A recorded paper (bản giấy) is kept with whatever number it carries.
    """
    day = dated_on or local_day(now)
    outside = document is None and sitting is None
    subject = cleaned(subject, "subject", longest=LINE)
    if outside:
        refuse_if(
            required(subject, "subject", N_("Chưa có trích yếu. Ghi ngắn gọn văn bản nói về gì.")),
            unknown_type(type),
        )
    hold_units([unit.id])
    series = series_of(unit, type, day)
    if document is not None and document.recorded:
        return _enter_recorded(series, symbol, dated_on, subject, document, actor, now)
    if symbol is None:
        n = series.next
    else:
        refuse_if(*form_reasons(series, symbol))
        read_symbol = read(symbol, unit.sector).symbol
        assert read_symbol is not None
        n = read_symbol.number
        refuse_if(*taken_reasons(series, n, earlier=outside))
    entry = _line(series, n, dated_on, subject, document, sitting, actor, now)
    keep(series, entry)
    if outside:
        record(entry, "number_given", actor=actor, now=now)
    return entry


def entered_just_now(
    unit: Unit,
    type: str,
    *,
    dated_on: date | None,
    subject: str,
    actor: Person,
    now: datetime,
) -> NumberEntry | None:
    """The line of the very same paper that this person entered a moment ago: a form sent twice. Holds
    the issuer, so that the second of two at once sees the first."""
    hold_units([unit.id])
    return db.session.scalar(
        sa.select(NumberEntry)
        .where(
            NumberEntry.unit_id == unit.id,
            NumberEntry.type == type,
            NumberEntry.document_id.is_(None),
            NumberEntry.sitting_id.is_(None),
            NumberEntry.voided_at.is_(None),
            NumberEntry.dated_on == dated_on,
            NumberEntry.subject == subject,
            NumberEntry.given_by_id == actor.id,
            NumberEntry.given_at > now - SENT_TWICE,
        )
        .order_by(NumberEntry.id.desc())
        .limit(1)
    )


def enter_document(document: Document, *, actor: Person | None, now: datetime) -> None:
    """Enters the number that the document bears since this act, under the lock of its issuer. A
    text that comes again keeps its line, which follows its date. A commitment has no number."""
    kind, unit = type_of(document), document.unit
    if kind is None or document.number is None:
        return
    entry = db.session.scalar(
        sa.select(NumberEntry).where(NumberEntry.document_id == document.id).limit(1)
    )
    if entry is not None:
        entry.dated_on, entry.subject = document.dated_on, document.title
        return
    read_symbol = read(document.number, unit.sector).symbol
    if read_symbol is None:
        return
    series = series_of(unit, kind, document.dated_on or local_day(now))
    entry = _line(
        series,
        read_symbol.number,
        document.dated_on,
        document.title,
        document,
        None,
        actor,
        now,
    )
    keep(series, entry)


def _enter_recorded(
    series: Series,
    symbol: str | None,
    dated_on: date | None,
    subject: str,
    document: Document,
    actor: Person | None,
    now: datetime,
) -> NumberEntry:
    """A signed paper is a fact: its number is kept as it is, and again where it is there already.
    What cannot be read as a number is kept as it is written, outside the count (n = 0)."""
    read_symbol = read(symbol or "", series.unit.sector).symbol
    n = read_symbol.number if read_symbol is not None else 0
    entry = _line(series, n, dated_on, subject, document, None, actor, now)
    entry.symbol = (symbol or "").strip()[:LINE] or "—"
    entry.again = series.times(n)
    keep(series, entry)
    return entry


def _line(
    series: Series,
    n: int,
    dated_on: date | None,
    subject: str,
    document: Document | None,
    sitting: Sitting | None,
    actor: Person | None,
    now: datetime,
) -> NumberEntry:
    return NumberEntry(
        unit_id=series.unit.id,
        type=series.type,
        period=series.period,
        n=n,
        again=0,
        symbol=series.written(n),
        dated_on=dated_on,
        subject=subject,
        document_id=document.id if document is not None else None,
        sitting_id=sitting.id if sitting is not None else None,
        given_at=now,
        given_by_id=actor.id if actor is not None else None,
    )


def keep(series: Series, entry: NumberEntry) -> None:
    """Writes the line. The table's own constraint is the last word: what slipped past the lock is
    refused with the next number, and nothing of the act is written."""
    try:
        with db.session.begin_nested():
            db.session.add(entry)
    except IntegrityError as taken:
        fresh = series_of(series.unit, series.type, entry.dated_on or local_day(entry.given_at))
        raise Refused(
            reason(
                TAKEN,
                right=series.written(entry.n),
                period=series.period,
                suggestion=fresh.written(fresh.next),
            )
        ) from taken


def unknown_type(type: str) -> Reason | None:
    """Why this is no type of paper."""
    if type in TYPES:
        return None
    return Reason("FORM", N_("Chưa chọn loại văn bản. Chọn loại trong danh sách."), place="type")
