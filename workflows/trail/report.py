"""What a verification looked at, and what it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOST_FAULTS = 200
LONGEST = 120  # characters of a value that a sentence quotes


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was written, as a sentence (`text` with `params`)."""

    text: str
    params: dict[str, Any]
    unit: str | None = None  # the code of the unit in whose log it is
    seq: int | None = None
    document: int | None = None

    def __str__(self) -> str:
        return self.text % self.params


def shown(value: Any) -> Any:
    """A value as a sentence may hold it, whatever somebody has written there: short, on one line, of
    characters that every terminal shows."""
    if value is None or type(value) is bool or (type(value) is int and abs(value) < 1 << 63):
        return value
    try:
        text = value if type(value) is str else repr(value)
    except (RecursionError, ValueError):
        return "…"
    text = "".join(
        sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:LONGEST]
    )
    return text if len(text) < LONGEST else text[:-1] + "…"


@dataclass
class Report:
    """What was looked at, and what was found; the first fault is the one to begin with."""

    logs: int = 0
    events: int = 0
    documents: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.faults

    @property
    def first(self) -> Fault | None:
        return self.faults[0] if self.faults else None

    def append(self, other: Report) -> None:
        """Adds what another verification looked at and found, behind what was found here."""
        self.logs += other.logs
        self.events += other.events
        self.documents += other.documents
        self.faults = (self.faults + other.faults)[:MOST_FAULTS]

    def add(
        self,
        text: str,
        *,
        unit: str | None = None,
        seq: int | None = None,
        document: int | None = None,
        **params: Any,
    ) -> None:
        if len(self.faults) < MOST_FAULTS:
            params |= {"unit": unit, "seq": seq, "document": document}
            params = {name: shown(value) for name, value in params.items()}
            place = params["unit"], params["seq"], params["document"]
            self.faults.append(Fault(text, params, *place))
