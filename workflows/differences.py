"""What differs between two definitions: states, acts, conditions, guards, questions, holders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workflows.definition import ActionSpec, Spec, StateSpec


@dataclass(frozen=True)
class Difference:
    """`where` is `kind`, `initial`, `states.x` or `actions.y[when]`; `field` is empty for the whole.

    `before` or `after` is None for what was not there.
    """

    where: str
    field: str
    before: Any
    after: Any

    @property
    def change(self) -> str:
        """added, removed or changed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def differences(old: Spec, new: Spec) -> list[Difference]:
    """Everything by which `new` differs from `old`, in the order of the old one."""
    return [
        *_fields("", _plain(old), _plain(new)),
        *_table("states", _states(old), _states(new)),
        *_table("actions", _actions(old, new), _actions(new, old)),
    ]


def _plain(spec: Spec) -> dict[str, Any]:
    return {"kind": spec.kind, "label": spec.label, "initial": spec.initial}


def _states(spec: Spec) -> dict[str, dict[str, Any]]:
    rows = {}
    for state in spec.states.values():
        rows[state.name] = _state(state)
        if state.recorded:
            rows[f"{state.name}.recorded"] = _state(state.recorded)
    return rows


def _state(state: StateSpec) -> dict[str, Any]:
    return {
        "label": state.label,
        "label_later": state.label_later,
        "expects": state.expects,
        "waits_for": str(state.waits_for) if state.waits_for else None,
        "within": state.within,
        "final": state.final,
    }


def _actions(spec: Spec, other: Spec) -> dict[str, dict[str, Any]]:
    """The acts by name; of several of one name, each with the conditions that tell them apart."""
    return {
        key: _action(action) for key, action in zip(_keys(spec, other), spec.actions, strict=True)
    }


def _keys(spec: Spec, other: Spec) -> Iterator[str]:
    seen: dict[str, int] = {}
    for action in spec.actions:
        alone = max(len(s.actions_named(action.name)) for s in (spec, other)) == 1
        told_apart = ", ".join((*action.when, *(["meeting"] if action.by_meeting else [])))
        key = action.name if alone else f"{action.name}[{told_apart or '-'}]"
        seen[key] = seen.get(key, 0) + 1
        # Namesakes under the same conditions differ by where they leave from: counted.
        yield key if seen[key] == 1 else f"{key}#{seen[key]}"


def _action(action: ActionSpec) -> dict[str, Any]:
    return {
        "label": action.label,
        "from": list(action.sources),
        "to": action.target,
        "when": list(action.when),
        "by": [str(holder) for holder in action.by],
        "guards": list(action.guards),
        "asks": list(action.asks),
        "opens": action.opens,
    }


def _table(
    name: str, old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]
) -> Iterator[Difference]:
    for key, row in old.items():
        if key in new:
            yield from _fields(f"{name}.{key}", row, new[key])
        else:
            yield Difference(f"{name}.{key}", "", row, None)
    for key, row in new.items():
        if key not in old:
            yield Difference(f"{name}.{key}", "", None, row)


def _fields(where: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    for field, before in old.items():
        after = new[field]
        if isinstance(before, list):
            gone = [value for value in before if value not in after] or None
            come = [value for value in after if value not in before] or None
            if gone or come:
                yield Difference(where, field, gone, come)
        elif before != after:
            yield Difference(where, field, before, after)
