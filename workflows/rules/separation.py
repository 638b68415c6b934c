"""R30, separation of duties: nobody decides on what he helped to write, nor twice on one revision.

`excluded` answers for a person; the authority table uses it to find who is left, and the guards of
the same names use it to say why not. Delegation opens no way round: both the delegate and the
delegator are asked.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.kinds import PERSONAL
from models.person import Person
from models.post import Post
from models.queries.hands import Hand, hands
from models.recorded import RecordedPaper
from workflows.act import Act
from workflows.refusal import N_, Reason
from workflows.rules.registry import guard
from workflows.scope import TRANSCRIBED
from workflows.sorting import search_fold


def hands_in(document: Document) -> list[Hand]:
    """Who wrote at a document or at the text it amends, and who has decided on its revision. Asked
    once for each version: nothing of it changes without an act."""
    known: tuple[int, int, list[Hand]] | None = document.__dict__.get("_hands")
    if known is None or known[:2] != (document.version, document.revision):
        ancestors: list[int] = []
        ancestor = document.amends
        while ancestor is not None and ancestor.id not in (document.id, *ancestors):
            ancestors.append(ancestor.id)
            ancestor = ancestor.amends
        found = hands(document.id, document.revision, ancestors)
        known = document.__dict__["_hands"] = (document.version, document.revision, found)
    return known[2]


def add_hands(document: Document, new: list[Hand]) -> None:
    """An act has written these hands and made a new version: what was known before it stays known,
    unless there is a new text to decide on."""
    known = document.__dict__.get("_hands")
    if known is not None and known[1] == document.revision:
        document.__dict__["_hands"] = (document.version, document.revision, known[2] + new)


def look_again(document: Document) -> None:
    """What was known of its hands may be of a transaction that was given up."""
    document.__dict__.pop("_hands", None)


def contributors(document: Document) -> set[int]:
    """Ids of everyone with a hand in the text, also in the text it amends."""
    wrote = {
        hand.person_id
        for hand in hands_in(document)
        if not hand.decided and hand.action not in TRANSCRIBED
    }
    if document.recorded and document.kind not in PERSONAL:
        return wrote
    return wrote | {document.author_id}


def recorders(document: Document) -> set[int]:
    """Ids of everyone who typed a recorded paper, or corrected what was typed."""
    return {
        hand.person_id
        for hand in hands_in(document)
        if not hand.decided and hand.action in TRANSCRIBED and hand.document_id == document.id
    }


def deciders(document: Document) -> set[int]:
    """Ids of everyone who has decided on the present revision, at any stage, in any capacity, and
    of those in whose place a delegate decided."""
    decided = {
        person_id
        for hand in hands_in(document)
        # "confirm" compares a paper with its scan and decides nothing
        if hand.decided and hand.action != "confirm"
        for person_id in (hand.person_id, hand.instead_of)
        if person_id is not None
    }
    return decided | (signers(document) if document.recorded else set())


def signers(document: Document) -> set[int]:
    """Ids of the persons with a post at the issuer whose name stands under a recorded paper."""
    paper = db.session.get(RecordedPaper, document.id)
    if paper is None:
        return set()
    return set(
        db.session.scalars(
            sa.select(Post.person_id)
            .join(Person, Person.id == Post.person_id)
            .where(
                Post.unit_id == document.unit_id,
                Person.search_fold == search_fold(paper.signed_by),
            )
        )
    )


SEPARATIONS = {
    "not_a_contributor": contributors,
    "decides_once": deciders,
    "not_the_recorder": recorders,
}


def excluded(document: Document, guards: Iterable[str]) -> dict[str, set[int]]:
    """For each separation named by an action's guards: the ids of the persons it excludes."""
    return {name: SEPARATIONS[name](document) for name in guards if name in SEPARATIONS}


def _persons(act: Act) -> set[int]:
    persons = {act.capacity.person.id} if act.capacity.person else set()
    if act.capacity.delegation and act.capacity.post:
        persons.add(act.capacity.post.person_id)
    return persons


MEETING = N_(
    "Chưa tự quyết định được: %(name)s đã tham gia soạn hoặc đã cho ý kiến bản này. "
    "Đưa bản này ra cuộc họp để biểu quyết."
)
CONTRIBUTOR = Reason(
    "R30",
    N_(
        "Chưa quyết định được: %(name)s đã tham gia soạn văn bản này. "
        "Người khác trong cùng cơ quan hoặc cấp trên quyết định."
    ),
)
TWICE = Reason(
    "R30",
    N_(
        "Chưa quyết định được: %(name)s đã cho ý kiến bản này rồi, một người không quyết định "
        "hai lần trên một bản. Người khác trong cùng cơ quan hoặc cấp trên quyết định."
    ),
)
RECORDER = Reason(
    "R30",
    N_(
        "Chưa xác nhận được: %(name)s đã nhập bản giấy này vào sổ. "
        "Người khác trong cùng cơ quan hoặc cấp trên đối chiếu với bản quét rồi xác nhận."
    ),
)
SENTENCES = {
    "not_a_contributor": CONTRIBUTOR,
    "decides_once": TWICE,
    "not_the_recorder": RECORDER,
}


def sentence(name: str, person_name: str, *, meeting: bool = False) -> Reason:
    """Why this person is left out, by name; `meeting`: the members' vote decides instead of him."""
    reason = SENTENCES[name]
    return Reason(reason.rule, MEETING if meeting else reason.text, {"name": person_name})


def _check(name: str, act: Act) -> list[Reason]:
    barred = _persons(act) & SEPARATIONS[name](act.document)
    if not barred or act.capacity.person is None:
        return []
    person = act.capacity.person
    if person.id not in barred and act.capacity.post is not None:
        person = act.capacity.post.person
    return [sentence(name, person.full_name)]


@guard("not_a_contributor")
def not_a_contributor(act: Act) -> list[Reason]:
    """R30: who helped to write does not decide, nor does his delegate."""
    return _check("not_a_contributor", act)


@guard("decides_once")
def decides_once(act: Act) -> list[Reason]:
    """R30: nobody decides twice on one revision, in whatever capacity."""
    return _check("decides_once", act)


@guard("not_the_recorder")
def not_the_recorder(act: Act) -> list[Reason]:
    """R30: who typed a signed paper does not confirm it."""
    return _check("not_the_recorder", act)
