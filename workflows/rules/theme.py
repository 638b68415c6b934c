"""R28: the theme of the year is known; a unit may have its own, with a reason."""

from __future__ import annotations

from models.campaign import ThemeOverride
from models.document import Document
from workflows.act import Act
from workflows.refusal import N_, Reason
from workflows.rules.registry import guard


def own_theme(document: Document) -> ThemeOverride | None:
    """The theme that the issuer has of its own in this campaign."""
    return next((t for t in document.campaign.themes if t.unit_id == document.unit_id), None)


@guard("theme_present")
def theme_present(act: Act) -> list[Reason]:
    """R28: the campaign, or the unit for itself, has named a theme."""
    return theme_reasons(act.document)


def theme_reasons(document: Document) -> list[Reason]:
    """R28: an error where no theme is known, a note where the unit's own holds (sources 001 and
    004)."""
    override = own_theme(document)
    if override is not None and override.theme.strip():
        return [
            Reason(
                "R28",
                N_("%(unit)s dùng chuyên đề riêng “%(theme)s”. Lý do: %(reason)s"),
                {
                    "unit": document.unit.name,
                    "theme": override.theme,
                    "reason": override.reason,
                },
                level="info",
            )
        ]
    if document.campaign.theme.strip():
        return []
    return [
        Reason(
            "R28",
            N_(
                "Đợt %(campaign)s chưa ghi chuyên đề của năm. Cần bổ sung chuyên đề vào đợt trước "
                "khi thông qua kế hoạch."
            ),
            {"campaign": document.campaign.code},
        )
    ]
