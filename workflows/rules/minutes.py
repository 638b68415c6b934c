"""P5, C5: the meeting decides; its minutes and its vote are the proof."""

from __future__ import annotations

from workflows.act import Act, Votes
from workflows.refusal import N_, Reason
from workflows.rules.order import printed_date
from workflows.rules.registry import guard


@guard("has_minutes", needs=("minutes", "votes"))
def has_minutes(act: Act) -> list[Reason]:
    """P5, C5: the reference of the minutes and a vote that adds up and carries; the paper bears the
    day of the meeting that adopts it, or a later one."""
    reasons = before_meeting(act)
    if not (act.inputs.minutes or "").strip():
        reasons.append(
            Reason(
                "MINUTES",
                N_(
                    "Chưa ghi biên bản cuộc họp. Cần ghi số và ngày biên bản, ví dụ 05-BB/CB, "
                    "03/03/2026."
                ),
                place="minutes",
            )
        )
    if act.inputs.votes is None:
        reasons.append(
            Reason(
                "MINUTES",
                N_(
                    "Chưa ghi kết quả biểu quyết. Cần ghi số được biểu quyết, tán thành, không tán thành."
                ),
                place="votes.present",
            )
        )
        return reasons
    return reasons + vote_reasons(act.inputs.votes)


def before_meeting(act: Act) -> list[Reason]:
    """P5: whether the paper would bear a day before that of the meeting which adopts it."""
    held_on = act.item.sitting.held_on if act.item is not None else None
    printed = printed_date(act)
    if held_on is None or printed is None or held_on <= printed:
        return []
    return [
        Reason(
            "DATE",
            N_(
                "Ngày văn bản %(dated_on)s trước ngày họp thông qua văn bản (%(day)s). Cần ghi từ "
                "ngày %(day)s trở đi."
            ),
            {"dated_on": printed, "day": held_on},
            place="dated_on",
        )
    ]


def vote_reasons(votes: Votes) -> list[Reason]:
    """The arithmetic of a vote: nobody is counted twice, and more are for than against."""
    if min(votes.present, votes.in_favour, votes.against) < 0:
        return [
            Reason(
                "MINUTES",
                N_("Số phiếu không thể nhỏ hơn 0. Cần ghi lại kết quả biểu quyết theo biên bản."),
                place="votes.present",
            )
        ]
    reasons = []
    if votes.present < 1:
        reasons.append(
            Reason(
                "MINUTES",
                N_("Chưa ghi số người được biểu quyết. Cần có ít nhất một người được biểu quyết."),
                place="votes.present",
            )
        )
    elif votes.in_favour + votes.against > votes.present:
        reasons.append(
            Reason(
                "MINUTES",
                N_(
                    "Tán thành %(in_favour)s và không tán thành %(against)s cộng lại nhiều hơn "
                    "%(present)s người được biểu quyết. "
                    "Cần ghi lại theo biên bản."
                ),
                {
                    "in_favour": votes.in_favour,
                    "against": votes.against,
                    "present": votes.present,
                },
                place="votes.for",
            )
        )
    if votes.in_favour <= votes.against:
        reasons.append(
            Reason(
                "MINUTES",
                N_(
                    "Số tán thành (%(in_favour)s) chưa nhiều hơn số không tán thành (%(against)s) "
                    "nên cuộc họp chưa thông qua. "
                    "Cần bổ sung văn bản rồi biểu quyết lại."
                ),
                {"in_favour": votes.in_favour, "against": votes.against},
                place="votes.for",
            )
        )
    return reasons
