"""Whether somebody may do what he asks, and what an act changes: state, stage, hands, decisions, what
is waited for until when. Part of the reference; imports nothing of ours but its tables."""

from __future__ import annotations

from tests.model import papers
from tests.model import reference as ref
from tests.model.forms import sound
from tests.model.tables import OVER, Clock, Document, Given, Text, World, working_days_after


def allows(w: World, doc: Document, act: str, person: str, given: Given) -> bool:
    return (
        ref.possible(doc, act)
        and bool(ref.right(w, doc, act, person))
        and sound(w, doc, act, given)
    )


def may_create(w: World, kind: str, unit: str, person: str) -> bool:
    if kind == "commitment":
        return unit == "CELL" and papers.first_of_its_kind(w, person)
    drafters = ref.waiting(w, unit, "drafter", kind, "create", False, set()).rights
    return any(right.person == person for right in drafters)


def create(w: World, id: int, kind: str, unit: str, person: str, text: Text) -> None:
    wait_anew(w, papers.begun(w, id, kind, unit, person, text))


def do(
    w: World, doc: Document, act: str, person: str, owner: str | None, given: Given, new: int = 0
) -> bool:
    """What an allowed act changes; `new` is the id of the paper that an amendment opens. Whether
    somebody is waited for anew."""
    before, begins = doc.state, False
    doc.version += 1
    if act in (*ref.SEPARATED, "revoke"):  # who decides for another has decided for both
        doc.decided.setdefault(doc.revision, set()).update({person, owner or person})
    if act == "report":
        if doc.stage == 0 and doc.owed:
            w.met.add(doc.owed)
        doc.stage, doc.received = doc.stage + 1, False
        doc.state = "submitted" if doc.route[doc.stage][1] else "reported"
    doc.state = ref.TARGET.get(act, doc.state)
    if act == "receive":
        doc.received = True
    elif act in ("amend", "request_amendment"):
        wait_anew(w, papers.amended(w, doc, new, act, person))
    elif act == "revise":
        doc.texts.append(given["text"])
    elif act == "submit":
        doc.received, doc.sent = False, w.day
        if doc.decided.get(doc.revision):  # a decision is bound to one going-round
            doc.texts.append(doc.texts[-1])
    elif act == "return":
        doc.stage = 0
    elif act == "approve":
        begins = papers.approved(w, doc, given) and (doc.kind, doc.unit) == ("plan", "CELL")
    if act in ("revise", "submit"):
        doc.hands.add(person)
    answers = doc.state != before or act == ref.WAITS.get(doc.state, ("",))[0]
    if answers:
        wait_anew(w, doc)
    if begins:
        for member in w.members:
            until_owed(w, papers.owe(w, ("commitment", "CELL", member)))
    if act == "revoke":
        for other in list(w.documents.values()):
            until_owed(w, other if other.amends == doc.id else None)
    papers.what_is_owed(w)
    return answers


def wait_anew(w: World, doc: Document) -> None:
    """What the paper waits for now, from now; nothing at rest."""
    if doc.waits is not None:
        doc.waits.left = w.now
    doc.waits = None
    papers.what_is_owed(w)
    if doc.state in ref.WAITS and not (doc.state == "reported" and doc.received):
        act, _, _, within = ref.WAITS[doc.state]
        own = working_days_after(w.day, within)
        key = doc.owed
        if doc.stage > 0 or key is None or key in w.met or amends_what_lives(w, doc):
            doc.waits = Clock(w.now, own)
        elif key[2] is not None and act != "submit":  # his cell has what a person owes
            doc.waits = Clock(w.now, w.owed[key] if w.day <= w.owed[key] < own else own)
        elif act == "submit" or w.owed[key] <= own:
            doc.waits = papers.clock_of(w, key)
        else:
            doc.waits = Clock(w.now, own)
    papers.what_is_owed(w)


def until_owed(w: World, doc: Document | None) -> None:
    """What came to answer something owed waits until that day: what is still written always, any other
    step of a unit's paper where it had longer."""
    if doc is None or doc.stage > 0 or doc.owed is None or doc.owed in w.met or doc.waits is None:
        return
    writing = ref.WAITS[doc.state][0] == "submit"
    if writing or (doc.owed[2] is None and w.owed[doc.owed] < doc.waits.due):
        wait_anew(w, doc)


def amends_what_lives(w: World, doc: Document) -> bool:
    return doc.amends is not None and w.documents[doc.amends].state not in OVER
