"""Question 5: which commitments are alike, with another of the cell or with one's own of last year?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import sqlalchemy as sa

from models.campaign import Campaign
from models.document import Document
from workflows.advice.likeness import ALIKE, grams_of, likeness
from workflows.questions.answer import Beside, Row, Side
from workflows.questions.evidence import as_evidence, events, papers
from workflows.questions.question import Column, Question
from workflows.questions.reckoned import Hit, Reckoning, reckoned
from workflows.questions.scope import Scope
from workflows.questions.texts import (
    CLOSED,
    MOST,
    TOO_MANY,
    Section,
    asked_about,
    cell_said,
    sections,
)
from workflows.refusal import N_, Reason

FAR = 10**9  # a key is the earlier paper's id times this, plus the later one's
AGREED = ("approve", "confirm")


def reckon(scope: Scope) -> Reckoning:
    """Pairs within one cell and campaign, and of one person with his own of the year before. Texts
    of different cells are never compared."""
    if not scope.persons:
        return Reckoning((), 0, note=CLOSED)
    found = sections(asked_about(scope))
    read = found[:MOST]
    before = _of_the_year_before(read)
    words = {one.document_id: grams_of(one.items) for one in (*read, *before)}
    cells: dict[tuple[int, int], list[Section]] = defaultdict(list)
    for one in read:
        cells[one.unit_id, one.campaign_id].append(one)
    pairs = [
        pair
        for cell in cells.values()
        for pair in combinations(cell, 2)
        if pair[0].author_id != pair[1].author_id
    ]
    own = {(one.author_id, one.year): one for one in before}
    pairs += [
        (own[one.author_id, one.year - 1], one)
        for one in read
        if (one.author_id, one.year - 1) in own
    ]
    scored = [
        (one, other, likeness(words[one.document_id], words[other.document_id]))
        for one, other in pairs
    ]
    hits = [
        Hit(one.document_id * FAR + other.document_id, other.unit_id, True, (one, other, score))
        for one, other, score in scored
        if score >= ALIKE
    ]
    more = len(found) > MOST
    return Reckoning(hits, len(pairs), more, TOO_MANY if more else None)


def _of_the_year_before(read: Sequence[Section]) -> list[Section]:
    """What the same persons undertook the year before, wherever that was."""
    if not read:
        return []
    return sections(
        sa.and_(
            Document.author_id.in_(sorted({one.author_id for one in read})),
            Campaign.year.in_(sorted({one.year - 1 for one in read})),
        )
    )


def shown(scope: Scope, hits: Sequence[Hit]) -> list[Row]:
    ids = {one.document_id for hit in hits for one in hit.what[:2]}
    documents, told, said = papers(ids), events(ids, AGREED), cell_said(ids)
    rows = []
    for hit in hits:
        first, second, score = hit.what
        one, other = documents[first.document_id], documents[second.document_id]
        own = first.author_id == second.author_id
        # Who agreed to last year's, and what was said of it, lies outside the scope.
        earlier = 0 if own else one.id
        like = Reason("R09", N_("giống %(n)s%%, máy gợi ý"), {"n": score})
        rows.append(
            Row(
                hit.key,
                other.unit,
                like,
                {
                    "first": one,
                    "second": other,
                    "score": score,
                    "how": Reason("", N_("với bản năm trước của chính mình"))
                    if own
                    else Reason("", N_("trong cùng chi bộ")),
                },
                other,
                other.author,
                as_evidence([*told.get(earlier, ()), *told.get(other.id, ())], rule="R09"),
                Beside(_side(one), _side(other), like),
                (*said.get(earlier, ()), *said.get(other.id, ())),
                opens=None if own else (one, other),
            )
        )
    return rows


def _side(document: Document) -> Side:
    return Side(
        Reason("", N_("Bản cam kết của")), document.author, None, (document.unit, document.dated_on)
    )


QUESTION = Question(
    5,
    N_("Những bản cam kết nào giống nhau, giống bản năm trước của chính mình?"),
    N_("Bản cam kết giống nhau"),
    N_(
        "Mục 3 của hai bản cam kết đang có hiệu lực trong cùng một chi bộ, hoặc của một người với bản năm "
        "trước của chính mình, giống nhau từ một nửa trở lên (cụm ba từ, đã bỏ các câu mẫu). Không so giữa các chi "
        "bộ. Thời kỳ: theo ngày ghi."
    ),
    ("R09",),
    (
        Column("first", N_("Bản thứ nhất")),
        Column("second", N_("Bản thứ hai")),
        Column("score", N_("Giống, phần trăm")),
        Column("how", N_("So với")),
    ),
    machine=True,
    **reckoned(reckon, shown),
)
