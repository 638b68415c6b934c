"""R03: whose plan a plan rests on; and where a campaign names the basis of what it asks, that it is
this one (source 002: a study plan follows that of the advisory board, a cell's that of its base)."""

from __future__ import annotations

from models.document import Basis, Document, Revision
from models.unit import Unit, unit_by_code
from workflows.refusal import N_, Reason
from workflows.sorting import search_fold
from workflows.symbols import DIRECTIVES, read, read_citation


def named_basis_reasons(document: Document, revision: Revision) -> list[Reason]:
    """An error for each basis that its requirement names and the plan does not rest on. Resting
    straight on a directive is allowed, and shown (source 004)."""
    requirement = document.obligation.requirement if document.obligation is not None else None
    named = requirement.basis if requirement is not None else []
    if not named or any(is_directive(basis) for basis in revision.bases):
        return []
    reasons = []
    for code in named:
        unit = unit_by_code(code)
        if unit is not None and unit.id == document.unit_id:
            continue
        if any(_rests_on(basis, code, unit, document) for basis in revision.bases):
            continue
        reasons.append(_missing(code, unit, document))
    return reasons


def is_issued_by(basis: Basis, superior: Unit, *, study: bool) -> bool:
    """Whether a basis is of this superior; `study`: of its advisory board."""
    if basis.document is not None:
        issuer = basis.document.unit
        return issuer.attached_to_id == superior.id if study else issuer.id == superior.id
    if study:
        return (
            "tuyên giáo" in (basis.issuer or "").casefold()
            or "xây dựng" in (basis.issuer or "").casefold()
        )
    return _cited_of(basis, superior)


def is_directive(basis: Basis) -> bool:
    """Whether a basis is a directive, a resolution or the like of the centre."""
    number = basis.document.number if basis.document is not None else basis.number
    symbol = read_citation(number or "").symbol
    return symbol is not None and symbol.type in DIRECTIVES


def _cited_of(basis: Basis, unit: Unit) -> bool:
    """A paper outside the system, by the symbol in its number or the name of its issuer."""
    symbol = read(basis.number or "").symbol
    named = search_fold(basis.issuer or "")
    return (symbol is not None and symbol.issuer == unit.symbol.upper()) or (
        bool(named) and search_fold(unit.name) in named
    )


def _rests_on(basis: Basis, code: str, unit: Unit | None, document: Document) -> bool:
    paper = basis.document
    if unit is not None:
        return paper.unit_id == unit.id if paper is not None else _cited_of(basis, unit)
    if paper is not None:
        answers = paper.obligation.requirement if paper.obligation is not None else None
        return answers is not None and answers.code == code
    superior = document.stages[1].unit if len(document.stages) > 1 else None
    return superior is not None and _cited_of(basis, superior)


def _missing(code: str, unit: Unit | None, document: Document) -> Reason:
    if unit is not None:
        text = N_("Kế hoạch này phải căn cứ kế hoạch của %(unit)s. Chọn kế hoạch ấy ở phần căn cứ.")
        return Reason("R03", text, {"unit": unit.name}, place="basis")
    asked = next((r for r in document.campaign.requirements if r.code == code), None)
    text = N_("Kế hoạch này phải căn cứ “%(basis)s” của cấp trên. Chọn văn bản ấy ở phần căn cứ.")
    return Reason("R03", text, {"basis": asked.label_vi if asked else code}, place="basis")
