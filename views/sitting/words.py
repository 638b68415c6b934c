"""Sentences about a meeting that its pages share, and that its script puts in after a tap."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext, ngettext

from models.sitting import Sitting
from views.loaders import viewer
from views.words import english
from workflows.sittings.who import VOTING


def month_words(day: date) -> str:
    """The month of that day: 11/2026, in English November 2026."""
    return f"{day:%B %Y}" if english() else f"{day:%m/%Y}"


def progress_words(decided: int, total: int) -> str:
    return gettext("%(done)s trên %(all)s đã quyết", done=decided, all=total)


def missing_words(undecided: int) -> str:
    if not undecided:
        return ""
    return ngettext(
        "Còn %(num)s bản chưa quyết. Quyết nốt, hoặc để lại kỳ sau.",
        "Còn %(num)s bản chưa quyết. Quyết nốt, hoặc để lại kỳ sau.",
        undecided,
    )


def attendance_words(sitting: Sitting) -> list[list[str]]:
    """“11 trên 12, được biểu quyết. Vắng: Bùi Văn Phác Thảo (ốm)”: term and words, by standing."""
    found = []
    for full, term, right in (
        (True, gettext("Chính thức"), gettext("được biểu quyết")),
        (False, gettext("Dự bị"), gettext("không biểu quyết")),
    ):
        group = [a for a in sitting.attendances if (a.standing == VOTING) == full]
        if not group:
            continue
        there = sum(a.present for a in group)
        words = gettext("%(n)s trên %(all)s, %(right)s.", n=there, all=len(group), right=right)
        away = [
            f"{a.person.full_name} ({a.reason})" if a.reason else a.person.full_name
            for a in group
            if not a.present
        ]
        if away:
            words += " " + gettext("Vắng: %(names)s.", names=", ".join(away))
        found.append([term, words])
    return found


def reviewed_words(sitting: Sitting) -> str:
    return gettext(
        "Đã kiểm điểm %(done)s trên %(all)s",
        done=sum(row.reviewed for row in sitting.reviews),
        all=len(sitting.reviews),
    )


def closing_words(sitting: Sitting) -> str:
    """The closing button: to whom the minutes go."""
    taker = sitting.minute_taker
    if taker is None:
        return gettext("Kết thúc cuộc họp")
    confirmer = taker if taker.id != viewer().id else sitting.chair
    return gettext("Kết thúc, gửi %(name)s xác nhận biên bản", name=confirmer.full_name)


def presiding_words(name: str) -> str:
    return gettext("Bản của người chủ trì: %(name)s chủ trì phần này.", name=name)
