"""A paper signed outside the system, in words: what stands on it, and what the rules have against
it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext

import clock
from models.document import Document
from models.person import Person
from models.recorded import Finding, RecordedPaper
from models.unit import unit_by_code
from views import present
from workflows import available_actions
from workflows.act import Votes
from workflows.edge import edge
from workflows.recorded import findings
from workflows.recorded.papers import printed_of
from workflows.scope import readable_revisions


def paper_facts(paper: RecordedPaper, *, commitment: bool) -> list[tuple[str, Any]]:
    """What stands on the paper, term by term, and who entered and confirmed it."""
    went_up = paper.reported_on is not None
    return [
        (gettext("Số văn bản"), "" if commitment else paper.number or gettext("không có số")),
        (gettext("Ngày ghi"), present.day(paper.dated_on) or gettext("không ghi ngày")),
        (gettext("Người ký"), ", ".join(p for p in (paper.signed_by, paper.signed_as) if p)),
        (gettext("Biên bản"), paper.minutes),
        (gettext("Biểu quyết"), _votes(printed_of(paper).votes)),
        (gettext("Báo cáo trên giấy"), present.day(paper.reported_on) or gettext("chưa báo cáo")),
        (gettext("Gửi qua"), _via(paper.via) if went_up and not commitment else ""),
        (gettext("Cấp trên nhận"), present.day(paper.received_on)),
        (gettext("Vào sổ"), _who(paper.entered_by, paper.entered_at)),
        (gettext("Xác nhận"), _who(paper.confirmed_by, paper.confirmed_at)),
    ]


def findings_kept(document: Document, person: Person) -> list[dict[str, Any]]:
    """The kept findings that this person may read, for the document's page."""
    now = clock.now()
    kept = findings.of(document)
    if not kept:
        return []
    readable = readable_revisions(document, person, now)
    may = any(
        item.name == "explain" and item.allowed
        for item in available_actions(document, person=person, now=now)
    )
    return [finding_row(document, one, may=may) for one in kept if one.revision in readable]


def finding_row(document: Document, finding: Finding, *, may: bool) -> dict[str, Any]:
    """One finding in words, with its explanation or, where one `may`, the way to give one."""
    reason = findings.as_reason(finding)
    address = url_for("recorded.explanation", document_id=document.id, finding_id=finding.id)
    return {
        "text": present.sentence(reason),
        "rule": present.rule(reason.rule),
        "explanation": finding.explanation,
        "who": finding.explained_by.full_name if finding.explained_by else "",
        "when": present.instant(finding.explained_at),
        "url": address if may and finding.explained_at is None else "",
    }


def _votes(votes: Votes | None) -> str:
    if votes is None:
        return ""
    return gettext(
        "được biểu quyết %(present)s, tán thành %(for_)s, không tán thành %(against)s",
        present=votes.present,
        for_=votes.in_favour,
        against=votes.against,
    )


def _via(code: str | None) -> str:
    if not code:
        return gettext("gửi thẳng")
    unit = unit_by_code(code)
    return present.unit_name(unit) if unit is not None else code


def _who(person: Person | None, at: Any) -> str:
    return f"{person.full_name}, {present.instant(at)}" if person is not None else ""


MOST_WAITING = 20


def waiting_rows(person: Person) -> list[dict[str, Any]]:
    """What the viewer is to explain, for his desk: each finding with its paper."""
    now = clock.now()
    waiting = findings.waiting_for(person, now, MOST_WAITING) if edge(person, now).findings else []
    return [
        {
            **finding_row(finding.document, finding, may=True),
            "name": present.document_name(finding.document),
            "page": url_for("document.page", document_id=finding.document_id),
        }
        for finding in waiting
    ]
