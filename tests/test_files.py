"""Files beside papers: kept once, opened by whoever may read the text, carried by a backup, and missed by
the check of the trail when they are not what they were."""

from __future__ import annotations

import io
import json
import os
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from config import Settings, SettingsError
from models import db, transaction
from models.document import Document
from models.sitting import Sitting
from models.stored_file import Attachment, StoredFile
from tests.cast import PLAN
from tests.hostile import pdf, picture, sheet
from tests.support.house import House
from tests.support.templates import Templates, close
from tests.support.visitor import Visitor, says
from tests.test_recorded import record
from workflows import files, trail
from workflows.history import sentences
from workflows.refusal import Refused
from workflows.scope import visible_documents

sqlite_only = pytest.mark.databases("sqlite")


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def send(
    visitor: Visitor,
    document: int,
    name: str = "Biên bản.pdf",
    content: bytes | None = None,
    purpose: str = "attachment",
    revision: int = 1,
) -> TestResponse:
    form = {"csrf_token": visitor.token, "revision": str(revision), "purpose": purpose}
    sent = (io.BytesIO(pdf() if content is None else content), name)
    return visitor.client.post(f"/documents/{document}/files", data={**form, "file": sent})


def stored(app: Flask) -> list[Path]:
    """Every content in the place of files."""
    return list(app.config["SETTINGS"].files_dir.glob("??/*"))


def faults(app: Flask) -> list[str]:
    with app.app_context():
        return [str(fault) for fault in trail.verify(db.session()).faults]


# ---- coming and going


@sqlite_only
def test_a_file_comes_and_goes_and_both_are_told(house: House) -> None:
    plan, chi = house.plan("drafted"), house("Chi")
    answer = send(chi, plan, "Danh sách chi bộ.pdf")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/documents/{plan}#files")
    page = chi.get(f"/documents/{plan}")
    assert says(page, "Danh sách chi bộ.pdf")
    assert says(page, "thêm một tệp kèm theo, tệp “Danh sách chi bộ.pdf”")
    with house.app.app_context():
        leaf = json.loads(sentences(house.look(plan))[-1].event.leaf)
        [row] = db.session.scalars(sa.select(StoredFile))
    assert leaf["sha256"] == row.sha256
    assert (leaf["attachment"], leaf["purpose"], leaf["revision"]) == (1, "attachment", 1)
    assert "Danh sách" not in json.dumps(leaf, ensure_ascii=False)

    assert chi.post(f"/documents/{plan}/files/1/removal").status_code == 303
    page = chi.get(f"/documents/{plan}")
    assert says(page, "gỡ một tệp kèm theo")
    assert says(page, "Bản này chưa có tệp nào.")
    assert chi.get(f"/documents/{plan}/files/1").status_code == 404
    assert faults(house.app) == []


@sqlite_only
def test_the_same_content_is_kept_once(house: House) -> None:
    plan, chi = house.plan("drafted"), house("Chi")
    for name, purpose in (("a.pdf", "scan"), ("b.pdf", "attachment"), ("c.pdf", "attachment")):
        assert send(chi, plan, name, purpose=purpose).status_code == 303
    assert len(stored(house.app)) == 1
    with house.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 1
        assert [a.name for a in db.session.scalars(sa.select(Attachment))] == ["a.pdf", "b.pdf"]


