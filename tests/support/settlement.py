"""The account that is settled after a crowd has pressed: what nobody may have been told, and what may
not stand in the database. Every answer is a list of sentences, empty when all is well."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask

from models.base import db
from models.deadline import Deadline
from models.document import Decision, Document
from models.event import AuditEvent
from models.post import Delegation, Post
from models.register import NumberEntry
from models.task import Task
from tests.support.crowd import NOW_AND_THEN, Attempt, Tally
from workflows.definition import spec_of
from workflows.trail import verify

DECIDED = re.compile(
    r"Chưa ghi được: (?:văn bản đã được )?(\w+) (?:xử lý|đã quyết định bước này) lúc "
    r"\d\d/\d\d/\d{4}\s\d\d:\d\d\. Xem lại bản mới nhất rồi làm tiếp\."
)


def wrong(app: Flask, tally: Tally) -> list[str]:
    """Everything that is not as it must be."""
    found = [*_answers(tally)]
    with app.app_context():
        found += _events(tally)
        found += _trail()
        found += _tasks()
        found += _numbers()
        found += _authority()
        db.session.remove()
    return found


def _answers(tally: Tally) -> Iterator[str]:
    """Per decision one success; the rest hear who was faster, and when."""
    decisions: dict[tuple[int, int], list[tuple[Attempt, int, str]]] = defaultdict(list)
    for answer in tally.answers:
        decisions[answer[0].document, answer[0].version].append(answer)
    for place, answers in decisions.items():
        won = [attempt for attempt, status, _ in answers if status in (200, 201)]
        if len(won) != 1:
            yield f"{place}: {len(won)} successes of {len(answers)}"
            continue
        for attempt, status, detail in answers:
            if not _may_be_told(attempt, status, detail, won[0]):
                yield f"{place}: {attempt.who} {attempt.action}: {status} {detail}"


def _may_be_told(attempt: Attempt, status: int, detail: str, winner: Attempt) -> bool:
    if status in (200, 201):
        return attempt is winner
    if status == 409:
        decided = DECIDED.fullmatch(detail)
        if decided is None:  # who takes no part at that moment hears when, and not who
            return attempt.who in NOW_AND_THEN and "đã thay đổi lúc" in detail
        return decided[1] == winner.who
    if status == 422:
        return attempt.action == "approve" and "đã dùng cho văn bản khác" in detail
    return status in (403, 404) and attempt.who in NOW_AND_THEN


def _events(tally: Tally) -> Iterator[str]:
    """What was acknowledged is there once, and nothing else is."""
    told = Counter(
        (attempt.document, attempt.version + 1, attempt.action)
        for attempt, status, _ in tally.answers
        if status in (200, 201)
    )
    rows = db.session.execute(
        sa.select(AuditEvent.document_id, AuditEvent.document_version, AuditEvent.action).where(
            AuditEvent.document_id.is_not(None), AuditEvent.action != "create"
        )
    )
    kept = Counter(tuple(row) for row in rows)
    yield from (f"lost: {act}" for act in told - kept)
    yield from (f"doubled or not acknowledged: {act}" for act in kept - told)


def _trail() -> Iterator[str]:
    """Logs, versions and states add up: state = fold of events."""
    report = verify(db.session())
    if not report.whole:
        yield f"verify: {report.first}"


def _tasks() -> Iterator[str]:
    """Each paper waits for what its state implies and for nothing else."""
    for document in db.session.scalars(sa.select(Document)):
        state = spec_of(document.definition).states[document.state]
        received = state.expects == "receive" and document.current_stage.received_at is not None
        wanted = [] if state.expects is None or received else [(state.expects, None)]
        rows = db.session.execute(
            sa.select(Task.action, Deadline.closed_at)
            .join(Deadline)
            .where(Task.document_id == document.id, Task.closed_at.is_(None))
        )
        if (found := [tuple(row) for row in rows]) != wanted:
            yield f"document {document.id} ({document.state}) waits for {found}"


def _numbers() -> Iterator[str]:
    """Each issuer's numbers are 1, 2, 3 …, each on one paper."""
    for unit_id in db.session.scalars(sa.select(NumberEntry.unit_id).distinct()):
        given = sa.select(NumberEntry.n).where(NumberEntry.unit_id == unit_id)
        ns = sorted(db.session.scalars(given))
        if ns != list(range(1, len(ns) + 1)):
            yield f"unit {unit_id}: numbers {ns}"
    carried = Counter(
        db.session.scalars(sa.select(Document.number).where(Document.number.is_not(None)))
    )
    yield from (f"{number} on {n} papers" for number, n in carried.items() if n > 1)


def _authority() -> Iterator[str]:
    """Whoever decided held the post, or the delegation, at the instant of the decision."""
    rows = db.session.execute(
        sa.select(Decision, Post, Delegation)
        .join(Post, Decision.post_id == Post.id)
        .outerjoin(Delegation, Decision.delegation_id == Delegation.id)
    )
    for decision, post, delegation in rows:
        ends = [post.ended_at, delegation.revoked_at if delegation else None]
        if any(end is not None and decision.at >= end for end in ends):
            yield f"decision {decision.id} at {decision.at}: {ends}"
        if delegation is not None and decision.at < delegation.created_at:
            yield f"decision {decision.id} at {decision.at}: not yet"


def deadlocks(app: Flask) -> int:
    """How many times this database broke a deadlock; SQLite, with one writer, has none."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            return 0
        asked = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(db.session.scalar(sa.text(asked)) or 0)
