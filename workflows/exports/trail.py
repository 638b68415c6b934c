"""An export of logs with proofs (`workflows.trail.export`), ordered and made like any other: step by
step in the workshop, then sealed by the signing process, then packed."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from models.base import db
from models.export import ExportJob
from models.person import Person
from workflows.exports.holding import LEASE, Hold
from workflows.exports.keeping import as_clean, hand_over, workshop
from workflows.exports.room import require_room
from workflows.inspections.readings import note_paper
from workflows.refusal import Refused
from workflows.trail import export

KIND = "trail"
NOTHING = "nothing"
LOOKS, BETWEEN = 6, 0.5  # how often, and after how many seconds, one looks for the signature
AGAIN = timedelta(seconds=5)  # then the order is left alone for so long
PATIENCE = timedelta(minutes=10)  # then the export is made without, and says so


def order(person: Person, wanted: export.Wanted, *, real_now: datetime) -> ExportJob:
    """An order for one export; what is `wanted` was found to be the person's to have. In the caller's
    transaction. Raises Refused when too many orders are under way."""
    require_room(person)
    job = ExportJob(
        person=person,
        kind=KIND,
        params=wanted.params,
        total=0,
        ordered_at=real_now,
        touched_at=real_now,
    )
    db.session.add(job)
    db.session.flush()
    return job


def make(hold: Hold, now: Callable[[], datetime], real_now: Callable[[], datetime]) -> bool:
    """Makes what was ordered; False while its signature is waited for. Who may not have it any more
    gets nothing."""
    job = db.session.get_one(ExportJob, hold.job_id)
    params: dict[str, Any] = dict(job.params)
    orderer = job.person_id
    try:
        wanted = export.wanted(params, db.session.get_one(Person, orderer), now())
    except Refused:
        hold.write(state="failed", error=NOTHING, done_at=real_now())
        return True
    folder = workshop(hold.job_id)
    plan = export.prepare(folder, wanted, now())

    def goes_on() -> None:
        hold.write(touched_at=real_now())

    steps = export.steps(folder, plan, wanted, goes_on=goes_on)
    hold.write(total=len(steps) + 1, touched_at=real_now())
    for number, step in enumerate(steps, 1):
        step.run()
        hold.write(finished=number, touched_at=real_now())
    sealing = _sealed(hold, plan, wanted, real_now)
    if sealing is None:
        return False
    _note_papers(orderer, wanted, plan, now())
    path = folder / "all.zip"
    export.pack(folder / export.BUNDLE, path)
    clean = as_clean(path, f"ho-so-duyet-{hold.job_id}.zip")
    params["signed"] = sealing.signed
    hand_over(hold, clean, real_now(), finished=len(steps) + 1, params=params)
    return True


def _note_papers(person_id: int, wanted: export.Wanted, plan: export.Plan, now: datetime) -> None:
    """Every text in it is one that the orderer reads: written down where an inspection covers it."""
    person = db.session.get_one(Person, person_id)
    for document, newest in export.exported_papers(wanted, plan):
        for n in range(1, newest + 1):
            note_paper(document, person, now, n)


def _sealed(
    hold: Hold, plan: Any, wanted: export.Wanted, real_now: Callable[[], datetime]
) -> export.Sealing | None:
    """The seal; None when the signature has not come yet and the order is left for a while."""
    bundle = workshop(hold.job_id) / export.BUNDLE
    for _ in range(LOOKS):
        db.session.rollback()
        sealing = export.seal(bundle, plan, export.about(wanted, plan), real_now())
        if sealing.signed or sealing.ordered_at is None:
            return sealing
        if real_now() - sealing.ordered_at > PATIENCE:
            return sealing
        time.sleep(BETWEEN)
    hold.write(touched_at=real_now() - LEASE + AGAIN)
    return None
