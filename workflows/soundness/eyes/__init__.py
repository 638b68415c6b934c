"""Four eyes (R30): whether there is any path on which one person decides alone, on what he helped to
write, or twice on one revision. What is found is told as a story."""

from __future__ import annotations

from collections.abc import Hashable

from models.kinds import PERSONAL
from workflows.definition import Spec
from workflows.soundness.eyes.away import with_absences
from workflows.soundness.eyes.cast import Cast, play
from workflows.soundness.eyes.paper import DECISIONS, KNOWN, RENEW, Move
from workflows.soundness.eyes.search import Hole, holes
from workflows.soundness.eyes.story import tell
from workflows.soundness.fault import Both, Found

__all__ = ["check", "holes", "report", "told"]

WRONG = {
    "wrote": Both(
        "một người có thể tự quyết định trên văn bản mà mình đã góp phần viết (R30)",
        "one person can decide alone on what he helped to write (R30)",
    ),
    "twice": Both(
        "một người có thể quyết định hai lần trên cùng một bản (R30)",
        "one person can decide twice on one revision (R30)",
    ),
    "typed": Both(
        "một người có thể tự xác nhận bản giấy mà mình đã nhập vào sổ (R30)",
        "one person can confirm the paper that he typed off himself (R30)",
    ),
    "unvetted": Both(
        "một người có thể một mình thông qua bản chưa ai cho ý kiến (R30)",
        "one person alone can approve a text that nobody has reviewed (R30)",
    ),
}


_kept: set[Hashable] = set()  # what this process has searched and found without a hole


def check(spec: Spec, found: Found) -> None:
    """Each act that lets one person decide alone, with the shortest story of it."""
    bones = _bones(spec)
    if bones in _kept:
        return
    there = holes(spec)
    if not there:
        _kept.add(bones)
    report(spec, there, found)


def report(spec: Spec, there: list[Hole], found: Found) -> None:
    """Each hole as a fault of the state in which it opens, with its story."""
    for hole in there:
        move = hole.last
        assert hole.steps[-1].before is not None
        state = hole.steps[-1].before.paper.state
        story = tell(told(hole, spec))
        found.state(
            state, WRONG[hole.wrong], _change(hole, move), action=move.act.name, story=story
        )


def told(hole: Hole, spec: Spec) -> Cast:
    """The story of a hole: its people, their posts, who does what, who is away for it."""
    cast = play(hole, spec)
    cast.scenes = list(with_absences(cast))
    return cast


def _bones(spec: Spec) -> Hashable:
    """All of a definition that the search looks at: neither words nor days nor questions."""
    return (
        spec.kind in PERSONAL,
        spec.initial,
        tuple((state.name, state.final) for state in spec.states.values()),
        tuple(
            (
                a.name,
                a.sources,
                a.target,
                a.when,
                a.by,
                a.opens,
                frozenset(a.guards) & frozenset(KNOWN),
            )
            for a in spec.actions
        ),
    )


def _change(hole: Hole, move: Move) -> Both:
    act = move.act
    if act.by_meeting:
        return _guard("minutes_confirmed")
    if hole.wrong == "unvetted":
        return _unvetted(hole)
    if hole.wrong == "typed":
        return _guard("not_the_recorder")
    if act.name == "revoke":
        return _guard("decision_given")
    if act.name == "confirm":
        return Both("Ghi “awaits_confirmation” vào “when”", "Put “awaits_confirmation” into “when”")
    if act.name not in DECISIONS:
        return Both(
            "Chỉ review, approve, return quyết định: cho việc này dẫn tới trạng thái khác",
            "Only review, approve and return decide: let this act lead elsewhere",
        )
    if hole.wrong == "wrote":
        return _guard("not_a_contributor")
    if "decides_once" in act.guards:  # the earlier decision is not kept as one
        earlier = [s.move.act.name for s in hole.steps[:-1] if s.move and s.move.decides]
        return Both(
            f"“{earlier[-1]}” quyết định mà không được ghi là quyết định: dùng review, approve, return",
            f"“{earlier[-1]}” decides without being kept as a decision: use review, approve, return",
        )
    return _guard("decides_once")


def _unvetted(hole: Hole) -> Both:
    """What to change where nobody has reviewed what is approved: an edit kept the review, or there was
    none."""
    before = hole.steps[-1].before
    assert before is not None
    edits = [s.move.act.name for s in hole.steps[:-1] if s.move and s.move.act.name in RENEW]
    if before.paper.state == "reviewed" and edits:
        return Both(
            f"Cho “{edits[-1]}” dẫn về “drafted”",
            f"Let “{edits[-1]}” lead back to “drafted”",
        )
    return Both(
        f"Bỏ “{before.paper.state}” khỏi “from”: “review” phải đi trước",
        f"Take “{before.paper.state}” out of its “from”: “review” comes first",
    )


def _guard(name: str) -> Both:
    return Both(f"Ghi “{name}” vào “guards”", f"Put “{name}” into “guards”")
