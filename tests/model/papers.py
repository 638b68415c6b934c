"""How a paper begins, what it answers, what comes into force and what is owed from then on. Part of
the reference; imports nothing of ours but its tables."""

from __future__ import annotations

from tests.model.tables import (
    OVER,
    SUPERIOR,
    Clock,
    Document,
    Given,
    Key,
    Text,
    World,
    working_days_after,
)


def route(w: World, kind: str, unit: str) -> list[tuple[str, bool]]:
    bodies = [unit]
    while above := SUPERIOR[bodies[-1]]:
        bodies.append(above)
    deciders = bodies[: w.deciding[kind]]
    receiver = bodies[len(deciders)] if len(bodies) > len(deciders) else deciders[-1]
    return [*((body, True) for body in deciders), (receiver, False)]


def begun(w: World, id: int, kind: str, unit: str, person: str, text: Text) -> Document:
    key = (kind, unit, person if kind == "commitment" else None)
    owed = key if key in w.owed and key not in w.met and not answered(w, key) else None
    doc = Document(id, kind, unit, person, route(w, kind, unit), [text], owed, hands={person})
    w.documents[id] = doc
    return doc


def amended(w: World, old: Document, id: int, act: str, person: str) -> Document:
    """The new paper that an amendment opens: by the author's own will, or asked of him."""
    asked = act == "request_amendment"
    author = old.author if asked or old.kind == "commitment" else person
    text = old.texts[(old.in_force or old.revision) - 1]
    new = Document(id, old.kind, old.unit, author, route(w, old.kind, old.unit), [text], old.owed)
    new.amends, new.hands = old.id, set() if asked else {person}
    w.documents[id] = new
    return new


def first_of_its_kind(w: World, person: str) -> bool:
    """Whether a member of the cell has no commitment yet that counts."""
    gone = ("withdrawn", "revoked", "superseded")
    own = (d for d in w.documents.values() if (d.kind, d.author) == ("commitment", person))
    return person in w.members and all(d.state in gone for d in own)


def answered(w: World, key: Key) -> bool:
    return any(d.owed == key and d.state not in OVER for d in w.documents.values())


def approved(w: World, doc: Document, given: Given) -> bool:
    """Number and date at the issuer; in force there, or where the superior has accepted. Whether it
    came into force."""
    if doc.stage == 0:
        doc.number = doc.number or given.get("number")
        doc.dated_on = given.get("dated_on") or doc.texts[-1].dated_on or w.day
    last = max(place for place, (_, decides) in enumerate(doc.route) if decides)
    if doc.stage != (last if w.superior_must_accept else 0):
        return False
    doc.in_force = doc.revision
    old = w.documents.get(doc.amends or 0)
    if old is not None and old.state not in OVER:
        if old.waits is not None:
            old.waits.left = w.now
        old.state, old.waits, old.version = "superseded", None, old.version + 1
    return True


def owe(w: World, key: Key) -> Document | None:
    """What is owed from now; the paper that was begun before it was, if any, which answers it."""
    if key in w.owed:
        return None
    w.owed[key] = working_days_after(w.day, 15)
    held = None
    for doc in w.documents.values():
        if doc.kind == "commitment" and doc.author == key[2] and doc.state not in OVER:
            doc.owed, held = key, doc
    return held


def what_is_owed(w: World) -> None:
    """What is owed and nobody has begun waits to be begun, since the moment that became so."""
    waiting = {key for key in w.owed if key not in w.met and not answered(w, key)}
    for key in waiting - w.begins.keys():
        w.begins[key] = clock_of(w, key)
    for key in w.begins.keys() - waiting:
        w.begins.pop(key).left = w.now


def clock_of(w: World, key: Key) -> Clock:
    """The clock of what is owed: once its day has passed, the one that ran for it before."""
    known = w.clocks.get(key)
    if known is None or w.day <= known.due:
        known = w.clocks[key] = Clock(w.now, w.owed[key])
    elif known.left != w.now:
        known.goes_on(w.now)
    return known
