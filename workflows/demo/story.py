"""A story as data files tell it: papers with their acts, each at its instant.

An act is one line, `05/03 09:00 return by phobithu.c2 TASKS — Việc thứ hai chưa rõ người.`: day,
time, action, who (left out: whoever the engine waits for), code of a return, and what was said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from workflows import calendar
from workflows.act import Votes
from workflows.demo import inspecting, meetings, papers
from workflows.demo.inspecting import Case
from workflows.demo.meetings import Meeting
from workflows.tables import Table, read

LINE = re.compile(
    r"(?P<day>\d\d)/(?P<month>\d\d) (?P<time>\d\d:\d\d) (?P<action>[a-z_]+)"
    r"(?: by (?P<by>[a-z0-9.]+))?(?: (?P<code>[A-Z][A-Z0-9_]*))?(?: — (?P<said>.+))?"
)


@dataclass
class Paper:
    """One document of the story: what it holds in the end, and at first where it was sent back."""

    file: str
    key: str
    kind: str
    unit: str
    campaign: str
    requirement: str | None
    title: str
    basis: list[Any]
    content: dict[str, Any]
    at_first: dict[str, Any]
    number: str | None
    dated_on: date | None
    minutes: str | None
    votes: Votes | None
    amends: str | None
    signed: dict[str, Any] = field(default_factory=dict)  # of a paper signed outside the system
    document_id: int | None = None


@dataclass(frozen=True)
class Step:
    """Something that happens at an instant: an act on a paper, a delegation, a meeting, or an act of an
    inspection."""

    at: datetime
    action: str
    by: str | None = None
    code: str | None = None
    said: str | None = None
    paper: Paper | None = None
    delegation: dict[str, Any] = field(default_factory=dict)
    meeting: Meeting | None = None
    case: Case | None = None

    def __str__(self) -> str:
        what = self.paper.key if self.paper else self.meeting or self.case or self.by
        return f"{self.at.astimezone(calendar.ZONE):%d/%m/%Y %H:%M} {self.action} {what}"


@dataclass
class Story:
    """All steps in the order of their instants."""

    year: int
    begins: datetime
    ends: datetime
    steps: list[Step]
    papers: dict[str, Paper]


def tell(sources: dict[str, str]) -> Story:
    """Read a story from its files (name → text); `story.toml` holds its frame. Raises FileError."""
    frame = read(sources["story.toml"], file="story.toml")
    story = Story(
        year=frame.take("year", int),
        begins=frame.instant("begins"),
        ends=frame.instant("ends"),
        steps=[],
        papers={},
    )
    for table in frame.tables("delegations"):
        story.steps.append(_delegation(table))
    held = [meetings.read_meeting(table) for table in frame.tables("sittings")]
    for table in frame.tables("monthly"):
        held += meetings.read_months(table)
    for meeting in held:
        story.steps += [
            Step(meeting.held_at, "sit", meeting.by, meeting=meeting),
            Step(meeting.confirmed_at, "confirm", meeting.minute_taker, meeting=meeting),
        ]
    for table in frame.tables("inspections"):
        case = inspecting.read_case(table)
        story.steps.append(Step(case.ordered_at, "order", case.by, case=case))
        story.steps += [Step(at, action, case.by, case=case) for at, action, _ in case.acts]
    frame.done()
    for file, source in sources.items():
        if file != "story.toml":
            _chapter(story, read(source, file=file))
    story.steps.sort(key=lambda step: step.at)
    return story


def _chapter(story: Story, top: Table) -> None:
    kind, campaign = top.words("kind"), top.words("campaign")
    shared = top.take("shared", dict, {})  # contents that several papers begin from
    agreed = {m["key"]: m for m in top.take("meetings", list, [])}
    for table in top.tables("papers"):
        own_acts = table.take("acts", list)
        meeting = agreed[table.words("meeting")] if "meeting" in table.values else {}
        own = table.take("kind", str, kind)
        paper = _paper(table, own, table.take("campaign", str, campaign), shared, meeting)
        if paper.key in story.papers:
            raise table.wrong("key", f"{paper.key} được dùng hai lần")
        story.papers[paper.key] = paper
        for line in [*own_acts, *meeting.get("acts", [])]:
            story.steps.append(_step(line, paper, story.year, table))
    top.done()


def _paper(
    table: Table, kind: str, campaign: str, shared: dict[str, Any], meeting: dict[str, Any]
) -> Paper:
    content = _merged(shared.get(table.take("like", str, ""), {}), table.take("content", dict, {}))
    votes = table.take("votes", list, meeting.get("votes"))
    paper = Paper(
        file=table.file,
        key=table.words("key"),
        kind=kind,
        unit=table.take("unit", str, meeting.get("unit", "")),
        campaign=campaign,
        requirement=table.take("requirement", str, None),
        title=table.words("title"),
        basis=table.take("basis", list, []),
        content=content,
        at_first=_merged(content, table.take("at_first", dict, {})),
        number=table.take("number", str, None),
        dated_on=table.take("dated_on", date, None),
        minutes=table.take("minutes", str, meeting.get("minutes")),
        votes=Votes(*votes) if votes else None,
        amends=table.take("amends", str, None),
        signed=papers.read_signed(table),
    )
    table.done()
    return paper


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """`old` with what `new` says, also within tables; lists are replaced."""
    both = {
        k: _merged(old[k], v) if isinstance(v, dict) and k in old else v for k, v in new.items()
    }
    return {**old, **both}


def _step(line: Any, paper: Paper, year: int, table: Table) -> Step:
    match = LINE.fullmatch(line) if isinstance(line, str) else None
    if match is None:
        raise table.wrong("acts", f"không đọc được dòng “{line}”")
    day = date(year, int(match["month"]), int(match["day"]))
    at = datetime.combine(day, time.fromisoformat(match["time"]), calendar.ZONE)
    return Step(at, match["action"], match["by"], match["code"], match["said"], paper)


def _delegation(table: Table) -> Step:
    step = Step(
        at=table.instant("at"),
        action="delegate",
        by=table.words("by"),
        said=table.take("reason", str, None),
        delegation={
            "to": table.words("to"),
            "until": table.take("until", date),
            "kinds": table.take("kinds", list, []),
            "actions": table.take("actions", list, []),
        },
    )
    table.done()
    return step
