"""What the confirmation of a signed paper changes: it is issued as of its printed day, and what the
rules have against it is kept."""

from __future__ import annotations

from dataclasses import replace

from workflows import drafting, obligations, register, routing
from workflows.act import Act
from workflows.calendar import start_of_day
from workflows.obligations import HANDED_IN, MIDDAY
from workflows.recorded import found, papers
from workflows.recorded.findings import keep
from workflows.rules.numbers import as_written
from workflows.symbols import type_of


def confirmed(act: Act) -> None:
    """A second person has compared the paper with its scan: number, date and force are final, its
    findings are kept, and the act carries what the paper says of the decision."""
    document = act.document
    paper = papers.paper_of(document)
    assert paper is not None
    printed = papers.printed_of(paper)
    reasons = found.reasons_against(document, printed, by=act.capacity, now=act.now)
    paper.confirmed_by, paper.confirmed_at = act.person, act.now
    act.inputs = replace(
        act.inputs,
        number=printed.number,
        dated_on=printed.dated_on,
        minutes=printed.minutes,
        votes=printed.votes,
        paper=printed,
    )
    stage = act.stage
    stage.state = "approved"
    stage.decided_at = act.now
    if printed.dated_on is not None:
        stage.decided_at = min(act.now, start_of_day(printed.dated_on) + MIDDAY)
    kind = type_of(document)
    if kind is not None and printed.number:
        document.number = as_written(document, printed.number)
    document.dated_on = printed.dated_on
    drafting.index_for_search(document)
    if routing.enters_force(document):
        routing.put_in_force(document, act.now)
    if document.kind == HANDED_IN:
        obligations.fulfil(document, act.now, on=printed.dated_on)
    keep(document, reasons, act.now)
    if kind is not None:
        register.enter(
            document.unit,
            kind,
            printed.number,
            dated_on=printed.dated_on,
            subject=document.title,
            document=document,
            actor=act.person,
            now=act.now,
        )
