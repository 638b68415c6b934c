"""A definition of an inspection: rights, freeze and conclusion hang on its states and acts by their
names, so that these, their order and their guards are fixed; words, terms and further guards are not."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.definition import SAME, ActionSpec, Holder, Spec
from workflows.inspections.lookups import OPEN
from workflows.soundness.fault import Both, Found

FIRST = "planned"
ENDS = ("closed", "cancelled")
STATES = (FIRST, *OPEN, "concluded", "follow_up", *ENDS)
TEAM, HEAD = "on_the_team", "heads_the_team"
BY = Holder("inspector", "issuer")


@dataclass(frozen=True)
class Meant:
    """From which states an act leads where, and the guards it must have."""

    sources: tuple[str, ...]
    target: str
    guards: tuple[str, ...]
    needed: bool = True


ACTS = {
    "announce": Meant((FIRST,), "announced", (HEAD, "team_apart")),
    "take_self_report": Meant(("announced",), "self_report_received", (TEAM, "received_day")),
    "verify": Meant(("self_report_received",), "verifying", (TEAM,)),
    "draft_conclusion": Meant(("verifying",), "draft_conclusion", (HEAD,)),
    "verify_again": Meant(("draft_conclusion",), "verifying", (HEAD, "reason_given"), False),
    "conclude": Meant(("draft_conclusion",), "concluded", (HEAD, "conclusion_named")),
    "follow_up": Meant(("concluded",), "follow_up", (TEAM,)),
    "close": Meant(("follow_up",), "closed", (HEAD, "conclusions_followed")),
    "extend": Meant(OPEN[1:], SAME, (HEAD, "reason_given", "within_a_third"), False),
    "freeze": Meant(OPEN, SAME, (HEAD, "freezable", "reason_given"), False),
    "unfreeze": Meant(OPEN, SAME, (HEAD, "frozen_now"), False),
    "cancel": Meant((FIRST,), "cancelled", (HEAD, "reason_given")),
}


def check(spec: Spec, found: Found) -> None:
    """Everything that is wrong with it beyond what is asked of every kind."""
    _states(spec, found)
    for name, meant in ACTS.items():
        if meant.needed and not spec.actions_named(name):
            found.file_itself(
                f"actions.{name}",
                Both(f"thiếu việc “{name}”", f"lacks the act “{name}”"),
                Both("Thêm lại việc này, không đổi tên", "Put it back, under this name"),
            )
    if spec.actions_named("freeze") and not spec.actions_named("unfreeze"):
        found.file_itself(
            "actions.unfreeze",
            Both("có “freeze” mà không có “unfreeze”", "has “freeze” but no “unfreeze”"),
            Both("Thêm việc “unfreeze”", "Add the act “unfreeze”"),
        )
    for action in spec.actions:
        _by(action, found)
        if action.name in ACTS:
            _way(action, ACTS[action.name], found)
        else:
            _another(action, found)


def _states(spec: Spec, found: Found) -> None:
    for name in (*STATES, *sorted(set(spec.states) - set(STATES))):
        if (name in spec.states) == (name in STATES):
            continue
        found.state(
            name,
            Both(
                "cuộc kiểm tra có đúng các trạng thái: " + ", ".join(STATES),
                "an inspection has exactly these states: " + ", ".join(STATES),
            ),
            Both(
                "Ghi lại trạng thái này bằng đúng tên, hoặc bỏ trạng thái lạ",
                "Give the state its name again, or take the strange one out",
            ),
        )
    if spec.initial != FIRST:
        found.state(
            spec.initial,
            Both(f"cuộc kiểm tra bắt đầu ở “{FIRST}”", f"an inspection begins as “{FIRST}”"),
            Both(f"Ghi initial = “{FIRST}”", f"Say initial = “{FIRST}”"),
        )
    for state in spec.states.values():
        if state.name in STATES and state.final != (state.name in ENDS):
            found.state(
                state.name,
                Both(
                    f"trạng thái kết thúc là {', '.join(ENDS)}, không trạng thái nào khác",
                    f"the final states are {', '.join(ENDS)} and no others",
                ),
                Both("Sửa “final”", "Correct “final”"),
            )
        if state.waits_for not in (None, BY):
            found.state(
                state.name,
                Both(f"cuộc kiểm tra chỉ chờ {BY}", f"an inspection waits for {BY} alone"),
                Both(f"Ghi waits_for = “{BY}”", f"Say waits_for = “{BY}”"),
            )


def _by(action: ActionSpec, found: Found) -> None:
    if action.by != (BY,):
        found.action(
            action,
            Both(
                f"việc của cuộc kiểm tra do {BY} làm, không ai khác",
                f"an act of an inspection is done by {BY} and nobody else",
            ),
            Both(f"Ghi by = [“{BY}”]", f"Say by = [“{BY}”]"),
        )


def _way(action: ActionSpec, meant: Meant, found: Found) -> None:
    strange = [source for source in action.sources if source not in meant.sources]
    if strange or action.target != meant.target or (meant.needed and action.when):
        sources = ", ".join(meant.sources)
        found.action(
            action,
            Both(
                f"việc này đi từ {sources} tới {meant.target}, không điều kiện, không lối khác",
                f"leads from {sources} to {meant.target}, without conditions, and no other way",
            ),
            Both("Sửa “from”, “to”, “when”", "Correct “from”, “to” and “when”"),
        )
    for guard in meant.guards:
        if guard not in action.guards and (guard != TEAM or HEAD not in action.guards):
            found.lacks(action, guard)


def _another(action: ActionSpec, found: Found) -> None:
    """Rights begin and end with the acts that are known, and the pages of an inspection offer no other."""
    found.action(
        action,
        Both(
            "cuộc kiểm tra chỉ có các việc: " + ", ".join(ACTS),
            "an inspection has these acts alone: " + ", ".join(ACTS),
        ),
        Both("Bỏ việc này", "Take it out"),
    )
