"""What takes a paper away again: its author or his body before it is in force, with a reason; who issued
it or the superior afterwards, by a decision. Nobody takes back what another wrote, or lays away what
still waits for a decision."""

from __future__ import annotations

from models.kinds import PERSONAL
from workflows.definition import ActionSpec, Spec
from workflows.soundness.fault import Both, Found

RECORDED = "awaits_confirmation"
AUTHOR, BODY, ABOVE = "author@document", "approver@issuer", "approver@superior"
WROTE_IT_DOWN = (
    "recorder@issuer",
    "confirmer@issuer",
)  # of a signed paper nobody has confirmed yet


def check(spec: Spec, found: Found) -> None:
    """The holders and guards of `withdraw` and `revoke`; what may be laid away."""
    own = spec.kind in PERSONAL
    for action in spec.actions:
        if action.name == "withdraw" and RECORDED in action.when:
            _held(action, WROTE_IT_DOWN, ("reason_given",), found)
        elif action.name == "withdraw":
            holders = (AUTHOR,) if own else (AUTHOR, BODY)
            _held(action, holders, ("never_in_force", "reason_given"), found)
        elif action.name == "revoke":
            _held(action, (BODY, ABOVE), ("decision_given", "reason_given"), found)
        elif action.name == "archive" and not {"approved", "reported"} >= set(action.sources):
            found.action(
                action,
                Both("lưu cả văn bản chưa được thông qua", "lays away what was not approved"),
                Both("Ghi from = [“reported”]", "Say from = [“reported”]"),
            )


def _held(
    action: ActionSpec, holders: tuple[str, ...], guards: tuple[str, ...], found: Found
) -> None:
    if any(str(holder) not in holders for holder in action.by):
        named = ", ".join(holders)
        found.action(
            action,
            Both(
                f"lấy lại văn bản chỉ do {named}",
                f"takes a paper away, which is for {named} alone",
            ),
            Both(f"Ghi vào “by” chỉ {named}", f"Let “by” name {named} only"),
        )
    for guard in guards:
        if guard not in action.guards:
            found.lacks(action, guard)
