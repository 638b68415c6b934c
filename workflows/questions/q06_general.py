"""Question 6: which section 3 says nothing concrete and was agreed all the same; by whom, and why?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.document import Decision
from models.post import Post
from workflows.advice.section_three import advise_items
from workflows.calendar import local_day
from workflows.questions.answer import Row, Value
from workflows.questions.evidence import as_evidence, events, papers
from workflows.questions.question import Column, Question
from workflows.questions.reckoned import Hit, Reckoning, reckoned
from workflows.questions.scope import Scope
from workflows.questions.texts import CLOSED, MOST, TOO_MANY, asked_about, cell_said, sections
from workflows.refusal import N_, Reason

GENERAL, STOCK = "R08", "R07"
AGREED = ("approve", "confirm")


@dataclass(frozen=True)
class Noticed:
    """What the machine noticed in one section 3: which of the five stock phrases it holds."""

    document_id: int
    phrases: tuple[int, ...]


def reckon(scope: Scope) -> Reckoning:
    """Every section 3 in force in which nothing concrete is left once stock phrases are taken out. A
    stock phrase beside something concrete is no matter."""
    if not scope.persons:
        return Reckoning((), 0, note=CLOSED)
    found = sections(asked_about(scope))
    hits = []
    for one in found[:MOST]:
        hints = [hint for _, hint in advise_items(one.items)]
        if all(hint.rule != GENERAL for hint in hints):
            continue
        phrases = tuple(sorted({hint.params["n"] for hint in hints if hint.rule == STOCK}))
        hits.append(Hit(one.document_id, one.unit_id, True, Noticed(one.document_id, phrases)))
    more = len(found) > MOST
    return Reckoning(hits, min(len(found), MOST), more, TOO_MANY if more else None)


def shown(scope: Scope, hits: Sequence[Hit]) -> list[Row]:
    ids = [hit.key for hit in hits]
    documents, told, said = papers(ids), events(ids, AGREED), cell_said(ids)
    decided = _decisions(ids)
    rows = []
    for hit in hits:
        document, one = documents[hit.key], decided.get(hit.key)
        rows.append(
            Row(
                hit.key,
                document.unit,
                Reason(GENERAL, N_("chưa thấy việc cụ thể, máy gợi ý")),
                {
                    "commitment": document,
                    "phrases": ", ".join(map(str, hit.what.phrases)),
                    "by": _by(one),
                    "agreed": local_day(one.at) if one is not None else None,
                    "minutes": one.minutes if one is not None else None,
                },
                document,
                document.author,
                as_evidence(told.get(hit.key, ()), rule=GENERAL),
                explained=said.get(hit.key, ()),
            )
        )
    return rows


def _decisions(ids: Sequence[int]) -> dict[int, Decision]:
    """By commitment, the last decision that agreed to it."""
    query = (
        sa.select(Decision)
        .where(Decision.document_id.in_(ids), Decision.action.in_(AGREED), Decision.stage == 0)
        .options(joinedload(Decision.person), joinedload(Decision.post).joinedload(Post.unit))
        .order_by(Decision.id)
    )
    return {one.document_id: one for one in db.session.scalars(query)}


def _by(one: Decision | None) -> Value:
    """Who agreed, in which post; a meeting's vote was the meeting's."""
    if one is None:
        return None
    if one.post is None:
        return Reason("", N_("cuộc họp chi bộ"))
    return Reason(
        "", N_("%(name)s, %(post)s"), {"name": one.person.full_name, "post": one.post.title}
    )


QUESTION = Question(
    6,
    N_("Mục 3 nào chung chung mà vẫn được thông qua, ai thông qua, lý do gì?"),
    N_("Mục 3 chung chung vẫn thông qua"),
    N_(
        "Mục 3 của bản cam kết đã được thống nhất mà khi bỏ các câu mẫu thì máy không thấy việc, nơi chốn, "
        "người được phục vụ, ngày hoặc số lượng cụ thể. Ý kiến của chi bộ đứng trước. Thời kỳ: theo ngày "
        "ghi."
    ),
    (STOCK, GENERAL),
    (
        Column("commitment", N_("Bản cam kết")),
        Column("phrases", N_("Có câu mẫu số")),
        Column("by", N_("Ai thông qua")),
        Column("agreed", N_("Ngày thông qua")),
        Column("minutes", N_("Biên bản")),
    ),
    machine=True,
    **reckoned(reckon, shown),
)
