"""A paper signed outside the system: it counts once another person has its scan before his eyes;
what the rules have against it is explained once."""

from __future__ import annotations

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.recorded import Finding
from models.stored_file import Attachment
from workflows.act import Act
from workflows.refusal import N_, Reason
from workflows.rules.registry import guard

SHORTEST = 10  # letters, as for the reason of a return


def is_scanned(document: Document) -> bool:
    """Whether the scan of the signed paper lies beside what is typed now: one that was taken away
    after a correction does not come back from before it."""
    return bool(
        db.session.scalar(
            sa.select(Attachment.id)
            .where(
                Attachment.document_id == document.id,
                Attachment.revision == document.revision,
                Attachment.purpose == "scan",
                Attachment.removed_at.is_(None),
            )
            .limit(1)
        )
    )


@guard("has_scan", needs=("original",))
def has_scan(act: Act) -> list[Reason]:
    """Design §1: a recorded paper is confirmed against its scan; where there is none, against the
    signed paper itself, and the trail says so."""
    if is_scanned(act.document) or act.inputs.original:
        return []
    return [
        Reason(
            "SCAN",
            N_(
                "Chưa xác nhận được: bản giấy chưa có bản quét kèm theo. Cần gắn bản quét của văn "
                "bản đã ký, hoặc ghi rõ đã đối chiếu với bản giấy gốc."
            ),
            place="original",
        )
    ]


def finding_of(act: Act) -> Finding | None:
    """The finding that an explanation speaks of, where it is one of this document's."""
    if act.inputs.finding is None:
        return None
    finding = db.session.get(Finding, act.inputs.finding)
    return finding if finding is not None and finding.document_id == act.document.id else None


@guard("explains_a_finding", needs=("finding", "reason"))
def explains_a_finding(act: Act) -> list[Reason]:
    """A finding of this paper that nobody has explained, and an explanation that says something."""
    reasons = []
    finding = finding_of(act)
    if finding is None:
        reasons.append(
            Reason(
                "FORM",
                N_("Chưa chọn phát hiện cần giải trình. Cần chọn một phát hiện của văn bản này."),
                place="finding",
            )
        )
    elif finding.explained_at is not None:
        reasons.append(
            Reason(
                "STATE",
                N_("Phát hiện này đã được giải trình. Giải trình đã ghi không sửa lại."),
                place="finding",
            )
        )
    if len((act.inputs.reason or "").strip()) < SHORTEST:
        reasons.append(
            Reason(
                "FORM",
                N_("Giải trình còn quá ngắn. Cần ghi rõ việc đã xảy ra, ít nhất 10 chữ."),
                place="reason",
            )
        )
    return reasons
