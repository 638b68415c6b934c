"""One thing that is wrong with a definition: where, what, and what to change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.definition import ActionSpec, DefinitionError
from workflows.refusal import Reason


@dataclass(frozen=True)
class Both:
    """The same words in Vietnamese and in English, as commands speak."""

    vi: str
    en: str

    def __str__(self) -> str:
        return f"{self.vi} / {self.en}"


@dataclass(frozen=True)
class Fault:
    file: str
    state: str | None
    action: str | None
    wrong: Both
    change: Both
    key: str = ""  # of a key that cannot be read
    story: tuple[Reason, ...] = ()  # how it comes about, in sentences

    @property
    def where(self) -> str:
        """`states.submitted`, `actions.approve` or `actions.approve, states.submitted`."""
        named = [f"actions.{self.action}"] if self.action else []
        named += [f"states.{self.state}"] if self.state else []
        return self.key or ", ".join(named) or "file"

    def __str__(self) -> str:
        return (
            f"{self.file}: {self.where}: {self.wrong.vi}. {self.change.vi}. / "
            f"{self.wrong.en}. {self.change.en}."
        )


class Unsound(DefinitionError):
    """A definition that can be read and must not be published. `faults` are all of them."""

    def __init__(self, faults: list[Fault]):
        first = faults[0]
        super().__init__(first.file, first.where, first.wrong.en)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


class Found:
    """Collects the faults of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def state(
        self,
        name: str,
        wrong: Both,
        change: Both,
        *,
        action: str | None = None,
        story: Iterable[Reason] = (),
    ) -> None:
        """Something about a state; with `action`, about an act there; with the `story` of it."""
        self._add(Fault(self.file, name, action, wrong, change, story=tuple(story)))

    def action(self, spec: ActionSpec, wrong: Both, change: Both) -> None:
        """Something about an act wherever it leaves from."""
        self._add(Fault(self.file, None, spec.name, wrong, change))

    def lacks(self, spec: ActionSpec, guard: str, rule: str = "") -> None:
        """A guard that an act must have; with the rule that asks for it."""
        self.action(
            spec,
            Both(f"thiếu điều kiện “{guard}”{rule}", f"lacks “{guard}”{rule}"),
            Both(f"Ghi “{guard}” vào “guards”", f"Put “{guard}” into “guards”"),
        )

    def file_itself(self, key: str, wrong: Both, change: Both) -> None:
        self._add(Fault(self.file, None, None, wrong, change, key))

    def _add(self, fault: Fault) -> None:
        if fault not in self.faults:
            self.faults.append(fault)


def unreadable(error: DefinitionError) -> list[Fault]:
    """Every key that cannot be read, as faults."""
    return [
        Fault(
            one.file,
            None,
            None,
            Both("chưa đọc được", one.wrong),
            Both("Sửa khóa này theo docs/definitions.md", "Correct it as docs/definitions.md says"),
            one.key,
        )
        for one in (error, *error.others)
    ]
