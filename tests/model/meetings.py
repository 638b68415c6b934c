"""A body that decides by meeting: who keeps its papers, what is on its agenda, when it may close, who
confirms, what its vote does. Part of the reference; imports nothing of ours but its tables."""

from __future__ import annotations

from datetime import date

from tests.model import acts
from tests.model import reference as ref
from tests.model.forms import carried, next_number, sound
from tests.model.tables import SUPERIOR, Document, Given, Item, Sitting, World

OFFICERS = ("secretary", "deputy", "committee", "clerk")
ORDER = ("plan", "commitment", "report")


def keeps_papers(w: World, unit: str, person: str) -> bool:
    """An officer of the body, or the clerk of its superior where it has no clerk of its own."""
    held = {
        (post.unit, post.role)
        for post in w.posts.values()
        if post.holds(w.now)
        and (
            post.person == person
            or any(
                d.post == post.id and d.to == person and d.holds(w.now)
                for d in w.delegations.values()
            )
        )
    }
    if any((unit, role) in held for role in OFFICERS):
        return True
    return not holds(w, unit, "clerk") and (SUPERIOR[unit], "clerk") in held


def holds(w: World, unit: str, role: str) -> bool:
    """Whether anybody holds this post, be he there or not."""
    return any((p.unit, p.role) == (unit, role) and p.holds(w.now) for p in w.posts.values())


def unfinished(w: World, unit: str) -> Sitting | None:
    running = (s for s in w.sittings.values() if s.unit == unit and s.state in ("open", "awaiting"))
    return next(running, None)


def chairs(w: World, unit: str) -> list[str]:
    """Who may be proposed to preside: whoever calls the meeting, else its first full member."""
    officers = ref.waiting(w, unit, "convener", "plan", "approve", False, set()).rights
    full = sorted(person for person, standing in w.members.items() if standing == "full")
    return [right.person for right in officers] or full[:1]


def open_(w: World, id: int, unit: str, held_on: date, chair: str) -> None:
    """Everybody is there, everything that is ready is on the agenda, and whoever wrote last time
    writes again."""
    held = (s for s in w.sittings.values() if s.confirmed_by)
    last = max(held, key=lambda s: (s.held_on, s.id), default=None)
    taker = last.taker if last is not None and last.taker != chair else None
    w.sittings[id] = Sitting(id, unit, held_on, chair, taker, dict.fromkeys(w.members, True))
    refresh(w, w.sittings[id])


def ready(w: World, unit: str) -> list[Document]:
    """What the meeting can decide now: what its committee reviewed, or anything where there is
    none."""
    states = ("reviewed",) if holds(w, unit, "committee") else ("submitted", "reviewed")
    found = [
        d for d in w.documents.values() if d.unit == unit and d.stage == 0 and d.state in states
    ]
    return sorted(found, key=lambda d: (ORDER.index(d.kind), d.author, d.id))


def refresh(w: World, s: Sitting) -> None:
    """The agenda is what is ready; what has a new text is decided anew."""
    known = s.items
    s.items = {
        d.id: known[d.id]
        if d.id in known and known[d.id].revision == d.revision
        else Item(d.revision)
        for d in ready(w, s.unit)
    }


def voters(w: World, s: Sitting, doc: Document) -> int:
    """Full members who are there; nobody votes on his own commitment."""
    own = doc.author if doc.kind == "commitment" else None
    return sum(s.present[p] and w.members[p] == "full" and p != own for p in s.present)


def given(w: World, s: Sitting, doc: Document, item: Item) -> Given:
    """What the vote gives the act along."""
    if item.decision == "revise":
        return {"reason": item.reason, "reason_code": item.code}
    present, against = voters(w, s, doc), item.against or 0
    in_favour = present - against if item.votes_for is None else item.votes_for
    votes = (present, in_favour, against)
    number = next_number(w, doc)
    return {"minutes": "…", "votes": votes, "dated_on": s.held_on, "number": number}


def may_close(w: World, s: Sitting) -> bool:
    """More than half of the full members, one of them presided and another person wrote, all is
    decided and nothing that was decided would be refused."""
    full = [person for person in s.present if w.members[person] == "full"]
    quorum = 2 * sum(s.present[person] for person in full) > len(full)
    there = {person for person in s.present if s.present[person]}
    led = (
        s.chair in there
        and w.members[s.chair] == "full"
        and s.taker in there
        and s.taker != s.chair
    )
    adopted = any(
        w.documents[id].kind == "plan" and i.decision == "agree" for id, i in s.items.items()
    )
    foreseen = (foresee(w, s, w.documents[id], item, adopted) for id, item in s.items.items())
    return s.held_on <= w.day and quorum and led and all(foreseen)


def foresee(w: World, s: Sitting, doc: Document, item: Item, plan_adopted: bool) -> bool:
    if item.decision == "later":
        return item.revision == doc.revision
    filled_in = {**given(w, s, doc, item), "plan_adopted_here": plan_adopted}
    if doc.sent is not None and doc.sent > s.held_on:  # it did not lie before this meeting
        return False
    return (
        item.decision != "" and moved_on(s, doc, item) is None and votable(w, doc, item, filled_in)
    )


def moved_on(s: Sitting, doc: Document, item: Item) -> str | None:
    """The vote speaks of one text before one body."""
    return "moved_on" if item.revision != doc.revision or doc.here != s.unit else None


def votable(w: World, doc: Document, item: Item, filled_in: Given) -> bool:
    if doc.stage or doc.state not in ("submitted", "reviewed"):
        return False
    if item.decision == "revise":
        return sound(w, doc, "return", filled_in)
    reviewed = doc.state == "reviewed" or not holds(w, doc.unit, "committee")
    return (
        reviewed
        and carried(filled_in["votes"], meeting=True)
        and sound(w, doc, "approve", filled_in, meeting=True)
    )


def may_confirm(w: World, s: Sitting, how: str, person: str) -> bool:
    """The minutes are confirmed by their scan, or by the word of another than who closed it."""
    if how == "scan":
        return s.scanned and keeps_papers(w, s.unit, person)
    word = person == s.taker or (s.closed_by == s.taker and person == s.chair)
    return word and person != s.closed_by


def confirm(s: Sitting, person: str) -> None:
    s.state, s.confirmed_by = "confirmed", person
    for item in s.items.values():
        item.outcome = "later" if item.decision == "later" else item.outcome


def carry_out(w: World, s: Sitting, doc: Document) -> None:
    """One paper of a confirmed meeting: its vote is the decision, unless the paper moved on."""
    item = s.items[doc.id]
    assert s.confirmed_by is not None
    filled_in = given(w, s, doc, item)
    item.outcome = moved_on(s, doc, item)
    if item.outcome is None and not votable(w, doc, item, filled_in):
        item.outcome = "refused"
    if item.outcome is None:
        act, item.outcome = {"agree": ("approve", "approved"), "revise": ("return", "returned")}[
            item.decision
        ]
        acts.do(w, doc, act, s.confirmed_by, None, filled_in)


def pending(s: Sitting) -> list[int]:
    return [id for id, item in s.items.items() if item.outcome is None]


def settle(s: Sitting) -> None:
    """After a look at what is still to be done: a meeting with all carried out is done."""
    if s.state == "confirmed" and not pending(s):
        s.state = "done"
