"""POST /documents/{id}/actions/{action}: the engine decides, this only reads and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue

import clock
from models.base import db, transaction
from models.document import Document
from views import present
from views.api.body import Body, read_body
from views.api.documents import created
from views.api.door import blueprint
from views.api.represent import full
from views.loaders import load_document, viewer
from views.policy import policy
from workflows import perform
from workflows.act import Votes
from workflows.definition import has_own_act
from workflows.rules import papers

ACTIONS = (
    "submit",
    "review",
    "return",
    "approve",
    "report",
    "receive",
    "request_amendment",
    "withdraw",
    "amend",
    "revoke",
    "archive",
    "confirm",
    "explain",
)
REASON = 4_000  # letters
MOST_VOTES = 10**9 - 1
VOTES = ("present", "for", "against")
PAPER = ("number", "dated_on", "issuer")


@blueprint.post("/documents/<id:document_id>/actions/<string:action>")
@policy("document:act")
def act(document_id: int, action: str) -> ResponseReturnValue:
    document = load_document(document_id)
    if action not in ACTIONS and not has_own_act(document, action):
        abort(404)
    body = read_body(("revision", "version", *INPUTS))
    revision = body.whole("revision", required=True)
    version = body.whole("version", required=True)
    given = {name: read(body, name) for name, read in INPUTS.items()}
    body.check()
    assert revision is not None
    assert version is not None
    if action == "confirm" and not papers.is_scanned(document):
        given["original"] = True  # whoever confirms without a scan has the paper before him
    with transaction():
        result_id = perform(
            document,
            action,
            actor=viewer(),
            now=clock.now(),
            revision=revision,
            version=version,
            **{name: value for name, value in given.items() if value is not None},
        ).id
    if result_id != document_id:
        return created(result_id)
    return full(db.session.get_one(Document, document_id))


def read_votes(body: Body, name: str) -> Votes | None:
    raw = body.mapping(name)
    if raw is None:
        return None
    votes = Body(raw, known=VOTES, place=body.at(name))
    counts = [votes.whole(count, required=True, most=MOST_VOTES) for count in VOTES]
    body.problems += votes.problems
    if any(count is None for count in counts):
        return None
    return Votes(*(count or 0 for count in counts))


def _decision(body: Body, name: str) -> str | None:
    """A decision paper: in words, or as number, date and issuer."""
    raw = body.given(name)
    if raw is None or isinstance(raw, str):
        return body.line(name)
    fields = body.mapping(name)
    if fields is None:
        return None
    paper = Body(fields, known=PAPER, place=name)
    number = paper.line("number", required=True, limit=60)
    dated_on = paper.day("dated_on", required=True)
    issuer = paper.line("issuer", limit=200)
    body.problems += paper.problems
    return ", ".join(part for part in (number, present.day(dated_on), issuer) if part)


# Every act takes them all; what an act does not ask (the definition's `asks`) plays no part in it.
INPUTS: dict[str, Callable[[Body, str], Any]] = {
    "reason": lambda body, name: body.text(name, limit=REASON),
    "reason_code": lambda body, name: body.line(name, limit=40),
    "comment": lambda body, name: body.text(name, limit=REASON),
    "minutes": lambda body, name: body.line(name),
    "votes": read_votes,
    "number": lambda body, name: body.line(name, limit=60),
    "dated_on": lambda body, name: body.day(name),
    "via": lambda body, name: body.line(name, limit=64),
    "decision": _decision,
    "finding": lambda body, name: body.whole(name, least=1),
}
