"""A file beside a revision, a sitting's minutes, a piece of a dossier, or a report back: each coming
and going is an event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.dossier import DossierPiece, ReportBack
from models.person import Person
from models.queries.locking import hold_units
from models.queries.seats import Seat
from models.sitting import Sitting
from models.stored_file import Attachment, StoredFile
from workflows import trail
from workflows.act import who_acts
from workflows.files.kinds import SCANS
from workflows.files.names import clean_name, with_ending
from workflows.inspections import freeze
from workflows.refusal import N_, Reason, Refused
from workflows.standing import standing
from workflows.succession import successor

MOST = 50  # files beside one revision, one sitting, one piece, one report

Subject = Document | Sitting | DossierPiece | ReportBack


def attach(
    subject: Subject,
    stored: StoredFile,
    *,
    purpose: str,
    name: str,
    actor: Person,
    now: datetime,
    revision: int | None = None,
) -> Attachment:
    """Puts a kept file beside a revision (the newest unless told), a sitting, a piece of a dossier or
    a report back; in the caller's `transaction()`. The same file twice for the same purpose is the
    one that is there.

    `purpose`: scan | attachment. Who may is the caller's to ask (`may_add`). Raises Refused when
    the kind does not suit the purpose or there are too many.
    """
    if purpose == "scan" and stored.media_type not in SCANS:
        raise _refused(
            N_("Bản quét phải là PDF, JPEG hoặc PNG. Tệp Word, Excel gửi ở mục “Tệp kèm theo”."), {}
        )
    session = db.session()
    trail.lock_logs(session, [_log_of(subject)])
    if isinstance(subject, Document):
        revision = revision or subject.revision
    beside = _beside(subject, revision)
    present = list(session.scalars(sa.select(Attachment).filter_by(**beside, removed_at=None)))
    for other in present:
        if (other.file_id, other.purpose) == (stored.id, purpose):
            return other
    if len(present) >= MOST:
        raise _refused(
            N_("Ở đây đã có %(most)s tệp. Gỡ bớt tệp không cần, hoặc gộp các trang vào một PDF."),
            {"most": MOST},
        )
    attachment = Attachment(
        file=stored,
        purpose=purpose,
        name=with_ending(clean_name(name), stored.media_type),
        added_by=actor,
        added_at=now,
        **beside,
    )
    session.add(attachment)
    session.flush()
    _record("attach", attachment, subject, actor, now)
    return attachment


def remove(attachment: Attachment, *, actor: Person, now: datetime) -> None:
    """Takes a file away again; in the caller's `transaction()`. The row stays with the instant, the
    bytes until nothing points to them. Who may is the caller's to ask (`may_remove`)."""
    subject = attachment.document or attachment.sitting or attachment.piece or attachment.report
    assert subject is not None
    if isinstance(subject, Document):
        hold_units([subject.unit_id])
    trail.lock_logs(db.session(), [_log_of(subject)])
    db.session.refresh(attachment)
    if attachment.removed_at is None and isinstance(subject, Document):
        freeze.refuse_removal(subject, now)
    if attachment.removed_at is None:
        attachment.removed_at = now
        _record("detach", attachment, subject, actor, now)


def attachments_of(subject: Subject, revision: int | None = None) -> list[Attachment]:
    """The files beside a revision, a sitting, a piece or a report back; scans first, then in order of
    arrival."""
    query = (
        sa.select(Attachment)
        .filter_by(**_beside(subject, revision), removed_at=None)
        .order_by(Attachment.purpose.desc(), Attachment.id)
    )
    return list(db.session.scalars(query))


def _beside(subject: Subject, revision: int | None) -> dict[str, Any]:
    """The columns of an attachment that say what it lies beside."""
    if isinstance(subject, Document):
        return {"document_id": subject.id, "revision": revision}
    if isinstance(subject, Sitting):
        return {"sitting_id": subject.id}
    if isinstance(subject, DossierPiece):
        return {"piece_id": subject.id}
    return {"report_id": subject.id}


def _record(
    action: str, attachment: Attachment, subject: Subject, actor: Person, now: datetime
) -> None:
    unit_id = _log_of(subject)
    post = _acting_as(actor, unit_id, now)
    facts = {
        "attachment": attachment.id,
        "sha256": attachment.file.sha256,
        "purpose": attachment.purpose,
        "revision": attachment.revision,
        "sitting": attachment.sitting_id,
        "piece": attachment.piece_id,
        "report": attachment.report_id,
        "kind": subject.kind if isinstance(subject, Document) else None,
        "role": post.role if post else None,
    }
    trail.append(
        db.session(),
        unit_id=unit_id,
        action=action,
        at=now,
        facts={name: value for name, value in facts.items() if value is not None},
        private={**who_acts(actor, post, None), "file": attachment.name},
        actor_id=actor.id,
        document_id=_document_of(attachment, subject),
    )


def _document_of(attachment: Attachment, subject: Subject) -> int | None:
    """The document that the event is about: of what belongs to an inspection the inspection's."""
    if isinstance(subject, DossierPiece):
        return subject.inspection.document_id
    if isinstance(subject, ReportBack):
        return subject.requirement.inspection.document_id
    return attachment.document_id


def _log_of(subject: Subject) -> int:
    """The unit in whose log it is written: of a piece the commission's, of a report back that of the
    unit which reports."""
    if isinstance(subject, DossierPiece):
        return subject.inspection.commission.id
    if isinstance(subject, ReportBack):
        return successor(subject.requirement.unit).id
    return subject.unit_id


def _acting_as(actor: Person, unit_id: int, now: datetime) -> Seat | None:
    """The post at the body by which somebody does it; None for a member with his own paper."""
    posts = standing(actor, now).posts
    own = [p for p in posts if p.unit_id == unit_id]
    serving = [p for p in posts if p.unit.attached_to_id == unit_id]
    return next(iter(own + serving), None)


def _refused(text: str, params: dict[str, Any]) -> Refused:
    return Refused(Reason("FORM", text, params, place="file"))
