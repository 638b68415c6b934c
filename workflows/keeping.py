"""The right by which somebody does something, kept to the end of his act."""

from __future__ import annotations

from datetime import datetime

from models.queries.locking import keep_right
from workflows.calendar import local_day
from workflows.refusal import N_, Forbidden, Reason

ENDED = Reason("POST", N_("Chưa làm được: chức vụ hoặc ủy quyền vừa kết thúc. Tải lại trang."))


def keep(post_id: int, delegation_id: int | None, now: datetime, ended: Reason = ENDED) -> None:
    """Nobody ends the post, or the delegation of it, between the look at it and the end of the act:
    who was ending it comes first and is seen, who comes to end it waits. Before any log; raises
    Forbidden with the reason `ended`."""
    if not keep_right(post_id, delegation_id, local_day(now), now):
        raise Forbidden(ended)
