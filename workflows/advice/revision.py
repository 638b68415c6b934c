"""Advice on one revision, shown on the page of its document: what an approval would ask, and what is
worth a second look.

Never blocks. Hints on a commitment's text are for its author alone: their params carry
`audience="author"`, and whoever shows the advice leaves them out for everybody else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from models.base import db
from models.campaign import Requirement
from models.document import Document, Revision
from models.obligation import Obligation
from models.person import Membership
from models.unit import in_force_on
from workflows.advice.section_three import advise_items
from workflows.classification import ungrounded
from workflows.periods import parse_period
from workflows.refusal import N_, Reason
from workflows.rules.completeness import past_deadlines
from workflows.rules.named_basis import is_directive, is_issued_by, named_basis_reasons
from workflows.rules.order import STUDY, basis_name, basis_reasons, cell_plan_reasons, date_reasons
from workflows.rules.theme import theme_reasons
from workflows.sorting import search_fold
from workflows.symbols import Defect, read_citation

AUTHOR = "author"
UNIT_PLAN = "unit"  # the variant of a plan for those who are not members (source 002)
MANY_MODELS = 5  # "một vài": more than a few asks a question


def advice_on(document: Document, revision: Revision, today: date) -> list[Reason]:
    """Everything worth saying about this revision on this day, as advice (warn or info)."""
    printed = document.dated_on or revision.dated_on
    reasons = []
    if printed is not None:
        reasons += date_reasons(printed, today, document.campaign.directive_dated_on)
    match document.kind:
        case "plan":
            reasons += basis_reasons(revision, printed)
            reasons += basis_kind(document, revision)
            reasons += named_basis_reasons(document, revision)
            reasons += cited_numbers(revision)
            reasons += past_deadlines(
                revision.content or {}, printed, None if document.dated_on else today
            )
            if not document.type:  # working rules have no models, and no theme of the year
                reasons += model_count(document, revision)
                reasons += non_member_plan(document, today)
                reasons += theme(document, revision)
        case "commitment":
            reasons += cell_plan_reasons(document, printed)
            reasons += section_three(revision)
        case "report":
            reasons += period_read(revision)
            reasons += ungrounded(document, revision.content or {}, today)
        case "self_report":
            reasons += period_read(revision)
    return [_as_advice(reason) for reason in reasons]


def for_reader(reasons: list[Reason], *, is_author: bool) -> list[Reason]:
    """The advice that this reader may see: hints on a text go to its author only."""
    return [r for r in reasons if is_author or r.params.get("audience") != AUTHOR]


def basis_kind(document: Document, revision: Revision) -> list[Reason]:
    """R03 (source 002): a plan rests on the plan of the deciding body one level up; a study plan
    on that of its advisory board. Resting straight on a directive is allowed and shown (source
    004)."""
    superior = document.stages[1].unit if len(document.stages) > 1 else None
    if superior is None or not revision.bases:
        return []
    study = _variant(document) == STUDY
    if any(is_issued_by(basis, superior, study=study) for basis in revision.bases):
        return []
    directives = [basis for basis in revision.bases if is_directive(basis)]
    if directives:
        return [
            Reason(
                "R03",
                N_(
                    "Kế hoạch căn cứ thẳng vào %(basis)s, chưa dẫn kế hoạch của %(unit)s. "
                    "Được phép; nên dẫn thêm nếu %(unit)s đã có kế hoạch."
                ),
                {"basis": basis_name(directives[0]), "unit": superior.name},
                level="info",
                place="basis",
            )
        ]
    return [
        Reason(
            "R03",
            N_(
                "Căn cứ chưa có kế hoạch của cơ quan tham mưu của %(unit)s. "
                "Nên chọn kế hoạch học tập của cơ quan ấy."
            )
            if study
            else N_(
                "Căn cứ chưa có kế hoạch của %(unit)s. Nên chọn kế hoạch của cấp trên trực tiếp."
            ),
            {"unit": superior.name},
            place="basis",
        )
    ]


def cited_numbers(revision: Revision) -> list[Reason]:
    """R27 for papers outside the system: their numbers as the plan cites them (source 000, 001)."""
    reasons = []
    for n, basis in enumerate(revision.bases):
        if basis.document is not None or not basis.number:
            continue
        reading = read_citation(basis.number)
        if Defect.SYMBOL_FORMAT in reading.defects:
            text = N_("Số căn cứ “%(number)s” chưa đúng thể thức. Nên ghi %(right)s.")
        elif Defect.TYPE_SYMBOL_MISMATCH in reading.defects:
            text = N_("Tên loại trong căn cứ “%(number)s” chưa khớp với ký hiệu. Nên xem lại.")
        else:
            continue
        reasons.append(
            Reason(
                "R27",
                text,
                {"number": basis.number, "right": reading.canonical},
                place=f"basis.{n}",
            )
        )
    return reasons


def model_count(document: Document, revision: Revision) -> list[Reason]:
    """R04 (source 002): an implementation plan registers "một vài" collective models."""
    if _variant(document) == STUDY:
        return []
    count = sum(bool(model.strip()) for model in revision.content.get("models") or [])
    if count == 0:
        text, level = (
            N_("Kế hoạch chưa đăng ký mô hình tập thể nào. Nên chọn một vài mô hình."),
            "warn",
        )
    elif count > MANY_MODELS:
        text = N_("Kế hoạch đăng ký %(count)s mô hình. Nên chọn một vài mô hình để làm được.")
        level = "info"
    else:
        return []
    return [Reason("R04", text, {"count": count}, level=level, place="models")]


def non_member_plan(document: Document, today: date) -> list[Reason]:
    """R05 (source 002): a unit with people who are not members has a plan for them too."""
    if _variant(document) == UNIT_PLAN:
        return []
    count = db.session.scalar(
        sa.select(sa.func.count(Membership.id)).where(
            Membership.unit_id == document.unit_id,
            Membership.standing == "non_member",
            in_force_on(Membership, today),
        )
    )
    if not count or _has_unit_plan(document):
        return []
    return [
        Reason(
            "R05",
            N_(
                "%(unit)s có %(count)s người chưa phải là đảng viên. "
                "Cần xây dựng thêm kế hoạch của đơn vị cho số người này."
            ),
            {"unit": document.unit.name, "count": count},
        )
    ]


def theme(document: Document, revision: Revision) -> list[Reason]:
    """R28: the theme of the year is known, and the plan speaks of it."""
    reasons = theme_reasons(document)
    own = next((r.params["theme"] for r in reasons if "theme" in r.params), None)
    wanted = own or document.campaign.theme
    text = search_fold(f"{revision.title} {revision.content.get('text') or ''}")
    if wanted.strip() and search_fold(wanted) not in text:
        reasons.append(
            Reason(
                "R28",
                N_(
                    "Kế hoạch chưa nhắc chuyên đề của năm “%(theme)s”. Nên ghi chuyên đề vào nội "
                    "dung."
                ),
                {"theme": wanted},
                level="info",
                place="text",
            )
        )
    return reasons


def section_three(revision: Revision) -> list[Reason]:
    """R07, R08: hints on the line items, for the author only."""
    items = (revision.content.get("sections") or {}).get("3") or []
    return [
        Reason(
            hint.rule,
            hint.text,
            {**hint.params, "audience": AUTHOR},
            level=hint.level,
            place="sections.3" if n is None else f"sections.3.{n}",
        )
        for n, hint in advise_items(items)
    ]


def period_read(revision: Revision) -> list[Reason]:
    """A period in words that name no two days cannot be checked (B2); said, not refused."""
    period = revision.content.get("period") or ""
    if not period.strip() or parse_period(period) is not None:
        return []
    return [
        Reason(
            "B2",
            N_(
                "Kỳ báo cáo “%(period)s” chưa rõ ngày đầu và ngày cuối. "
                "Nên ghi như Quý I/2026, 6 tháng đầu năm 2026 hoặc 01/01/2026 - 31/03/2026."
            ),
            {"period": period},
            level="info",
            place="period",
        )
    ]


def _as_advice(reason: Reason) -> Reason:
    return replace(reason, level="warn") if reason.level == "error" else reason


def _variant(document: Document) -> str:
    return document.obligation.requirement.variant if document.obligation else ""


def _has_unit_plan(document: Document) -> bool:
    return bool(
        db.session.scalar(
            sa.select(Document.id)
            .join(Obligation, Document.obligation_id == Obligation.id)
            .join(Requirement, Obligation.requirement_id == Requirement.id)
            .where(
                Document.unit_id == document.unit_id,
                Document.campaign_id == document.campaign_id,
                Document.kind == "plan",
                Document.state.not_in(("withdrawn", "revoked", "superseded")),
                Requirement.variant == UNIT_PLAN,
            )
            .limit(1)
        )
    )
