"""The figures that a campaign's file declares: read, checked, and held against what reports carry."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_lowercase
from typing import Any, Protocol

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign
from models.document import Decision, Document, Revision
from workflows.campaigns.findings import Finding, finding
from workflows.campaigns.spec import CampaignSpec
from workflows.indicators import AWARDED_PEOPLE, AWARDED_UNITS, CODE, MEANS, WHOLE, current, named
from workflows.refusal import N_
from workflows.rules.quotas import AWARD
from workflows.tables import Table

MOST = 100


class Draft(Protocol):
    """What of a draft is looked at here."""

    @property
    def spec(self) -> CampaignSpec: ...


def figures_of(top: Table) -> tuple[dict[str, Any], ...]:
    """The [[figures]] of a file, as `Campaign.figures` keeps them. Raises FileError."""
    figures = tuple(_figure(table) for table in top.tables("figures"))
    if len(figures) > MOST:
        raise top.wrong("figures", f"có {len(figures)} chỉ tiêu, nhiều nhất là {MOST}")
    for what, name in (("mã", "code"), ("means", "means")):
        seen: dict[str, int] = {}
        for n, figure in enumerate(figures, 1):
            said = figure.get(name)
            if said in seen:
                raise top.wrong(
                    f"figures[{n}].{name}",
                    f"{what} {said} đã dùng ở figures[{seen[said]}]; mỗi chỉ tiêu một {what} riêng",
                )
            if said and said != "graded":
                seen[said] = n
    return figures


def _figure(table: Table) -> dict[str, Any]:
    code = table.words("code")
    if not CODE.fullmatch(code):
        raise table.wrong("code", "cần chữ I và hai chữ số, thêm một chữ thường nếu là một phần")
    label = Table(table.file, table.take("label", dict), f"{table.where}.label")
    figure: dict[str, Any] = {
        "code": code,
        "label": {name: label.words(name) for name in ("vi", "en")},
    }
    means: str = table.take("means", str, "")
    if means and means not in MEANS:
        raise table.wrong("means", f"phải là một trong: {', '.join(MEANS)}")
    if means:
        figure["means"] = means
    if not table.take("sum", bool, True):
        figure["sum"] = False
    label.done()
    table.done()
    return figure


def sound(draft: Draft) -> Iterator[Finding]:
    """A requirement names figures that the file declares, and of a report only; who proposes awards
    says how many (R19 to R21)."""
    known = {figure["code"]: figure for figure in draft.spec.figures}
    for asked in draft.spec.requirements:
        place = f"{asked.key}.figures"
        if asked.figures and asked.kind != "report":
            yield finding(
                "FIGURE", "error", place,
                N_("%(code)s không phải báo cáo, nên không có chỉ tiêu."),
                N_("Bỏ khóa figures ở yêu cầu này."),
                code=asked.code,
            )  # fmt: skip
        for figure in asked.figures:
            if figure not in known:
                yield finding(
                    "FIGURE", "error", place,
                    N_("%(code)s hỏi chỉ tiêu %(figure)s mà tệp chưa khai."),
                    N_("Khai chỉ tiêu ấy ở figures của đợt, hoặc bỏ mã đó khỏi yêu cầu."),
                    code=asked.code, figure=figure,
                )  # fmt: skip
        counted = [known[code] for code in asked.figures if code in known] or known.values()
        lacking = {AWARDED_UNITS, AWARDED_PEOPLE} - {figure.get("means") for figure in counted}
        if asked.kind == "report" and asked.variant == AWARD and lacking:
            yield finding(
                "FIGURE", "error", place,
                N_("%(code)s đề nghị khen thưởng mà thiếu chỉ tiêu đếm: %(lacking)s."),
                N_('Ghi means = "awarded_units", means = "awarded_people" ở hai chỉ tiêu đếm số tập thể, cá nhân.'),
                code=asked.code, lacking=", ".join(sorted(lacking)),
            )  # fmt: skip


def renamed(campaign: Campaign, spec: CampaignSpec) -> Iterator[Finding]:
    """What becomes of figures when the file of an open campaign changes. A figure that somebody has
    decided on, or that stands on a signed paper, keeps its words: they are what was signed."""
    for n, figure in enumerate(spec.figures, 1):
        was = named(campaign.figures, figure["code"])
        if was is None or was["label"]["vi"] == figure["label"]["vi"]:
            continue
        if _decided_on(campaign, _called_by(campaign, figure["code"])):
            yield finding(
                "FIGURE", "error", f"figures[{n}].label",
                N_("Chỉ tiêu %(figure)s đã có trong báo cáo được xét hoặc đã ký với tên “%(words)s”."),
                N_("Giữ tên đó; cần chỉ tiêu khác thì khai thêm, với mã chưa dùng."),
                figure=figure["code"], words=was["label"]["vi"],
            )  # fmt: skip
    codes = {figure["code"] for figure in spec.figures}
    if gone := [f["code"] for f in current(campaign.figures) if f["code"] not in codes]:
        yield finding(
            "FIGURE", "warn", "figures",
            N_("Bỏ chỉ tiêu %(codes)s: báo cáo đã ghi vẫn giữ số và tên, báo cáo mới không còn ô."),
            N_("Khai lại như cũ, nếu vẫn cần."),
            codes=", ".join(gone),
        )  # fmt: skip


def _called_by(campaign: Campaign, code: str) -> list[str]:
    """The figure itself, and its parts that are called as it is."""
    own = {figure["code"] for figure in campaign.figures}
    parts = [code + letter for letter in ascii_lowercase] if len(code) == WHOLE else []
    return [code, *(part for part in parts if part not in own)]


def _decided_on(campaign: Campaign, codes: list[str]) -> bool:
    """Whether a report of the campaign with such a figure was decided on, or entered from paper."""
    decided = sa.exists().where(Decision.document_id == Document.id)
    query = (
        sa.select(Document.id)
        .join(Revision, Revision.document_id == Document.id)
        .where(
            Document.campaign_id == campaign.id,
            Document.kind == "report",
            sa.or_(Document.recorded, decided),
            sa.or_(*(Revision.content[("indicators", c)].as_string().is_not(None) for c in codes)),
        )
        .limit(1)
    )
    return db.session.scalar(query) is not None
