"""Installations elsewhere whose logs are witnessed here, in words: for the administrator, for the
inspectors of their superior, and for `/healthz`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext

from config import Settings
from views import present
from workflows.trail.witness import afar
from workflows.trail.witness.afar import Afar


def found(now: datetime) -> list[Afar] | None:
    """All of them; None when the witness's memory cannot be read. `now`: real time."""
    settings: Settings = current_app.config["SETTINGS"]
    return afar.installations(settings.witness_dir, now)


def rows(installations: Collection[Afar]) -> list[dict[str, Any]]:
    """Of each its `label`, its state as a badge, and when it was heard last."""
    return [
        {
            "label": one.label,
            "state": _state(one),
            "heard": gettext("lần cuối %(at)s", at=present.real_instant(one.heard))
            if one.heard
            else "",
        }
        for one in installations
    ]


def alarms(installations: Collection[Afar]) -> list[str]:
    """What has to be seen to, one sentence each."""
    return [sentence for one in installations for sentence in _alarms(one)]


def _state(one: Afar) -> tuple[str, str, str]:
    if one.contradicted:
        return gettext("Có sai lệch"), "late", "g-late"
    if one.overdue:
        return gettext("Quá 24 giờ chưa chứng minh được"), "late", "g-late"
    if one.silent:
        return gettext("Im quá 24 giờ"), "late", "g-late"
    if one.waiting:
        return gettext("Chờ chứng minh"), "wait", "g-clock"
    if one.heard is None:
        return gettext("Chưa gửi qua mạng lần nào"), "", "g-open"
    return gettext("Nguyên vẹn"), "done", "g-ok"


def _alarms(one: Afar) -> list[str]:
    said = []
    if one.contradicted:
        said.append(
            gettext(
                "Máy chủ %(label)s: cùng một khóa đã ký hai sổ khác nhau, cả hai được giữ làm bằng "
                "chứng. Giữ nguyên máy, báo ủy ban kiểm tra.",
                label=one.label,
            )
        )
    if one.overdue:
        said.append(
            gettext(
                "Máy chủ %(label)s vẫn gửi nhưng quá 24 giờ chưa chứng minh sổ nối tiếp điểm kiểm tra "
                "đã nhận. Giữ biên bản có mã, báo ủy ban kiểm tra.",
                label=one.label,
            )
        )
    if one.silent:
        said.append(
            gettext(
                "Máy chủ %(label)s im từ %(at)s: quá 24 giờ không có điểm kiểm tra nào được chứng "
                "kiến. Hỏi người quản trị ở đó; không còn dùng thì chạy flask audit watch --end.",
                label=one.label,
                at=present.real_instant(one.heard) if one.heard else "",
            )
        )
    return said
