"""Steps in the office: posts given, changed and ended, delegations, absences, accounts locked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from models import transaction
from models.person import Absence
from models.post import Delegation, Post
from tests.model import tables
from tests.model.tables import SUPERIOR
from workflows import accounts
from workflows.organisation import absences, delegations, posts
from workflows.refusal import Forbidden, Refused

if TYPE_CHECKING:
    from tests.model.history import History

ROLES = ("secretary", "deputy", "committee", "advisor", "standing", "clerk")


def change(h: History) -> None:
    """One change, as the rules of the organisation let it be; the reference learns what came of
    it."""
    what = h.dice.choice(CHANGES)
    try:
        with transaction() as session:
            done = what(h, session)
    except (Refused, Forbidden) as error:
        h.tell(f"{what.__name__}: {error}")
        return
    h.counts["changes"] += done


def give_post(h: History, session: Session) -> bool:
    name = h.dice.choice(h.people)
    unit = h.dice.choice((*SUPERIOR, "CELL", "BASE", "WARD-XDD"))
    role = "advisor" if unit == "WARD-XDD" else h.dice.choice(ROLES)
    first = h.w.day + timedelta(days=h.dice.choice((0, 1, 2, 5)))
    last = first + timedelta(days=h.dice.choice((3, 10, 200)))
    post = posts.give_post(
        session,
        person=h.app.person(name),
        unit=h.app.unit(unit),
        role=role,
        title=role,
        valid_from=first,
        valid_to=last,
        actor=None,
        now=h.now,
    )
    h.tell(f"{name} becomes {role} of {unit} from {first} to {last}")
    h.w.posts[post.id] = tables.Post(first, last, None, post.id, name, unit, role)
    return True


def change_post(h: History, session: Session) -> bool:
    post = h.dice.choice([p for p in h.w.posts.values() if p.ended is None])
    last = h.w.day + timedelta(days=h.dice.choice((-1, 0, 2, 30)))
    first = min(post.first, last)
    posts.edit_post(
        session,
        post=session.get_one(Post, post.id),
        title=post.role,
        acting=False,
        valid_from=None if first == tables.date.min else first,
        valid_to=last,
        actor=None,
        now=h.now,
    )
    h.tell(f"{post.person} is {post.role} of {post.unit} until {last}")
    post.first, post.last = first, last
    return True


def end_post(h: History, session: Session) -> bool:
    post = h.dice.choice([p for p in h.w.posts.values() if p.ended is None])
    posts.end_post(session, post=session.get_one(Post, post.id), actor=None, now=h.now)
    h.tell(f"{post.person} is no longer {post.role} of {post.unit}")
    post.ended = h.now
    for made in h.w.delegations.values():
        if made.post == post.id and made.ended is None:
            made.ended = h.now
    return True


def end_committee(h: History) -> None:
    """A cell without a committee: its meeting also reviews."""
    for post in h.w.posts.values():
        if (post.unit, post.role) == ("CELL", "committee"):
            with transaction() as session:
                row = session.get_one(Post, post.id)
                posts.end_post(session, post=row, actor=None, now=h.now)
            post.ended = h.now
    h.tell("the cell has no committee")


def delegate(h: History, session: Session) -> bool:
    held = [p for p in h.w.posts.values() if p.holds(h.now)]
    if not held:
        return False
    post, to = h.dice.choice(held), h.dice.choice(h.people)
    first = h.w.day + timedelta(days=h.dice.choice((0, 0, 1, 3)))
    last = min(first + timedelta(days=h.dice.choice((0, 4, 40))), post.last)
    kinds = h.dice.choice(([], [], ["plan"], ["commitment", "plan"]))
    actions = h.dice.choice(([], [], ["approve"], ["review", "submit", "return"]))
    row = delegations.delegate(
        session,
        post=session.get_one(Post, post.id),
        to=h.app.person(to),
        valid_from=first,
        valid_to=last,
        kinds=kinds,
        actions=actions,
        actor=None,
        now=h.now,
    )
    line = f"{post.person} lets {to} act as {post.role} of {post.unit} from {first} to {last}"
    h.tell(f"{line} ({kinds or 'all'} {actions or 'all'})")
    made = tables.Delegation(first, last, None, h.now, row.id, post.id, to, kinds, actions)
    h.w.delegations[row.id] = made
    return True


def revoke(h: History, session: Session) -> bool:
    running = [d for d in h.w.delegations.values() if d.ended is None]
    if not running:
        return False
    made = h.dice.choice(running)
    row = session.get_one(Delegation, made.id)
    delegations.revoke_delegation(session, delegation=row, actor=None, now=h.now)
    h.tell(f"{made.to} no longer acts for post {made.post}")
    made.ended = h.now
    return True


def be_away(h: History, session: Session) -> bool:
    name = h.dice.choice(h.people)
    first = h.w.day + timedelta(days=h.dice.choice((0, 0, 1, 2)))
    last = first + timedelta(days=h.dice.choice((0, 1, 4, 15)))
    row = absences.add_absence(
        session,
        person=h.app.person(name),
        valid_from=first,
        valid_to=last,
        actor=None,
        now=h.now,
    )
    h.tell(f"{name} is away from {first} to {last}")
    h.w.absences[row.id] = tables.Absence(first, last, None, row.id, name)
    return True


def come_back(h: History, session: Session) -> bool:
    gone = [a for a in h.w.absences.values() if a.last >= h.w.day]
    if not gone:
        return False
    absence, last = h.dice.choice(gone), h.w.day - timedelta(days=1)
    row = session.get_one(Absence, absence.id)
    absences.end_absence(session, absence=row, last_day=last, actor=None, now=h.now)
    h.tell(f"{absence.person} is back since {h.w.day}")
    del h.w.absences[absence.id]
    if absence.first <= last:
        h.w.absences[absence.id] = absence
        absence.last = last
    return True


def lock_out(h: History, session: Session) -> bool:
    """An account is suspended, or, most often where one is, resumed."""
    name = h.dice.choice(sorted(h.w.suspended) or h.people)
    account, locked = h.app.account(name), name in h.w.suspended
    done = accounts.resume if locked else accounts.suspend
    done(session, account=account, actor=None, now=h.now, at=h.now)
    h.tell(f"the account of {name} is {'opened again' if locked else 'locked'}")
    h.w.suspended ^= {name}
    return True


CHANGES: tuple[Callable[[History, Session], bool], ...] = (
    give_post,
    give_post,
    change_post,
    end_post,
    delegate,
    delegate,
    delegate,
    revoke,
    be_away,
    be_away,
    come_back,
    lock_out,
)
