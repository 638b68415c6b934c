"""Whatever waits, waits for an act that can be done, by a role that somebody answers for."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.authority import CLIMBS, ROLES
from workflows.definition import ActionSpec, Holder, Spec, StateSpec
from workflows.soundness.fault import Both, Found
from workflows.soundness.graph import leaving
from workflows.soundness.situations import EVERYWHERE, RECORDED_IN, before, under, where

# A body's own business: with nobody there it climbs only when it is late (workflows.authority).
OWN = ("drafter", "author", "inspector")
ENDS_WAITING = "receive"  # the one act after which a paper rests where it lies
RESTS = where(lambda s: s.received)
UNCONFIRMED = where(lambda s: s.unconfirmed)


def check(spec: Spec, reached: dict[str, int], found: Found) -> None:
    for state in spec.states.values():
        if not state.final and state.waits_for is None:
            found.state(
                state.name,
                Both(
                    "chưa kết thúc mà không chờ ai, không có hạn",
                    "is not final, yet waits for nobody and has no deadline",
                ),
                Both(
                    "Ghi “expects”, “waits_for”, “within”, hoặc “final = true”",
                    "Give it “expects”, “waits_for” and “within”, or say “final = true”",
                ),
            )
        here = reached[state.name]
        if state.recorded is not None:
            _recorded(spec, state, here, found)
            here &= ~UNCONFIRMED
        if state.waits_for is not None:
            _waits(spec, state, here, found)
    if not found.faults:
        _comes_to_rest(spec, reached, found)


def _comes_to_rest(spec: Spec, reached: dict[str, int], found: Found) -> None:
    """Doing what is waited for, and nothing else, brings a paper to where nothing is waited for; else
    its deadlines would climb in a circle."""
    rests = {
        name: here if state.final or state.expects == ENDS_WAITING else 0
        for (name, here), state in zip(reached.items(), spec.states.values(), strict=True)
    }
    grown = True
    while grown:
        grown = False
        for state in spec.states.values():
            for act, here in _awaited(state, reached[state.name]):
                for action in leaving(spec, state.name):
                    goal = rests[action.target_from(state.name)]
                    come = here & under(state.name, action.when) & before(action.name, goal)
                    if action.name == act and come & ~rests[state.name]:
                        rests[state.name] |= come
                        grown = True
    for name, here in reached.items():
        if here & ~rests[name]:
            found.state(
                name,
                Both(
                    "các việc được chờ nối thành vòng: làm hết vẫn không bao giờ xong",
                    "what is waited for goes round in a circle and never comes to rest",
                ),
                Both(
                    "Sửa “expects” để có đường tới chỗ tiếp nhận hoặc trạng thái kết thúc",
                    "Let “expects” lead on to a receipt or a final state",
                ),
            )


def _awaited(state: StateSpec, reached: int) -> Iterator[tuple[str, int]]:
    """The act that is waited for, with the situations in which it is."""
    if state.recorded is not None and state.recorded.expects is not None:
        yield state.recorded.expects, reached & UNCONFIRMED
        reached &= ~UNCONFIRMED
    if state.expects is not None:
        yield state.expects, reached


def _recorded(spec: Spec, state: StateSpec, here: int, found: Found) -> None:
    assert state.recorded is not None
    if state.name != RECORDED_IN:
        found.state(
            state.name,
            Both(
                f"“recorded” chỉ có nghĩa ở “{RECORDED_IN}”",
                f"“recorded” means something in “{RECORDED_IN}” alone",
            ),
            Both("Bỏ phần “recorded” ở đây", "Take “recorded” out here"),
        )
    elif state.recorded.waits_for is None:
        found.state(
            state.name,
            Both(
                "bản giấy chưa xác nhận nằm ở đây mà không chờ ai, không có hạn",
                "a signed paper lies here unconfirmed, and waits for nobody and has no deadline",
            ),
            Both(
                "Ghi “expects”, “waits_for”, “within” vào phần “recorded”",
                "Give “recorded” its “expects”, “waits_for” and “within”",
            ),
        )
    else:
        _waits(spec, state, here & UNCONFIRMED, found, state.recorded)


def _waits(
    spec: Spec, state: StateSpec, here: int, found: Found, reads: StateSpec | None = None
) -> None:
    """`here`: the situations in which the state's `reads` (itself, unless told) says what waits."""
    reads = reads or state
    assert reads.waits_for is not None
    assert reads.expects is not None
    _answered_for(state.name, reads.waits_for, found)
    expected = [a for a in leaving(spec, state.name) if a.name == reads.expects]
    if not expected:
        found.state(
            state.name,
            Both(
                f"chờ việc “{reads.expects}” nhưng việc đó không đi từ đây",
                f"waits for “{reads.expects}”, which does not leave from it",
            ),
            Both(
                "Ghi trạng thái này vào “from” của việc đó, hoặc sửa “expects”",
                "Put the state into that act's “from”, or correct “expects”",
            ),
            action=reads.expects,
        )
        return
    _moves(state, expected, found)
    _can_be_done(state, reads, expected, here, found)


