"""Steps of the cell's meeting: opened, attended, each paper voted on, closed, reopened, confirmed by
word or by scan, and what it decided carried out, however often the process dies in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from models import db, transaction
from models.sitting import AgendaItem, Sitting
from tests.model import meetings as ref
from tests.model import tables
from tests.model.compare import expect
from tests.model.crashes import TICKS, Crash, dying_at, fingerprint
from tests.model.steps import papers
from workflows import sittings
from workflows.files.accept import Clean
from workflows.files.attach import attach
from workflows.files.keep import keep
from workflows.files.place import place
from workflows.refusal import Forbidden, Refused, Stale

if TYPE_CHECKING:
    from tests.model.history import History

CELL = "CELL"
LATE = 2  # days after the meeting on which it may be written up


def meet(h: History) -> None:
    """The next thing that happens to the newest meeting, or anything at all to any of them."""
    if all(s.state in ("done", "cancelled") for s in h.w.sittings.values()):
        if len(ref.ready(h.w, CELL)) > h.dice.choice((0, 0, 1, 2)) or h.dice.random() < 0.05:
            return open_(h)
        return papers.bring_forward(h, CELL)
    if h.dice.random() < 0.15:
        s = h.dice.choice(list(h.w.sittings.values()))
        return h.dice.choice(ANY)(h, s)
    s = next(
        (s for s in reversed(h.w.sittings.values()) if s.state not in ("done", "cancelled")),
        max(h.w.sittings.values(), key=lambda s: s.id),
    )
    following: dict[str, tuple[Callable[[History, tables.Sitting], None], ...]] = {
        "open": (whole, whole, whole, attend, mark_all, refresh, close, cancel),
        "awaiting": (confirm, confirm, confirm, scan, reopen, cancel),
        "confirmed": (carry_out, carry_out_and_die),
    }
    h.dice.choice(following.get(s.state, ANY))(h, s)


def somebody(h: History, able: Callable[[str], bool], well: float = 0.9) -> str:
    """Most often one who may; of those who can log in at all."""
    people = [name for name in h.people if name not in h.w.suspended]
    right = [name for name in people if able(name)]
    return h.dice.choice(right if right and h.dice.random() < well else people)


def keeper(h: History, well: float = 0.9) -> str:
    return somebody(h, lambda name: ref.keeps_papers(h.w, CELL, name), well)


def tried(h: History, line: str, wanted: str, what: Callable[[], object]) -> bool:
    """Do it in one transaction; it is what the reference says. Whether it was done."""
    got, why = "ok", ""
    db.session.rollback()
    try:
        with transaction():
            what()
    except Stale as error:
        got, why = "stale", str(error)
    except (Refused, Forbidden) as error:
        got, why = "no", str(error)
    h.tell(f"{line}: {got} {why}")
    expect(got == wanted, f"the reference says {wanted}, the engine {got} {why}: {line}")
    h.counts[{"ok": "acts", "no": "refused", "stale": "stale"}[got]] += 1
    return got == "ok"


def row(s: tables.Sitting) -> Sitting:
    return db.session.get_one(Sitting, s.id)


def says(h: History, s: tables.Sitting, name: str, states: tuple[str, ...], stale: bool) -> str:
    """What the reference says of an act of whoever keeps the papers, in these states."""
    if not ref.keeps_papers(h.w, s.unit, name):
        return "no"
    return "ok" if s.state in states and not stale else "stale"


# ---- before it closes


def open_(h: History) -> None:
    name = keeper(h)
    held_on = h.w.day - timedelta(days=h.dice.choice((0, 0, 0, 1, LATE, -1)))
    running = ref.unfinished(h.w, CELL)
    wanted = "ok" if ref.keeps_papers(h.w, CELL, name) else "no"
    if wanted == "ok" and running is None and held_on > h.w.day:
        wanted = "no"
    made: list[Sitting] = []

    def what() -> None:
        made.append(
            sittings.open_sitting(
                h.app.unit(CELL), held_on=held_on, actor=h.app.person(name), now=h.now
            )
        )

    if tried(h, f"{name} opens a meeting of {held_on}", wanted, what):
        sitting = made[0]
        if running is not None:
            expect(sitting.id == running.id, "a second meeting was opened beside", running.id)
            return
        chair = h.app.names[sitting.chair_id]
        expect(chair in ref.chairs(h.w, CELL), f"{chair} presides, though he calls no meeting")
        ref.open_(h.w, sitting.id, CELL, held_on, chair)
        h.counts["sittings"] += 1


def attend(h: History, s: tables.Sitting, well: float = 0.7) -> None:
    """Who was there, who presided and who wrote; sound most often."""
    name = keeper(h)
    there = {p: h.dice.random() < (0.97 if h.dice.random() < well else 0.5) for p in s.present}
    people = [p for p in s.present if there[p]] or list(s.present)
    chair = s.chair if there.get(s.chair) and h.dice.random() < 0.9 else h.dice.choice(people)
    others = [p for p in people if p != chair] or people
    taker = h.dice.choice(others if h.dice.random() < 0.95 else list(s.present))
    held_on = h.w.day if h.dice.random() < well else s.held_on  # the day is put right

    def what() -> None:
        sittings.attend(
            row(s),
            present={h.app.ids[p]: yes for p, yes in there.items()},
            chair_id=h.app.ids[chair],
            minute_taker_id=h.app.ids[taker],
            held_on=held_on,
            actor=h.app.person(name),
            now=h.now,
        )

    line = f"{name} writes who attends {s.id}: {chair} presides, {taker} writes, on {held_on}"
    if tried(h, line, says(h, s, name, ("open",), False), what):
        s.present, s.chair, s.taker, s.held_on = there, chair, taker, held_on


def mark_all(h: History, s: tables.Sitting) -> None:
    """The meeting speaks of each paper; the papers of an agenda are one after another."""
    name = keeper(h)
    for id, item in s.items.items():
        mark(h, s, id, item, name)


def mark(h: History, s: tables.Sitting, id: int, item: tables.Item, name: str) -> None:
    doc = h.w.documents[id]
    decision = h.dice.choice(("agree", "agree", "revise", "later", ""))
    votes = h.dice.choice((None, None, None, 1, 2))
    against = h.dice.choice((None, None, None, 0, 1, 2))
    if h.dice.random() < 0.8:  # as it goes in most meetings: agreed, unless a rule forbids it
        agreed = tables.Item(item.revision, "agree")
        votes = against = None
        decision = "agree" if ref.foresee(h.w, s, doc, agreed, adopted(h, s)) else "later"
    reason = "ngắn" if h.dice.random() < 0.1 else "Vì một lý do viết đủ dài để hiểu."
    code = h.dice.choice(("OTHER",) * 9 + (None,))
    too_many = max(votes or 0, 0) + (against or 0) > ref.voters(h.w, s, doc)
    wanted = says(h, s, name, ("open",), False)
    if wanted == "ok" and too_many:
        wanted = "no"

    def what() -> None:
        sittings.mark(
            db.session.scalars(
                sa.select(AgendaItem).where(
                    AgendaItem.sitting_id == s.id, AgendaItem.document_id == id
                )
            ).one(),
            decision=decision,
            reason_code=code,
            reason=reason,
            votes_for=votes,
            votes_against=against,
            actor=h.app.person(name),
            now=h.now,
        )

    line = f"{name} marks {id} at {s.id}: {decision or 'open'} {votes}:{against}"
    if tried(h, line, wanted, what):
        sent_back = decision == "revise"
        item.decision, item.votes_for, item.against = decision, votes, against
        item.code, item.reason = (code, reason) if sent_back else (None, None)


def adopted(h: History, s: tables.Sitting) -> bool:
    """Whether the meeting adopts the plan on which its commitments rest."""
    return any(
        h.w.documents[id].kind == "plan" and item.decision == "agree"
        for id, item in s.items.items()
    )


def refresh(h: History, s: tables.Sitting) -> None:
    name = keeper(h)

    def what() -> None:
        sittings.refresh(row(s), actor=h.app.person(name), now=h.now)

    if tried(h, f"{name} refreshes {s.id}", says(h, s, name, ("open",), False), what):
        ref.refresh(h.w, s)


def close(h: History, s: tables.Sitting) -> None:
    name, stale = keeper(h), h.dice.random() < 0.05
    wanted = says(h, s, name, ("open",), stale)
    if wanted == "ok" and not ref.may_close(h.w, s):
        wanted = "no"

    def what() -> None:
        version = row(s).version - stale
        sittings.close(row(s), version=version, actor=h.app.person(name), now=h.now)

    if tried(h, f"{name} closes {s.id}", wanted, what):
        s.state, s.closed_by = "awaiting", name
        if s.number is None:
            h.minutes += 1
            s.number = f"{h.minutes:02d}-BB/CB"


def whole(h: History, s: tables.Sitting) -> None:
    """A meeting in one go, as it is held: agenda, attendance, each paper, the end."""
    refresh(h, s)
    attend(h, s, 0.95)
    mark_all(h, s)
    for id, item in s.items.items():
        if item.decision in ("", "later") and h.dice.random() < 0.8:
            mark(h, s, id, item, keeper(h))
    close(h, s)


def cancel(h: History, s: tables.Sitting) -> None:
    if h.dice.random() < 0.7:
        return
    name, stale = keeper(h), h.dice.random() < 0.05

    def what() -> None:
        version = row(s).version - stale
        sittings.cancel(row(s), version=version, actor=h.app.person(name), now=h.now)

    wanted = says(h, s, name, ("open", "awaiting"), stale)
    if tried(h, f"{name} cancels {s.id}", wanted, what):
        s.state = "cancelled"


# ---- after it closed


def reopen(h: History, s: tables.Sitting) -> None:
    name, stale = keeper(h), h.dice.random() < 0.05

    def what() -> None:
        version = row(s).version - stale
        sittings.reopen(row(s), version=version, actor=h.app.person(name), now=h.now)

    if tried(h, f"{name} reopens {s.id}", says(h, s, name, ("awaiting",), stale), what):
        s.state, s.closed_by = "open", None


def scan(h: History, s: tables.Sitting) -> None:
    """The signed minutes are scanned, and somebody confirms by them."""
    if not s.scanned:
        with transaction():
            minutes = f"minutes {s.id}".encode()
            with place().draft() as draft:
                draft.write(minutes)
            digest = sha256(minutes).hexdigest()
            clean = Clean(Path(draft.name), "bien-ban.pdf", "application/pdf", 1, 9, digest)
            who = h.app.person(s.chair)
            attach(
                row(s), keep(clean, h.now), purpose="scan", name=clean.name, actor=who, now=h.now
            )
        s.scanned = True
    confirm(h, s, "scan")


def confirm(h: History, s: tables.Sitting, how: str = "minute_taker") -> None:
    name = somebody(h, lambda name: ref.may_confirm(h.w, s, how, name), 0.8)
    stale = h.dice.random() < 0.05
    wanted = "stale" if stale or s.state != "awaiting" else "no"
    if wanted == "no" and ref.may_confirm(h.w, s, how, name):
        wanted = "ok"

    def what() -> None:
        sittings.confirm(
            row(s), how=how, version=row(s).version - stale, actor=h.app.person(name), now=h.now
        )

    if tried(h, f"{name} confirms {s.id} by {how}", wanted, what):
        ref.confirm(s, name)
        h.counts["sittings confirmed"] += 1


def carry_out(h: History, s: tables.Sitting, limit: int | None = None) -> None:
    """What was decided is done, as far as `limit`; a second time nothing is."""
    due = ref.pending(s)[:limit] if s.state == "confirmed" else []
    before = {id: h.w.documents[id].version for id in due}
    for id in due:
        ref.carry_out(h.w, s, h.w.documents[id])
    ref.settle(s)
    sittings.carry_out(s.id, now=h.now, limit=limit)
    h.tell(f"carried out of {s.id}: { {id: s.items[id].outcome for id in due} }")
    h.counts["carried out"] += len(due)
    for id in due:
        doc = h.w.documents[id]
        if doc.version > before[id]:
            _, what, log = h.compare.event_of(id, doc.version)
            expect(log == s.unit, f"{what} of {id} by the meeting is in the log of {log}")
    if limit is None and h.dice.random() < 0.2:
        sittings.carry_out(s.id, now=h.now)


def carry_out_and_die(h: History, s: tables.Sitting) -> None:
    """Killed while carrying out: the papers before stay done, and of this one nothing remains."""
    due = ref.pending(s) if s.state == "confirmed" else []
    if not due:
        return
    carry_out(h, s, limit=h.dice.randrange(len(due)))
    point = h.dice.choice(list(TICKS))
    before = fingerprint()
    try:
        with dying_at(TICKS[point]):
            sittings.carry_out(s.id, now=h.now, limit=1)
    except Crash:
        db.session.remove()
        h.counts["crashes"] += 1
        h.counts[point] += 1
        h.tell(f"the worker dies while carrying out {s.id}: {point}")
        expect(fingerprint() == before, "half a decision remains, though it died when", point)
    else:  # the point was not on the way: the paper had moved on, or was refused
        id = ref.pending(s)[0]
        ref.carry_out(h.w, s, h.w.documents[id])
        ref.settle(s)
        h.tell(f"carried out of {s.id}: {id} {s.items[id].outcome}")


ANY: tuple[Callable[[History, tables.Sitting], None], ...] = (
    attend,
    mark_all,
    refresh,
    close,
    reopen,
    confirm,
    scan,
    carry_out,
)
