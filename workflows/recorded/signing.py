"""What only a signed paper can be asked: who signed it in what right, whether it went up in time,
and whether its days follow one another. These are findings, never refusals: the paper is signed."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

from models.campaign import Requirement
from models.document import Document
from models.kinds import PERSONAL
from models.unit import Unit
from workflows import authority
from workflows.act import Printed
from workflows.calendar import end_of_day
from workflows.refusal import N_, Reason
from workflows.sorting import search_fold

# The rule that a late paper breaks, by what its requirement asks for (domain, section 2.6).
LATE = {"quarter": "R16", "half": "R13", "year": "R14", "award": "R25"}
HEADS = ("advisor",)  # an advisory body has no secretary: its head signs


def signer_reasons(document: Document, printed: Printed, now: datetime) -> list[Reason]:
    """R29, question 4 of an inspection: whoever signed held, on the printed day, the post that
    signs, or a delegation of it then in force; a deputy stands in only for who was away.

    A commitment is signed by its author; nothing is asked of it here.
    """
    day = printed.dated_on
    if document.kind in PERSONAL or day is None:
        return []
    signer = search_fold(printed.signed_by)
    params = {"name": printed.signed_by, "day": day, "unit": document.unit.name}
    held = _signing_tiers(document.unit, document.kind, day, min(now, end_of_day(day)))
    first = next((names for names in held if names), set())
    if signer in first:
        return []
    if any(signer in names for names in held):
        text = N_(
            "%(name)s ký ngày %(day)s trong khi người có quyền ký của %(unit)s đang tại chức và "
            "ngày đó chưa có ủy quyền. Cần giải trình thẩm quyền ký."
        )
    else:
        text = N_(
            "Ngày %(day)s chưa thấy %(name)s giữ chức vụ ký, hoặc được ủy quyền ký, của %(unit)s. "
            "Cần giải trình thẩm quyền ký."
        )
    return [Reason("R29", text, params, place="signed_by")]


def _signing_tiers(unit: Unit, kind: str, day: date, at: datetime) -> list[set[str]]:
    """Folded names of who could sign on a day, tier by tier."""
    tiers: dict[int, set[str]] = {}
    for rank, held in authority.who_could(unit, "approver", day, kind=kind, now=at):
        if held.person is not None:
            tiers.setdefault(rank, set()).add(held.person.search_fold)
    found = [tiers[rank] for rank in sorted(tiers)]
    if unit.is_advisory and not found:
        posts = authority.posts_at(unit, day, at)
        found = [{p.person.search_fold for p in posts if p.role in HEADS}]
    return found


def lateness_reasons(document: Document, printed: Printed) -> list[Reason]:
    """R13 to R17, R25: it went up after the last good day of what was owed."""
    obligation = document.obligation
    if obligation is None or printed.reported_on is None:
        return []
    days = (printed.reported_on - obligation.effective_due).days
    if days <= 0:
        return []
    return [
        Reason(
            late_rule(obligation.requirement),
            N_(
                "Báo cáo lên cấp trên ngày %(reported_on)s, sau hạn %(due)s %(days)s ngày. "
                "Cần giải trình lý do chậm."
            ),
            {"reported_on": printed.reported_on, "due": obligation.effective_due, "days": days},
            place="reported_on",
        )
    ]


def late_rule(requirement: Requirement) -> str:
    """The number of the rule that sets the day for what a requirement asks."""
    if requirement.kind == "plan":
        return "R15"
    if requirement.kind == "commitment":
        return "R10"
    if requirement.campaign.line == "union":
        return "R17"
    return LATE.get(requirement.variant or "", "R16")


def sequence_reasons(printed: Printed) -> list[Reason]:
    """A paper goes up on the day it is dated or later, and arrives then or later."""
    steps = [
        ("dated_on", printed.dated_on, N_("ngày văn bản")),
        ("reported_on", printed.reported_on, N_("ngày báo cáo")),
        ("received_on", printed.received_on, N_("ngày cấp trên nhận")),
    ]
    known = [(place, day, words) for place, day, words in steps if day is not None]
    return [
        Reason(
            "DATE",
            N_(
                "Thứ tự ngày chưa hợp lý: %(later)s (%(later_day)s) trước %(earlier)s "
                "(%(earlier_day)s). Có thể ngày đã ghi lùi hoặc ghi nhầm; cần giải trình."
            ),
            {
                "later": Reason("", after_words),
                "later_day": after,
                "earlier": Reason("", before_words),
                "earlier_day": before,
            },
            place=place,
        )
        for (_, before, before_words), (place, after, after_words) in pairwise(known)
        if after < before
    ]
