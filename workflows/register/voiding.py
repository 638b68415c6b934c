"""A number that stands for no paper: kept in the register with its reason, never given again."""

from __future__ import annotations

from datetime import date, datetime

from models.base import db
from models.person import Person
from models.queries.locking import hold_units
from models.register import NumberEntry
from models.unit import Unit
from workflows.inspections import freeze
from workflows.organisation.record import refuse_if
from workflows.refusal import N_, Reason, Refused
from workflows.register.checks import form_reasons, taken_reasons
from workflows.register.giving import keep, unknown_type
from workflows.register.record import record
from workflows.register.series import series_of
from workflows.symbols import TYPE_OF_KIND, read
from workflows.text import clean

SHORTEST_REASON, LONGEST_REASON = 10, 1000  # letters


def void(entry: NumberEntry, reason: str, *, actor: Person | None, now: datetime) -> None:
    """Voids a number that was given to a paper outside the system. In the caller's transaction.

    Raises `Refused` under a freeze (`workflows.inspections`), when it is voided already, when it is
    the number of a document or of minutes (those are revoked, not their number), or without a reason
    in words.
    """
    hold_units([entry.unit_id])
    db.session.refresh(entry)
    reason = _reason(reason)
    for kind in (kind for kind, type in TYPE_OF_KIND.items() if type == entry.type):
        freeze.refuse_at(entry.unit_id, kind, now)
    if entry.voided_at is not None:
        raise Refused(
            _refusal(N_("Số %(number)s đã hủy từ trước, không cần hủy lại."), number=entry.symbol)
        )
    held_meeting = entry.sitting is not None and entry.sitting.state != "cancelled"
    if entry.document_id is not None or held_meeting:
        raise Refused(
            _refusal(
                N_(
                    "Số %(number)s thuộc văn bản đã ban hành nên không hủy riêng được. Nếu văn bản "
                    "không còn hiệu lực thì bãi bỏ văn bản."
                ),
                number=entry.symbol,
            )
        )
    entry.voided_at, entry.void_reason = now, reason
    entry.voided_by_id = actor.id if actor is not None else None
    record(entry, "number_voided", actor=actor, now=now)


def void_unused(
    unit: Unit,
    type: str,
    symbol: str,
    *,
    day: date,
    reason: str,
    actor: Person | None,
    now: datetime,
) -> NumberEntry:
    """Enters a number that was never used, voided from the start, so that the series has no gap.

    Raises `Refused` as `enter` does, and without a reason in words.
    """
    hold_units([unit.id])
    refuse_if(unknown_type(type))
    series = series_of(unit, type, day)
    refuse_if(*form_reasons(series, symbol))
    found = read(symbol, unit.sector).symbol
    assert found is not None
    refuse_if(*taken_reasons(series, found.number, earlier=True))
    entry = NumberEntry(
        unit_id=unit.id,
        type=type,
        period=series.period,
        n=found.number,
        again=0,
        symbol=series.written(found.number),
        dated_on=None,
        subject="",
        given_at=now,
        given_by_id=actor.id if actor is not None else None,
        voided_at=now,
        voided_by_id=actor.id if actor is not None else None,
        void_reason=_reason(reason),
    )
    keep(series, entry)
    record(entry, "number_voided", actor=actor, now=now)
    return entry


def _reason(text: str) -> str:
    text = clean(text, limit=LONGEST_REASON, place="reason")
    if len("".join(text.split())) < SHORTEST_REASON:
        raise Refused(
            Reason(
                "REASON",
                N_(
                    "Lý do hủy số còn quá ngắn. Cần ghi ít nhất %(n)s chữ cái để người xem sổ sau "
                    "này hiểu."
                ),
                {"n": SHORTEST_REASON},
                place="reason",
            )
        )
    return text


def _refusal(text: str, **params: object) -> Reason:
    return Reason("R27", text, params)
