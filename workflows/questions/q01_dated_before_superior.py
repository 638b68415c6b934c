"""Question 1: which unit issued a plan dated before the plan of its superior, or on no basis?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.document import Basis, Document, Revision
from workflows.questions.answer import Beside, Row, Side, Value
from workflows.questions.evidence import as_evidence, events, explanations, papers, revisions
from workflows.questions.question import Column, Question, keyed
from workflows.questions.scope import Keys, Scope
from workflows.refusal import N_, Reason
from workflows.rules.order import basis_date, basis_name

SIGNING = ("record", "confirm", "approve")


def issued(scope: Scope) -> Keys:
    """Every plan issued, also one replaced since, with the text that its issuer put in force."""
    return (
        sa.select(
            Document.id.label("key"),
            Document.unit_id.label("unit_id"),
            sa.false().label("personal"),  # a plan is its unit's
        )
        .join(
            Revision,
            sa.and_(Revision.document_id == Document.id, Revision.n == Document.in_force_revision),
        )
        .where(scope.documents("plan"), scope.period(Document.dated_on))
    )


def found(scope: Scope) -> Keys:
    """Those whose printed day lies before that of a paper they rest on, and those on none."""
    above = aliased(Document)
    resting = sa.select(Basis.id).where(Basis.revision_id == Revision.id).correlate(Revision)
    later = (
        sa.select(Basis.id)
        .outerjoin(above, Basis.document_id == above.id)
        .where(
            Basis.revision_id == Revision.id,
            sa.func.coalesce(above.dated_on, Basis.dated_on) > Document.dated_on,
        )
        .correlate(Revision, Document)
    )
    return issued(scope).where(sa.or_(~resting.exists(), later.exists()))


def shown(scope: Scope, keys: Sequence[int]) -> list[Row]:
    documents = papers(keys)
    texts = revisions((d.id, d.in_force_revision or d.revision) for d in documents.values())
    told, said = events(keys, SIGNING), explanations(keys, "R01")
    return [
        _row(document, texts[key, document.in_force_revision or document.revision], told, said)
        for key in keys
        if (document := documents.get(key)) is not None
    ]


def _row(document: Document, text: Revision, told: Any, said: Any) -> Row:
    last = _latest(text)
    evidence = as_evidence(told.get(document.id, ())[:2], rule="R01", revision=text)
    common: dict[str, Any] = {
        "key": document.id,
        "unit": document.unit,
        "document": document,
        "evidence": evidence,
        "explained": said.get(document.id, ()),
    }
    if last is None or document.dated_on is None:
        return Row(
            told=Reason("R01", N_("không ghi căn cứ")),
            cells={"plan": document, "dated_on": document.dated_on, "basis": "", "days": None},
            **common,
        )
    basis, day = last
    days = (day - document.dated_on).days
    early = Reason("R01", N_("sớm hơn %(days)s ngày"), {"days": days})
    return Row(
        told=early if days > 0 else Reason("", N_("đúng thứ tự")),
        cells={
            "plan": document,
            "dated_on": document.dated_on,
            "basis": basis.document if basis.document is not None else basis_name(basis),
            "basis_dated_on": day,
            "days": -days,
        },
        beside=_beside(document, basis, day, early) if days > 0 else None,
        fine=days <= 0,
        **common,
    )


def _latest(text: Revision) -> tuple[Basis, date] | None:
    """The paper with the latest day among those that the text rests on."""
    dated = [(basis, day) for basis in text.bases if (day := basis_date(basis)) is not None]
    return max(dated, key=lambda pair: pair[1]) if dated else None


def _beside(document: Document, basis: Basis, day: date, early: Reason) -> Beside:
    above = basis.document
    issuer: Value = above.unit if above is not None else basis.issuer
    seen: tuple[Value, ...] = (_entered(above),) if above is not None else ()
    return Beside(
        Side(
            Reason("", N_("Cấp dưới, văn bản được hỏi")),
            document.dated_on,
            Reason("", N_("ngày ghi")),
            (document, document.unit, _entered(document)),
            off=True,
        ),
        Side(
            Reason("", N_("Cấp trên, văn bản căn cứ")),
            day,
            Reason("", N_("ngày ghi")),
            (above if above is not None else basis_name(basis), issuer, *seen),
        ),
        early,
    )


def _entered(document: Document) -> Reason:
    return Reason("", N_("Lên hệ thống %(at)s"), {"at": document.created_at})


QUESTION = Question(
    1,
    N_("Đơn vị nào ban hành kế hoạch ghi ngày trước kế hoạch cấp trên?"),
    N_("Kế hoạch ghi ngày trước kế hoạch cấp trên"),
    N_(
        "Kế hoạch đã ban hành có ngày ghi sớm hơn ngày ghi của một văn bản căn cứ, hoặc không ghi "
        "căn cứ nào. Cùng ngày là được. Thời kỳ: theo ngày ghi của kế hoạch."
    ),
    ("R01",),
    (
        Column("plan", N_("Kế hoạch")),
        Column("dated_on", N_("Ngày ghi")),
        Column("basis", N_("Căn cứ")),
        Column("basis_dated_on", N_("Ngày của căn cứ")),
        Column("days", N_("Chênh, ngày")),
    ),
    **keyed(found, shown, looked_at=issued, whole=True),
)
