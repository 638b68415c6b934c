"""The guards by name. A definition's `guards` may name what is registered here and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workflows.act import Act
from workflows.refusal import Reason

Guard = Callable[[Act], list[Reason]]
GUARDS: dict[str, Guard] = {}
NEEDS: dict[str, tuple[str, ...]] = {}  # the inputs without which a guard never lets an act pass


def guard(name: str, *, needs: tuple[str, ...] = ()) -> Callable[[Guard], Guard]:
    """Register a guard: a function from an act to all the reasons against it (none: it may be
    done). `needs`: the fields of `Inputs` that its act has to ask for."""

    def register(function: Guard) -> Guard:
        if name in GUARDS:
            raise RuntimeError(f"two guards are named {name}")
        GUARDS[name], NEEDS[name] = function, needs
        return function

    return register


def guards_named(names: Iterable[str]) -> list[Guard]:
    """The guards of these names, in order. Raises LookupError: an unknown guard must not pass
    unseen."""
    names = list(names)
    if unknown := [name for name in names if name not in GUARDS]:
        raise LookupError(f"no such guard: {', '.join(unknown)}")
    return [GUARDS[name] for name in names]
