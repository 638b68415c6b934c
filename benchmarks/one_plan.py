"""The one plan of which the long logs are made, again and again: its text, its six acts, and the facts and
fields that the engine leaves of each."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

ACTS = ("create", "submit", "review", "approve", "report", "receive")
STATES = ("drafted", "submitted", "reviewed", "approved", "reported", "reported")
TITLE = "Kế hoạch năm 2026"
MINUTES = "05-BB/CB"
VOTES = (9, 9, 0)
BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NAME = "Nguyễn Thị Thanh Huyền"
TEXT = (
    "Đẩy mạnh học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh gắn với nhiệm vụ chính "
    "trị của đơn vị; nêu gương của cán bộ, đảng viên; nói đi đôi với làm. "
)
CONTENT = {  # twice as long as the demonstration's
    "text": TEXT * 2,
    "tasks": [
        {"person": NAME, "task": TEXT[:90], "deadline": "2026-06-30", "result": "Báo cáo"}
        for _ in range(2)
    ],
    "models": ["Cửa hàng không tiền thừa", "Mỗi tuần một việc tốt"],
}
SOURCE = "name = 'plan'"  # of the definition that moved these plans
DEFINITION = sha256(SOURCE.encode()).hexdigest()


def facts_of(action: str, version: int, body: str, hashed: bytes) -> dict[str, Any]:
    """What the event of an act says openly; `body` acted, on the text with this hash."""
    issued = action == "approve"
    return {
        "kind": "plan",
        "from": STATES[version - 2] if version > 1 else None,
        "to": STATES[version - 1],
        "from_stage": 1 if action == "receive" else 0,
        "stage": 1 if action in ("report", "receive") else 0,
        "body": body,
        "revision": 1,
        "revision_hash": hashed,
        "in_force": 1 if version >= 4 else None,
        "definition": DEFINITION,
        "role": "secretary",
        "delegated": False,
        "reason_code": None,
        "votes": list(VOTES) if issued else None,
        "dated_on": BEGIN.date() if issued else None,
        "sitting": None,
        "late": False if action == "report" else None,
        "finding": None,
        "recorded": None,
    }


def fields_of(action: str, version: int, number: int) -> dict[str, Any]:
    """What it says under a salt, of the plan with this number."""
    issued = action == "approve"
    return {
        "actor": NAME,
        "post": "Bí thư chi bộ",
        "unit_name": "Chi bộ Trường Tiểu học Minh Họa",
        "title": TITLE if version == 1 else None,
        "number": f"{number + 1:02}-KH/CB" if issued else None,
        "minutes": MINUTES if issued else None,
        "to_body": "Đảng ủy phường Minh Họa" if action == "report" else None,
        "comment": TEXT if action == "review" else None,
    }
