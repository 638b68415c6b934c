"""Question 7: was anything changed after it was approved, by whom, on whose authority?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.base import db
from models.document import Decision, Document, Revision
from models.event import AuditEvent
from models.kinds import PERSONAL
from workflows.questions.answer import Answer, Row, Tally, Window
from workflows.questions.changed_texts import altered_row, replaced_row
from workflows.questions.evidence import events, papers, revisions
from workflows.questions.question import Column, Question, keyed
from workflows.questions.rechecking import Rechecked, recheck
from workflows.questions.scope import Keys, Scope
from workflows.questions.signing import SIGNED, Signing, approvals, signings
from workflows.refusal import N_, Reason

CHANGING = ("amend", "request_amendment", "return", "revise", "approve", "confirm")
TRACES = 5


def decided(scope: Scope) -> Keys:
    """Every approval by an issuer: one text each that must not change."""
    return approvals(scope).where(Decision.stage == 0)


def _earlier() -> tuple[Any, sa.ColumnElement[bool]]:
    before = aliased(Decision)
    return before, sa.and_(
        before.document_id == Decision.document_id,
        before.stage == 0,
        before.action.in_(SIGNED),
        before.id < Decision.id,
    )


def _amends() -> sa.ColumnElement[bool]:
    """The approval by which an amendment took the place of what it amends."""
    before, earlier = _earlier()
    return sa.and_(
        Document.amends_id.is_not(None),
        Document.in_force_revision.is_not(None),
        ~sa.exists(sa.select(before.id).where(earlier).correlate(Decision)),
    )


def _anew() -> sa.ColumnElement[bool]:
    """The approval of another text of a document that had one approved already."""
    before, earlier = _earlier()
    another = sa.and_(earlier, before.revision < Decision.revision)
    return sa.exists(sa.select(before.id).where(another).correlate(Decision))


def _asked_above() -> sa.ColumnElement[bool]:
    """Whether a superior on the route had sent the document back before this approval."""
    back = aliased(Decision)
    return sa.exists(
        sa.select(back.id)
        .where(
            back.document_id == Decision.document_id,
            back.stage > 0,
            back.action == "return",
            back.at <= Decision.at,
        )
        .correlate(Decision)
    )


def _altered(checked: Rechecked) -> sa.ColumnElement[bool]:
    """Whether the decision is bound to another text than the one that is kept."""
    kept = sa.exists(
        sa.select(Revision.id)
        .where(
            Revision.document_id == Decision.document_id,
            Revision.n == Decision.revision,
            Revision.content_hash != Decision.content_hash,
        )
        .correlate(Decision)
    )
    return sa.or_(Decision.id.in_(sorted(checked.altered)), kept)


def _asked(scope: Scope) -> tuple[dict[str, Any], Rechecked]:
    """How the question is answered, once the texts are hashed again."""
    checked = recheck(decided(scope))
    by_itself = sa.and_(_anew(), sa.not_(_asked_above()))
    asked = keyed(
        lambda s: decided(s).where(sa.or_(_altered(checked), _amends(), by_itself)),
        lambda s, keys: shown(s, keys, checked),
        looked_at=decided,
        apart=lambda s: decided(s).where(
            _anew(), _asked_above(), sa.not_(_amends()), sa.not_(_altered(checked))
        ),
        note=lambda s: _note(checked),
    )
    return asked, checked


def answer(scope: Scope, window: Window) -> Answer:
    """Texts hashed again first; then what was amended, approved anew, or altered."""
    found: Answer = _asked(scope)[0]["answer"](scope, window)
    return found


def count(scope: Scope) -> Tally:
    found: Tally = _asked(scope)[0]["count"](scope)
    return found


def _note(checked: Rechecked) -> Reason:
    params = {"n": checked.checked, "all": checked.all.count, "bad": len(checked.altered)}
    if checked.altered:
        return Reason("R31", N_("Đã tính lại mã của %(n)s bản: %(bad)s bản không khớp."), params)
    if checked.all.more or checked.checked < checked.all.count:
        text = N_(
            "Đã tính lại mã của %(n)s bản mới nhất trên %(all)s: khớp cả. Chọn đơn vị hoặc thời kỳ "
            "hẹp hơn để tính hết."
        )
        return Reason("R31", text, params)
    return Reason("R31", N_("Đã tính lại mã của %(n)s bản đã thông qua: khớp cả."), params)


def shown(scope: Scope, keys: Sequence[int], checked: Rechecked) -> list[Row]:
    signed = signings(keys)
    documents = papers(one.decision.document_id for one in signed.values())
    amended = papers(d.amends_id for d in documents.values() if d.amends_id is not None)
    before = _approved_before(keys)
    wanted = {(one.decision.document_id, one.decision.revision) for one in signed.values()}
    wanted |= {(key[0], key[1]) for key in before.values()}
    wanted |= {(d.id, d.in_force_revision) for d in amended.values() if d.in_force_revision}
    own = {key for key, document in (documents | amended).items() if document.kind in PERSONAL}
    texts = revisions(pair for pair in wanted if pair[0] in own)
    texts |= revisions((pair for pair in wanted if pair[0] not in own), texts=True)
    told = events(documents, CHANGING)
    rows = []
    for key in keys:
        if (one := signed.get(key)) is None:
            continue
        document = documents[one.decision.document_id]
        text = texts.get((document.id, one.decision.revision))
        acts = _before(told.get(document.id, ()), one)
        if text is None or key in checked.altered or text.content_hash != one.decision.content_hash:
            rows.append(altered_row(one, document, text, acts))
            continue
        older = amended.get(document.amends_id or 0)
        other = texts.get(before.get(key, (0, 0)))
        if other is None and older is not None:
            other = texts.get((older.id, older.in_force_revision or 0))
        rows.append(
            replaced_row(one, document, older if key not in before else document, other, text, acts)
        )
    return rows


def _approved_before(keys: Sequence[int]) -> dict[int, tuple[int, int]]:
    """By decision: document and number of the text approved last before, where there is one."""
    before, earlier = _earlier()
    rows = db.session.execute(
        sa.select(Decision.id, before.document_id, sa.func.max(before.revision))
        .join(before, sa.and_(earlier, before.revision < Decision.revision))
        .where(Decision.id.in_(keys))
        .group_by(Decision.id, before.document_id)
    )
    return {key: (document_id, n) for key, document_id, n in rows}


def _before(told: Iterable[AuditEvent], one: Signing) -> list[AuditEvent]:
    return [event for event in told if event.at <= one.decision.at][-TRACES:]


QUESTION = Question(
    7,
    N_("Có gì bị thay đổi sau khi thông qua?"),
    N_("Thay đổi sau khi thông qua"),
    N_(
        "Văn bản mà: mã tính lại từ nội dung khác với mã lúc thông qua; đã có bản sửa đổi, thay thế "
        "có hiệu lực; hoặc nơi ban hành thông qua lại một nội dung khác mà cấp trên không yêu cầu. "
        "Làm lại theo yêu cầu của cấp trên xem riêng. Thời kỳ: theo ngày thông qua sau."
    ),
    ("R31",),
    (
        Column("document", N_("Văn bản")),
        Column("revision", N_("Bản lần")),
        Column("old", N_("Thay cho")),
        Column("changed_on", N_("Ngày thông qua")),
        Column("signer", N_("Người ký")),
        Column("minutes", N_("Biên bản")),
    ),
    answer=answer,
    count=count,
    apart=N_("Làm lại theo yêu cầu của cấp trên, trước khi đi hết tuyến"),
)