def test_the_same_file_sent_at_once_by_many(house: House) -> None:
    plan = house.plan("drafted")
    visitors = [house(name) for name in ("Chi", "Dung", "Sau")]
    answers: list[int] = []
    ready = threading.Barrier(len(visitors))

    def go(visitor: Visitor) -> None:
        ready.wait()
        answers.append(send(visitor, plan, content=pdf(pages=2)).status_code)

    threads = [threading.Thread(target=go, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303, 303, 303]
    assert house.events("attach", plan) == 1
    assert len(stored(house.app)) == 1
    assert faults(house.app) == []


@sqlite_only
def test_a_new_text_takes_the_tables_of_the_old_one_along(house: House) -> None:
    plan, chi = house.plan("drafted"), house("Chi")
    send(chi, plan, "bieu.xlsx", sheet())
    send(chi, plan, "quet.pdf", purpose="scan")
    with house.inside() as office:
        office.act(office_document(plan), "revise", "Chi", content={**PLAN, "text": "Bản thứ hai."})
    page = chi.get(f"/documents/{plan}")
    assert says(page, "Dùng lại 1 tệp của bản lần 1")
    address = f"/documents/{plan}/files/earlier"
    assert chi.post(address, {"revision": "1"}).status_code == 409
    assert chi.post(address, {"revision": "2"}).status_code == 303
    assert chi.post(address, {"revision": "2"}).status_code == 303  # a second click
    page = chi.get(f"/documents/{plan}")
    assert says(page, "bieu.xlsx")
    assert not says(page, "Dùng lại")
    assert house.events("attach", plan) == 3
    assert says(chi.get(f"/documents/{plan}/revisions/1"), "quet.pdf")
    assert house("Kiem").post(address, {"revision": "2"}).status_code == 403


# ---- who may


@sqlite_only
def test_only_who_works_on_it_adds_until_it_is_decided(house: House) -> None:
    plan, chi = house.plan("reviewed"), house("Chi")
    assert send(chi, plan).status_code == 303
    for name, status in (("An", 404), ("Kiem", 403), ("", 303)):
        visitor = house(name) if name else Visitor(house.app)
        assert send(visitor, plan, "khac.pdf").status_code == status, name
    with house.inside() as office:
        office.approve(office_document(plan), "Sau", number="02-KH/CB")
    assert send(chi, plan, "muon.pdf").status_code == 403
    removal = chi.post(f"/documents/{plan}/files/1/removal")
    assert removal.status_code == 422
    assert says(removal, "đã được quyết định")
    # The signed paper is scanned after it is signed, by whoever keeps papers.
    secretary = house("Sau")
    assert send(secretary, plan, "ky.pdf", pdf(pages=3)).status_code == 403
    assert send(secretary, plan, "ky.pdf", pdf(pages=3), "scan").status_code == 303
    assert says(secretary.get(f"/documents/{plan}"), "Bản quét của bản giấy đã ký")


def office_document(ident: int) -> Document:
    return db.session.get_one(Document, ident)


def openers(house: House, attachment_id: int) -> set[str]:
    """Who of the cast may open the file: sees the paper, and may read the text it lies beside."""
    with house.inside() as office:
        row = db.session.get_one(Attachment, attachment_id)
        return {
            name
            for name, person in office.people.items()
            if db.session.scalar(
                sa.select(Document.id).where(
                    Document.id == row.document_id, visible_documents(person, office.now)
                )
            )
            and files.may_open(row, person, office.now)
        }


@sqlite_only
def test_who_reads_the_text_opens_the_file(house: House) -> None:
    """A plan in force is the basis of the cell; its draft was nobody else's."""
    plan, chi, an = house.plan("drafted"), house("Chi"), house("An")
    assert send(chi, plan).status_code == 303
    address = f"/documents/{plan}/files/1"
    assert openers(house, 1) == {"Chi", "Dung", "Sau", "Kiem"}
    assert (chi.get(address).status_code, an.get(address).status_code) == (200, 404)
    assert Visitor(house.app).get(address).headers["Location"].startswith("/login")
    with house.inside() as office:
        document = office_document(plan)
        office.act(document, "submit", "Chi")
        office.act(document, "review", "Dung")
        office.approve(document, "Sau", number="02-KH/CB")
    assert openers(house, 1) == {"An", "Chi", "Dung", "Sau", "Kiem"}
    assert an.get(address).status_code == 200
    other = house.plan("drafted")
    assert chi.get(f"/documents/{other}/files/1").status_code == 404


@sqlite_only
def test_a_commitment_s_scan_is_as_private_as_its_text(house: House) -> None:
    commitment, author = house.commitment("drafted"), house("An")
    assert send(author, commitment, "Cam kết của An.pdf").status_code == 303
    address = f"/documents/{commitment}/files/1"
    assert openers(house, 1) == {"An"}  # not handed in yet
    with house.inside() as office:
        office.act(office_document(commitment), "submit", "An")
    assert openers(house, 1) == {"An", "Chi", "Dung", "Sau"}
    secretary, inspector = house("Sau"), house("Kiem")
    assert send(secretary, commitment, "thay.pdf").status_code == 403
    assert inspector.get(address).status_code == 404
    before = house.events("read", commitment)
    assert secretary.get(address).status_code == 200
    assert house.events("read", commitment) == before + 1
    assert says(author.get(f"/documents/{commitment}"), "Đã có 1 lần đọc")
    log = inspector.get("/inspection/CELL/log")
    assert says(log, "thêm một tệp kèm theo")
    assert not says(log, "Cam kết của An.pdf")


@sqlite_only
def test_an_older_page_adds_nothing(house: House) -> None:
    plan, chi = house.plan("drafted"), house("Chi")
    stale = send(chi, plan, revision=7)
    assert stale.status_code == 409
    assert says(stale, "Xem lại bản mới rồi thêm tệp vào đó.")
    assert stored(house.app) == []
    assert says(send(chi, plan, content=sheet(), name="a.xlsx", purpose="scan"), "Bản quét phải là")
    nothing = chi.post(f"/documents/{plan}/files", {"revision": "1", "purpose": "scan"})
    assert nothing.status_code == 422
    assert says(nothing, "Chưa chọn tệp.")


# ---- downloads


@sqlite_only
def test_a_download_is_nothing_a_browser_would_run(house: House) -> None:
    plan, chi = house.plan("drafted"), house("Chi")
    send(chi, plan, "Kế hoạch “số 3”; bản.pdf", pdf())
    answer = chi.get(f"/documents/{plan}/files/1")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert "filename*=UTF-8''K%E1%BA%BF%20ho%E1%BA%A1ch%20" in disposition
    assert answer.data == pdf()
    (path,) = stored(house.app)
    assert path.stat().st_mode & 0o077 == 0
    path.unlink()
    assert says(chi.get(f"/documents/{plan}/files/1"), "không còn trong kho tệp")


# ---- the scanner


@sqlite_only
def test_the_scanner_has_the_last_word(app: Flask) -> None:
    asked = {
        "true": None,
        "grep -q %PDF": None,
        "false": "nhiễm mã độc",
        "sh -c 'exit 2'": "chưa kiểm tra được vi-rút",
    }
    settings: Settings = app.config["SETTINGS"]
    for command, said in asked.items():
        told = Settings.from_env({"DATA_DIR": str(settings.data_dir), "VIRUS_SCANNER": command})
        app.config["SETTINGS"] = replace(settings, virus_scanner=told.virus_scanner)
        with app.app_context():
            if said is None:
                files.accept(io.BytesIO(pdf()), "a.pdf").discard()
            else:
                with pytest.raises(Refused, match=said):
                    files.accept(io.BytesIO(pdf()), "a.pdf")
    assert list(settings.files_dir.glob("incoming/*")) == []
    with pytest.raises(SettingsError, match="VIRUS_SCANNER"):
        Settings.from_env({"DATA_DIR": str(settings.data_dir), "VIRUS_SCANNER": "/khong/co"})


# ---- keeping


@sqlite_only
def test_only_what_nothing_points_to_is_swept(house: House) -> None:
    plan, chi = house.plan("drafted"), house("Chi")
    send(chi, plan, "giu.pdf", pdf(pages=1))
    send(chi, plan, "bo.pdf", pdf(pages=2))
    chi.post(f"/documents/{plan}/files/2/removal")
    with house.app.app_context():
        orphan = files.accept(io.BytesIO(picture()), "a.jpg")
        place = files.place()
        place.put(orphan.path, orphan.sha256)
        forgotten = files.accept(io.BytesIO(pdf(pages=3)), "b.pdf")
        assert files.sweep() == 0  # all of it is young
        old = time.time() - 2 * 24 * 3600
        for path in [*stored(house.app), forgotten.path]:
            os.utime(path, (old, old))
        assert files.sweep() == 3
        assert files.sweep() == 0
    assert len(stored(house.app)) == 1
    assert chi.get(f"/documents/{plan}/files/1").status_code == 200
    assert faults(house.app) == []
    # What was swept may come again.
    assert send(chi, plan, "lai.pdf", pdf(pages=2)).status_code == 303
    assert chi.get(f"/documents/{plan}/files/3").data == pdf(pages=2)


@sqlite_only
def test_the_check_names_what_is_not_as_it_was(house: House) -> None:
    plan, chi = house.plan("drafted"), house("Chi")
    send(chi, plan, "mot.pdf", pdf(pages=1))
    send(chi, plan, "hai.pdf", pdf(pages=2))
    send(chi, plan, "ba.png", picture("PNG"))
    assert faults(house.app) == []
    for moved, back in (
        ({"purpose": "scan"}, {"purpose": "attachment"}),
        ({"revision": 2}, {"revision": 1}),
    ):
        for values in (moved, back):
            with house.app.app_context(), transaction() as session:
                session.execute(sa.update(Attachment).where(Attachment.id == 3).values(values))
            found = faults(house.app)
            assert ["tệp kèm theo số 3 không còn nằm ở nơi" in fault for fault in found] == [
                True
            ] * (values is moved)
    with house.app.app_context():
        paths = [files.open_stored(a.file) for a in db.session.scalars(sa.select(Attachment))]
    with paths[0].open("ab") as file:
        file.write(b"x")
    paths[1].unlink()
    with house.app.app_context(), transaction() as session:
        session.execute(sa.update(Attachment).where(Attachment.id == 3).values(file_id=1))
    named = faults(house.app)
    assert len(named) == 3
    assert "tệp kèm theo số 1 không còn đúng nội dung" in named[0]
    assert "tệp kèm theo số 2 đã mất" in named[1]
    assert "tệp kèm theo số 3 đang trỏ tới tệp khác" in named[2]
    answer = house.app.test_cli_runner().invoke(args=["audit", "verify"])
    assert answer.exit_code == 1
    with house.app.app_context(), transaction() as session:
        session.execute(
            sa.update(Attachment).values(
                removed_at=house.office.now + timedelta(days=1), file_id=Attachment.id
            )
        )
    assert all("đánh dấu đã gỡ" in fault for fault in faults(house.app))


@sqlite_only
def test_a_backup_carries_the_files(house: House, templates: Templates, tmp_path: Path) -> None:
    from app import create_app

    plan = house.plan("drafted")
    send(house("Chi"), plan, "mot.pdf", pdf(pages=1))
    copy = tmp_path / "copy.zip"
    made = house.app.test_cli_runner().invoke(args=["backup", str(copy)])
    assert made.exit_code == 0, made.output
    with templates.copy("sqlite", "empty") as url:
        settings = Settings.from_env({"DATABASE_URL": url, "DATA_DIR": str(tmp_path / "other")})
        other = create_app(settings)
        back = other.test_cli_runner().invoke(args=["restore", str(copy), "--json"])
        assert back.exit_code == 0, back.output
        assert json.loads(back.output.splitlines()[-1])["whole"]
        assert [p.read_bytes() for p in stored(other)] == [
            p.read_bytes() for p in stored(house.app)
        ]
        close(other)
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(copy.read_bytes().replace(b"%PDF-1.", b"%PDF-9."))
    with templates.copy("sqlite", "empty") as url:
        settings = Settings.from_env({"DATABASE_URL": url, "DATA_DIR": str(tmp_path / "third")})
        third = create_app(settings)
        refused = third.test_cli_runner().invoke(args=["restore", str(damaged)])
        assert refused.exit_code == 1
        assert "intact" in refused.output
        assert stored(third) == []
        close(third)


# ---- beside minutes


@sqlite_only
def test_who_keeps_the_papers_or_sat_in_the_meeting_opens_its_minutes(house: House) -> None:
    with house.inside() as office, transaction() as session:
        sitting = Sitting(
            unit=office.units["CELL"],
            held_on=office.now.date(),
            chair=office.person("Sau"),
            opened_by=office.person("Sau"),
            opened_at=office.now,
            saved_at=office.now,
        )
        session.add(sitting)
        session.flush()
        clean = files.accept(io.BytesIO(pdf()), "Biên bản.pdf")
        row = files.attach(
            sitting,
            files.keep(clean, office.now),
            purpose="scan",
            name=clean.name,
            actor=office.person("Sau"),
            now=office.now,
        )
        meeting = sitting.id
        address = f"/sittings/{meeting}/files/{row.id}"
    secretary = house("Sau")
    assert secretary.get(address).data == pdf()
    assert house("An").get(address).status_code == 404  # not confirmed yet
    with house.inside() as office, transaction() as session:
        session.get_one(Sitting, meeting).confirmed_at = office.now
    inspector = house("Kiem")  # sees the meeting, not whose paper was sent back
    shown = inspector.get(address.split("/files")[0])
    assert (shown.status_code, address in shown.text) == (200, False)
    assert inspector.get(address).status_code == 404
    assert secretary.get(address.replace("sittings/1", "sittings/2")).status_code == 404
    assert faults(house.app) == []


@sqlite_only
def test_other_scans_than_the_page_showed_confirm_nothing(house: House) -> None:
    with house.inside() as office:
        paper = record(office).id
    page, chi = f"/documents/{paper}/confirmation/new", house("Chi")
    opened = chi.form(page, page.removesuffix("/new"))
    with house.inside() as office, transaction() as session:
        document = session.get_one(Document, paper)
        [shown] = files.attachments_of(document, 1)
        files.remove(shown, actor=office.person("Dung"), now=office.now)
        kept = files.keep(files.accept(io.BytesIO(pdf()), "khac.pdf"), office.now)
        beside = {"purpose": "scan", "name": "khac.pdf", "actor": office.person("Dung")}
        files.attach(document, kept, now=office.now, **beside)
    assert chi.send(opened).status_code == 409
    assert chi.submit(page, page.removesuffix("/new")).status_code == 303
