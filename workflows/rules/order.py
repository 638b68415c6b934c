"""R01, R02: a paper is not dated before the paper it rests on. The same day is allowed (source
002).

What counts is the printed date (ngày văn bản), not when the system saw it. Questions about papers
are functions of their own, so that a draft can show what an approval would refuse.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from models.base import db
from models.campaign import Requirement
from models.document import REPLACED, Basis, Document, Revision, in_force
from models.obligation import Obligation
from workflows.act import Act
from workflows.refusal import N_, Reason
from workflows.rules.named_basis import named_basis_reasons
from workflows.rules.registry import guard

OLDEST_YEAR = 1945
STUDY = "study"  # the variant of a plan that follows the advisory body's plan (R03)


def printed_date(act: Act) -> date | None:
    """The date that would stand on the paper: what the signer gives, else what the draft
    proposes."""
    return act.inputs.dated_on or act.revision.dated_on or act.document.dated_on


def basis_name(basis: Basis) -> str:
    """The number of the paper, else its title."""
    if basis.document is not None:
        return basis.document.number or basis.document.title
    return basis.number or basis.issuer or "…"


def basis_date(basis: Basis) -> date | None:
    return basis.document.dated_on if basis.document is not None else basis.dated_on


def basis_reasons(revision: Revision, printed: date | None) -> list[Reason]:
    """R01 for a plan: it has a basis, each is in force, none is dated after it. All reasons at
    once."""
    if not revision.bases:
        return [
            Reason(
                "R01",
                N_(
                    "Kế hoạch chưa ghi căn cứ. Cần chọn kế hoạch cấp trên, hoặc ghi số, ngày, cơ "
                    "quan ban hành của văn bản căn cứ."
                ),
                place="basis",
            )
        ]
    reasons = []
    for n, basis in enumerate(revision.bases):
        reasons += _one_basis(basis, printed, f"basis.{n}")
    return reasons


def _one_basis(basis: Basis, printed: date | None, place: str) -> list[Reason]:
    name = basis_name(basis)
    if basis.document is not None and not basis.document.is_in_force:
        if basis.document.state in REPLACED:
            text = N_(
                "Căn cứ %(basis)s không còn hiệu lực. Cần rà soát và chọn văn bản đang có hiệu lực."
            )
        else:
            text = N_(
                "Căn cứ %(basis)s chưa có hiệu lực. Cần chờ cấp trên ban hành, hoặc chọn căn cứ "
                "khác."
            )
        return [Reason("R01", text, {"basis": name}, place=place)]
    dated_on = basis_date(basis)
    if dated_on is None:
        return [
            Reason(
                "R01",
                N_(
                    "Căn cứ %(basis)s chưa ghi ngày nên chưa so được thứ tự. Cần ghi ngày văn bản "
                    "của căn cứ."
                ),
                {"basis": name},
                place=place,
            )
        ]
    if printed is None or dated_on <= printed:
        return []
    return [
        Reason(
            "R01",
            N_(
                "Ngày văn bản %(dated_on)s trước ngày của căn cứ %(basis)s (%(basis_date)s) "
                "%(days)s ngày. "
                "Cần ghi từ ngày %(basis_date)s trở đi."
            ),
            {
                "dated_on": printed,
                "basis": name,
                "basis_date": dated_on,
                "days": (dated_on - printed).days,
            },
            place="dated_on",
        )
    ]


def cell_plan(document: Document) -> Document | None:
    """The plan in force that a commitment follows: same unit, same campaign, not the study plan
    (R03)."""
    return db.session.scalar(
        sa.select(Document)
        .outerjoin(Obligation, Document.obligation_id == Obligation.id)
        .outerjoin(Requirement, Obligation.requirement_id == Requirement.id)
        .where(
            Document.kind == "plan",
            Document.unit_id == document.unit_id,
            Document.campaign_id == document.campaign_id,
            in_force(),
            sa.or_(Requirement.variant.is_(None), Requirement.variant != STUDY),
        )
        .order_by(Document.dated_on, Document.id)
        .limit(1)
    )


def first_dated_on(plan: Document) -> date | None:
    """The date of the first plan in a chain of amendments: an amendment does not outdate a
    commitment."""
    seen = {plan.id}
    while plan.amends is not None and plan.amends.id not in seen and plan.amends.dated_on:
        plan = plan.amends
        seen.add(plan.id)
    return plan.dated_on


def cell_plan_reasons(document: Document, printed: date | None) -> list[Reason]:
    """R02 for a commitment. Without the cell's plan it is held here, not rejected (domain, section
    00)."""
    plan = cell_plan(document)
    if plan is None:
        return [
            Reason(
                "R02",
                N_(
                    "%(unit)s chưa có kế hoạch đang có hiệu lực nên bản cam kết được giữ lại đây, "
                    "không bị trả lại. "
                    "Cần thông qua kế hoạch trước; khi đó ngày ghi trên bản cam kết là ngày họp."
                ),
                {"unit": document.unit.name},
            )
        ]
    return before_plan(printed, first_dated_on(plan), plan.number or plan.title)


def before_plan(printed: date | None, planned: date | None, plan: str) -> list[Reason]:
    """R02: whether a commitment bears a day before that of its cell's plan, named by its number or
    title."""
    if printed is None or planned is None or planned <= printed:
        return []
    return [
        Reason(
            "R02",
            N_(
                "Bản cam kết ghi ngày %(dated_on)s, trước ngày của kế hoạch %(plan)s "
                "(%(plan_date)s) "
                "%(days)s ngày. Cần ghi ngày họp, từ %(plan_date)s trở đi."
            ),
            {
                "dated_on": printed,
                "plan": plan,
                "plan_date": planned,
                "days": (planned - printed).days,
            },
            place="dated_on",
        )
    ]


def date_reasons(printed: date | None, today: date, not_before: date | None) -> list[Reason]:
    """A printed date is there, not in the future and not absurdly old."""
    if printed is None:
        text = N_("Văn bản chưa ghi ngày. Cần ghi ngày văn bản.")
    elif printed > today:
        text = N_(
            "Ngày văn bản %(dated_on)s còn ở tương lai. Cần ghi ngày hôm nay (%(today)s) hoặc sớm "
            "hơn."
        )
    elif printed.year < OLDEST_YEAR:
        text = N_("Năm của ngày văn bản %(dated_on)s quá xa. Cần kiểm tra lại năm.")
    elif not_before is not None and printed < not_before:
        text = N_(
            "Ngày văn bản %(dated_on)s trước ngày của chỉ thị gốc (%(directive)s). Cần kiểm tra "
            "lại ngày."
        )
    else:
        return []
    return [
        Reason(
            "DATE",
            text,
            {"dated_on": printed, "today": today, "directive": not_before},
            place="dated_on",
        )
    ]


@guard("date_sound")
def date_sound(act: Act) -> list[Reason]:
    """P5: the signed date is there, not in the future and not before the campaign's directive."""
    return date_reasons(printed_date(act), act.today, act.document.campaign.directive_dated_on)


@guard("dated_after_basis")
def dated_after_basis(act: Act) -> list[Reason]:
    """R01 (source 002): a plan is not dated before the plans it rests on, and they are in force; R03:
    what its campaign names as basis is among them."""
    return [
        *basis_reasons(act.revision, printed_date(act)),
        *named_basis_reasons(act.document, act.revision),
    ]


@guard("dated_after_cell_plan")
def dated_after_cell_plan(act: Act) -> list[Reason]:
    """R02 (source 002): a commitment is not dated before the plan of its cell, which is in
    force."""
    return cell_plan_reasons(act.document, printed_date(act))
