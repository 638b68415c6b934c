"""Who may do each act: somebody there is, people or the system, of the body that has to decide."""

from __future__ import annotations

from workflows.definition import ActionSpec, Spec
from workflows.soundness.acts import DECISIONS, inspects
from workflows.soundness.fault import Both, Found


def check(spec: Spec, found: Found) -> None:
    for action in spec.actions:
        _holders(action, found)
        _system(action, found)
        _decides_here(action, found)
        _apart(spec, action, found)


def _holders(action: ActionSpec, found: Found) -> None:
    for holder in action.by:
        alone = (holder.role == "author") == (holder.place == "document")
        meets_here = holder.role != "meeting" or holder.place == "stage"
        if holder.role != "system" and not (alone and meets_here):
            found.action(
                action,
                Both(f"“{holder}” không chỉ ai", f"“{holder}” speaks of nobody"),
                Both(
                    "Dùng author@document, meeting@stage, hoặc vai ở issuer, stage, superior",
                    "Use author@document, meeting@stage, or a role at issuer, stage or superior",
                ),
            )


def _system(action: ActionSpec, found: Found) -> None:
    """The system does one act, and nobody else does it; no paper is decided on by nobody."""
    roles = [holder.role for holder in action.by]
    if action.name == "supersede" and roles != ["system"]:
        found.action(
            action,
            Both(
                "chỉ hệ thống thay thế, khi bản sửa đổi có hiệu lực (R31)",
                "only the system does it, when the amendment is in force (R31)",
            ),
            Both("Ghi by = [“system”]", "Say by = [“system”]"),
        )
    elif action.name != "supersede" and "system" in roles:
        found.action(
            action,
            Both(
                "hệ thống không bao giờ làm việc này, chỉ làm “supersede”",
                "the system never does it: it does “supersede” alone",
            ),
            Both("Ghi vào “by” vai của người", "Let “by” name roles of people"),
        )


def _decides_here(action: ActionSpec, found: Found) -> None:
    """What becomes of a paper is for the body where it lies to say (design §1): nobody decides, reports
    or receives in the place of another body. An author who decides is a matter of four eyes."""
    if action.name not in (*DECISIONS, "report", "receive"):
        return
    here = {"stage", "document" if action.name in DECISIONS else ""}
    here |= {"issuer"} if "at_issuer" in action.when else set()
    for holder in action.by:
        if holder.role != "system" and holder.place not in here:
            found.action(
                action,
                Both(
                    f"“{holder}” làm thay cơ quan đang giữ văn bản",
                    f"“{holder}” acts in the place of the body where the paper lies",
                ),
                Both("Dùng vai ở “stage”", "Use roles at “stage”"),
            )


def _apart(spec: Spec, action: ActionSpec, found: Found) -> None:
    """Inspectors act on their inspection alone, and nobody else does."""
    inspectors = [holder.role == "inspector" for holder in action.by]
    if inspects(spec) == all(inspectors) == any(inspectors):
        return
    found.action(
        action,
        Both(
            "người kiểm tra chỉ làm việc của cuộc kiểm tra, và chỉ họ làm việc đó",
            "inspectors act on an inspection alone, and only they do",
        ),
        Both(
            "Ghi by = [“inspector@issuer”] ở quy trình kiểm tra, vai khác ở quy trình khác",
            "Say by = [“inspector@issuer”] in an inspection's definition, another role elsewhere",
        ),
    )
