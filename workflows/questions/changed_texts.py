"""Question 7 in rows: what was approved, what took its place, or that it is no longer what it was."""

from __future__ import annotations

from datetime import date

from models.document import Document, Revision
from models.event import AuditEvent
from models.kinds import PERSONAL
from workflows.questions.answer import Beside, Row, Side, Value
from workflows.questions.evidence import as_evidence
from workflows.questions.signing import Signing
from workflows.refusal import N_, Reason


def replaced_row(
    one: Signing,
    document: Document,
    older: Document | None,
    other: Revision | None,
    text: Revision,
    acts: list[AuditEvent],
) -> Row:
    """A text that took the place of an approved one: `other` of `older`."""
    personal = document.kind in PERSONAL
    amends = older is not None and older.id != document.id
    told = (
        Reason("R31", N_("có bản sửa đổi, thay thế"))
        if amends
        else Reason("R31", N_("bản lần %(n)s được thông qua lại"), {"n": text.n})
    )
    left = Side(
        Reason("", N_("Bản đã thông qua")),
        (older.dated_on if amends and older is not None else None)
        or (other.dated_on if other is not None else None),
        None,
        (older, Reason("", N_("bản lần %(n)s"), {"n": other.n if other is not None else 1})),
    )
    right = Side(
        Reason("", N_("Bản thay thế")),
        one.day,
        None,
        (
            document,
            Reason("", N_("bản lần %(n)s"), {"n": text.n}),
            one.name,
            one.signed_as,
            *_by(one),
        ),
        off=True,
    )
    readable = other is not None and not personal and not (other.erased_at or text.erased_at)
    return Row(
        one.decision.id,
        document.unit,
        told,
        {
            "old": older,
            "document": document,
            "revision": text.n,
            "changed_on": one.day,
            "signer": one.name,
            "minutes": one.decision.minutes,
        },
        document,
        document.author if personal else None,
        as_evidence(acts, rule="R31", revision=text),
        Beside(
            left,
            right,
            _after(left.head, one.day),
            (other, text) if readable and other is not None else None,
        ),
    )


def _after(approved: Value, changed: date) -> Reason | None:
    """How long after: between two days."""
    if not isinstance(approved, date):
        return None
    return Reason("", N_("sau %(days)s ngày"), {"days": (changed - approved).days})


def _by(one: Signing) -> tuple[Value, ...]:
    minutes = one.decision.minutes
    return (Reason("", N_("theo biên bản %(minutes)s"), {"minutes": minutes}),) if minutes else ()


def altered_row(
    one: Signing, document: Document, text: Revision | None, acts: list[AuditEvent]
) -> Row:
    """A decision that is bound to another text than the one that is kept."""
    told = Reason("R31", N_("nội dung không còn như khi thông qua"))
    kept = text.content_hash.hex() if text is not None else Reason("", N_("đã mất"))
    return Row(
        one.decision.id,
        document.unit,
        told,
        {
            "document": document,
            "revision": one.decision.revision,
            "changed_on": None,
            "signer": one.name,
            "minutes": one.decision.minutes,
        },
        document,
        document.author if document.kind in PERSONAL else None,
        as_evidence(acts, rule="R31", revision=text),
        Beside(
            Side(
                Reason("", N_("Mã của bản được thông qua")),
                one.day,
                None,
                (document, one.decision.content_hash.hex()),
            ),
            Side(
                Reason("", N_("Bản đang giữ")),
                Reason("", N_("không khớp")),
                None,
                (kept,),
                off=True,
            ),
        ),
    )
