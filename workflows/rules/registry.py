"""The guards by name. A definition's `guards` may name what is registered here and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workflows.act import Act
from workflows.refusal import Reason

Guard = Callable[[Act], list[Reason]]
GUARDS: dict[str, Guard] = {}


def guard(name: str) -> Callable[[Guard], Guard]:
    """Register a guard: a function from an act to all the reasons against it (none: it may be
    done)."""

    def register(function: Guard) -> Guard:
        if name in GUARDS:
            raise RuntimeError(f"two guards are named {name}")
        GUARDS[name] = function
        return function

    return register


def guards_named(names: Iterable[str]) -> list[Guard]:
    """The guards of these names, in order. Raises LookupError: an unknown guard must not pass
    unseen."""
    names = list(names)
    if unknown := [name for name in names if name not in GUARDS]:
        raise LookupError(f"no such guard: {', '.join(unknown)}")
    return [GUARDS[name] for name in names]
