"""Every document's state, built again from nothing but the leaves of its events, and compared; and who
holds which post, who stands in, who wrote, what climbed, and what each body answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.queries import trail as rows
from workflows.refusal import N_
from workflows.trail.fold import Broken, Standing, fold
from workflows.trail.parse import parse
from workflows.trail.rebuild_hands import check_hands
from workflows.trail.rebuild_rights import DELEGATION, POST, check_rights
from workflows.trail.rebuild_rungs import check_rungs
from workflows.trail.rebuild_stages import check_stages
from workflows.trail.report import Report
from workflows.trail.verify_event import UNREADABLE

COLUMNS = ("version", "state", "stage", "revision", "in_force", "dated_on")

DIFFERENT = N_(
    "Văn bản %(document)s: dựng lại từ %(events)s sự kiện được %(column)s là %(stated)s, cơ sở dữ "
    "liệu ghi %(kept)s."
)
BROKEN = N_("Văn bản %(document)s: không dựng lại được từ sự kiện: %(why)s.")
LOST = N_("Văn bản %(document)s: có %(events)s sự kiện nhưng cơ sở dữ liệu không có văn bản này.")
UNTOLD = N_("Văn bản %(document)s: cơ sở dữ liệu có văn bản này nhưng không có sự kiện nào.")


@dataclass
class Rebuilt:
    """How many documents were built again, from how many events, and what the database has otherwise
    (`differing` counts documents, `report` names some of them); how many posts, delegations,
    rungs of the ladder, hands in texts and bodies on the way, and what is wrong with those."""

    documents: int = 0
    events: int = 0
    differing: int = 0
    report: Report = field(default_factory=Report)
    posts: int = 0
    delegations: int = 0
    rungs: int = 0
    hands: int = 0
    stages: int = 0
    beside: Report = field(default_factory=Report)

    @property
    def whole(self) -> bool:
        return not self.differing and self.beside.whole

    def differs(self, text: str, document: int, **params: Any) -> None:
        self.differing += 1
        self.report.add(text, document=document, **params)


def rebuild(session: Session) -> Rebuilt:
    """Builds all documents' states again, in one snapshot; nothing is written.

    Reads the leaves alone and believes them: that they are what was hashed and signed is for
    `verify`. Memory holds one state of eight words a document.
    """
    engine = session.get_bind()
    assert isinstance(engine, sa.Engine)
    done = Rebuilt()
    with rows.snapshot(engine) as snapshot:
        built: dict[int, tuple[int, Standing | None]] = {}
        for document, leaves in _by_document(snapshot):
            done.events += len(leaves)
            try:
                built[document] = len(leaves), fold(leaves)
            except (Broken, *UNREADABLE) as error:
                built[document] = len(leaves), None
                done.differs(BROKEN, document, why=str(error))
        for row in rows.documents(snapshot):
            _compare(row, built.pop(row.id, None), done)
        for document, (events, _) in built.items():
            done.differs(LOST, document, events=events)
        found = check_rights(snapshot.connection, done.beside)
        done.posts, done.delegations = found[POST], found[DELEGATION]
        done.rungs = check_rungs(snapshot.connection, done.beside)
        done.hands = check_hands(snapshot.connection, done.beside)
        done.stages = check_stages(snapshot, done.beside)
    return done


def _by_document(snapshot: rows.Snapshot) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    for document, leaves in groupby(_moved(snapshot), key=lambda leaf: leaf["document"]):
        yield document, list(leaves)


def _moved(snapshot: rows.Snapshot) -> Iterator[dict[str, Any]]:
    """The leaves that moved a document, by document and version as the columns beside them say."""
    for page in rows.events(snapshot):
        for row in page:
            leaf = parse(row[6])
            if (
                type(leaf) is dict
                and type(leaf.get("document")) is int
                and leaf.get("document_version") is not None
            ):
                yield leaf


def _compare(
    row: rows.DocumentRow, found: tuple[int, Standing | None] | None, done: Rebuilt
) -> None:
    done.documents += 1
    if found is None:
        done.differs(UNTOLD, row.id)
        return
    events, standing = found
    if standing is None:
        return  # said
    kept = (row.version, row.state, row.stage, row.revision, row.in_force_revision, row.dated_on)
    for name, stated, held in zip(COLUMNS, standing, kept, strict=True):
        if stated != held:
            params = {"events": events, "column": name, "stated": stated, "kept": held}
            done.differs(DIFFERENT, row.id, **params)
            return
