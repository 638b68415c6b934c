"""How the logs of installations elsewhere stand, whose superior is here: read from the witness's memory,
for pages."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from workflows.trail.witness.standing import RED_AFTER
from workflows.trail.witness.store import Store, read


class Afar(NamedTuple):
    """An installation elsewhere. `unit`: the code of its superior here; `heard`: when a checkpoint of
    it was cosigned last, None: never (it may send paper only); `silent`: for more than a day now;
    `waiting`: how many checkpoints it has yet to show that it continues, `overdue`: one of them for
    more than a day while it does send; `contradicted`: there is evidence against it."""

    name: str
    label: str
    unit: str
    heard: datetime | None
    silent: bool
    waiting: int
    overdue: bool
    contradicted: bool

    @property
    def is_red(self) -> bool:
        return self.silent or self.overdue or self.contradicted


def installations(folder: Path, real_now: datetime) -> list[Afar] | None:
    """All that are watched, in the order in which they were made known; `real_now`: aware UTC. None
    when the witness's memory in `folder` cannot be read from here."""
    try:
        with read(folder) as store:
            return [] if store is None else _all(store, real_now)
    except (OSError, sqlite3.Error):
        return None


def _all(store: Store, real_now: datetime) -> list[Afar]:
    watch = [watched for watched in store.watched() if watched.unit]
    if not watch:
        return []
    waiting, conflicts = store.waiting(), store.conflicts()
    found: dict[str, Afar] = {}
    for watched in watch:
        name = watched.key.name
        at = store.heard(name)
        heard = datetime.fromtimestamp(at, UTC) if at is not None else None
        waits = [_since(told.at, real_now) for origin, told in waiting if _is_of(name, origin)]
        found[name] = Afar(
            name=name,
            label=watched.label or name,
            unit=watched.unit,
            heard=heard,
            silent=heard is not None and real_now - heard > RED_AFTER,
            waiting=len(waits),
            overdue=heard is not None and any(one > RED_AFTER for one in waits),
            contradicted=any(_is_of(name, one.origin) for one in conflicts),
        )
    return list(found.values())


def _is_of(name: str, origin: str) -> bool:
    return origin.startswith(f"{name}/")


def _since(at: int, real_now: datetime) -> timedelta:
    return real_now - datetime.fromtimestamp(at, UTC)
