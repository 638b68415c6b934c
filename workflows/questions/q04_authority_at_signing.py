"""Question 4: who approved after the last day; who approved his own; had the signer the right then?"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.base import db
from models.document import Contribution, Decision, Document
from models.obligation import Obligation
from models.post import Delegation, Post
from models.recorded import Finding
from models.task import Task
from workflows.questions.answer import Row
from workflows.questions.days import local_day_of
from workflows.questions.evidence import as_evidence, events, explanations, revisions
from workflows.questions.question import Column, Question, keyed
from workflows.questions.scope import Keys, Scope
from workflows.questions.signing import SIGNED, approvals, signed_on, signings
from workflows.questions.wrong_signings import signing_row
from workflows.refusal import N_
from workflows.scope import TRANSCRIBED

DECIDING = ("secretary", "standing", "deputy", "advisor")  # an advisory body's head signs for it


def decided(scope: Scope) -> Keys:
    """Every approval, with the post, the delegation and what was owed."""
    return (
        approvals(scope)
        .outerjoin(Post, Decision.post_id == Post.id)
        .outerjoin(Delegation, Decision.delegation_id == Delegation.id)
        .outerjoin(Obligation, Document.obligation_id == Obligation.id)
    )


def found(scope: Scope) -> Keys:
    """Those late, on one's own paper, or without the right at that moment."""
    return decided(scope).where(sa.or_(_late(scope), _own(), _without_right(scope), _paper()))


def _late(scope: Scope) -> sa.ColumnElement[bool]:
    """The issuer's first approval after the last good day of what was owed; or any approval after
    the last day of its own step. Days off are counted as the obligation and the step had them."""
    earlier = aliased(Decision)
    before = (
        sa.exists()
        .where(
            earlier.document_id == Decision.document_id,
            earlier.stage == 0,
            earlier.action.in_(SIGNED),
            earlier.id < Decision.id,
        )
        .correlate(Decision)
    )
    issuer = sa.and_(
        Decision.stage == 0,
        Document.amends_id.is_(None),
        signed_on(scope) > Obligation.effective_due,
        sa.not_(before),
    )
    step = (
        sa.exists()
        .where(
            Task.document_id == Decision.document_id,
            Task.action == "approve",
            Task.closed_at == Decision.at,
            Task.due_at <= Decision.at,
        )
        .correlate(Decision)
    )
    return sa.or_(issuer, sa.and_(Decision.action == "approve", step))


def _own() -> sa.ColumnElement[bool]:
    """Alone, at a post, on what he wrote or helped to write (R30). A meeting's vote is not alone:
    it carries no post; and typing off a signed paper is not writing."""
    wrote = (
        sa.exists()
        .where(
            Contribution.document_id == Decision.document_id,
            Contribution.person_id == Decision.person_id,
            Contribution.action.not_in(TRANSCRIBED),
            Contribution.at <= Decision.at,
        )
        .correlate(Decision)
    )
    return sa.and_(Decision.action == "approve", Decision.post_id.is_not(None), wrote)


def _without_right(scope: Scope) -> sa.ColumnElement[bool]:
    """At a post that was not held then, or does not decide; or by a delegation not in force then."""
    day = local_day_of(Decision.at, scope.today)
    no_post = sa.or_(
        Post.valid_from > day,
        Post.valid_to < day,
        Post.ended_at <= Decision.at,
        Post.role.not_in(DECIDING),
        sa.and_(Decision.delegation_id.is_(None), Post.person_id != Decision.person_id),
    )
    no_delegation = sa.or_(
        Delegation.valid_from > day,
        Delegation.valid_to < day,
        Delegation.created_at > Decision.at,
        Delegation.revoked_at <= Decision.at,
        Delegation.person_id != Decision.person_id,
        Delegation.post_id != Decision.post_id,
    )
    return sa.and_(
        Decision.action == "approve",
        sa.func.coalesce(sa.or_(no_post, no_delegation), sa.false()),
    )


def _paper() -> sa.ColumnElement[bool]:
    """A signed paper whose signer, as the register of posts says, had not the right on the printed
    day (R29, kept when it was confirmed)."""
    against = (
        sa.exists()
        .where(Finding.document_id == Decision.document_id, Finding.rule == "R29")
        .correlate(Decision)
    )
    return sa.and_(Decision.action == "confirm", against)


def shown(scope: Scope, keys: Sequence[int]) -> list[Row]:
    signed = signings(keys)
    ids = [one.decision.document_id for one in signed.values()]
    texts = revisions((one.decision.document_id, one.decision.revision) for one in signed.values())
    told, said = events(ids, SIGNED), explanations(ids, "R29")
    rows = []
    for trouble in db.session.execute(_troubles(scope, keys)):
        one = signed[trouble.key]
        at = one.decision.at
        acts = [event for event in told.get(one.decision.document_id, ()) if event.at == at]
        text = texts.get((one.decision.document_id, one.decision.revision))
        rule = "R29" if trouble.paper or trouble.unentitled else ("R30" if trouble.own else None)
        explained = said.get(one.decision.document_id, ()) if trouble.paper else ()
        evidence = as_evidence(acts, rule=rule, revision=text)
        rows.append(signing_row(one, trouble, evidence, explained))
    return rows


def _troubles(scope: Scope, keys: Sequence[int]) -> Keys:
    """What there is against each, and the last good day."""
    due = (
        sa.select(sa.func.min(Task.due_at))
        .where(
            Task.document_id == Decision.document_id,
            Task.action == "approve",
            Task.closed_at == Decision.at,
        )
        .correlate(Decision)
        .scalar_subquery()
    )
    return (
        decided(scope)
        .add_columns(
            sa.func.coalesce(_late(scope), sa.false()).label("late"),
            _own().label("own"),
            _without_right(scope).label("unentitled"),
            _paper().label("paper"),
            Obligation.effective_due.label("owed"),
            due.label("step"),
        )
        .where(Decision.id.in_(keys))
    )


QUESTION = Question(
    4,
    N_(
        "Ai thông qua sau thời hạn; ai tự thông qua văn bản của mình; người ký lúc đó có đúng thẩm "
        "quyền không?"
    ),
    N_("Thẩm quyền của người ký lúc ký"),
    N_(
        "Lần thông qua mà: nơi ban hành ký lần đầu sau hạn tính, hoặc quá hạn của bước; người quyết "
        "định một mình đã tham gia soạn; chức vụ hoặc ủy quyền không có hiệu lực lúc ký; hoặc bản "
        "giấy có người ký chưa đủ thẩm quyền ngày ghi trên giấy. Biểu quyết của cuộc họp không phải "
        "quyết định một mình. Thời kỳ: theo ngày ký."
    ),
    ("R29", "R30"),
    (
        Column("document", N_("Văn bản")),
        Column("signer", N_("Người ký")),
        Column("post", N_("Chức vụ lúc ký")),
        Column("signed_on", N_("Ngày ký")),
        Column("due", N_("Hạn")),
    ),
    **keyed(found, shown, looked_at=decided),
)
