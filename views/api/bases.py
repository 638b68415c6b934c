"""`basis` of a text sent in: documents of the system by id, papers outside it as cited."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

import clock
from models.base import db
from models.document import Document
from views.api.body import Body
from views.ids import LARGEST
from views.loaders import viewer
from workflows.refusal import N_
from workflows.scope import visible_documents

MOST = 50
PAPER = ("number", "dated_on", "issuer")
UNKNOWN = N_("Căn cứ này không có trong hệ thống, hoặc không thuộc phạm vi được xem.")


def read_basis(body: Body, known: Collection[int] = ()) -> list[dict[str, Any]] | None:
    """`basis` as the engine takes it, None when absent. A document comes as 7 or {"document": 7}.

    One that the viewer may not see is as unknown as one that is not there, unless the text rests on
    it already (`known`).
    """
    raw = body.given("basis")
    if raw is None:
        return None
    if not isinstance(raw, list) or len(raw) > MOST:
        body.fail("basis", N_("Căn cứ cần là danh sách, nhiều nhất %(most)s mục."), most=MOST)
        return None
    entries = [_entry(body, n, given) for n, given in enumerate(raw)]
    ids = {entry["document"] for entry in entries if entry and "document" in entry}
    seen = _visible(ids - set(known)) | set(known)
    for n, entry in enumerate(entries):
        if entry and "document" in entry and entry["document"] not in seen:
            body.fail(f"basis.{n}", UNKNOWN)
    return [entry for entry in entries if entry]


def _entry(body: Body, n: int, given: object) -> dict[str, Any] | None:
    place = f"basis.{n}"
    if isinstance(given, Mapping):
        keys = ("document",) if "document" in given else PAPER
        paper = Body(given, known=keys, place=body.at(place))
        entry = _document(paper) if "document" in given else _paper(paper)
        body.problems += paper.problems
        return entry
    if type(given) is int and 0 < given <= LARGEST:
        return {"document": given}
    body.fail(
        place,
        UNKNOWN
        if type(given) is int
        else N_("Căn cứ cần là mã văn bản, hoặc số, ngày, cơ quan ban hành."),
    )
    return None


def _document(body: Body) -> dict[str, Any] | None:
    document_id = body.whole("document", required=True, least=1)
    return None if document_id is None else {"document": document_id}


def _paper(body: Body) -> dict[str, Any] | None:
    number = body.line("number", required=True, limit=60)
    dated_on = body.day("dated_on", required=True)
    issuer = body.line("issuer", required=True)
    if number is None or dated_on is None or issuer is None:
        return None
    return {"number": number, "dated_on": dated_on.isoformat(), "issuer": issuer}


def _visible(ids: set[int]) -> set[int]:
    if not ids:
        return set()
    return set(
        db.session.scalars(
            sa.select(Document.id).where(
                Document.id.in_(ids), visible_documents(viewer(), clock.now())
            )
        )
    )
