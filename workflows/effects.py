"""What each act changes besides the state: stages, number, force, receipts, revisions.

The engine calls them inside the act, after the machine has moved the document.
"""

from __future__ import annotations

from collections.abc import Callable

from workflows import copies, drafting, obligations, register, routing, transcribing
from workflows.act import Act
from workflows.calendar import start_of_day
from workflows.inspections.effects import EFFECTS as OF_INSPECTIONS
from workflows.obligations import HANDED_IN, MIDDAY
from workflows.recorded import papers
from workflows.recorded.settle import confirmed
from workflows.rules.numbers import as_written
from workflows.rules.papers import finding_of


def revised(act: Act) -> None:
    drafting.add_revision(act.document, drafting.Draft.revised(act), author=act.writer, now=act.now)
    act.document.stages[0].state = ""


def submitted(act: Act) -> None:
    document = act.document
    transcribing.confirm(act)
    if drafting.was_decided(document):
        # The text comes again under a number of its own: a decision is bound to one going-round.
        drafting.add_revision(
            document, drafting.Draft.again(document), author=act.writer, now=act.now
        )
    if document.kind == HANDED_IN:
        obligations.fulfil(document, act.now)
    routing.arrive(document, 0, act.now)


def reviewed(act: Act) -> None:
    act.stage.state = "reviewed"


def approved(act: Act) -> None:
    document, stage = act.document, act.stage
    stage.state = "approved"
    stage.decided_at, stage.decided_by_id = act.now, act.person.id
    if document.stage == 0:
        if document.number is None and act.inputs.number is not None:
            document.number = as_written(document, act.inputs.number)
        document.dated_on = act.inputs.dated_on or act.revision.dated_on or act.today
        register.enter_document(document, actor=act.person, now=act.now)
        drafting.index_for_search(document)
    if routing.enters_force(document):
        routing.put_in_force(document, act.now)


def corrected(act: Act) -> None:
    """What was typed off a signed paper is put right before anybody confirms it."""
    drafting.add_revision(act.document, drafting.Draft.revised(act), author=act.writer, now=act.now)
    if act.inputs.paper is not None:
        papers.keep(act.document, act.inputs.paper, by=act.person, now=act.now)


def explained(act: Act) -> None:
    finding = finding_of(act)
    assert finding is not None
    finding.explanation = act.inputs.reason
    finding.explained_at, finding.explained_by = act.now, act.person


def reported(act: Act) -> None:
    document, paper = act.document, act.inputs.paper
    if document.stage == 0:
        obligations.fulfil(document, act.now, on=paper.reported_on if paper else None)
        copies.send(document, act.now)
    act.stage.state = "reported"
    routing.arrive(document, document.stage + 1, act.now)
    if paper is not None and paper.received_on is not None:
        # Received on paper; by whom there, nobody has said here.
        act.stage.received_at = min(act.now, start_of_day(paper.received_on) + MIDDAY)


def received(act: Act) -> None:
    act.stage.received_at, act.stage.received_by_id = act.now, act.person.id


def returned(act: Act) -> None:
    routing.back_to_issuer(act.document)


EFFECTS: dict[str, Callable[[Act], None]] = {
    "revise": revised,
    "submit": submitted,
    "review": reviewed,
    "approve": approved,
    "report": reported,
    "receive": received,
    "return": returned,
    "correct": corrected,
    "confirm": confirmed,
    "explain": explained,
    **OF_INSPECTIONS,
}
