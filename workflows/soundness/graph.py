"""Where a document can get to: unreachable states, dead ends, states nobody can leave, traps."""

from __future__ import annotations

from workflows.conditions import exclude_each_other
from workflows.definition import ActionSpec, Spec
from workflows.soundness.fault import Both, Found
from workflows.soundness.situations import after, before, begun, under


def reach(spec: Spec) -> dict[str, int]:
    """For each state, the situations in which a document can come to be in it."""
    found = dict.fromkeys(spec.states, 0)
    found[spec.initial] = begun(papers=bool(spec.actions_named("confirm")))
    waiting = [spec.initial]
    while waiting:
        state = waiting.pop()
        for action in leaving(spec, state):
            target = action.target_from(state)
            come = after(action.name, found[state] & under(state, action.when))
            if come & ~found[target]:
                found[target] |= come
                if target not in waiting:
                    waiting.append(target)
    return found


def leaving(spec: Spec, state: str) -> list[ActionSpec]:
    """The acts that name this state in `from`."""
    return [action for action in spec.actions if state in action.sources]


def by_people(action: ActionSpec) -> bool:
    """Whether somebody can do it: a person, or the members of a body by their vote."""
    return any(holder.role != "system" for holder in action.by)


def check(spec: Spec, reached: dict[str, int], found: Found) -> None:
    _finals(spec, found)
    for name in spec.states:
        if not reached[name]:
            found.state(
                name,
                Both("không việc nào dẫn tới trạng thái này", "no act ever leads to this state"),
                Both(
                    "Thêm việc có “to” là trạng thái này, hoặc bỏ trạng thái",
                    "Add an act whose “to” it is, or take the state out",
                ),
            )
    _impossible(spec, reached, found)
    stuck = _nobody_leaves(spec, reached, found)
    _traps(spec, reached, stuck, found)


def _finals(spec: Spec, found: Found) -> None:
    if not any(state.final for state in spec.states.values()):
        found.file_itself(
            "states",
            Both("không có trạng thái kết thúc", "there is no final state"),
            Both("Ghi “final = true” ở nơi việc kết thúc", "Say “final = true” where it ends"),
        )
    for state in spec.states.values():
        for action in leaving(spec, state.name):
            target = action.target_from(state.name)
            if state.final and target != state.name:
                found.state(
                    state.name,
                    Both(
                        f"đã kết thúc mà việc “{action.name}” vẫn đưa tới “{target}”",
                        f"is final, yet “{action.name}” leads on to “{target}”",
                    ),
                    Both(
                        "Bỏ trạng thái này khỏi “from” của việc đó, hoặc bỏ “final”",
                        "Take it out of that act's “from”, or take “final” away",
                    ),
                    action=action.name,
                )


def _impossible(spec: Spec, reached: dict[str, int], found: Found) -> None:
    """Acts that are written down and can never be done."""
    for action in spec.actions:
        if exclude_each_other(action.when):
            found.action(
                action,
                Both(
                    f"các điều kiện {', '.join(action.when)} không bao giờ cùng đúng",
                    f"the conditions {', '.join(action.when)} never hold together",
                ),
                Both("Bỏ bớt một điều kiện ở “when”", "Take one of them out of “when”"),
            )
            continue
        for state in action.sources:
            if reached[state] and not reached[state] & under(state, action.when):
                found.state(
                    state,
                    Both(
                        f"việc “{action.name}” không bao giờ làm được ở đây, vì “when” không đúng",
                        f"“{action.name}” can never be done here: its “when” never holds",
                    ),
                    Both(
                        "Bỏ trạng thái này khỏi “from”, hoặc sửa “when”",
                        "Take the state out of “from”, or correct “when”",
                    ),
                    action=action.name,
                )


def _nobody_leaves(spec: Spec, reached: dict[str, int], found: Found) -> set[str]:
    """States that are not final and that no act of people leads out of. Returns them."""
    stuck = set()
    for state in spec.states.values():
        if state.final or not reached[state.name]:
            continue
        out = [a for a in leaving(spec, state.name) if a.target_from(state.name) != state.name]
        possible = [
            a for a in out if by_people(a) and reached[state.name] & under(state.name, a.when)
        ]
        if possible:
            continue
        stuck.add(state.name)
        if not leaving(spec, state.name):
            wrong = Both(
                "ngõ cụt: chưa kết thúc mà không có việc nào đi ra",
                "a dead end: not final, and no act leaves from it",
            )
        elif not out:
            wrong = Both(
                "không ra được: mọi việc ở đây đều quay lại chính trạng thái này",
                "nobody can leave it: every act leads back to this state",
            )
        else:
            wrong = Both(
                "không ai ra được: chỉ hệ thống, hoặc chỉ việc có điều kiện không bao giờ đúng",
                "nobody can leave it: only the system, or acts whose conditions never hold here",
            )
        found.state(
            state.name,
            wrong,
            Both(
                "Thêm việc của người đưa văn bản đi tiếp, hoặc ghi “final = true”",
                "Add an act of people that leads on, or say “final = true”",
            ),
        )
    return stuck


def _traps(spec: Spec, reached: dict[str, int], stuck: set[str], found: Found) -> None:
    """States from which, in some situation, people can never bring a document to an end."""
    ends = {name: (reached[name] if s.final else 0) for name, s in spec.states.items()}
    grown = True
    while grown:
        grown = False
        for action in filter(by_people, spec.actions):
            for state in action.sources:
                goal = ends[action.target_from(state)]
                come = reached[state] & under(state, action.when) & before(action.name, goal)
                if come & ~ends[state]:
                    ends[state] |= come
                    grown = True
    for name, situations in reached.items():
        if name not in stuck and situations & ~ends[name]:
            found.state(
                name,
                Both(
                    "cái bẫy: từ đây có lúc không ai đưa được văn bản tới trạng thái kết thúc",
                    "a trap: there are papers here that nobody can bring to a final state",
                ),
                Both(
                    "Thêm việc dẫn ra, hoặc nới “when” của việc đang có",
                    "Add an act that leads out, or widen the “when” of one that is there",
                ),
            )
