"""One event as a sentence, to be translated and filled where it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.event import AuditEvent
from models.unit import Unit
from workflows.calendar import local_day
from workflows.refusal import Reason


@dataclass(frozen=True)
class Line:
    """One event as a sentence: `text` (to be translated) with `params`, and the words it quotes.

    A parameter may be a unit, a date, a phrase (`Reason`), or a list of them. `str()`: Vietnamese.
    """

    at: datetime
    event: AuditEvent
    text: str
    params: dict[str, Any]
    quote: str | None = None

    def __str__(self) -> str:
        return _in_vietnamese(Reason("", self.text, self.params))


def phrase(text: str, **params: Any) -> Reason:
    """A piece of a sentence, translated and filled where it is shown."""
    return Reason("", text, params)


def day_of(iso: str | None) -> date | str:
    """The day that a leaf spells; empty where it says none."""
    return date.fromisoformat(iso) if iso else ""


def _in_vietnamese(value: Any) -> str:
    if isinstance(value, Reason):
        return value.text % {name: _in_vietnamese(item) for name, item in value.params.items()}
    if isinstance(value, Unit):
        return value.name
    if isinstance(value, datetime):
        return _in_vietnamese(local_day(value))
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, dict):
        return str(value["vi"])
    if isinstance(value, (list, tuple)):
        return ", ".join(_in_vietnamese(item) for item in value)
    return "" if value is None else str(value)
