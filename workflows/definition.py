"""Workflow definitions: TOML read with clear errors. `workflows.publishing` stores what is sound as
immutable versions.

A definition says which states a kind of document has, who is waited for in each, which acts lead
where, and which guards hold them. It names roles at places (`approver@stage`), never people or
units.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.definition import Definition
from models.document import GOVERNED, Document
from workflows.act import Inputs
from workflows.conditions import CONDITIONS, awaits_confirmation
from workflows.rules import GUARDS

SHIPPED = Path(__file__).parent / "definitions"

ROLES = (
    "drafter",
    "reviewer",
    "approver",
    "reporter",
    "receiver",
    "requester",
    "recorder",
    "confirmer",
    "inspector",
    "author",
    "meeting",
)
PLACES = ("issuer", "stage", "superior", "document")
ASKS = tuple(Inputs.__dataclass_fields__)
SAME = "same"


ACT_NAME = "[a-z][a-z0-9_]{0,39}"  # as it stands in addresses
# Acts that the house knows by name: what they do hangs on it.
KNOWN_ACTS = (
    *("revise", "submit", "review", "approve", "return", "report", "receive"),
    *("withdraw", "revoke", "amend", "request_amendment", "supersede", "archive"),
    *("correct", "confirm", "explain"),  # of a signed paper
)


class DefinitionError(ValueError):
    """The file does not hold a definition. Names the file, the key, and what is wrong; `others` are
    the further keys that cannot be read."""

    def __init__(self, file: str, key: str, wrong: str):
        super().__init__(f"{file}: {key}: {wrong}")
        self.file, self.key, self.wrong = file, key, wrong
        self.others: list[DefinitionError] = []


@dataclass(frozen=True)
class Holder:
    """`role@place`; `system` for acts of the engine itself."""

    role: str
    place: str

    def __str__(self) -> str:
        return self.role if self.role == "system" else f"{self.role}@{self.place}"


@dataclass(frozen=True)
class StateSpec:
    name: str
    label: dict[str, str]
    label_later: dict[str, str] | None
    expects: str | None  # the act that is waited for
    waits_for: Holder | None
    within: int | None  # working days
    final: bool
    recorded: StateSpec | None = None  # how it reads while a recorded paper awaits confirmation

    def label_at(self, stage: int) -> dict[str, str]:
        """The words for this state at a place on the route: later stages have words of their
        own."""
        return self.label_later if stage > 0 and self.label_later else self.label


@dataclass(frozen=True)
class ActionSpec:
    name: str
    label: dict[str, str]
    sources: tuple[str, ...]
    target: str  # a state, or SAME
    when: tuple[str, ...]
    by: tuple[Holder, ...]
    guards: tuple[str, ...]
    asks: tuple[str, ...]
    opens: str | None  # "amendment": the act opens a new document

    @property
    def by_meeting(self) -> bool:
        """Done by the vote of a sitting, never by one person's button."""
        return any(holder.role == "meeting" for holder in self.by)

    def target_from(self, state: str) -> str:
        return state if self.target == SAME else self.target


@dataclass(frozen=True)
class Spec:
    kind: str
    label: dict[str, str]
    initial: str
    states: dict[str, StateSpec]
    actions: tuple[ActionSpec, ...]

    def actions_named(self, name: str) -> list[ActionSpec]:
        return [action for action in self.actions if action.name == name]


