"""Whether every text still is what was decided."""

from __future__ import annotations

from datetime import date

from models.queries.trail import DocumentRow, RevisionRow
from workflows.refusal import N_
from workflows.trail.content import content_hash
from workflows.trail.report import MOST_FAULTS, Report
from workflows.trail.verify_event import UNREADABLE, Moved


def check_revisions(
    document: DocumentRow, revisions: list[RevisionRow], told: list[Moved], report: Report
) -> dict[int, bytes]:
    """Hashes every text again and compares with what each event saw. Returns the kept hashes."""
    hashes: dict[int, bytes] = {}
    for revision in revisions:
        hashes[revision.n] = revision.content_hash
        if revision.n == document.revision and revision.title != document.title:
            report.add(
                N_("Văn bản %(document)s: tên gọi khác với tên gọi trong bản thứ %(n)s."),
                document=document.id,
                n=revision.n,
            )
        if not revision.erased and not _is_unchanged(revision):
            event = next((e for e in told if e.leaf.get("revision") == revision.n), None)
            report.add(
                N_(
                    "Văn bản %(document)s: nội dung bản thứ %(n)s không còn như khi ghi "
                    "(sự kiện số %(seq)s trong sổ của %(unit)s)."
                ),
                unit=event.unit if event else None,
                seq=event.seq if event else None,
                document=document.id,
                n=revision.n,
            )
    for n in _lost(document, hashes):
        report.add(N_("Văn bản %(document)s: bản thứ %(n)s đã mất."), document=document.id, n=n)
    spelt: dict[object, str] = {n: kept.hex() for n, kept in hashes.items()}
    for event in told:
        named, stated = event.leaf.get("revision"), event.leaf.get("revision_hash")
        if stated is not None and spelt.get(named, stated) != stated:
            report.add(
                N_(
                    "Văn bản %(document)s: sự kiện số %(seq)s trong sổ của %(unit)s nói về một "
                    "nội dung khác với bản thứ %(n)s đang giữ."
                ),
                unit=event.unit,
                seq=event.seq,
                document=document.id,
                n=named,
            )
            break
    return hashes


def _lost(document: DocumentRow, kept: dict[int, bytes]) -> list[int]:
    """The numbers of the texts that the document should have and that are gone; the first of them,
    should somebody have written that there are billions."""
    if type(document.revision) is not int:
        return []  # told with the columns
    last = min(document.revision, len(kept) + MOST_FAULTS)
    return [n for n in range(1, last + 1) if n not in kept]


def _is_unchanged(revision: RevisionRow) -> bool:
    try:
        dated = date.fromisoformat(revision.dated_on) if revision.dated_on else None
        now = content_hash(revision.title, revision.content, revision.basis, dated, revision.salt)
    except UNREADABLE:
        return False
    return now == revision.content_hash and (dated and dated.isoformat()) == revision.dated_on
