"""Who may type a member's commitment for him, and when such a text counts as his.

Transcribing is not contributing (design §1): the hand in the text is the member's, so whoever typed
it may review and vote later. The text counts once the member, or the sheet he signed, confirms it.
"""

from __future__ import annotations

from datetime import datetime

from models.base import db
from models.campaign import Campaign
from models.document import Document
from models.person import Person
from models.post import Post
from models.recorded import ProxyEntry
from models.unit import Unit, superior_of
from workflows import authority
from workflows.act import PROXY, Act, Capacity
from workflows.calendar import local_day
from workflows.definition import ActionSpec
from workflows.refusal import N_, Forbidden, Reason, Refused
from workflows.rules.papers import is_scanned
from workflows.scope import OFFICERS

OPEN = ("drafted", "returned")  # states in which a text is still being written
ACTS = ("revise", "submit")


def capacity(unit: Unit, line: str, person: Person, now: datetime) -> Capacity | None:
    """In what right a person types for the members of a cell now: a post of the cell; where it has
    no clerk, the clerk of its superior on this line. None without such a right."""
    day = local_day(now)
    own = _posts(unit, now, OFFICERS)
    posts = own
    if not any(post.role == "clerk" for post in own):
        above = superior_of(unit.id, line=line, day=day)
        posts = own + (_posts(above, now, ("clerk",)) if above is not None else [])
    delegations = authority.delegations_of(posts, "commitment", "create", day, now)
    away = authority.away_on({person.id}, day)
    for post in posts:
        if post.person_id == person.id and not away:
            return Capacity(person, post.unit, PROXY, post)
    for delegation in delegations:
        if delegation.person_id == person.id and not away:
            return Capacity(person, delegation.post.unit, PROXY, delegation.post, delegation)
    return None


def _posts(unit: Unit, now: datetime, roles: tuple[str, ...]) -> list[Post]:
    found = authority.posts_at(unit, local_day(now), now)
    return [post for post in found if post.unit_id == unit.id and post.role in roles]


def required(unit: Unit, line: str, person: Person, now: datetime) -> Capacity:
    """As `capacity`; raises Forbidden without such a right."""
    held = capacity(unit, line, person, now)
    if held is None:
        raise Forbidden(
            Reason(
                "POST",
                N_("Chưa nhập hộ được: việc này thuộc cấp ủy, văn thư của %(unit)s."),
                {"unit": unit.name},
            )
        )
    return held


def for_new(kind: str, unit: Unit, campaign: Campaign, person: Person, now: datetime) -> Capacity:
    """In what right a person begins a commitment for a member; nothing else is typed for another."""
    if kind != "commitment":
        raise Forbidden(
            Reason("POST", N_("Chưa nhập hộ được: chỉ nhập hộ bản cam kết của đảng viên."))
        )
    return required(unit, campaign.line, person, now)


def for_document(
    document: Document, spec: ActionSpec, person: Person | int, now: datetime
) -> Capacity:
    """In what right a person (or whoever has this id) acts in the author's place: on a text typed for him that he has
    neither confirmed nor changed; to hand it in, the signed sheet must lie beside it."""
    if isinstance(person, int):
        person = db.session.get_one(Person, person)
    held = required(document.unit, document.campaign.line, person, now)
    entry = entry_of(document)
    fits = awaits if spec.name == "submit" else is_typed
    if spec.name not in ACTS or entry is None or not fits(document, entry):
        raise Refused(
            Reason(
                "STATE",
                N_("Chưa làm hộ được: bản này do %(name)s tự viết, hoặc đã gửi chi bộ."),
                {"name": document.author.full_name},
            )
        )
    if spec.name == "submit" and not is_scanned(document):
        raise Refused(
            Reason(
                "SCAN",
                N_("Chưa xác nhận được: cần bản chụp có chữ ký của %(name)s."),
                {"name": document.author.full_name},
                place="scan",
            )
        )
    return held


def entry_of(document: Document) -> ProxyEntry | None:
    """What is known of the typing of a commitment; None when nobody typed it for its author."""
    if document.kind != "commitment":
        return None
    return db.session.get(ProxyEntry, document.id)


def is_typed(document: Document, entry: ProxyEntry) -> bool:
    """Whether the newest text is the one that was typed, and is not handed in at present."""
    return document.state in OPEN and entry.revision == document.revision


def awaits(document: Document, entry: ProxyEntry) -> bool:
    """Whether a typed text waits for its author, or for the sheet he signed."""
    return is_typed(document, entry) and entry.confirmed_at is None


def confirm(act: Act) -> None:
    """The text is handed in: if it is the one typed, it is confirmed by whoever handed it in."""
    entry = entry_of(act.document)
    if entry is None or entry.confirmed_at is not None or entry.revision != act.document.revision:
        return
    entry.confirmed_at = act.now
    entry.confirmed_by_id = act.person.id
    entry.confirmed_how = "scan" if act.capacity.role == PROXY else "author"
