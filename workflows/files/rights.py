"""Who may put a file beside a document, take it away, and open it."""

from __future__ import annotations

from datetime import datetime

from models.document import CLOSED, Document
from models.kinds import PERSONAL
from models.person import Person
from models.stored_file import Attachment
from workflows import authority
from workflows.conditions import awaits_confirmation
from workflows.refusal import N_, Forbidden, Reason
from workflows.scope import officer_unit_ids, readable_revisions
from workflows.standing import standing

KEEPERS = ("clerk", "secretary")  # they add the scan of what was signed
BOTH = frozenset({"scan", "attachment"})


def may_add(document: Document, person: Person, now: datetime) -> frozenset[str]:
    """For which purposes the person may add a file to the newest revision: none, "scan", or both.

    Until the issuer has decided: whoever works on it there; of a commitment its author; of a signed
    paper that awaits confirmation, who records the unit's papers: its scan. After that
    the issuer's clerk or secretary may still add the scan of the signed paper. Nobody adds to what
    he may not read.
    """
    if document.state in CLOSED or not _reads(document, document.revision, person, now):
        return frozenset()
    if awaits_confirmation(document):
        line = document.campaign.line
        kept = authority.recording_capacity(
            document.unit, line, person, kind=document.kind, now=now
        )
        return frozenset({"scan"}) if kept else frozenset()
    if not decided(document):
        return BOTH if _works_on(document, person, now) else frozenset()
    return frozenset({"scan"}) if _keeps(document, person, now) else frozenset()


def require_may_add(document: Document, purpose: str, person: Person, now: datetime) -> None:
    """Raises Forbidden unless the person may; see `may_add`."""
    if purpose not in may_add(document, person, now):
        raise Forbidden(
            Reason(
                "POST",
                N_(
                    "Chưa thêm được tệp: bản này đã được quyết định, hoặc việc thêm tệp thuộc "
                    "người soạn, thẩm tra hoặc văn thư của cơ quan ban hành."
                ),
            )
        )


def may_remove(attachment: Attachment, person: Person, now: datetime) -> bool:
    """Whether the person may take this file away: who may add, until the decision."""
    document = attachment.document
    if document is None or attachment.removed_at is not None:
        return False
    if attachment.revision != document.revision:
        return False
    if decided(document) and not awaits_confirmation(document):
        return False
    return attachment.purpose in may_add(document, person, now)


def may_open(attachment: Attachment, person: Person, now: datetime) -> bool:
    """Whether somebody who sees the document may open the file: exactly who may read the text
    beside which it lies."""
    document = attachment.document
    if document is None or attachment.removed_at is not None or attachment.revision is None:
        return False
    return _reads(document, attachment.revision, person, now)


def decided(document: Document) -> bool:
    """Whether the issuer has decided on the newest revision, or it was signed on paper."""
    return document.recorded or any(
        d.action == "approve" and d.stage == 0 and d.revision == document.revision
        for d in document.decisions
    )


def _reads(document: Document, revision: int, person: Person, now: datetime) -> bool:
    return revision in readable_revisions(document, person, now)


def _works_on(document: Document, person: Person, now: datetime) -> bool:
    if document.author_id == person.id:
        return True
    return document.kind not in PERSONAL and document.unit_id in officer_unit_ids(person, now)


def _keeps(document: Document, person: Person, now: datetime) -> bool:
    posts = standing(person, now).posts
    return any(p.unit_id == document.unit_id and p.role in KEEPERS for p in posts)
