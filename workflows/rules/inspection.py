"""What the acts of an inspection ask (domain §5): the team does them, its head decides, the days and
limits of its decision hold."""

from __future__ import annotations

from workflows.act import Act
from workflows.dossier.lacking import marks
from workflows.dossier.required import unmet
from workflows.inspections import limits
from workflows.inspections.asking import apart_reasons, inspection_of
from workflows.inspections.lookups import is_running
from workflows.refusal import N_, Reason
from workflows.rules.reasons import SHORTEST, number_and_day, too_short
from workflows.rules.registry import guard


def _refusal(text: str, place: str | None = None, **params: object) -> list[Reason]:
    return [Reason("INSPECTION", text, dict(params), place=place)]


@guard("on_the_team")
def on_the_team(act: Act) -> list[Reason]:
    """Only who the decision names, by a post of his own, and nobody at his own unit."""
    inspection = inspection_of(act.document)
    members = {member.person_id for member in inspection.members}
    if act.capacity.delegation is None and act.person.id in members:
        return apart_reasons([act.person], inspection.unit_ids, act.now)
    return _refusal(
        N_("Chưa làm được: việc này thuộc đoàn kiểm tra. Người có tên trong quyết định sẽ làm.")
    )


@guard("heads_the_team")
def heads_the_team(act: Act) -> list[Reason]:
    """What decides about the inspection is the head's, unless he came to belong to an inspected unit."""
    inspection = inspection_of(act.document)
    head = inspection.head
    if head is not None and act.capacity.delegation is None and act.person.id == head.id:
        return apart_reasons([act.person], inspection.unit_ids, act.now)
    return _refusal(
        N_("Chưa làm được: việc này thuộc trưởng đoàn %(name)s."),
        name=head.full_name if head is not None else "",
    )


@guard("team_apart")
def team_apart(act: Act) -> list[Reason]:
    """Nobody of the team inspects his own unit: asked again when it begins, for people move. The
    head is asked by `heads_the_team`."""
    inspection = inspection_of(act.document)
    people = [one.person for one in inspection.members if one.person_id != act.person.id]
    return apart_reasons(people, inspection.unit_ids, act.now)


@guard("received_day", needs=("dated_on",))
def received_day(act: Act) -> list[Reason]:
    """The limit counts from the day on which the self report came."""
    day = act.inputs.dated_on
    if day is None:
        return _refusal(N_("Chưa ghi ngày nhận báo cáo tự kiểm tra."), "dated_on")
    if not inspection_of(act.document).decided_on <= day <= act.today:
        return _refusal(
            N_("Ngày nhận báo cáo phải từ ngày ghi trên quyết định đến hôm nay. Xem lại ngày."),
            "dated_on",
        )
    return []


@guard("conclusion_named", needs=("decision",))
def conclusion_named(act: Act) -> list[Reason]:
    """A conclusion is a notice with a number and a date, from the day of the decision until today."""
    number, day = number_and_day(act.inputs.decision or "")
    if number is None or day is None:
        return _refusal(
            N_("Chưa ghi thông báo kết luận. Cần ghi số và ngày, ví dụ 05-TB/UBKT, 15/12/2026."),
            "decision",
        )
    if not inspection_of(act.document).decided_on <= day <= act.today:
        return _refusal(
            N_("Ngày thông báo phải từ ngày ghi trên quyết định đến hôm nay. Xem lại ngày."),
            "decision",
        )
    return []


@guard("within_a_third", needs=("days",))
def within_a_third(act: Act) -> list[Reason]:
    """02-HD/UBKTTW: all extensions together at most a third of the limit; and rights that have ended
    are not given again by one."""
    inspection, days = inspection_of(act.document), act.inputs.days
    if not is_running(inspection, act.now):
        return _refusal(
            N_("Chưa gia hạn được: chỉ gia hạn từ %(opens)s đến hết %(closes)s."),
            opens=inspection.opens_on,
            closes=inspection.ends_on,
        )
    left = limits.most(inspection.limit_days) - inspection.extended_days
    if left < 1:
        return _refusal(
            N_("Chưa gia hạn thêm được: đã gia hạn đủ một phần ba thời hạn (%(days)s ngày)."),
            days=inspection.extended_days,
        )
    if days is None or not 1 <= days <= left:
        return _refusal(
            N_("Gia hạn không quá một phần ba thời hạn: còn được từ 1 đến %(left)s ngày làm việc."),
            "days",
            left=left,
        )
    return []


@guard("freezable")
def freezable(act: Act) -> list[Reason]:
    """A freeze begins and ends with the inspection."""
    inspection = inspection_of(act.document)
    if inspection.frozen:
        return _refusal(N_("Hồ sơ trong phạm vi đang được niêm giữ, không cần làm lại."))
    if not is_running(inspection, act.now):
        return _refusal(
            N_("Chưa niêm giữ được: chỉ niêm giữ từ %(opens)s đến hết %(closes)s."),
            opens=inspection.opens_on,
            closes=inspection.ends_on,
        )
    return []


@guard("frozen_now")
def frozen_now(act: Act) -> list[Reason]:
    """Only what is frozen can be let go."""
    if inspection_of(act.document).frozen:
        return []
    return _refusal(N_("Hồ sơ trong phạm vi không bị niêm giữ."))


@guard("conclusions_followed", needs=("comment",))
def conclusions_followed(act: Act) -> list[Reason]:
    """A dossier is closed when what the conclusion required is confirmed, or waived; where one of its
    pieces (domain §5) is lacking the head says why."""
    inspection = inspection_of(act.document)
    reasons = []
    if left := unmet(inspection):
        reasons += _refusal(
            N_("Chưa kết thúc được: còn %(n)s yêu cầu của kết luận chưa xác nhận đã thực hiện."),
            n=len(left),
        )
    if (lacks := marks(inspection)) and too_short(act.inputs.comment):
        reasons += _refusal(
            N_(
                "Hồ sơ còn thiếu %(pieces)s. Lập và ký đủ rồi kết thúc, hoặc ghi vì sao kết thúc "
                "khi còn thiếu, ít nhất %(n)s chữ cái."
            ),
            "comment",
            pieces=lacks,
            n=SHORTEST,
        )
    return reasons
