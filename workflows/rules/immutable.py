"""R31: what is decided on is exactly what was written. Content never changes; a change is a new
revision."""

from __future__ import annotations

from models.document import Revision
from workflows.act import Act
from workflows.refusal import N_, Reason
from workflows.rules.registry import guard
from workflows.trail.canonical import NotCanonical
from workflows.trail.content import content_hash


def is_unchanged(revision: Revision) -> bool:
    """Whether the stored text still has the hash it was stored with. False once erased."""
    if revision.salt is None:
        return False
    try:
        now = content_hash(
            revision.title, revision.content, revision.basis, revision.dated_on, revision.salt
        )
    except NotCanonical:
        return False
    return now == revision.content_hash


@guard("content_unchanged")
def content_unchanged(act: Act) -> list[Reason]:
    """R31: the text to be decided on is the text that was stored."""
    if is_unchanged(act.revision):
        return []
    return [
        Reason(
            "R31",
            N_(
                "Nội dung lần %(n)s không còn khớp với dấu vân tay đã lưu nên chưa quyết định "
                "được. Cần báo người quản trị kiểm tra."
            ),
            {"n": act.revision.n},
        )
    ]
