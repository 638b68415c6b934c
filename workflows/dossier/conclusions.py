"""What a conclusion requires: written while the conclusion is a draft, and from its announcement on an
obligation of the inspected unit, with a date, on the same ladder as all others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from models.base import db
from models.campaign import Requirement
from models.dossier import ConclusionRequirement
from models.inspection import Inspection
from models.obligation import Obligation
from models.person import Person
from models.unit import Unit
from workflows import tasks
from workflows.calendar import WorkingCalendar, local_day
from workflows.dossier.required import CONCLUSION, code_of, requirements_of
from workflows.dossier.told import leaders, record_required, tell
from workflows.dossier.who import CONCLUDED, LEADERS, conclusions_shown, require_team
from workflows.dossier.wording import sound, verdict
from workflows.ladder.posts import Right
from workflows.refusal import N_, Reason, Refused, Stale
from workflows.succession import successor
from workflows.trail import Appended

FARTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Required:
    """What is required of which unit, and until when it reports back."""

    unit: Unit | None
    text: str
    due_on: date | None


def require(
    inspection: Inspection, given: Required, *, actor: Person, now: datetime
) -> ConclusionRequirement:
    """Writes a requirement into the draft of the conclusion. In the caller's transaction. Raises
    Forbidden for who is not of the team, Refused for what will not do and once it is concluded."""
    right = require_team(inspection, actor, now)
    unit, cleaned, due_on = _sound(inspection, given, now)
    db.session.refresh(
        inspection, with_for_update={"of": Inspection}
    )  # two at once get two numbers
    _still_draft(inspection)
    last = sa.select(sa.func.max(ConclusionRequirement.n)).where(
        ConclusionRequirement.inspection_id == inspection.id
    )
    made = ConclusionRequirement(
        inspection=inspection,
        n=(db.session.scalar(last) or 0) + 1,
        unit=unit,
        text=cleaned,
        due_on=due_on,
        created_at=now,
        created_by=actor,
    )
    db.session.add(made)
    db.session.flush()
    _record("requirement_set", made, right, actor, now)
    return made


def change(
    made: ConclusionRequirement, given: Required, *, version: int, actor: Person, now: datetime
) -> None:
    """Other words or another day while it is a draft. In the caller's transaction. Raises Forbidden,
    Stale, Refused."""
    right = require_team(made.inspection, actor, now)
    unit, cleaned, due_on = _sound(made.inspection, given, now)
    hold(made, version)
    _still_draft(made.inspection)
    made.unit, made.text, made.due_on = unit, cleaned, due_on
    made.version += 1
    _record("requirement_changed", made, right, actor, now)


def drop(made: ConclusionRequirement, *, version: int, actor: Person, now: datetime) -> None:
    """The draft does not require it any more. In the caller's transaction. Raises Forbidden, Stale,
    Refused."""
    right = require_team(made.inspection, actor, now)
    hold(made, version)
    _still_draft(made.inspection)
    _record("requirement_dropped", made, right, actor, now)
    db.session.delete(made)


def begin(inspection: Inspection, *, actor: Person, now: datetime) -> int:
    """The conclusion is announced: each requirement becomes an obligation of its unit, or of the one
    into which that closed meanwhile, with a task and a ladder, and who leads it is told. Returns how
    many; done twice it does nothing more. In the transaction of that act. Raises Forbidden for who
    is not of the team."""
    right = require_team(inspection, actor, now)
    calendar = WorkingCalendar.of(db.session())
    begun = 0
    for made in requirements_of(inspection):
        if made.obligation_id is not None:
            continue
        made.obligation = _owed(made, calendar, now)
        begun += 1
        event = _record("requirement_announced", made, right, actor, now)
        told = leaders([made.unit_id], now)
        tell(
            event,
            told,
            inspection,
            topic="waits",
            action="report_back",
            actor=actor,
            now=now,
        )
    return begun


def shown(inspection: Inspection, person: Person, now: datetime) -> list[ConclusionRequirement]:
    """The requirements that this person reads now, in order."""
    return requirements_of(inspection, conclusions_shown(inspection, person, now))


def hold(made: ConclusionRequirement, version: int) -> None:
    """The row held until the transaction ends. Raises Stale when the page saw another version."""
    db.session.refresh(made, with_for_update={"of": ConclusionRequirement})
    if made.version != version:
        sentence = N_("Yêu cầu này vừa đổi. Xem bản mới rồi ghi lại.")
        raise Stale(Reason("STALE", sentence))


def reporting_posts(unit: Unit) -> list[tuple[int, str]]:
    """The (unit, role) pairs that report back for an inspected unit, or the one it closed into."""
    return sorted((successor(unit).id, role) for role in LEADERS)


def _owed(made: ConclusionRequirement, calendar: WorkingCalendar, now: datetime) -> Obligation:
    campaign = made.inspection.campaign
    number = made.inspection.decision_number
    asked = Requirement(
        campaign_id=campaign.id,
        code=code_of(made),
        kind=CONCLUSION,
        label_vi=f"Báo cáo thực hiện yêu cầu {made.n} của kết luận kiểm tra (Quyết định {number})",
        label_en=f"Report on requirement {made.n} of the conclusion (Decision {number})",
        levels=[],
        owes="unit",
        deciding=0,
        due={"kind": "date", "date": made.due_on.isoformat()},
    )
    db.session.add(asked)
    db.session.flush()
    due = calendar.effective_due(asked.due, roll=campaign.roll_days_off, since=made.due_on)
    obligation = Obligation(
        requirement_id=asked.id,
        unit=successor(made.unit),
        nominal_due=due.nominal,
        effective_due=due.effective,
        state="open",
        created_at=now,
    )
    db.session.add(obligation)
    db.session.flush()
    tasks.open_obligation(obligation, now, posts=reporting_posts(made.unit))
    return obligation


def _sound(inspection: Inspection, given: Required, now: datetime) -> tuple[Unit, str, date]:
    cleaned, wrong = sound(given.text)
    wrong += verdict(cleaned)
    today = local_day(now)
    if given.unit is None or given.unit.id not in inspection.unit_ids:
        wrong.append(_form(N_("Chọn một đơn vị thuộc phạm vi kiểm tra."), "unit"))
    if given.due_on is None:
        wrong.append(_form(N_("Chưa ghi ngày đơn vị phải báo cáo kết quả."), "due_on"))
    elif not today < given.due_on <= today + FARTHEST:
        sentence = N_("Ngày báo cáo phải sau hôm nay và trong vòng một năm.")
        wrong.append(_form(sentence, "due_on"))
    if wrong:
        raise Refused(*wrong)
    assert given.unit is not None
    assert given.due_on is not None
    return given.unit, cleaned, given.due_on


def _still_draft(inspection: Inspection) -> None:
    if inspection.state in CONCLUDED:
        sentence = N_(
            "Chưa ghi được: kết luận đã thông báo, yêu cầu giữ nguyên. Cần thêm thời gian thì gia hạn."
        )
        raise Refused(Reason("STATE", sentence))


def _record(
    action: str, made: ConclusionRequirement, right: Right, actor: Person, now: datetime
) -> Appended:
    return record_required(
        action,
        made,
        right,
        actor,
        now,
        private={"text": made.text},
        of_unit=made.unit.code,
        due=made.due_on,
    )


def _form(sentence: str, place: str) -> Reason:
    return Reason("FORM", sentence, place=place)