def _moves(state: StateSpec, expected: list[ActionSpec], found: Found) -> None:
    """What is waited for takes the paper somewhere."""
    for action in expected:
        if action.target_from(state.name) == state.name and action.name != ENDS_WAITING:
            found.state(
                state.name,
                Both(
                    f"việc được chờ “{action.name}” để văn bản nguyên chỗ cũ",
                    f"the act it waits for, “{action.name}”, leaves the paper where it is",
                ),
                Both("Sửa “to” của việc đó", "Correct that act's “to”"),
                action=action.name,
            )


def _can_be_done(
    state: StateSpec, reads: StateSpec, expected: list[ActionSpec], here: int, found: Found
) -> None:
    """The role that it waits for may do it, in every situation `here` in which it waits."""
    here &= ~RESTS if reads.expects == ENDS_WAITING else EVERYWHERE
    open_to = [a for a in expected if reads.waits_for in a.by]
    if not open_to:
        found.state(
            state.name,
            Both(
                f"chờ {reads.waits_for} nhưng việc “{reads.expects}” không thuộc vai đó",
                f"waits for {reads.waits_for}, to whom “{reads.expects}” is not open",
            ),
            Both("Sửa “waits_for”, hoặc “by” của việc đó", "Correct “waits_for”, or its “by”"),
            action=reads.expects,
        )
        return
    for action in open_to:
        here &= ~under(state.name, action.when)
        _passes(state, reads.waits_for, action, found)
    if here:
        found.state(
            state.name,
            Both(
                f"có lúc chờ việc “{reads.expects}” mà {reads.waits_for} không làm được, vì “when”",
                f"waits at times for “{reads.expects}”, which {reads.waits_for} cannot do then: "
                "its “when” does not hold",
            ),
            Both(
                "Thêm một việc cùng tên cho trường hợp còn lại, hoặc nới “when”",
                "Add an act of that name for the other case, or widen its “when”",
            ),
            action=reads.expects,
        )


def _passes(state: StateSpec, holder: Holder | None, action: ActionSpec, found: Found) -> None:
    """No guard keeps whoever is waited for from the act as long as he has days for it."""
    never = {"year_closed"} | (
        {"not_a_contributor"} if holder and holder.role == "author" else set()
    )
    for guard in action.guards:
        if guard in never:
            found.state(
                state.name,
                Both(
                    f"chờ {holder} mà “{guard}” không cho qua trong hạn",
                    f"waits for {holder}, whom “{guard}” does not let pass in his days",
                ),
                Both(
                    f"Bỏ “{guard}” khỏi “guards”, hoặc chờ việc khác",
                    f"Take “{guard}” out of “guards”, or let it wait for another act",
                ),
                action=action.name,
            )


def _answered_for(state: str, holder: Holder, found: Found) -> None:
    """Somebody has it on his desk, and with nobody there somebody above has."""
    if holder.role in OWN or (holder.role in ROLES and holder.role in CLIMBS):
        return
    found.state(
        state,
        Both(
            f"chờ {holder}, vai mà khi trống thì không lên cấp nào thay",
            f"waits for {holder}, who has nobody to climb to when nobody is there",
        ),
        Both(
            f"Chờ một trong các vai: {', '.join((*OWN, *CLIMBS))}",
            f"Let it wait for one of: {', '.join((*OWN, *CLIMBS))}",
        ),
    )
