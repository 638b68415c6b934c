"""An order in somebody's hands: claimed by one conditional UPDATE, held by the instant of the last
touch, free again when its maker has been silent for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models.base import db, transaction
from models.export import ExportJob

LEASE = timedelta(seconds=60)  # silence after which a maker counts as dead


class LostError(Exception):
    """Somebody else has taken the order over."""


@dataclass
class Hold:
    """An order in our hands: the instant at which we last touched it is the proof."""

    job_id: int
    touched_at: datetime

    def lasts(self) -> bool:
        """Whether the order is still in our hands."""
        db.session.rollback()
        return db.session.scalar(sa.select(ExportJob.id).where(self._ours())) is not None

    def _ours(self) -> sa.ColumnElement[bool]:
        return sa.and_(
            ExportJob.id == self.job_id,
            ExportJob.state == "running",
            ExportJob.touched_at == self.touched_at,
        )

    def write(self, **values: Any) -> None:
        """Writes into the row, in a transaction of its own unless there is one; raises LostError
        when somebody has taken it over."""
        with transaction() as session:
            written = session.execute(
                sa.update(ExportJob)
                .where(self._ours())
                .values(**values)
                .execution_options(synchronize_session=False)
            )
            if written.rowcount != 1:  # type: ignore[attr-defined]
                raise LostError
        self.touched_at = values.get("touched_at", self.touched_at)


def free(real_now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on ExportJob: it waits, or its maker has been silent for LEASE."""
    silent = sa.and_(ExportJob.state == "running", ExportJob.touched_at < real_now - LEASE)
    return sa.or_(ExportJob.state == "waiting", silent)


def claim(job_id: int, real_now: datetime) -> Hold | None:
    """The order in our hands; None when there is nothing to claim."""
    with transaction() as session:
        claimed = session.execute(
            sa.update(ExportJob)
            .where(ExportJob.id == job_id, free(real_now))
            .values(state="running", touched_at=real_now, finished=0)
            .execution_options(synchronize_session=False)
        )
    return Hold(job_id, real_now) if claimed.rowcount == 1 else None  # type: ignore[attr-defined]
