"""The report back: the inspected unit says how it carried a requirement out, the commission confirms it
or asks for more. While the commission reads, nothing climbs; confirmed, the obligation is met on the
day of the report."""

from __future__ import annotations

from datetime import datetime

from models.base import db
from models.dossier import ConclusionRequirement, ReportBack
from models.obligation import Obligation
from models.person import Person
from workflows import obligations, tasks
from workflows.dossier.conclusions import hold, reporting_posts
from workflows.dossier.told import leaders, record_required, team, tell
from workflows.dossier.who import refuse_own, require_leader, require_team
from workflows.dossier.wording import sound
from workflows.ladder.posts import Right
from workflows.obligations import clocks
from workflows.refusal import N_, Reason, Refused, Stale
from workflows.trail import Appended

INSPECTOR = "inspector"
JUDGED = {"confirmed": "conclusion_confirmed", "returned": "conclusion_returned"}


def report_back(
    made: ConclusionRequirement, words: str, *, version: int, actor: Person, now: datetime
) -> ReportBack:
    """The unit's leader reports how it was carried out. Its ladder stops; the commission is asked to
    confirm. In the caller's transaction.

    Raises Forbidden for who does not lead the unit, Stale, Refused for too few words or where
    nothing is to be reported.
    """
    right = require_leader(made.unit, actor, now)
    cleaned, wrong = sound(words)
    if wrong:
        raise Refused(*wrong)
    hold(made, version)
    owed = _open(made)
    if made.waiting is not None:
        raise Refused(Reason("STATE", N_("Báo cáo trước đang chờ đoàn kiểm tra xác nhận.")))
    kept = ReportBack(text=cleaned, at=now, by=actor)
    made.reports.append(kept)
    made.version += 1
    said = {"text": cleaned}
    event = record_required("conclusion_reported", made, right, actor, now, private=said)
    clocks.stop(owed, now)
    tasks.close_for_obligation(owed, by=actor, now=now)
    commission = made.inspection.commission
    tasks.wait_to_confirm(owed, commission.id, [(commission.id, INSPECTOR)], now)
    tell(
        event,
        team(made.inspection),
        made.inspection,
        topic="waits",
        action="confirm_report_back",
        actor=actor,
        now=now,
    )
    return kept


def confirm(
    made: ConclusionRequirement, *, version: int, actor: Person, now: datetime
) -> Obligation:
    """The team confirms the report: the obligation is met, in time or late by the instant of the
    report. In the caller's transaction. Raises Forbidden, also for who reported (R30), Stale,
    Refused."""
    right = require_team(made.inspection, actor, now)
    hold(made, version)
    owed, waiting = _open(made), _waiting(made, actor)
    event = _judge(made, waiting, "confirmed", "", right, actor, now)
    obligations.meet(owed, waiting.at, now)
    _tell_unit(made, event, "decided", "report_back_confirmed", actor, now)
    return owed


def give_back(
    made: ConclusionRequirement, said: str, *, version: int, actor: Person, now: datetime
) -> None:
    """The team asks for more, and says what: the unit owes the report as before, and the ladder
    begins anew. In the caller's transaction. Raises Forbidden, Stale, Refused."""
    right = require_team(made.inspection, actor, now)
    said, wrong = sound(said, place="said")
    if wrong:
        raise Refused(*wrong)
    hold(made, version)
    owed, waiting = _open(made), _waiting(made, actor)
    event = _judge(made, waiting, "returned", said, right, actor, now)
    tasks.close_for_obligation(owed, by=actor, now=now)
    tasks.open_obligation(owed, now, posts=reporting_posts(made.unit))
    _tell_unit(made, event, "returned", "report_back", actor, now)


def _open(made: ConclusionRequirement) -> Obligation:
    owed = made.obligation
    if owed is None:
        sentence = N_("Chưa báo cáo được: kết luận chưa thông báo.")
        raise Refused(Reason("STATE", sentence))
    db.session.refresh(owed, with_for_update={"of": Obligation})
    if owed.state != "open":
        sentence = N_("Yêu cầu này đã được xác nhận hoặc được miễn. Tải lại trang để xem.")
        raise Stale(Reason("STALE", sentence))
    return owed


def _waiting(made: ConclusionRequirement, actor: Person) -> ReportBack:
    waiting = made.waiting
    if waiting is None:
        sentence = N_("Chưa có báo cáo thực hiện nào đang chờ xác nhận.")
        raise Refused(Reason("STATE", sentence))
    refuse_own(waiting.by_id, actor)
    return waiting


def _judge(
    made: ConclusionRequirement,
    waiting: ReportBack,
    verdict: str,
    said: str,
    right: Right,
    actor: Person,
    now: datetime,
) -> Appended:
    """What the team says of a report, and the event of it."""
    waiting.verdict, waiting.said = verdict, said
    waiting.judged_at, waiting.judged_by = now, actor
    made.version += 1
    kept = {"text": said} if said else {}
    return record_required(
        JUDGED[verdict], made, right, actor, now, private=kept, of_unit=made.unit.code
    )


def _tell_unit(
    made: ConclusionRequirement,
    event: Appended,
    topic: str,
    action: str,
    actor: Person,
    now: datetime,
) -> None:
    told = leaders([made.unit_id], now)
    tell(event, told, made.inspection, topic=topic, action=action, actor=actor, now=now)
