"""Revisions down, bodies across: what each body did with each text, who acted in which post, and who
held the leading posts at that moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.document import Document, Revision, Stage
from models.kinds import PERSONAL
from models.post import Post
from workflows.calendar import local_day
from workflows.definition import Spec, spec_of
from workflows.journey import Words, label_of, who_acted
from workflows.paper_history.facts import Fact
from workflows.refusal import N_

LEADING = ("secretary", "standing", "deputy")
DECIDING = ("approve", "return", "confirm")  # acts whose moment counts before that of others
# Acts of the house itself, which no definition names.
OWN_ACTS = {
    "create": N_("Lập dự thảo"),
    "record": N_("Vào sổ bản giấy"),
    "supersede": N_("Được thay thế"),
    "migrate": N_("Chuyển sang bản quy trình mới"),
    "handed_over": N_("Chuyển đơn vị"),
}


@dataclass(frozen=True)
class Act:
    """One act in a cell. `label` in both languages, or a marked sentence; `by`: the name and the
    title of that day, as the log keeps them; `unit`, `seq`: where the event stands."""

    action: str
    label: dict[str, str] | str
    by: Words
    on_behalf: str
    at: datetime
    unit: str
    seq: int
    late: bool


@dataclass(frozen=True)
class Cell:
    """What one body did with one text; `holders` are the leading posts as held at that moment."""

    acts: tuple[Act, ...]
    holders: tuple[Post, ...] = ()


@dataclass(frozen=True)
class Row:
    """One revision: a cell for every stage of the route. `same_as`: the number of the text before
    it with the very same words, 0 for none."""

    revision: Revision
    cells: tuple[Cell, ...]
    same_as: int


def grid(document: Document, facts: list[Fact]) -> list[Row]:
    """The table of a document, oldest text first. `facts`: `facts_of(document)`. Two statements."""
    spec = spec_of(document.definition)
    posts = _leading(document.stages)
    personal = document.kind in PERSONAL
    placed = [(fact.revision, _placed(document.stages, fact), fact) for fact in facts]
    rows = []
    for before, revision in zip([None, *document.revisions], document.revisions, strict=False):
        cells = []
        for stage in document.stages:
            at = (revision.n, stage.position)
            here = [fact for n, place, fact in placed if (n, place) == at]
            held = _held(posts, stage, here)
            cells.append(Cell(tuple(_act(spec, fact) for fact in here), held))
        same = before is not None and not personal and same_text(before, revision)
        rows.append(Row(revision, tuple(cells), revision.n - 1 if same else 0))
    return rows


def _placed(stages: list[Stage], fact: Fact) -> int:
    """The stage of the body whose log holds it; of a body beside the route, where the paper lay."""
    lay = fact.at_stage
    if lay < len(stages) and stages[lay].unit.code == fact.unit:
        return lay
    return next((stage.position for stage in stages if stage.unit.code == fact.unit), lay)


def same_text(one: Revision, other: Revision) -> bool:
    """Whether two revisions say the very same: title, content, basis and proposed date. Never so
    once one of them is erased."""
    if one.erased_at is not None or other.erased_at is not None:
        return False
    return (one.title, one.content, one.basis, one.dated_on) == (
        other.title,
        other.content,
        other.basis,
        other.dated_on,
    )


def _act(spec: Spec, fact: Fact) -> Act:
    named = bool(spec.actions_named(fact.action))
    return Act(
        action=fact.action,
        label=label_of(spec, fact.action, fact.at_stage)
        if named
        else OWN_ACTS.get(fact.action, fact.action),
        by=who_acted(fact.fields),
        on_behalf=fact.fields.get("delegated_by", {}).get("value") or "",
        at=fact.at,
        unit=fact.unit,
        seq=fact.seq,
        late=bool(fact.leaf.get("late")),
    )


def _leading(stages: Iterable[Stage]) -> list[Post]:
    """The leading posts of the bodies on a route, whenever they were held."""
    units = {stage.unit_id for stage in stages}
    return list(
        db.session.scalars(
            sa.select(Post)
            .options(joinedload(Post.person))
            .where(Post.unit_id.in_(units), Post.role.in_(LEADING))
            .order_by(Post.id)
        )
    )


def _held(posts: list[Post], stage: Stage, here: list[Fact]) -> tuple[Post, ...]:
    """Of these posts those of the stage's body, as held when it last decided on this text; where it
    has not decided, when it last did anything with it."""
    if not here:
        return ()
    moment = next((fact.at for fact in reversed(here) if fact.action in DECIDING), here[-1].at)
    day = local_day(moment)
    return tuple(
        post
        for post in sorted(posts, key=lambda post: LEADING.index(post.role))
        if post.unit_id == stage.unit_id
        and (post.valid_from is None or post.valid_from <= day)
        and (post.valid_to is None or day <= post.valid_to)
        and (post.ended_at is None or moment < post.ended_at)
    )
