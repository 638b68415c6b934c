"""Who acts in a post by delegation hears what its holder hears, as far as it was lent to him: the
holder may be away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from models.queries import hearers as queries
from models.queries.hearers import Holder
from workflows.calendar import local_day
from workflows.ladder.posts import covers


class Asked(NamedTuple):
    """These holders hear of a task, and may do this act about it."""

    task_id: int
    holders: Sequence[Holder]
    action: str


def delegates(asked: Sequence[Asked], now: datetime) -> list[list[Holder]]:
    """For each the people who hear in the place of its holders, or beside them: not those away."""
    posts = {h.post_id for one in asked for h in one.holders if h.post_id is not None}
    lent = queries.lent(posts, local_day(now), now) if posts else {}
    if not lent:
        return [[] for _ in asked]
    kinds = _kinds(asked, lent)
    return [
        [
            held._replace(person_id=d.person_id, email=d.email)
            for held in one.holders
            for d in lent.get(held.post_id or 0, ())
            if covers(d, kinds.get(one.task_id, ""), one.action)
        ]
        for one in asked
    ]


def _kinds(asked: Iterable[Asked], lent: dict[int, list[queries.Lent]]) -> dict[int, str]:
    """{task: the kind of its document}, of those whose post is lent for some kinds only."""
    partly: Collection[int] = {
        post for post, several in lent.items() if any(d.kinds for d in several)
    }
    tasks = {one.task_id for one in asked if any(h.post_id in partly for h in one.holders)}
    return queries.kinds(tasks) if tasks else {}
