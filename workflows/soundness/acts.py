"""What each act must and must not be: four eyes, its questions, its holders, its way, its name."""

from __future__ import annotations

import re
from itertools import combinations

from models.document import CLOSED
from workflows.conditions import exclude_each_other
from workflows.definition import ACT_NAME, KNOWN_ACTS, SAME, ActionSpec, Spec
from workflows.history.templates import TEMPLATES
from workflows.rules.reasons import NEED_CODE
from workflows.rules.registry import NEEDS
from workflows.soundness.fault import Both, Found

DECISIONS = ("review", "approve", "return")
FOUR_EYES = ("not_a_contributor", "decides_once")
SECOND_EYES = ("not_the_recorder", "has_scan")  # a paper counts once another has compared it
MEETING_EYES = ("minutes_confirmed",)  # a vote that another person, or the scan, confirms (R30)
VOTE = ("vote_carried", "has_minutes", "reviewed_before")  # C3, C5: what makes a vote an approval
WRITES, WRITTEN = ("revise", "correct"), ("title", "content", "basis")
SAME_TEXT = ("content_unchanged",)  # what is agreed to is the text that was read
# Where the acts lead that lists, searches, obligations and stages know by name.
LEADS = {
    "revise": ("drafted",),
    "correct": ("drafted",),
    "submit": ("submitted",),
    "review": ("reviewed",),
    "approve": ("approved",),
    "confirm": ("approved",),
    "return": ("returned",),
    "withdraw": ("withdrawn",),
    "revoke": ("revoked",),
    "supersede": ("superseded",),
    "archive": ("archived",),
}
# What a decision makes of a paper, and what is over: no act of another name may write it.
DECIDED = ("reviewed", "returned", "approved", "reported", *CLOSED)
# What the log and the desk say of other things: a document's own act is called otherwise.
TAKEN = {name for name, _, _ in TEMPLATES} | {"meet", "waive", "copy_sent", "answer_copy"}
STAYS = ("receive", "explain", "amend", "request_amendment")
INITIAL = "drafted"


def check(spec: Spec, reached: dict[str, int], found: Found) -> None:
    for action in spec.actions:
        _called(spec, action, found)
        _questions(action, found)
        _answers(action, found)
        if not inspects(spec):
            _leads(spec, action, found)
    _ambiguous(spec, found)
    if not inspects(spec):
        _names(spec, found)
        _gives_way(spec, reached, found)


def inspects(spec: Spec) -> bool:
    """Whether it is of an inspection: no paper is written, decided on or amended by it."""
    return spec.kind == "inspection"


def four_eyes(spec: Spec, found: Found) -> None:
    """What every decision carries, also where the search has found no story against its lack."""
    told = {fault.action for fault in found.faults if fault.story}
    for action in spec.actions:
        if action.name not in told:
            _eyes(action, found)


def _eyes(action: ActionSpec, found: Found) -> None:
    """R30 on every decision, and the text decided on is the text that was read."""
    needed: tuple[str, ...] = ()
    if action.name in DECISIONS:
        needed += MEETING_EYES if action.by_meeting else FOUR_EYES
    if action.name == "return":
        needed += ("reason_given",)
    if action.name == "confirm":
        needed += SECOND_EYES
    if action.name in ("approve", "confirm"):
        needed += SAME_TEXT
    if action.name == "approve" and action.by_meeting:
        needed += VOTE
    elif action.name == "approve" and "votes" in action.asks:
        needed += ("has_minutes",)  # a vote that was lost approves nothing
    for guard in needed:
        if guard not in action.guards:
            found.lacks(action, guard, " (R30)")


def _called(spec: Spec, action: ActionSpec, found: Found) -> None:
    """An act of a name of its own has an address, and means nothing else in a log or on a desk."""
    if inspects(spec) or action.name in KNOWN_ACTS:
        return
    if not re.fullmatch(ACT_NAME, action.name):
        found.action(
            action,
            Both("tên việc không thành địa chỉ được", "its name cannot be an address"),
            Both(
                "Dùng chữ thường a–z, chữ số, dấu gạch dưới, nhiều nhất 40",
                "Use a–z, 0–9 and _, at most 40",
            ),
        )
    if action.name in TAKEN:
        found.action(
            action,
            Both(
                "tên này đã chỉ việc khác trong hệ thống",
                "its name means something else in the system",
            ),
            Both("Đặt tên khác cho việc này", "Give the act another name"),
        )


def _questions(action: ActionSpec, found: Found) -> None:
    """A guard that always needs an answer never lets an act pass that does not ask for it."""
    for guard in action.guards:
        if guard in MEETING_EYES and not action.by_meeting:
            found.action(
                action,
                Both(
                    f"“{guard}” chỉ cho qua việc của cuộc họp",
                    f"“{guard}” lets nothing pass but the vote of a meeting",
                ),
                Both(f"Bỏ “{guard}” khỏi “guards”", f"Take “{guard}” out of “guards”"),
            )
        needed = NEEDS[guard]
        if guard == "reason_given" and action.name in NEED_CODE:
            needed += ("reason_code",)
        for question in needed:
            if question not in action.asks:
                found.action(
                    action,
                    Both(
                        f"“{guard}” cần “{question}” mà việc này không hỏi",
                        f"“{guard}” needs “{question}”, which the act does not ask",
                    ),
                    Both(f"Ghi “{question}” vào “asks”", f"Put “{question}” into “asks”"),
                )


