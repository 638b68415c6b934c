"""Question 4 in rows: a decision, who signed it, and what there is against it."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.kinds import PERSONAL
from workflows.calendar import ONE_DAY, local_day
from workflows.questions.answer import Beside, Row, Side, Value
from workflows.questions.signing import Signing
from workflows.refusal import N_, Reason

NO_RIGHT = N_("chưa đủ thẩm quyền ngày ký")
OWN = N_("tự thông qua văn bản đã tham gia soạn")
LATE = N_("thông qua sau hạn")  # the two days stand beside each other; no person's days are counted
PAIR = ("first", "second")


def signing_row(one: Signing, trouble: Any, evidence: Any, explained: Any) -> Row:
    """A decision with what there is against it: beside it the day that was missed, or what the register
    says of its signer."""
    document, decision = one.decision.document, one.decision
    due = _due(one, trouble)
    against = [
        words
        for there, words in (
            (trouble.paper or trouble.unentitled, Reason("R29", NO_RIGHT)),
            (trouble.own, Reason("R30", OWN)),
            (trouble.late, Reason("", LATE)),
        )
        if there
    ]
    told = against[0]
    if len(against) > 1:
        told = Reason(
            told.rule, N_("%(first)s; %(second)s"), dict(zip(PAIR, against, strict=False))
        )
    left = Side(
        Reason("", N_("Người ký, ngày ký")),
        one.day,
        None,
        (one.name, one.signed_as, document, document.unit),
        off=True,
    )
    right = (
        Side(Reason("", N_("Hạn thông qua")), due, None, one.register())
        if trouble.late and due is not None
        else Side(
            Reason("", N_("Sổ chức vụ và ủy quyền")), _from(one), _from_words(one), one.register()
        )
    )
    cells: dict[str, Value] = {
        "document": document,
        "signer": one.name,
        "post": one.signed_as,
        "signed_on": one.day,
        "due": due if trouble.late else None,
    }
    return Row(
        decision.id,
        document.unit,
        told,
        cells,
        document,
        document.author if document.kind in PERSONAL else None,
        evidence,
        Beside(left, right, None if trouble.late else _gap(one, _from(one))),
        explained,
    )


def _gap(one: Signing, other: Value) -> Reason | None:
    """How far the day of signing lies from the other day, where there is one."""
    if not isinstance(other, date) or other == one.day:
        return None
    days = (one.day - other).days
    if days > 0:
        return Reason("", N_("muộn hơn %(days)s ngày"), {"days": days})
    return Reason("", N_("sớm hơn %(days)s ngày"), {"days": -days})


def _due(one: Signing, trouble: Any) -> date | None:
    """The day that was missed: of the step, where that was the one, else of what was owed."""
    if trouble.step is not None and trouble.step <= one.decision.at:
        return local_day(trouble.step) - ONE_DAY
    owed: date | None = trouble.owed
    return owed


def _from(one: Signing) -> Value:
    """The day from which the right was there: of the delegation, else of the post."""
    if one.delegations:
        return one.delegations[0].valid_from
    begins = [post.valid_from for post in one.posts if post.valid_from is not None]
    return min(begins) if begins else Reason("", N_("chưa thấy"))


def _from_words(one: Signing) -> Reason | None:
    return Reason("", N_("ủy quyền bắt đầu")) if one.delegations else None
