"""Whether each report back on a conclusion still says what was reported, and each answer of the
commission what was answered. What an erasure took from an event is not asked for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import sqlalchemy as sa

from models.queries import trail as rows
from workflows.refusal import N_
from workflows.trail.report import Report
from workflows.trail.verify_findings import UNKNOWN, Told

LOST = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: báo cáo lần %(round)s về thực hiện yêu cầu %(n)s của "
    "kết luận (văn bản %(document)s) đã mất khỏi cơ sở dữ liệu."
)
ALTERED = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: báo cáo lần %(round)s về thực hiện yêu cầu %(n)s của "
    "kết luận (văn bản %(document)s) không còn như sự kiện ấy ghi."
)
JUDGED = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: trả lời của đoàn kiểm tra cho báo cáo lần %(round)s "
    "về thực hiện yêu cầu %(n)s của kết luận (văn bản %(document)s) không còn như sự kiện ấy ghi."
)
UNTOLD = N_(
    "Báo cáo lần %(round)s về thực hiện yêu cầu %(n)s của kết luận (văn bản %(document)s), hoặc trả "
    "lời cho báo cáo ấy, không có trong sổ nào."
)
REPORTED = "conclusion_reported"
VERDICTS = {"conclusion_confirmed": "confirmed", "conclusion_returned": "returned"}

_ROWS = """SELECT r.requirement_id, {text:r.text} AS text, {instant:r.at} AS at, r.by_id, r.verdict,
    {text:r.said} AS said, {instant:r.judged_at} AS judged_at, r.judged_by_id, c.n, i.document_id
    FROM report_back r LEFT JOIN conclusion_requirement c ON c.id = r.requirement_id
    LEFT JOIN inspection i ON i.id = c.inspection_id ORDER BY r.id"""


class Round(NamedTuple):
    """A report with the answer to it, as their events tell; no answer yet: None."""

    document: int
    reported: Told
    judged: Told | None


def check_reports(connection: sa.Connection, told: dict[int, list[Told]], report: Report) -> None:
    """Adds to `report` what is not as the events about it (by document, in order) say: the reports
    of a requirement stand in the order in which they were made."""
    rounds: dict[int, list[Round]] = defaultdict(list)
    for document, events in told.items():
        for event in events:
            made = event.leaf.get("conclusion")
            if type(made) is int:
                _fold(rounds[made], event, document)
    kept: dict[Any, list[Any]] = defaultdict(list)
    for row in rows.read(connection, _ROWS):
        kept[row.requirement_id].append(row)
    for made in rounds.keys() | kept.keys():
        _compare(rounds.get(made, []), kept.get(made, []), report)


def _fold(rounds: list[Round], event: Told, document: int) -> None:
    if event.action == REPORTED:
        rounds.append(Round(document, event, None))
    elif event.action in VERDICTS and rounds:
        rounds[-1] = rounds[-1]._replace(judged=event)


def _compare(rounds: list[Round], there: list[Any], report: Report) -> None:
    for number, (document, reported, judged) in enumerate(rounds, 1):
        row = there[number - 1] if number <= len(there) else None
        wrong: tuple[str, Told] | None = None
        if row is None:
            wrong = LOST, reported
        elif not _is_as(reported, row.at, text=row.text, actor_id=row.by_id):
            wrong = ALTERED, reported
        elif judged is not None and not (
            row.verdict == VERDICTS[judged.action]
            and _is_as(judged, row.judged_at, text=row.said, actor_id=row.judged_by_id)
        ):
            wrong = JUDGED, judged
        elif judged is None and row.verdict is not None:
            report.add(UNTOLD, document=document, round=number, n=row.n)
        if wrong:
            text, event = wrong
            report.add(
                text,
                unit=event.unit,
                seq=event.seq,
                document=document,
                round=number,
                n=event.leaf.get("number"),
            )
    for number, row in enumerate(there[len(rounds) :], len(rounds) + 1):
        report.add(UNTOLD, document=row.document_id, round=number, n=row.n)


def _is_as(event: Told, at: Any, **kept: Any) -> bool:
    """Whether these are the instant, the words and the actor of an event; of a confirmation there are
    no words, of what was erased nothing is known."""
    words = event.leaf.get("private")
    promised = words if type(words) is dict else {}
    return event.leaf.get("at") == at and all(
        event.said.get(name, UNKNOWN if name in promised else "") in (UNKNOWN, value)
        for name, value in kept.items()
    )
