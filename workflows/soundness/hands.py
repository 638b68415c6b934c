"""Whose hand is in a text, and that one text of a paper is in force: what the guards of R30 and R31 rest
on, and no definition may leave out."""

from __future__ import annotations

from models.kinds import PERSONAL
from workflows.definition import ActionSpec, Spec
from workflows.soundness.fault import Both, Found
from workflows.soundness.taking import AUTHOR

AWAITS, CONFIRMED = "awaits_confirmation", "not_awaiting_confirmation"
# Typing off a signed paper is no writing (R30), so it is possible on nothing else.
TYPES = ("correct",)
# What may become of a signed paper before a second person has compared it.
BEFORE = ("confirm", "correct", "withdraw", "explain", "supersede")
NEEDED = {
    "archive": "not_being_amended",  # what is laid away could not give way to its amendment
    "explain": "explains_a_finding",
}
MET = ("self_report", "withdraw")  # what was handed in has met what was owed
AMENDS = ("amend", "request_amendment")
OWN = ("revise", "submit", "amend")  # with a paper of one person's own, his alone


def check(spec: Spec, found: Found) -> None:
    """The conditions, guards and holders that keep apart who wrote, who typed and who amends."""
    papers = bool(spec.actions_named("confirm"))
    for action in spec.actions:
        if action.name in TYPES:
            _when(action, AWAITS, found)
        elif papers and spec.initial in action.sources and action.name not in BEFORE:
            _when(action, CONFIRMED, found)
        if action.name in NEEDED and NEEDED[action.name] not in action.guards:
            found.lacks(action, NEEDED[action.name])
        handed_in = (spec.kind, action.name) == MET and AWAITS not in action.when
        if handed_in and "not_handed_in" not in action.guards:
            found.lacks(action, "not_handed_in", " (R13)")
        if action.opens and "no_open_amendment" not in action.guards:
            found.lacks(action, "no_open_amendment", " (R31)")
        if over := [s for s in action.sources if action.opens and spec.states[s].final]:
            found.state(
                over[0],
                Both(
                    f"đã kết thúc mà “{action.name}” còn mở bản sửa đổi: bản cũ không nhường chỗ (R31)",
                    f"is over, yet “{action.name}” amends it: it could not give way (R31)",
                ),
                Both("Bỏ trạng thái này khỏi “from”", "Take the state out of “from”"),
                action=action.name,
            )
        if action.name in AMENDS and not action.opens:
            found.action(
                action,
                Both("không mở bản sửa đổi nào", "opens no amendment"),
                Both("Ghi opens = “amendment”", "Say opens = “amendment”"),
            )
        if spec.kind in PERSONAL and action.name in OWN:
            _his_own(action, found)


def _when(action: ActionSpec, condition: str, found: Found) -> None:
    if condition in action.when:
        return
    found.action(
        action,
        Both(
            f"thiếu “{condition}”: người nhập bản giấy sẽ tự quyết định điều mình viết (R30)",
            f"lacks “{condition}”: who typed a signed paper would decide on what he wrote (R30)",
        ),
        Both(f"Ghi “{condition}” vào “when”", f"Put “{condition}” into “when”"),
    )


def _his_own(action: ActionSpec, found: Found) -> None:
    if [str(holder) for holder in action.by] == [AUTHOR]:
        return
    found.action(
        action,
        Both(
            f"bản này của riêng một người, chỉ do {AUTHOR}", f"is one person's own: {AUTHOR} alone"
        ),
        Both(f"Ghi by = [“{AUTHOR}”]", f"Say by = [“{AUTHOR}”]"),
    )
