"""Running documents go on by another published version of their definition: all of them, or none.

Each move is an event in the log of the document's issuer. What cannot be mapped is listed with what
stands in its way; nothing then moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.definition import Definition
from models.document import Document
from models.person import Person
from models.task import Task
from workflows import engine, trail
from workflows.conditions import CONDITIONS, awaits_confirmation
from workflows.definition import Spec, published, spec_of
from workflows.refusal import N_, Reason, Refused
from workflows.soundness.acts import inspects

ISSUED = ("approved", "reported")


@dataclass(frozen=True)
class Move:
    """One running document: the state it is in, the one it goes to, and what stands in the way."""

    document: Document
    before: str
    after: str
    obstacle: Reason | None


def moves(kind: str, old: int, new: int, states: Mapping[str, str]) -> list[Move]:
    """What a migration would do to each running document of version `old`, in the order of their ids.
    Reads only.

    `states`: names of version `old` → names of version `new`, for those that are not the same.
    Raises Refused for a version that is not published, and for a state that a version lacks.
    """
    source, target = _version(kind, old), _version(kind, new)
    if source.id == target.id:
        raise Refused(
            Reason("FORM", N_("Hai bản quy trình là một. Cần nêu hai bản khác nhau của một loại."))
        )
    before, after = spec_of(source), spec_of(target)
    _known(states.keys(), before, old)
    _known(states.values(), after, new)
    running = [name for name, state in before.states.items() if not state.final]
    documents = db.session.scalars(
        sa.select(Document)
        .where(Document.definition_id == source.id, Document.state.in_(running))
        .order_by(Document.id)
    ).all()
    open_acts = _open_acts(source)
    return [
        _move(document, before, after, states, open_acts.get(document.id)) for document in documents
    ]


def apply(
    kind: str,
    old: int,
    new: int,
    states: Mapping[str, str],
    *,
    actor: Person | None,
    now: datetime,
) -> list[Move]:
    """Move every running document of version `old` to version `new`. Returns what was done.

    All or nothing, in the caller's transaction. Raises Refused with every obstacle; documents begun
    meanwhile follow the newest version anyway.
    """
    engine.hold(move.document for move in moves(kind, old, new, states))
    db.session.expire_all()  # asked again, now that no issuer's document can move
    planned = moves(kind, old, new, states)
    if obstacles := [move.obstacle for move in planned if move.obstacle is not None]:
        raise Refused(*obstacles)
    target = _version(kind, new)
    trail.lock_logs(db.session(), {move.document.unit_id for move in planned})
    for move in planned:
        engine.redefine(move.document, target, move.after, actor=actor, now=now)
    return planned


def _version(kind: str, version: int) -> Definition:
    row = published(kind, version)
    if row is None:
        raise Refused(
            Reason(
                "FORM",
                N_("Chưa có bản %(version)s của quy trình này. Xem: flask workflow list."),
                {"version": version},
            )
        )
    return row


def _known(names: object, spec: Spec, version: int) -> None:
    """Raises Refused for every name that is no state of this version."""
    unknown = sorted(set(names) - set(spec.states))  # type: ignore[call-overload]
    if unknown:
        raise Refused(
            *(
                Reason(
                    "FORM",
                    N_("Bản %(version)s không có trạng thái “%(state)s”. Có: %(known)s."),
                    {"version": version, "state": name, "known": ", ".join(spec.states)},
                )
                for name in unknown
            )
        )


def _open_acts(source: Definition) -> dict[int, str]:
    rows = db.session.execute(
        sa.select(Task.document_id, Task.action)
        .join(Document, Task.document_id == Document.id)
        .where(Document.definition_id == source.id, Task.closed_at.is_(None))
    )
    return {row.document_id: row.action for row in rows}


def _move(
    document: Document, old: Spec, spec: Spec, states: Mapping[str, str], waits: str | None
) -> Move:
    after = states.get(document.state, document.state)
    named = document.state in states  # whoever names a state has looked at what is waited for there
    obstacle = _in_somebodys_place(document, old, spec, after)
    obstacle = obstacle or _obstacle(document, spec, after, None if named else waits)
    return Move(document, document.state, after, obstacle)


def _in_somebodys_place(document: Document, old: Spec, spec: Spec, after: str) -> Reason | None:
    """Why no mapping takes a document to `after`: only who may decide makes it reviewed or approved, or
    takes that back; only who writes it hands it in; an inspection's states give rights."""
    before = document.state
    if before == after or after not in spec.states:
        return None
    written = old.states[before].expects == "submit" and spec.states[after].expects != "submit"
    issued = before in ISSUED or after in (*ISSUED, "reviewed")
    if not (written or issued or inspects(spec)):
        return None
    return Reason(
        "STATE",
        N_(
            "Văn bản số %(document)s đang ở “%(state)s”; đưa thẳng sang “%(to)s” là quyết định thay người "
            "có quyền. Cần chọn trạng thái khác: --map %(state)s=…"
        ),
        {"document": document.id, "state": before, "to": after},
    )


def _obstacle(document: Document, spec: Spec, after: str, waits: str | None) -> Reason | None:
    """Why a document cannot go on in state `after`, its open task waiting for the act `waits`."""
    said = {"document": document.id, "state": document.state, "to": after}
    state = spec.states.get(after)
    if state is None:
        return Reason(
            "STATE",
            N_(
                "Văn bản số %(document)s đang ở “%(state)s”, bản mới không có trạng thái này. "
                "Cần nêu trạng thái thay: --map %(state)s=…"
            ),
            said,
        )
    if state.final:
        return Reason(
            "STATE",
            N_(
                "Văn bản số %(document)s đang ở “%(state)s”; “%(to)s” ở bản mới là trạng thái kết "
                "thúc. Cần chọn trạng thái còn đang làm."
            ),
            said,
        )
    if awaits_confirmation(document):
        if after != document.state or state.recorded is None:
            return Reason(
                "STATE",
                N_(
                    "Văn bản số %(document)s là bản giấy chờ xác nhận, bản mới không nhận ở “%(to)s”."
                    " Cần xác nhận bản giấy trước."
                ),
                said,
            )
        state = state.recorded
    # A meeting that is waited for decides what its state expects.
    for act in {state.expects, state.expects if waits == "meet" else waits} - {None}:
        assert act is not None
        if not _possible(document, spec, after, act):
            return Reason(
                "STATE",
                N_(
                    "Văn bản số %(document)s đang chờ việc “%(action)s”, bản mới không làm được việc "
                    "đó ở “%(to)s”. Cần làm xong việc đó trước, hoặc nêu trạng thái khác: "
                    "--map %(state)s=…"
                ),
                {**said, "action": act},
            )
    return None


def _possible(document: Document, spec: Spec, state: str, act: str) -> bool:
    """Whether somebody could do the act there, where the paper lies. A paper that was received waits
    for nobody."""
    if act == "receive" and document.current_stage.received_at is not None:
        return True
    return any(
        state in action.sources and all(CONDITIONS[name](document) for name in action.when)
        for action in spec.actions_named(act)
    )
