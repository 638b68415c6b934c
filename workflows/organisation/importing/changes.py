"""What a row changes, in phrases for the preview."""

from __future__ import annotations

from datetime import date
from typing import Any

from workflows.refusal import N_, Reason

FIELDS = {
    "name": N_("tên"),
    "name_vi": N_("tên"),
    "name_en": N_("tên tiếng Anh"),
    "rank": N_("bậc"),
    "level": N_("cấp"),
    "superior": N_("cấp trên"),
    "attached_to": N_("đơn vị được giúp việc"),
    "body": N_("tên gọi khi ra văn bản"),
    "body_en": N_("tên gọi tiếng Anh"),
    "symbol": N_("ký hiệu"),
    "sector": N_("thể thức văn bản"),
    "place": N_("địa danh"),
    "meets": N_("quyết định tại cuộc họp"),
    "full_name": N_("họ tên"),
    "born_on": N_("ngày sinh"),
    "email": N_("thư điện tử"),
    "phone": N_("điện thoại"),
    "job": N_("công việc"),
    "unit": N_("đơn vị"),
    "standing": N_("tư cách"),
    "exempt": N_("miễn sinh hoạt"),
    "title": N_("tên chức vụ"),
    "acting": N_("quyền, phụ trách"),
    "valid_from": N_("từ ngày"),
    "valid_to": N_("đến ngày"),
    "account": N_("tài khoản"),
}


def phrase(name: str) -> Reason:
    """The phrase of one field."""
    return Reason("", FIELDS[name])


def told(row: Any, new: dict[str, Any]) -> dict[str, Any]:
    """What is kept of `row`, with what the file tells over it: an empty cell tells nothing."""
    return {
        name: getattr(row, name) if value is None or value == "" else value
        for name, value in new.items()
    }


def differing(row: Any, values: dict[str, Any]) -> list[Reason]:
    """Phrases of the fields in which `values` differ from what is kept."""
    return [phrase(name) for name, value in values.items() if getattr(row, name) != value]


def dates_differ(kept: date | None, given: date | None) -> bool:
    """Whether the file gives another day than the one kept; an empty cell gives none."""
    return given is not None and given != kept