def _answers(action: ActionSpec, found: Found) -> None:
    """What is typed into a form is kept: only those who write write a text."""
    for question in WRITTEN:
        if question in action.asks and action.name not in WRITES:
            found.action(
                action,
                Both(
                    f"hỏi “{question}” mà không ghi vào đâu: chỉ {', '.join(WRITES)} ghi",
                    f"asks “{question}” and keeps it nowhere: only {', '.join(WRITES)} do",
                ),
                Both(f"Bỏ “{question}” khỏi “asks”", f"Take “{question}” out of “asks”"),
            )


def _leads(spec: Spec, action: ActionSpec, found: Found) -> None:
    targets = {action.target_from(source) for source in action.sources}
    if action.name in STAYS or action.opens:
        wrong = action.target != SAME and targets != set(action.sources)
        meant: tuple[str, ...] = (SAME,)
    elif action.name == "report":
        # What routing.arrive makes of the body above: one that decides, or one that receives.
        meant = tuple(
            target
            for condition, target in (("next_decides", "submitted"), ("next_receives", "reported"))
            if condition in action.when
        ) or ("submitted", "reported")
        wrong = len(meant) != 1 or not targets <= set(meant)
    elif action.name in LEADS:
        meant = LEADS[action.name]
        wrong = not targets <= set(meant)
    else:
        _own_name(action, found)
        return
    if wrong:
        found.action(
            action,
            Both(
                f"dẫn tới “{action.target}”, trái với tên gọi của việc",
                f"leads to “{action.target}”, which is not what its name means elsewhere",
            ),
            Both(
                f"Ghi “to” là {' / '.join(meant)}; việc khác thì đặt tên khác"
                + ("; “report” cần một trong next_decides, next_receives" * (len(meant) > 1)),
                f"Let “to” be {' or '.join(meant)}; give another act another name"
                + ("; “report” needs one of next_decides, next_receives" * (len(meant) > 1)),
            ),
        )


def _own_name(action: ActionSpec, found: Found) -> None:
    """An act of a name of its own reviews nothing, approves nothing and ends nothing: the guards of
    those that do would be passed by."""
    for source in action.sources:
        target = action.target_from(source)
        if target != source and target in DECIDED:
            meant = ", ".join(
                [name for name, leads in LEADS.items() if target in leads] or ["report"]
            )
            found.state(
                target,
                Both(
                    f"việc “{action.name}” đưa tới đây, vòng qua điều kiện của: {meant}",
                    f"“{action.name}” leads to it, past the guards of: {meant}",
                ),
                Both(
                    "Dùng việc đúng tên, hoặc cho việc này dẫn tới trạng thái khác",
                    "Use the act of that name, or let this one lead elsewhere",
                ),
                action=action.name,
            )


def _names(spec: Spec, found: Found) -> None:
    """States that the whole house knows by name: where writing begins, and what is over."""
    if spec.initial != INITIAL:
        found.state(
            spec.initial,
            Both(f"văn bản bắt đầu ở “{INITIAL}”", f"a document begins as “{INITIAL}”"),
            Both(f"Ghi initial = “{INITIAL}”", f"Say initial = “{INITIAL}”"),
        )
    for state in spec.states.values():
        if state.final != (state.name in CLOSED):
            found.state(
                state.name,
                Both(
                    f"trạng thái kết thúc là {', '.join(CLOSED)}, không trạng thái nào khác",
                    f"the final states are {', '.join(CLOSED)} and no others",
                ),
                Both(
                    "Sửa “final”, hoặc đổi tên trạng thái",
                    "Correct “final”, or give the state another name",
                ),
            )


def _ambiguous(spec: Spec, found: Found) -> None:
    """Of two acts of one name the first is meant: so both must never be possible at once. A vote
    and a person's button are told apart, but the machine moves by the first of either."""
    for first, second in combinations(spec.actions, 2):
        if first.name != second.name or exclude_each_other({*first.when, *second.when}):
            continue
        for state in first.sources:
            if state not in second.sources:
                continue
            same_way = first.target_from(state) == second.target_from(state)
            if first.by_meeting != second.by_meeting and same_way:
                continue
            found.state(
                state,
                Both(
                    f"có hai việc “{first.name}” cùng làm được: chưa rõ việc nào",
                    f"two acts “{first.name}” are possible at once: it is not clear which is meant",
                ),
                Both(
                    "Thêm vào “when” hai điều kiện loại trừ nhau, hoặc đặt tên khác",
                    "Give them conditions in “when” that exclude each other, or another name",
                ),
                action=first.name,
            )


def _gives_way(spec: Spec, reached: dict[str, int], found: Found) -> None:
    """R31: whatever was amended can give way, in whatever state it waits by then."""
    acts = spec.actions_named("supersede")
    if not acts:
        found.file_itself(
            "actions",
            Both(
                "thiếu việc “supersede”: văn bản được sửa đổi không nhường chỗ được (R31)",
                "lacks “supersede”, by which an amended document gives way (R31)",
            ),
            Both("Thêm việc “supersede” của hệ thống", "Add the act “supersede” by the system"),
        )
        return
    if acts[0].when or len(acts) > 1:
        found.action(
            acts[0],
            Both("chỉ có một, không điều kiện (R31)", "there is one, without conditions (R31)"),
            Both("Bỏ “when” và các việc trùng tên", "Take “when” and its namesakes out"),
        )
    for state in spec.states.values():
        if not state.final and reached[state.name] and state.name not in acts[0].sources:
            found.state(
                state.name,
                Both(
                    "văn bản đang ở đây không nhường chỗ cho bản sửa đổi được (R31)",
                    "a document here could not give way to its amendment (R31)",
                ),
                Both(
                    "Ghi trạng thái này vào “from” của “supersede”",
                    "Put the state into the “from” of “supersede”",
                ),
                action="supersede",
            )
