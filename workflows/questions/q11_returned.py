"""Question 11: how often was a paper returned, and was anything changed when it came again?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from models.base import db
from models.document import Contribution, Decision, Document, Revision, Stage
from models.event import AuditEvent
from models.kinds import PERSONAL
from models.unit import Unit
from workflows.calendar import WorkingCalendar, local_day
from workflows.questions.answer import Row
from workflows.questions.days import local_day_of
from workflows.questions.evidence import as_evidence, events, papers
from workflows.questions.question import Column, Question, keyed
from workflows.questions.scope import Keys, Scope
from workflows.refusal import N_, Reason

TRACES = 6


def returned(scope: Scope) -> Keys:
    """Every paper returned at least once within the period."""
    back = sa.exists(
        sa.select(Decision.id)
        .where(
            Decision.document_id == Document.id,
            Decision.action == "return",
            scope.period(local_day_of(Decision.at, scope.today)),
        )
        .correlate(Document)
    )
    return sa.select(
        Document.id.label("key"),
        Document.unit_id.label("unit_id"),
        Document.kind.in_(PERSONAL).label("personal"),
    ).where(scope.documents(), back)


def _unchanged() -> sa.ColumnElement[bool]:
    """After some return it was handed in again with the same revision, or with another one that
    says the same. Somebody's own texts are not compared; of them only the revision counts."""
    back, again, between = aliased(Decision), aliased(Contribution), aliased(Contribution)
    first = ~sa.exists(
        sa.select(between.id)
        .where(
            between.document_id == back.document_id,
            between.action == "submit",
            between.at > back.at,
            between.at < again.at,
        )
        .correlate(back, again)
    )
    same = sa.or_(
        again.revision == back.revision,
        sa.and_(Document.kind.not_in(PERSONAL), _alike(back, again)),
    )
    return sa.exists(
        sa.select(back.id)
        .join(again, again.document_id == back.document_id)
        .where(
            back.document_id == Document.id,
            back.action == "return",
            again.action == "submit",
            again.at > back.at,
            first,
            same,
        )
        .correlate(Document)
    )


def _alike(back: Any, again: Any) -> sa.ColumnElement[bool]:
    old, new = aliased(Revision), aliased(Revision)
    return sa.exists(
        sa.select(old.id)
        .join(new, new.document_id == old.document_id)
        .where(
            old.document_id == back.document_id,
            old.n == back.revision,
            new.n == again.revision,
            old.erased_at.is_(None),
            new.erased_at.is_(None),
            old.title == new.title,
            sa.cast(old.content, sa.Text) == sa.cast(new.content, sa.Text),
            sa.cast(old.basis, sa.Text) == sa.cast(new.basis, sa.Text),
            old.dated_on.is_not_distinct_from(new.dated_on),
        )
        .correlate(back, again)
    )


def found(scope: Scope) -> Keys:
    return returned(scope).where(_unchanged())


def apart(scope: Scope) -> Keys:
    """What was returned and came again changed, or has not come again."""
    return returned(scope).where(sa.not_(_unchanged()))


def shown(scope: Scope, keys: Sequence[int]) -> list[Row]:
    documents = papers(keys)
    told = events(keys, ("return", "submit"))
    backs, agains, same = _returns(keys), _submissions(keys), _same(scope, keys)
    bodies = _bodies(keys)
    days_off = WorkingCalendar.of(db.session())
    rows = []
    for key in keys:
        if (document := documents.get(key)) is None or not backs.get(key):
            continue
        last = backs[key][-1]
        again = next((at for at in agains.get(key, ()) if at > last.at), None)
        rows.append(
            _row(
                document,
                backs[key],
                again,
                key in same,
                bodies.get((key, last.stage)),
                days_off,
                told.get(key, []),
            )
        )
    return rows


def _returns(keys: Sequence[int]) -> dict[int, list[Any]]:
    rows = db.session.execute(
        sa.select(Decision.document_id, Decision.stage, Decision.at)
        .where(Decision.document_id.in_(keys), Decision.action == "return")
        .order_by(Decision.id)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.document_id, []).append(row)
    return found


def _submissions(keys: Sequence[int]) -> dict[int, list[datetime]]:
    rows = db.session.execute(
        sa.select(Contribution.document_id, Contribution.at)
        .where(Contribution.document_id.in_(keys), Contribution.action == "submit")
        .order_by(Contribution.id)
    )
    found: dict[int, list[datetime]] = {}
    for key, at in rows:
        found.setdefault(key, []).append(at)
    return found


def _same(scope: Scope, keys: Sequence[int]) -> set[int]:
    return set(
        db.session.scalars(sa.select(Document.id).where(Document.id.in_(keys), _unchanged()))
    )


def _bodies(keys: Sequence[int]) -> dict[tuple[int, int], Unit]:
    rows = db.session.scalars(
        sa.select(Stage).options(joinedload(Stage.unit)).where(Stage.document_id.in_(keys))
    )
    return {(stage.document_id, stage.position): stage.unit for stage in rows}


def _row(
    document: Document,
    backs: list[Any],
    again: datetime | None,
    same: bool,
    by: Unit | None,
    days_off: WorkingCalendar,
    told: list[AuditEvent],
) -> Row:
    personal = document.kind in PERSONAL
    day = local_day(backs[-1].at)
    # How long a body took, never how long one person did.
    took = (
        days_off.working_days_between(day, local_day(again))
        if again is not None and not personal
        else None
    )
    if same:
        told_words = Reason("", N_("trình lại không sửa"))
    elif again is None:
        told_words = Reason("", N_("chưa trình lại"))
    else:
        told_words = Reason("", N_("trình lại đã sửa"))
    return Row(
        document.id,
        document.unit,
        told_words,
        {
            "document": document,
            "returns": len(backs),
            "by": by,
            "returned_on": day,
            "again_on": local_day(again) if again is not None else None,
            "took": took,
        },
        document,
        document.author if personal else None,
        as_evidence(told[-TRACES:]),
    )


QUESTION = Question(
    11,
    N_("Văn bản bị trả lại mấy lần, trình lại có sửa gì không?"),
    N_("Trả lại, trình lại không sửa"),
    N_(
        "Văn bản đã bị trả lại rồi trình lại nguyên bản cũ, hoặc bản mới không khác gì bản cũ. Văn "
        "bản trả lại đã sửa, hoặc chưa trình lại, xem riêng. Bản của từng người chỉ xét có bản mới "
        "hay không, không so nội dung. Thời kỳ: theo ngày trả lại."
    ),
    (),
    (
        Column("document", N_("Văn bản")),
        Column("returns", N_("Lần trả")),
        Column("by", N_("Nơi trả lần cuối")),
        Column("returned_on", N_("Trả lại")),
        Column("again_on", N_("Trình lại")),
        Column("took", N_("Ngày làm việc")),
    ),
    apart=N_("Trả lại và đã sửa, hoặc chưa trình lại"),
    **keyed(found, shown, looked_at=returned, apart=apart),
)
