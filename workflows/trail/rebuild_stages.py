"""Whether each body that a document has reached answered as the events tell: what, when and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from models.queries import trail as rows
from workflows.refusal import N_
from workflows.trail.by_document import ByDocument
from workflows.trail.parse import parse
from workflows.trail.report import Report
from workflows.trail.verify_event import UNREADABLE

DIFFERENT = N_(
    "Văn bản %(document)s, cấp thứ %(n)s (%(unit)s): dựng lại từ sự kiện được %(column)s là %(stated)s, "
    "cơ sở dữ liệu ghi %(kept)s."
)
ARRIVED = "arrived"  # told of a body: submitted where it decides, else reported


class Answer(NamedTuple):
    """Where one body stands. A person is None where nobody is told, or his name was erased."""

    state: str = ""
    decided_at: str | None = None
    decided_by: int | None = None
    received_at: str | None = None
    received_by: int | None = None


COLUMNS = (
    N_("trạng thái"),
    N_("thời điểm quyết định"),
    N_("người quyết định"),
    N_("thời điểm tiếp nhận"),
    N_("người tiếp nhận"),
)


def check_stages(snapshot: rows.Snapshot, report: Report) -> int:
    """Adds to `report` every body that stands otherwise. Of paper that was signed outside only what was
    answered is compared: when and by whom stands on it. Returns how many were compared."""
    looked_at = 0
    events = ByDocument(_moves(rows.events(snapshot)))
    for document, stages in groupby(rows.stages(snapshot), key=itemgetter(0)):
        try:
            told = _answers(events.of(document))
        except UNREADABLE:
            continue  # the log's own check names it
        for stage in stages:
            looked_at += 1
            _compare(stage, told.get(stage.position, Answer()), report)
    return looked_at


def _moves(pages: Iterable[list[tuple[Any, ...]]]) -> Iterator[tuple[int, Any, str, int | None]]:
    """Document, leaf, instant and actor of every event that moved a document."""
    for page in pages:
        for which, version, _, _, at, _, leaf, _, _, actor, _ in page:
            if which is not None and version is not None:
                yield which, parse(leaf), at, actor


def _answers(events: list[tuple[int, Any, str, int | None]]) -> dict[int, Answer]:
    """What each body has answered, by its place on the way."""
    found: dict[int, Answer] = {}
    for _, leaf, at, actor in events:
        here, there = leaf.get("from_stage", 0), leaf.get("stage", 0)
        answer = found.get(here, Answer())
        match leaf["action"]:
            case "revise":
                found[0] = found.get(0, Answer())._replace(state="")
            case "submit":
                found[0] = Answer(ARRIVED)
            case "review":
                found[here] = answer._replace(state="reviewed")
            case "approve" | "confirm":
                found[here] = answer._replace(state="approved", decided_at=at, decided_by=actor)
            case "report":
                found[here] = answer._replace(state="reported")
                found[there] = Answer(ARRIVED)
            case "receive":
                found[here] = answer._replace(received_at=at, received_by=actor)
            case "return":
                found[here] = answer._replace(state="returned")
    return found


def _compare(stage: rows.StageRow, told: Answer, report: Report) -> None:
    arrived = "submitted" if stage.decides else "reported"
    state = arrived if told.state == ARRIVED else told.state
    kept = Answer(*stage[4:9])
    stated = (kept if stage.recorded else _with_persons_of(kept, told))._replace(state=state)
    for name, by_log, held in zip(COLUMNS, stated, kept, strict=True):
        if by_log != held:
            report.add(
                DIFFERENT,
                unit=stage.unit,
                document=stage.document_id,
                n=stage.position + 1,
                column=name,
                stated=by_log,
                kept=held,
            )


def _with_persons_of(kept: Answer, told: Answer) -> Answer:
    """What was told; of an act whose actor was erased, whoever is kept."""
    return told._replace(
        decided_by=told.decided_by or (kept.decided_by if told.decided_at else None),
        received_by=told.received_by or (kept.received_by if told.received_at else None),
    )
