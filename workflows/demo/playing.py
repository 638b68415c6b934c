"""Playing a story through the engine, each step at its instant, the ladder climbing in between."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.account import Account
from models.base import db
from models.campaign import Campaign, Requirement
from models.document import Document
from models.kinds import PERSONAL
from models.listing import CommitmentList, ListEntry
from models.person import Person
from models.post import Post
from models.unit import Unit, unit_by_code
from workflows import authority, beginning, calendar, engine, ladder, lists, organisation
from workflows.content import clean_content
from workflows.definition import spec_of
from workflows.demo import inspecting, meetings, papers
from workflows.demo.story import Paper, Step, Story
from workflows.refusal import WorkflowError
from workflows.rules.route import next_stage
from workflows.tables import FileError

OPENERS = ("amend", "request_amendment")
BY_AUTHOR = ("revise", "submit")


class Broken(FileError):
    """A step of the story was refused: the story is wrong, or a rule has changed."""


def _on_a_list(step: Step) -> bool:
    return (
        step.paper is not None
        and step.paper.kind == "commitment"
        and step.action in ("report", "receive")
    )


def _together(steps: list[Step]) -> Iterator[list[Step]]:
    """One step after another; those that stand on one list at once."""

    def which(numbered: tuple[int, Step]) -> tuple[object, ...]:
        n, step = numbered
        if step.paper is None or not _on_a_list(step):
            return (n,)
        return (step.at, step.action, step.by, step.paper.unit)

    for _, group in itertools.groupby(enumerate(steps), which):
        yield [step for _, step in group]


@dataclass
class Player:
    """Plays steps in order, letting the ladder climb at every instant in between."""

    story: Story
    here: datetime
    climbed: int = 0
    people: dict[str, Person] = field(default_factory=dict)

    def play(self) -> None:
        """From `here` to the story's end. In the caller's transaction."""
        for steps in _together(self.story.steps):
            step = steps[0]
            self.wait_until(step.at)
            try:
                if _on_a_list(step):
                    self._list(steps)
                else:
                    self._do(step)
            except WorkflowError as refusal:
                said = "; ".join(f"[{r.rule}] {r.text % r.params}" for r in refusal.reasons)
                file = step.paper.file if step.paper else "story.toml"
                raise Broken(file, str(step), said) from refusal
        self.wait_until(self.story.ends)

    def wait_until(self, at: datetime) -> None:
        """Time passes: whatever is due up to `at` climbs, each rung at its own instant."""
        while (following := ladder.next_instant(self.here)) is not None and following <= at:
            self.climbed += ladder.sweep(following)
            self.here = following
        self.here = max(self.here, at)

    def _do(self, step: Step) -> None:
        if step.meeting is not None:
            carry = meetings.hold if step.action == "sit" else meetings.confirm
            carry(step.meeting, self.person, now=step.at)
        elif step.case is not None and step.action == "order":
            inspecting.order(step.case, self.person, step.at)
        elif step.case is not None:
            inspecting.act(step.case, step.action, self.person, step.at)
        elif step.paper is None:
            self._delegate(step)
        elif step.action == "record":
            step.paper.document_id = self._record(step, step.paper).id
        elif step.action == "create":
            step.paper.document_id = self._create(step, step.paper).id
        elif step.action in OPENERS:
            assert step.paper.amends is not None
            old = self._document(step.paper.amends)
            step.paper.document_id = self._act(step, old, step.paper).id
        else:
            self._act(step, self._document(step.paper.key), step.paper)

    def _campaign(self, paper: Paper) -> tuple[Campaign, Requirement | None]:
        campaign = db.session.scalars(
            sa.select(Campaign).where(Campaign.code == paper.campaign)
        ).one()
        wanted = [r for r in campaign.requirements if r.code == paper.requirement]
        if paper.requirement and not wanted:
            raise Broken(paper.file, paper.key, f"đợt không có yêu cầu {paper.requirement}")
        return campaign, wanted[0] if wanted else None

    def _record(self, step: Step, paper: Paper) -> Document:
        campaign, requirement = self._campaign(paper)
        return papers.record(
            paper.kind,
            unit=self._unit(paper),
            campaign=campaign,
            requirement=requirement,
            title=paper.title,
            content=paper.content,
            basis=self._basis(paper),
            number=paper.number,
            dated_on=paper.dated_on,
            minutes=paper.minutes,
            votes=paper.votes,
            signed=paper.signed,
            actor=self.person(step.by or ""),
            now=step.at,
        )

    def _list(self, steps: list[Step]) -> None:
        """Commitments go upward, and are received, as one list."""
        documents = [self._document(step.paper.key) for step in steps if step.paper]
        first, now = documents[0], steps[0].at
        actor = self._actor(steps[0], first)
        if steps[0].action == "report":
            seen = [(d, d.revision, d.version) for d in documents]
            lists.report_list(first.unit, first.campaign, seen, actor=actor, now=now)
            return
        entries = sa.select(ListEntry.list_id).where(
            ListEntry.document_id.in_([document.id for document in documents])
        )
        for made in lists.lists_of(CommitmentList.id.in_(entries)):
            lists.receive_list(made, actor=actor, now=now)

    def _create(self, step: Step, paper: Paper) -> Document:
        campaign, requirement = self._campaign(paper)
        return beginning.create(
            paper.kind,
            unit=self._unit(paper),
            campaign=campaign,
            title=paper.title,
            content=clean_content(paper.kind, paper.at_first),
            basis=self._basis(paper),
            dated_on=paper.dated_on if paper.kind in PERSONAL else None,
            requirement=requirement,
            actor=self.person(step.by or ""),
            now=step.at,
        )

    def _act(self, step: Step, document: Document, paper: Paper) -> Document:
        return engine.perform(
            document,
            step.action,
            actor=self._actor(step, document),
            now=step.at,
            revision=document.revision,
            version=document.version,
            **self._inputs(step, document, paper),
        )

    def _inputs(self, step: Step, document: Document, paper: Paper) -> dict[str, Any]:
        """What the form of this act would hold."""
        match step.action:
            case "revise":
                content = clean_content(paper.kind, paper.content)
                return {"title": paper.title, "content": content, "basis": self._basis(paper)}
            case "approve" if document.stage == 0:
                return {
                    "number": paper.number,
                    "dated_on": paper.dated_on,
                    "minutes": paper.minutes,
                    "votes": paper.votes,
                    "comment": step.said,
                }
            case "report":
                above = next_stage(document)
                return {"via": above.via.code if above and above.via else None}
            case "explain":
                return {"finding": papers.finding(document, step.code), "reason": step.said}
            case "review" | "approve":
                return {"comment": step.said}
            case _:
                return {"reason": step.said, "reason_code": step.code}

    def _actor(self, step: Step, document: Document) -> Person:
        if step.by:
            return self.person(step.by)
        if step.action in BY_AUTHOR:
            return document.author
        for spec in spec_of(document.definition).actions_named(step.action):
            if authority.applicable(document, spec):
                for held in authority.holders(document, spec, step.at):
                    for capacity in held.capacities:
                        if capacity.person and capacity.delegation is None:
                            return capacity.person
        raise Broken("", str(step), "không còn ai làm được việc này")

    def _basis(self, paper: Paper) -> list[dict[str, Any]]:
        return [
            {"document": self._document(entry).id}
            if isinstance(entry, str)
            else {**entry, "dated_on": entry["dated_on"].isoformat()}
            for entry in paper.basis
        ]

    def _document(self, key: str) -> Document:
        return db.session.get_one(Document, self.story.papers[key].document_id)

    def _unit(self, paper: Paper) -> Unit:
        unit = unit_by_code(paper.unit)
        if unit is None:
            raise Broken(paper.file, paper.key, f"không có đơn vị mã {paper.unit}")
        return unit

    def person(self, login: str) -> Person:
        """The person behind a login."""
        if login not in self.people:
            account = db.session.scalar(sa.select(Account).where(Account.login == login))
            if account is None:
                raise Broken("story.toml", login, "không có tài khoản này")
            self.people[login] = account.person
        return self.people[login]

    def _delegate(self, step: Step) -> None:
        holder = self.person(step.by or "")
        given = step.delegation
        organisation.delegate(
            db.session(),
            post=db.session.scalars(sa.select(Post).where(Post.person_id == holder.id)).one(),
            to=self.person(given["to"]),
            valid_from=calendar.local_day(step.at),
            valid_to=given["until"],
            kinds=given["kinds"],
            actions=given["actions"],
            reason=step.said,
            actor=holder,
            now=step.at,
        )
