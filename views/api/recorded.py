"""POST /documents/recorded: a paper signed outside the system, awaiting a second person."""

from __future__ import annotations

import base64
import binascii
import io

import sqlalchemy as sa
from flask.typing import ResponseReturnValue

import clock
from models.account import Account
from models.base import db, transaction
from models.campaign import Campaign
from models.kinds import PERSONAL
from models.person import Person
from models.unit import Unit
from views import uploads
from views.api.acts import read_votes
from views.api.bases import read_basis
from views.api.body import Body, read_body
from views.api.documents import created, kind_of, requirement_of, row_of
from views.api.door import blueprint
from views.loaders import viewer
from views.policy import policy
from workflows import files
from workflows.act import Printed
from workflows.content import clean_content
from workflows.recorded import enter
from workflows.refusal import N_

FIELDS = (
    "kind", "requirement", "unit", "campaign", "title", "author", "number", "dated_on", "basis",
    "content", "decided", "reported_on", "via", "received_on", "scan",
)  # fmt: skip
DECIDED = ("by", "as", "minutes", "votes")


@blueprint.post("/documents/recorded")
@policy("signed_in")
@uploads.receives_files()
def record_paper() -> ResponseReturnValue:
    body = read_body(FIELDS)
    kind = kind_of(body)
    unit: Unit | None = row_of(body, "unit", Unit)
    campaign: Campaign | None = row_of(body, "campaign", Campaign)
    requirement = requirement_of(body, campaign)
    title = body.line("title", required=kind not in PERSONAL)
    basis = read_basis(body) or []
    raw = body.mapping("content")
    content = body.attempt(lambda: clean_content(kind or "", raw or {})) if kind else None
    author = _author(body)
    printed = _printed(body)
    name, data = _scan(body)
    body.check()
    assert kind is not None
    assert unit is not None
    assert campaign is not None
    assert content is not None
    now, scan = clock.now(), None
    try:
        if data is not None:
            enter.may_record(kind, unit, campaign, viewer(), now)
            scan = files.accept(io.BytesIO(data), name)
        with transaction():
            document_id = enter.record(
                kind,
                unit=unit,
                campaign=campaign,
                requirement=requirement,
                title=title or "",
                content=content,
                basis=basis,
                printed=printed,
                author=author,
                scan=files.keep(scan, now) if scan is not None else None,
                scan_name=scan.name if scan is not None else "",
                actor=viewer(),
                now=now,
            ).id
    finally:
        if scan is not None:
            scan.discard()
    return created(document_id)


def _printed(body: Body) -> Printed:
    decided = body.mapping("decided", required=True)
    by = Body(decided or {}, known=DECIDED, place="decided")
    votes = read_votes(by, "votes")
    signer = by.line("by", required=decided is not None)
    printed = Printed(
        signed_by=_name_of(signer) if signer else "",
        signed_as=by.line("as"),
        minutes=by.line("minutes"),
        votes=votes,
        number=body.line("number", limit=60),
        dated_on=body.day("dated_on"),
        reported_on=body.day("reported_on"),
        via=body.line("via", limit=64),
        received_on=body.day("received_on"),
    )
    body.problems += by.problems
    return printed


def _name_of(signer: str) -> str:
    """The name behind a login, else the name as printed."""
    person = _person(signer)
    return person.full_name if person is not None else signer


def _author(body: Body) -> Person | None:
    login = body.line("author", limit=64)
    if login is None:
        return None
    person = _person(login)
    if person is None:
        body.fail("author", N_("Không có tài khoản mang tên đăng nhập này."))
    return person


def _person(login: str) -> Person | None:
    return db.session.scalar(
        sa.select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Account.login == login)
    )


def _scan(body: Body) -> tuple[str, bytes | None]:
    raw = body.mapping("scan")
    if raw is None:
        return "", None
    scan = Body(raw, known=("name", "data"), place="scan")
    name, data = scan.line("name", required=True, limit=200), scan.given("data", required=True)
    decoded: bytes | None = None
    if isinstance(data, str):
        try:
            decoded = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            data = 0
    if data is not None and decoded is None:
        scan.fail("data", N_("Bản quét cần là chuỗi base64 của tệp."))
    body.problems += scan.problems
    return name or "", decoded
