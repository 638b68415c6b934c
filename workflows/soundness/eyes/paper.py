"""What may become of a paper under a definition: every act that its state and place allow, with what
the act means for those who write and decide (R30)."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from models.kinds import PERSONAL
from workflows.definition import ActionSpec, Holder, Spec
from workflows.soundness.eyes.posts import BODIES, Line, Posts, at, keepers, line
from workflows.soundness.situations import HOLDS, Situation

# The guards that speak of persons, or of who decided. All others speak of texts and papers, which
# somebody who means to can have in order: the search lets them pass.
SEPARATIONS = ("not_a_contributor", "decides_once", "not_the_recorder")
KNOWN = (*SEPARATIONS, "minutes_confirmed", "decision_given", "reviewed_before")
DECISIONS = ("review", "approve", "return")  # kept as decisions (models.document)
AGREED = ("approved", "reported")
AFRESH = ("drafted", "submitted", "returned", "reviewed")
RENEW = ("revise", "correct")  # a revision of its own (workflows.effects)


# What somebody has had to do with a paper, one bit for each.
Part = int
AUTHOR = 1
WROTE = 2  # a hand in the text, or in the text that it amends
TYPED = 4  # typed off a signed paper
DECIDED = 8  # on the present revision, as the system keeps it
ACTED = 16  # decided on the present revision, whether the system keeps it or not
SIGNED = 32  # his name stands under the signed paper


class Paper(NamedTuple):
    """Where a paper stands. `agreed`: approved since it was last written or handed in here; `vetted`:
    somebody has reviewed the present revision; `decided`: somebody has decided on it."""

    state: str
    deciding: int
    position: int
    meets: bool
    recorded: bool = False
    unconfirmed: bool = False
    agreed: bool = False
    vetted: bool = False
    decided: bool = False


@dataclass(frozen=True)
class Way:
    """One `by` of an act at one body: the posts, or the author, or the vote of a meeting."""

    line: Line = ()
    author: bool = False
    confirmed: bool = False  # a vote that another person, or the scan, confirms


@dataclass(frozen=True)
class Move:
    """One act on a paper as it stands."""

    act: ActionSpec
    after: Paper
    ways: tuple[Way, ...]
    barred: Part  # whom its guards leave out
    wrote: Part  # which parts make somebody one who helped to write
    writes: bool
    types: bool
    decides: bool
    once: bool  # the decision must be the only one of that person on the revision
    kept: bool  # the system keeps who decided
    confirms: bool  # compares a signed paper with what was typed
    unvetted: bool  # nobody has reviewed the revision that is agreed to
    renews: bool
    amends: bool
    ends: bool
    vacant: Posts  # which nobody holds when it is done

    @property
    def personal(self) -> bool:
        """Whether it matters who does it."""
        return self.writes or self.types or self.decides or self.confirms


def begun(spec: Spec, *, deciding: int, meets: bool, recorded: bool) -> Paper:
    """A new paper."""
    return Paper(spec.initial, deciding, 0, meets, recorded, recorded)


class Moves:
    """Every move of one definition, each paper looked at once."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.meeting = any(action.by_meeting for action in spec.actions)
        self.of = functools.lru_cache(maxsize=None)(lambda paper: tuple(self._of(paper)))

    def _of(self, paper: Paper) -> Iterator[Move]:
        place = Situation(
            paper.deciding, paper.position, False, paper.meets, paper.unconfirmed, paper.recorded
        )
        for act in self.spec.actions:
            here = paper.state in act.sources
            system = all(holder.role == "system" for holder in act.by)
            top = act.name == "report" and paper.position >= paper.deciding
            if (
                here
                and not system
                and not top
                and all(HOLDS[c](paper.state, place) for c in act.when)
            ):
                yield self._move(act, paper)

    def _move(self, act: ActionSpec, paper: Paper) -> Move:
        target = act.target_from(paper.state)
        goes_on = target in AGREED or act.name == "report"
        agrees = goes_on and (not paper.agreed or act.name in (*RENEW, "approve"))
        takes_back = paper.agreed and target in AFRESH and act.name != "report"
        reviews = target == "reviewed" and paper.state != "reviewed"
        confirms = paper.unconfirmed and act.name == "confirm"
        # A revocation that cites the decision paper by which it was decided is not a decision here.
        revokes = act.name == "revoke" and "decision_given" not in act.guards
        alone = agrees or takes_back or reviews or revokes  # whatever the act is called
        decides = (act.name in DECISIONS or alone) and not confirms
        renews = act.name in RENEW or (act.name == "submit" and paper.decided)
        wrote = WROTE
        if not paper.recorded or self.spec.kind in PERSONAL:
            wrote |= AUTHOR
        return Move(
            act=act,
            after=self._after(act, paper, target, renews=renews, reviews=reviews),
            ways=tuple(self._ways(act, paper)),
            barred=_barred(act, wrote),
            wrote=wrote,
            writes=act.name in ("revise", "submit", "amend"),
            types=act.name == "correct",
            decides=decides,
            once=not revokes,
            kept=act.name in DECISIONS,
            confirms=confirms,
            unvetted=agrees and not confirms and not paper.vetted,
            renews=renews or act.opens is not None,
            amends=act.opens is not None,
            ends=self.spec.states[target].final and act.opens is None,
            vacant=_vacant(act, paper),
        )

    def _after(
        self, act: ActionSpec, paper: Paper, target: str, *, renews: bool, reviews: bool
    ) -> Paper:
        if act.opens is not None:
            return Paper(self.spec.initial, paper.deciding, 0, paper.meets)
        position = paper.position
        if act.name in ("submit", "return"):
            position = 0
        elif act.name == "report":
            position += 1
        stays = position == paper.position and not renews
        return paper._replace(
            state=target,
            position=position,
            unconfirmed=paper.unconfirmed and act.name != "confirm",
            agreed=target in AGREED or (paper.agreed and target not in AFRESH),
            vetted=reviews or (paper.vetted and target == "reviewed" and stays),
            decided=act.name in DECISIONS or (paper.decided and not renews),
        )

    def _ways(self, act: ActionSpec, paper: Paper) -> Iterator[Way]:
        for holder in act.by:
            if holder.role == "system":
                continue
            if holder.role == "author":
                yield Way(author=True)
            elif holder.role == "meeting":
                yield Way(keepers(paper.position), confirmed="minutes_confirmed" in act.guards)
            else:
                for body, later in _places(holder, paper):
                    meeting = self.meeting and paper.meets
                    yield Way(line(holder.role, body, later=later, meeting=meeting))


def _places(holder: Holder, paper: Paper) -> list[tuple[int, bool]]:
    """The bodies a `role@place` speaks of, as `authority.places`."""
    if holder.place == "superior":
        return [(min(n, BODIES - 1), True) for n in range(1, paper.deciding + 1)]
    body = paper.position if holder.place == "stage" else 0
    return [(body, body > 0)]


def _barred(act: ActionSpec, wrote: Part) -> Part:
    """Whom the separations of workflows.rules.separation leave out."""
    means = dict(zip(SEPARATIONS, (wrote, DECIDED | SIGNED, TYPED), strict=True))
    return functools.reduce(lambda one, name: one | means.get(name, 0), act.guards, 0)


def _vacant(act: ActionSpec, paper: Paper) -> Posts:
    """A meeting reviews by itself only where there is no committee (rules.sitting)."""
    if "reviewed_before" not in act.guards or paper.state != "submitted":
        return 0
    return at(paper.position, frozenset({("own", "committee")}))
