"""The state machines of the published definitions. The only module that knows `transitions`."""

from __future__ import annotations

from typing import Any

from transitions import EventData, Machine, MachineError

from models.definition import Definition
from models.document import Document
from workflows.conditions import CONDITIONS
from workflows.definition import SAME, ActionSpec, Spec, spec_of, state_of
from workflows.refusal import N_, Reason, Refused

_machines: dict[str, Machine] = {}  # by hash of the definition, shared by all documents and threads


def _machine(definition: Definition) -> Machine:
    """The one machine of a published definition. It holds no document, so threads may share it."""
    if definition.hash not in _machines:
        _machines[definition.hash] = _build(spec_of(definition))
    return _machines[definition.hash]


def _build(spec: Spec) -> Machine:
    machine = Machine(
        model=None,
        states=list(spec.states),
        initial=spec.initial,
        auto_transitions=False,
        send_event=True,
    )
    for action in spec.actions:
        machine.add_transition(
            action.name,
            list(action.sources),
            "=" if action.target == SAME else action.target,
            conditions=[_condition(name) for name in action.when],
        )
    return machine


def _condition(name: str) -> Any:
    return lambda event: CONDITIONS[name](_document_of(event))


def _document_of(event: EventData) -> Document:
    document = event.model
    assert isinstance(document, Document)
    return document


def move(document: Document, action: ActionSpec) -> None:
    """Let the machine move the document; what it declines is a refusal, never a silence."""
    try:
        moved = _machine(document.definition).events[action.name].trigger(document)
    except MachineError:
        moved = False
    if not moved:
        raise Refused(not_now(document))


def not_now(document: Document) -> Reason:
    """Why an act that the document's state does not know is not done."""
    state = state_of(document)
    return Reason(
        "STATE",
        N_("Chưa làm được: văn bản đang ở bước “%(state)s”, bước này chưa có việc đó."),
        {"state": state.label_at(document.stage), "body": document.current_stage.unit.name},
    )
