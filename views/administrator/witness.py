"""Who witnesses the logs, for the administrator's page of the installation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext

from config import Settings
from models.base import db
from views import afar, present
from workflows.trail.witness import evidence
from workflows.trail.witness.standing import standing


def witness(settings: Settings, now: datetime) -> dict[str, Any]:
    """What the page says: `facts`, `evidence` and whether something is `red`. `now`: real time."""
    found = standing(db.session(), now)
    kept, installations = evidence.conflicts(), afar.found(now)
    facts = [
        (gettext("Nơi chứng kiến"), _where(settings)),
        (
            gettext("Đã chứng kiến"),
            ngettext("%(num)s sổ", "%(num)s sổ", found.witnessed)
            + (f", {present.instant(found.last)}" if found.last else ""),
        ),
    ]
    if found.alone:
        alone = ngettext("%(num)s sổ", "%(num)s sổ", found.alone)
        facts.append((gettext("Không có cấp trên chứng kiến"), alone))
    return {
        "facts": facts,
        "late": ", ".join(found.late),
        "contradicted": ", ".join(found.contradicted),
        "evidence": [
            (one.origin, gettext("nội dung đã thấy bị viết lại"), present.instant(one.at))
            for one in kept
        ],
        "elsewhere": bool(settings.witness_url),
        "afar": None if installations is None else afar.rows(installations),
        "dir": settings.witness_dir,
    }


def _where(settings: Settings) -> str:
    if settings.witness_url:
        return gettext("máy chủ khác: %(url)s", url=settings.witness_url)
    return gettext("cùng máy chủ này, thư mục %(dir)s", dir=settings.witness_dir)