class _Reader:
    """Takes keys out of one TOML table and complains about what is wrong or left over."""

    def __init__(self, file: str, where: str, table: Any):
        self.file, self.where = file, where
        if not isinstance(table, dict):
            raise DefinitionError(file, where or "file", "must be a table")
        self.table = dict(table)

    def key(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where else name

    def wrong(self, name: str, what: str) -> DefinitionError:
        return DefinitionError(self.file, self.key(name), what)

    def take(self, name: str, kind: type, default: Any = ...) -> Any:
        if name not in self.table:
            if default is ...:
                raise self.wrong(name, "is missing")
            return default
        value = self.table.pop(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(name, f"must be {kind.__name__}, not {type(value).__name__}")
        return value

    def label(self, name: str, default: Any = ...) -> dict[str, str] | None:
        value = self.take(name, dict, default)
        if value is None:
            return None
        for language in ("vi", "en"):
            if not isinstance(value.get(language), str) or not value[language].strip():
                raise self.wrong(name, f"needs the words in “{language}”")
        if extra := set(value) - {"vi", "en"}:
            raise self.wrong(name, f"unknown language “{sorted(extra)[0]}”")
        return value

    def words(self, name: str, known: Any, what: str, default: Any = ()) -> tuple[str, ...]:
        values = self.take(name, list, list(default) if default is not ... else ...)
        for value in values:
            if not isinstance(value, str) or value not in known:
                raise self.wrong(
                    name, f"unknown {what} “{value}”; known: {', '.join(sorted(known))}"
                )
        if len(set(values)) != len(values):
            raise self.wrong(name, "names the same thing twice")
        return tuple(values)

    def holder(self, name: str, text: str) -> Holder:
        if text == "system":
            return Holder("system", "")
        role, _, place = text.partition("@")
        if role not in ROLES:
            raise self.wrong(name, f"unknown role “{role}” in “{text}”; known: {', '.join(ROLES)}")
        if place not in PLACES:
            raise self.wrong(
                name, f"unknown place “{place}” in “{text}”; known: {', '.join(PLACES)}"
            )
        return Holder(role, place)

    def done(self) -> None:
        if self.table:
            raise self.wrong(sorted(self.table)[0], "is not a key that is known here")


def parse(source: str, *, file: str) -> Spec:
    """Read a definition. Raises DefinitionError naming file, key and what is wrong, the first state
    or act that cannot be read with all others.

    Whether what can be read is sound is asked by `workflows.soundness`.
    """
    try:
        table = tomllib.loads(source)
    except ValueError as error:  # no TOML, or a number of thousands of digits
        raise DefinitionError(file, "file", f"is not TOML: {error}") from None
    except RecursionError:
        raise DefinitionError(file, "file", "is nested too deeply") from None
    top = _Reader(file, "", table)
    kind = top.take("kind", str)
    if kind not in GOVERNED:
        raise top.wrong("kind", f"unknown kind “{kind}”; known: {', '.join(GOVERNED)}")
    label = top.label("label")
    raw_states = top.take("states", dict)
    raw_actions = top.take("actions", list)
    if not raw_states:
        raise top.wrong("states", "there is no state")
    initial = top.take("initial", str, next(iter(raw_states)))
    if initial not in raw_states:
        raise top.wrong("initial", f"unknown state “{initial}”")
    top.done()

    names = {str(a.get("name")) for a in raw_actions if isinstance(a, dict)}
    wrong: list[DefinitionError] = []
    states, actions = {}, []
    for name, raw in raw_states.items():
        try:
            states[name] = _state(file, name, raw, names)
        except DefinitionError as error:
            wrong.append(error)
    for index, raw in enumerate(raw_actions):
        try:
            actions.append(_action(file, index, raw, raw_states))
        except DefinitionError as error:
            wrong.append(error)
    if wrong:
        first, *first.others = wrong
        raise first
    return Spec(kind, label or {}, initial, states, tuple(actions))


def _state(file: str, name: str, raw: Any, action_names: set[str]) -> StateSpec:
    read = _Reader(file, f"states.{name}", raw)
    recorded = read.take("recorded", dict, None)
    waits_for = read.take("waits_for", str, None)
    expects = read.take("expects", str, None)
    within = read.take("within", int, None)
    if (waits_for is None) != (expects is None) or (waits_for is None) != (within is None):
        raise read.wrong("waits_for", "a waiting state needs all of waits_for, expects and within")
    if expects is not None and expects not in action_names:
        raise read.wrong("expects", f"unknown action “{expects}”")
    if within is not None and not 1 <= within <= 250:
        raise read.wrong("within", "must be 1 to 250 working days")
    state = StateSpec(
        name=name,
        label=read.label("label") or {},
        label_later=read.label("label_later", None),
        expects=expects,
        waits_for=read.holder("waits_for", waits_for) if waits_for else None,
        within=within,
        final=read.take("final", bool, False),
        recorded=_recorded(read, name, recorded, action_names) if recorded else None,
    )
    if state.final and state.waits_for:
        raise read.wrong("final", "a final state waits for nobody")
    read.done()
    return state


def _recorded(read: _Reader, name: str, raw: dict[str, Any], action_names: set[str]) -> StateSpec:
    if "recorded" in raw:
        raise read.wrong("recorded.recorded", "stands in a state alone, not in “recorded”")
    return _state(read.file, f"{name}.recorded", raw, action_names)


def _action(file: str, index: int, raw: Any, states: Collection[str]) -> ActionSpec:
    name = raw.get("name", f"#{index + 1}") if isinstance(raw, dict) else f"#{index + 1}"
    read = _Reader(file, f"actions.{name}", raw)
    read.take("name", str)
    target = read.take("to", str)
    if target != SAME and target not in states:
        raise read.wrong("to", f"unknown state “{target}”; known: {', '.join(states)}")
    by = read.take("by", list)
    if not by:
        raise read.wrong("by", "nobody may do it")
    opens = read.take("opens", str, None)
    if opens not in (None, "amendment"):
        raise read.wrong("opens", f"unknown kind of new document “{opens}”")
    action = ActionSpec(
        name=name,
        label=read.label("label") or {},
        sources=read.words("from", states, "state", ...),
        target=target,
        when=read.words("when", CONDITIONS, "condition"),
        by=tuple(read.holder("by", str(holder)) for holder in by),
        guards=read.words("guards", GUARDS, "guard"),
        asks=read.words("asks", ASKS, "question"),
        opens=opens,
    )
    if not action.sources:
        raise read.wrong("from", "leads from no state")
    if action.by_meeting and len(action.by) > 1:
        raise read.wrong(
            "by", "a meeting acts alone: give the other holders an action of their own"
        )
    read.done()
    return action


def newest(kind: str) -> Definition | None:
    """The version that new documents of this kind follow."""
    return db.session.scalar(
        sa.select(Definition)
        .where(Definition.kind == kind)
        .order_by(Definition.version.desc())
        .limit(1)
    )


def published(kind: str, version: int) -> Definition | None:
    """One published version, or None."""
    return db.session.scalar(
        sa.select(Definition).where(Definition.kind == kind, Definition.version == version)
    )


_specs: dict[str, Spec] = {}


def spec_of(definition: Definition) -> Spec:
    """The parsed definition. Kept by its hash, since a published text never changes."""
    spec = _specs.get(definition.hash)
    if spec is None:
        spec = parse(definition.source, file=f"{definition.kind}.toml")
        _specs[definition.hash] = spec
    return spec


def state_of(document: Document) -> StateSpec:
    """The state a document is in, as its definition describes it: a recorded paper that awaits
    confirmation has words, and somebody to wait for, of its own."""
    state = spec_of(document.definition).states[document.state]
    return state.recorded if state.recorded and awaits_confirmation(document) else state


def has_own_act(document: Document, name: str) -> bool:
    """Whether the definition that a document follows adds an act of this name."""
    return name not in KNOWN_ACTS and bool(spec_of(document.definition).actions_named(name))


def mermaid(spec: Spec) -> str:
    """The definition as a Mermaid state diagram, labels in Vietnamese."""
    lines = ["stateDiagram-v2", f"    [*] --> {spec.initial}"]
    for state in spec.states.values():
        lines.append(f"    {state.name} : {state.label['vi'].replace('{body}', '…')}")
    for action in spec.actions:
        suffix = f" [{', '.join(action.when)}]" if action.when else ""
        for source in action.sources:
            lines.append(
                f"    {source} --> {action.target_from(source)} : {action.label['vi']}{suffix}"
            )
    lines += [f"    {state.name} --> [*]" for state in spec.states.values() if state.final]
    return "\n".join(lines) + "\n"
