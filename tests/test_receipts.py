"""A receipt on the pages: taken from the story by who acted, held against the log later."""

import re
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

import clock
from models.account import Account
from models.base import db
from models.checkpoint import Checkpoint
from models.document import Document
from models.event import AuditEvent, EventPayload
from tests.support.visitor import Visitor, says
from tests.test_checkpoints import rewritten
from workflows.demo.load import PASSWORD
from workflows.trail import keys, proof, signing

pytestmark = [pytest.mark.databases("sqlite"), pytest.mark.data("demo")]
LINK = re.compile(r'href="(/receipts/[A-Z0-9-]+/\d+)"')


def signed(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        done = signing.sign_round(keys.KeyFolder(tmp_path / "keys"), now=clock.real_now())
        assert done.signed
        assert not done.faults


def somebody_s_own(app: Flask) -> tuple[str, int]:
    """A login, and a plan of the demo in which its person acted."""
    with app.app_context():
        row = db.session.execute(
            sa.select(Account.login, Document.id)
            .join(EventPayload, EventPayload.actor_id == Account.person_id)
            .join(AuditEvent, AuditEvent.id == EventPayload.event_id)
            .join(Document, Document.id == AuditEvent.document_id)
            .where(Document.kind == "plan", AuditEvent.action == "approve")
            .where(Account.login == "bithu.b1")
            .limit(1)
        ).one()
    return row.login, row.id


def hand_in(visitor: Visitor, text: str) -> TestResponse:
    form = visitor.form("/receipts", "/receipts")
    fields = dict(form.fields) | {"receipt": (BytesIO(text.encode()), "a.tlog-proof")}
    return visitor.client.post("/receipts", data=fields)


def test_a_receipt_proves_later_what_was_taken_out(app: Flask, tmp_path: Path) -> None:
    login, document = somebody_s_own(app)
    visitor = Visitor(app, login, PASSWORD)
    page = visitor.get(f"/documents/{document}")
    [link, *_] = LINK.findall(page.text)
    assert not says(page, "Nguyên vẹn")  # nobody has looked yet
    early = visitor.get(link)
    assert early.status_code == 409
    assert says(early, "tải lại sau một phút")

    signed(app, tmp_path)
    assert says(visitor.get(f"/documents/{document}"), "Nguyên vẹn")
    answer = visitor.get(link)
    assert answer.status_code == 200
    assert ".tlog-proof" in answer.headers["Content-Disposition"]
    with app.app_context():
        found = proof.opened(answer.text, keys.known(db.session()))
        unit = db.session.scalars(
            sa.select(Checkpoint.unit_id).where(Checkpoint.root == found.checkpoint.root)
        ).one()
    assert found.stated["document"] == document
    assert says(hand_in(visitor, answer.text), "Nguyên vẹn")
    refused = hand_in(visitor, answer.text.replace("index ", "index 1"))
    assert refused.status_code == 422

    with app.app_context():
        rewritten(unit, found.seq)
    assert says(hand_in(visitor, answer.text), "Có sai lệch")
    assert visitor.get(link).status_code == 409
    with app.app_context():
        done = signing.sign_round(keys.KeyFolder(tmp_path / "keys"), now=clock.real_now())
        assert [fault.unit_id for fault in done.faults] == [unit]
    assert says(hand_in(visitor, answer.text), "Có sai lệch")
    health = visitor.get("/healthz").json
    assert health is not None
    assert "trail" in health["ailing"]
    assert says(
        Visitor(app, "quantri", PASSWORD).get("/administrator/system"), "có sai lệch từ sự kiện"
    )


def test_only_who_acted_takes_a_receipt(app: Flask, tmp_path: Path) -> None:
    login, document = somebody_s_own(app)
    signed(app, tmp_path)
    [link, *_] = LINK.findall(Visitor(app, login, PASSWORD).get(f"/documents/{document}").text)
    for other in ("phobithu.b1", "quantri"):
        visitor = Visitor(app, other, PASSWORD)
        assert link not in visitor.get(f"/documents/{document}").text
        assert visitor.get(link).status_code == 404


def test_everything_one_did_has_its_receipt(app: Flask, tmp_path: Path) -> None:
    """Also what made no version of a paper: a reading with its reason, an answer, a delegation."""
    signed(app, tmp_path)
    visitor = Visitor(app, "bithu.c4", PASSWORD)
    page = visitor.get("/receipts/mine")
    links = LINK.findall(page.text)
    with app.app_context():
        person = db.session.scalars(
            sa.select(Account.person_id).where(Account.login == "bithu.c4")
        ).one()
        did = db.session.scalars(
            sa.select(AuditEvent)
            .join(EventPayload, EventPayload.event_id == AuditEvent.id)
            .where(EventPayload.actor_id == person)
            .order_by(AuditEvent.id.desc())
        ).all()
        assert links == [f"/receipts/{event.unit.code}/{event.seq}" for event in did]
        assert [event for event in did if event.document_version is None]
        assert [event for event in did if event.document_version is not None]
    for link in links:
        assert visitor.get(link).status_code == 200
    below = visitor.get(f"/receipts/mine?after={did[0].id}")
    assert LINK.findall(below.text) == links[1:]
    assert Visitor(app, "quantri", PASSWORD).get(links[0]).status_code == 404
