"""Steps on papers: one is begun, somebody acts on it, sound or not, on a fresh page or a stale one,
and now and then the process dies within the act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from models import db, transaction
from tests.cast import COMMITMENT, PAPER_BASIS, PLAN, REPORT
from tests.model import acts
from tests.model import reference as ref
from tests.model.compare import Violation, expect
from tests.model.crashes import CRASH_POINTS, Crash, dying_at, fingerprint
from tests.model.forms import TYPE, next_number, numbers_of
from tests.model.tables import ADVISORY, OVER, SUPERIOR, SYMBOL, Document, Given, Text, day_of
from workflows.refusal import Forbidden, Refused, Stale

if TYPE_CHECKING:
    from tests.model.history import History

MOST = 6  # papers alive at once
FORWARD = ("submit", "review", "approve", "report")
DECISIVE = (*ref.SEPARATED, "revoke")


def begin(h: History) -> None:
    kind = h.dice.choice(("plan", "plan", "plan", "commitment", "report"))
    unit = {"commitment": "CELL", "report": "BASE"}.get(kind) or h.dice.choice(list(SUPERIOR))
    if h.w.meets and h.dice.random() < 0.7:  # so that the meeting has something to decide
        kinds = ("plan", "commitment", "commitment")
        planned = any((d.kind, d.unit) == ("plan", "CELL") for d in h.w.documents.values())
        kind, unit = h.dice.choice(kinds) if planned else "plan", "CELL"
    able = [name for name in h.people if acts.may_create(h.w, kind, unit, name)]
    name = h.dice.choice(able) if able and h.dice.random() < 0.85 else h.dice.choice(h.people)
    if name in h.w.suspended:
        return
    text, said = write(h, kind)
    allowed = acts.may_create(h.w, kind, unit, name)
    line = f"{name} begins a {kind} of {unit}"
    try:
        with transaction():
            id = h.app.create(kind, unit, name, h.now, **said)
    except (Refused, Forbidden) as error:
        h.tell(f"{line}: {error}")
        h.counts["refused"] += 1
        expect(not allowed, line, "was refused:", error)
        return
    h.tell(f"{line}: {id}")
    h.counts["acts"] += 1
    expect(allowed, line, "was allowed")
    acts.create(h.w, id, kind, unit, name, text)
    event, _, _ = h.compare.event_of(id, 1)
    told_as_implied(h, h.w.documents[id], event, "create", name, True)


def write(h: History, kind: str) -> tuple[Text, dict[str, Any]]:
    """A text, most often sound, as the reference and as the application want it."""
    complete = h.dice.random() < 0.93
    proposed = h.w.day - timedelta(days=5) if h.dice.random() < 0.1 else None
    nonce = f"{h.dice.random():.6f}"
    contents: dict[str, dict[str, Any]] = {
        "plan": {**PLAN, "text": f"Lần viết {nonce}" if complete else ""},
        "report": {**REPORT, "results": f"Lần viết {nonce}" if complete else " "},
        "commitment": {"sections": {**COMMITMENT["sections"], "1": nonce if complete else ""}},
    }
    basis: list[dict[str, Any]] = []
    rests: list[Any] = []
    if kind == "plan":
        basis, rests = list(PAPER_BASIS), [day_of(h.w.now).replace(2016, 5, 15)]
        plans = [d.id for d in h.w.documents.values() if d.kind == "plan"]
        roll = h.dice.random()
        if roll < 0.1 and plans:
            plan = h.dice.choice(plans)
            rests, basis = [plan], [{"document": plan}]
        elif roll < 0.15:
            later = h.w.day + timedelta(days=2)
            rests.append(later)
            basis.append({"number": "9-KH/TU", "dated_on": later.isoformat(), "issuer": "Tỉnh ủy"})
    return Text(complete, proposed, rests), {
        "content": contents[kind],
        "basis": basis,
        "dated_on": proposed,
    }


def act(h: History) -> None:
    """Most often somebody does what he may; else anybody tries anything."""
    alive = [d for d in h.w.documents.values() if d.state not in OVER]
    if not h.w.documents or (len(alive) < MOST and h.dice.random() < 0.15):
        return begin(h)
    able = {
        (doc.id, act): sorted({right.person for right in rights})
        for doc in h.w.documents.values()
        for act in ref.ACTS
        if ref.possible(doc, act) and (rights := ref.who(h.w, doc, act))
    }
    if able and h.dice.random() < 0.75:
        # Each act of each paper alike, however many could do it; the way up more often, and most
        # often of an amendment, or of the paper that has come furthest.
        forward = [pair for pair in able if pair[1] in FORWARD]
        id, act = h.dice.choice(forward if forward and h.dice.random() < 0.6 else list(able))
        if forward and h.dice.random() < 0.4:
            papers = h.w.documents
            id, act = max(
                forward, key=lambda pair: (bool(papers[pair[0]].amends), papers[pair[0]].stage)
            )
        name = h.dice.choice(able[id, act])
    else:
        id = h.dice.choice(list(h.w.documents))
        state = h.w.documents[id].state
        possible = [act for act, (states, _, _) in ref.ACTS.items() if state in states.split()]
        every = [*ref.ACTS, "archive", "supersede"]
        act = h.dice.choice(possible if possible and h.dice.random() < 0.8 else every)
        almost = nearly(h, h.w.documents[id], act) if act in possible else []
        name = h.dice.choice(almost if almost and h.dice.random() < 0.7 else h.people)
    doc = h.w.documents[id]
    if name in h.w.suspended and name == doc.author:
        return  # he cannot even log in to do what is his without any post
    perform(h, doc, act, name)


def nearly(h: History, doc: Document, act: str) -> list[str]:
    """Who could do it, were his post or delegation not over, he not away, or not barred."""
    always = {"first": date.min, "last": date.max, "ended": None}
    lenient = replace(
        h.w,
        posts={id: replace(post, **always) for id, post in h.w.posts.items()},
        delegations={id: replace(made, **always) for id, made in h.w.delegations.items()},
        absences={},
        suspended=set(),
    )
    could = {right.person for right in ref.who(lenient, replace(doc, hands=set(), decided={}), act)}
    may = {right.person for right in ref.who(h.w, doc, act)}
    return sorted(could - may)


def bring_forward(h: History, unit: str) -> None:
    """What a paper of this unit waits for is done, or the unit begins another."""
    waiting = [
        d
        for d in h.w.documents.values()
        if d.unit == unit and d.stage == 0 and d.state in ("drafted", "submitted", "returned")
    ]
    able = [
        (doc, act, right.person)
        for doc in waiting
        for act, held in [ref.waited_for(h.w, doc)]
        for right in held.rights
        if act != "meet" and right.person not in h.w.suspended
    ]
    if not able or h.dice.random() < 0.15:
        return begin(h)
    perform(h, *h.dice.choice(able))


def fill_in(h: History, doc: Document, act: str) -> Given:
    """What the form holds: sound, or now and then with one thing wrong."""
    wrong = h.dice.random() < 0.12
    kind = h.dice.choice(("number", "minutes", "votes", "date")) if wrong else ""
    given: Given = {}
    if act == "approve":
        if doc.stage == 0 and doc.kind in TYPE and doc.number is None:
            first = h.dice.randint(0, 8) if not numbers_of(h.w, doc) else 0
            taken = [d.number for d in h.w.documents.values() if d.number]
            leap = f"99-{TYPE[doc.kind]}/{SYMBOL[doc.unit]}"
            odd = h.dice.choice([*taken, leap, "02/KH-CB", None])
            given["number"] = odd if kind == "number" else next_number(h.w, doc, first)
        given["minutes"] = None if kind == "minutes" else "05-BB/CB"
        given["votes"] = (4, 1, 3) if kind == "votes" else (4, 4, 0)
        shift = h.dice.choice((3, -9, -40)) if kind == "date" else 0
        given["dated_on"] = h.w.day + timedelta(days=shift)
        if h.dice.random() < 0.05:
            given["dated_on"] = None
    elif act == "revise":
        text, given["said"] = write(h, doc.kind)
        text.dated_on = text.dated_on or doc.texts[-1].dated_on  # not given is not changed
        given["text"] = text
    elif act == "report" and doc.stage + 1 < len(doc.route):
        given["via"] = None if wrong else ADVISORY.get(doc.route[doc.stage + 1][0])
    elif act in ("return", "withdraw", "amend", "request_amendment", "revoke"):
        given["reason"] = "ngắn" if wrong else "Vì một lý do viết đủ dài để hiểu."
        if act == "return":
            given["reason_code"] = "OTHER" if h.dice.random() < 0.93 else None
        if act == "revoke":
            sound = h.dice.random() < 0.9
            given["decision"] = "03-QĐ/CB ngày 02/03/2026 của Chi bộ" if sound else None
    return given


def perform(h: History, doc: Document, act: str, name: str) -> None:
    given = fill_in(h, doc, act)
    stale = h.dice.random() < 0.07
    seen = (doc.revision, doc.version)
    if stale:
        seen = h.dice.choice(((doc.revision, doc.version - 1), (doc.revision + 1, doc.version)))
    right = ref.right(h.w, doc, act, name) if ref.possible(doc, act) else None
    wanted = "stale" if stale else "ok" if acts.allows(h.w, doc, act, name, given) else "no"
    line = f"{name} would {act} {doc.kind} {doc.id} ({doc.state} at {doc.stage}, {doc.version})"
    said = {k: v for k, v in given.items() if k not in ("text", "said")}
    line += f" {said}" if said else ""
    button = h.app.button(doc.id, act, name, h.now) if h.dice.random() < 0.1 else None
    if wanted == "ok" and h.dice.random() < 0.1:
        die_within(h, doc, act, name, given, seen)
    got, why, opened = "ok", "", 0
    try:
        with transaction():
            opened = h.app.perform(doc.id, act, name, given, seen, h.now)
    except Stale as error:
        got, why = "stale", str(error)
    except (Refused, Forbidden) as error:
        got, why = "no", str(error)
    h.tell(f"{line}: {got} {why}")
    expect(got == wanted, f"the reference says {wanted}, the engine {got} {why}: {line}")
    h.counts[{"ok": "acts", "no": "refused", "stale": "stale"}[got]] += 1
    if button and right is None:
        raise Violation(f"a button is shown for what is not allowed: {line}")
    if right is not None and got == "ok":
        expect(button is not False, "no button is shown for what is allowed:", line)
        answers = acts.do(h.w, doc, act, name, right.owner, given, opened)
        event, what, log = h.compare.event_of(doc.id, doc.version)
        expect((what, log) == (act, right.unit), f"event {what} in the log of {log}: {line}")
        if act == "report":
            h.reporters[doc.id] = name
        told_as_implied(h, doc, event, act, name, answers)


def told_as_implied(
    h: History, doc: Document, event: int, act: str, name: str, answers: bool
) -> None:
    """Whoever is waited for now is told, and who wrote of what was decided; nobody else."""
    told: set[str] = set()
    if answers and doc.waits is not None:
        told = {right.person for right in ref.waited_for(h.w, doc)[1].rights}
    if act in DECISIVE or act == "receive":
        told.add(doc.author)
    if act == "receive" and doc.kind != "commitment":
        told.add(h.reporters[doc.id])
    told -= {name}
    if act in ("amend", "request_amendment"):
        told = {max(h.w.documents.values(), key=lambda d: d.id).author}
    heard = h.compare.told(event)
    expect(heard == told, f"of {act} on {doc.id} {heard} were told, not {told}")


def die_within(
    h: History, doc: Document, act: str, name: str, given: Given, seen: tuple[int, int]
) -> None:
    """The same act, but the process dies at one labelled point: nothing may remain of it."""
    point = h.dice.choice(list(CRASH_POINTS))
    before = fingerprint()
    try:
        with transaction(), dying_at(CRASH_POINTS[point]):
            h.app.perform(doc.id, act, name, given, seen, h.now)
            raise Crash  # the point was not on the way of this act
    except Crash:
        pass
    db.session.remove()
    h.counts["crashes"] += 1
    h.counts[point] += 1
    h.tell(f"{name} dies while doing {act} on {doc.id}: {point}")
    expect(fingerprint() == before, "half an act remains, though it died when", point)
