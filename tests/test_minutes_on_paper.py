"""Minutes of an inspection that three sign on paper: sent as a scan by one, confirmed by another."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from models import db, transaction
from models.stored_file import Attachment
from tests.cast import Office
from tests.test_dossier import Case, changed
from workflows import files, trail
from workflows.demo.papers import page
from workflows.dossier import beside, signing
from workflows.dossier.index import data_of
from workflows.dossier.standing import standing
from workflows.refusal import Forbidden, Refused


def test_a_scan_stands_for_three_signatures_once_another_signer_confirmed_it(app: Flask) -> None:
    """Who sent it confirms nothing, nor does who is not named; until then it may be taken away again."""
    with app.app_context():
        case = Case(office := Office())
        case.go("announce")
        piece = case.offered()
        version = piece.version

        def send(name: str, file: str = "a") -> Attachment:
            paper = files.accept(BytesIO(page([file])), "bien-ban.pdf")
            with transaction():
                stored = files.keep(paper, office.now)
            sent = case.act(beside.put_beside, piece, stored, purpose="scan", name="a.pdf", by=name)
            assert isinstance(sent, Attachment)
            return sent

        def confirm(name: str, scan: Attachment) -> None:
            case.act(beside.confirm_scan, piece, scan.id, version=piece.version, by=name)

        with pytest.raises(Forbidden, match="do thành viên đoàn"):
            send("An")
        scan = send("Kim")
        assert standing(piece) == "unconfirmed"
        assert [case.to_sign(name) for name in ("Kiem", "Kim", "An", "Sau")] == [1, 0, 1, 0]
        for name, why in (("Kim", "không phải người đã gửi"), ("Sau", "không ghi tên")):
            with pytest.raises(Forbidden, match=why):
                confirm(name, scan)
        with pytest.raises(Refused, match="Gỡ bản quét trước"):
            case.act(signing.reopen, case.inspection, 4, 1, by="Kim", version=version)
        case.act(beside.take_away, scan, version=version, by="Kim")
        assert standing(piece) == "offered"
        with pytest.raises(Refused, match="đã được gỡ"):
            confirm("An", scan)
        again = send("Kim", "b")
        forged = f"confirmed_at = added_at, confirmed_by_id = {office.person('An').id}"
        with changed(f"UPDATE attachment SET {forged} WHERE id = {again.id}"):
            (fault,) = trail.verify(db.session()).faults
        assert "mà không sổ nào ghi" in str(fault)
        confirm("An", again)
        assert standing(piece) == "scanned"
        assert [case.to_sign(name) for name in ("Kiem", "Kim", "An")] == [0, 0, 0]
        printed = data_of(case.inspection, 4, piece, office.now)["signatures"]
        assert {one["note"] for one in printed} == {"(ký trên giấy, theo bản quét)"}
        assert trail.verify(db.session()).faults == []
        with changed("UPDATE attachment SET confirmed_at = NULL, confirmed_by_id = NULL"):
            (fault,) = trail.verify(db.session()).faults
        assert "xác nhận bản quét" in str(fault)
        with pytest.raises(Refused, match="đủ chữ ký"):
            confirm("Kiem", again)
        with pytest.raises(Refused, match="đủ chữ ký"):
            send("Kiem", "c")
        with pytest.raises(Refused, match="đủ chữ ký"):
            case.act(signing.reopen, case.inspection, 4, 1, by="Kim", version=version)
        with pytest.raises(Refused, match="người khác của đoàn gỡ"):
            case.act(beside.take_away, again, version=version, by="Kim")
        case.act(beside.take_away, again, version=version, by="Kiem")
        assert standing(piece) == "offered"
        case.act(signing.reopen, case.inspection, 4, 1, by="Kim", version=version)


@pytest.mark.databases("sqlite")
def test_minutes_signed_after_the_clock_was_set_back_are_whole(app: Flask) -> None:
    with app.app_context():
        case = Case(office := Office())
        case.go("announce")
        piece = case.offered()
        office.now -= timedelta(hours=1)
        case.sign("An")
        assert trail.verify(db.session()).faults == []
        case.act(signing.reopen, case.inspection, 4, 1, by="Kim", version=piece.version)
        assert trail.verify(db.session()).faults == []
        case.act(signing.offer, case.inspection, 4, 1, by="Kim", version=piece.version)
        case.sign("Kim")
        assert trail.verify(db.session()).faults == []
