"""The dossier of an inspection: twelve pieces, minutes that three sign, findings that are facts and are
answered, requirements that are owed, climb, and are reported back."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.account import Account
from models.deadline import Deadline, Escalation
from models.document import Document
from models.dossier import ConclusionRequirement, DossierPiece, InspectionFinding
from models.event import AuditEvent
from models.inspection import Inspection, InspectionUnit
from models.notification import Notification
from models.obligation import Obligation
from models.person import Membership
from models.post import Post
from models.stored_file import Attachment, StoredFile
from models.task import Task
from tests.cast import TODAY, Office
from tests.support.house import House
from tests.support.visitor import says
from workflows import erasing, exports, ladder, trail
from workflows.calendar import at_seven
from workflows.dossier import conclusions, findings, reporting, signing
from workflows.dossier.awaiting import awaiting_signature
from workflows.dossier.evidence import Noted
from workflows.dossier.index import data_of, entries, whole
from workflows.dossier.pieces import ALL
from workflows.dossier.printing import piece_data
from workflows.dossier.required import requirements_of
from workflows.dossier.standing import standing
from workflows.dossier.who import findings_shown, reads_piece
from workflows.dossier.writing import Typed, find, next_part, write
from workflows.edge import edge
from workflows.exports import dossier as packing
from workflows.history import sentences
from workflows.inspections import opening, reaching
from workflows.inspections.team import change_team, mark
from workflows.organisation import closing
from workflows.organisation.delegations import delegate
from workflows.refusal import Forbidden, Refused, Stale
from workflows.trail.rebuild_rungs import check_rungs

FACT = "Kế hoạch của chi bộ báo cáo ngày 02/04/2026, hạn là 31/03/2026."
ANSWER = "Chi bộ họp chậm vì bí thư đi công tác, đã báo trước bằng điện thoại."
DO = "Bổ sung biên bản sinh hoạt tháng 7 vào hồ sơ chi bộ."
DONE = "Đã lập biên bản, chi bộ thông qua ngày 20/04/2026."


class Case:
    """An inspection of CELL by Kiem, who leads, and Kim; Sau is the secretary inspected."""

    def __init__(self, office: Office) -> None:
        self.office = office
        with transaction():
            office.post("Kim", "WARD", "inspector", "Ủy viên Ủy ban Kiểm tra")
        with transaction():
            made = opening.begin(
                opening.Order(
                    number="05-QĐ/UBKT",
                    decided_on=TODAY,
                    kind="inspection",
                    campaign=office.campaign,
                    units=(office.units["CELL"],),
                    document_kinds=("plan", "commitment", "report"),
                    opens_on=TODAY,
                    closes_on=TODAY + timedelta(days=60),
                    head=office.person("Kiem"),
                    members=(office.person("Kim"),),
                ),
                commission=office.units["WARD"],
                actor=office.person("Kiem"),
                now=office.now,
            )
        self.ident = made.id

    @property
    def inspection(self) -> Inspection:
        return db.session.get_one(Inspection, self.ident)

    def go(self, *actions: str) -> None:
        given: dict[str, dict[str, Any]] = {
            "take_self_report": {"dated_on": TODAY},
            "conclude": {"decision": "06-TB/UBKT, 02/03/2026"},
            "close": {"comment": "Các tài liệu khác lưu bằng giấy."},
        }
        for action in actions:
            self.office.act(self.inspection.document, action, "Kiem", **given.get(action, {}))

    def drafting(self) -> None:
        self.go("announce", "take_self_report", "verify", "draft_conclusion")

    def act(self, what: Any, *args: Any, by: str, **more: Any) -> Any:
        self.office.wait(minutes=1)
        with transaction():
            return what(*args, actor=self.office.person(by), now=self.office.now, **more)

    def typed(self, **more: Any) -> Typed:
        office = self.office
        usual: dict[str, Any] = {
            "unit": office.units["CELL"],
            "dated_on": TODAY,
            "place": "Phòng họp chi bộ",
            "texts": {"work": "Đoàn công bố quyết định và kế hoạch kiểm tra."},
            "signers": {
                "chair": office.person("Kiem"),
                "recorder": office.person("Kim"),
                "inspected": office.person("An"),
            },
        }
        return Typed(**(usual | more))

    def written(self, n: int = 4, part: int = 1, version: int = 0, **more: Any) -> DossierPiece:
        piece = self.act(
            write, self.inspection, n, part, self.typed(**more), by="Kim", version=version
        )
        assert isinstance(piece, DossierPiece)
        return piece

    def offered(self, n: int = 4) -> DossierPiece:
        piece = self.written(n)
        self.act(signing.offer, self.inspection, n, 1, by="Kim", version=piece.version)
        return piece

    def sign(self, name: str, n: int = 4, remark: str = "") -> None:
        piece = find(self.inspection, n, 1)
        assert piece is not None
        self.act(signing.sign, self.inspection, n, 1, by=name, version=piece.version, remark=remark)

    def to_sign(self, name: str, *, edge_too: bool = True) -> int:
        """How many minutes wait for his signature on his desk."""
        found = awaiting_signature(self.office.person(name), self.office.now)
        if edge_too:
            assert edge(self.office.person(name), self.office.now).signatures == bool(found)
        return len(found)

    def noted(self, **more: Any) -> InspectionFinding:
        event = db.session.scalars(
            sa.select(AuditEvent).where(AuditEvent.unit_id == self.office.units["CELL"].id)
        ).first()
        assert event is not None
        usual: dict[str, Any] = {
            "unit": self.office.units["CELL"],
            "text": FACT,
            "question": 3,
            "event": ("CELL", event.seq),
        }
        made = self.act(findings.note, self.inspection, Noted(**(usual | more)), by="Kim")
        assert isinstance(made, InspectionFinding)
        return made

    def required(self, due_on: date | None = date(2026, 4, 20)) -> ConclusionRequirement:
        given = conclusions.Required(self.office.units["CELL"], DO, due_on)
        made = self.act(conclusions.require, self.inspection, given, by="Kim")
        assert isinstance(made, ConclusionRequirement)
        return made

    def owed(self) -> Obligation:
        (made,) = requirements_of(self.inspection)
        assert made.obligation is not None
        return made.obligation


def waits_at(owed: Obligation) -> set[tuple[str, str, str]]:
    """(act, unit, role) of what is open for an obligation."""
    rows = db.session.scalars(
        sa.select(Task).where(Task.obligation_id == owed.id, Task.closed_at.is_(None))
    )
    return {(task.action, role.unit.code, role.role) for task in rows for role in task.roles}


def words(content: bytes) -> str:
    """The text of a PDF as one line."""
    pages = pypdf.PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_an_inspection_from_minutes_to_a_followed_up_conclusion(app: Flask) -> None:
    """The whole way: minutes signed by three, a finding answered, a requirement that is owed, climbs
    when it is late, is reported back, sent back, reported again, confirmed; then it is closed."""
    with app.app_context():
        case = Case(office := Office())
        office.cell_plan_in_force()
        case.go("announce")
        case.written()
        assert [case.to_sign(name) for name in ("Kiem", "Kim", "An", "Sau")] == [0, 0, 0, 0]
        case.act(signing.offer, case.inspection, 4, 1, by="Kim", version=1)
        assert [case.to_sign(name) for name in ("Kiem", "Kim", "An", "Sau")] == [1, 1, 1, 0]
        for name in ("Kiem", "Kim"):
            case.sign(name)
        assert [case.to_sign(name) for name in ("Kiem", "Kim", "An", "Sau")] == [0, 0, 1, 0]
        assert standing(find(case.inspection, 4, 1)) == "offered"  # type: ignore[arg-type]
        case.sign("An", remark="Đồng ý, đề nghị gửi một bản.")
        assert standing(find(case.inspection, 4, 1)) == "signed"  # type: ignore[arg-type]
        with pytest.raises(Refused, match="đủ chữ ký"):
            case.act(signing.reopen, case.inspection, 4, 1, by="Kim", version=2)
        case.go("take_self_report", "verify")
        found = case.noted()
        with pytest.raises(Refused, match="dự thảo kết luận"):
            case.act(findings.answer, found, ANSWER, by="Sau", version=1)
        case.go("draft_conclusion")
        case.act(findings.answer, found, ANSWER, by="Sau", version=1)
        case.required()
        made = requirements_of(case.inspection)[0]
        assert made.obligation is None
        given = conclusions.Required(office.units["CELL"], DO, date(2026, 4, 20))
        with pytest.raises(Stale):
            case.act(conclusions.drop, made, by="Kim", version=made.version + 1)
        case.go("conclude", "follow_up")
        with pytest.raises(Refused, match="giữ nguyên"):
            case.act(conclusions.change, made, given, by="Kim", version=made.version)
        with pytest.raises(Refused, match="giữ nguyên"):
            case.act(conclusions.drop, made, by="Kim", version=made.version)
        owed = case.owed()
        assert (owed.effective_due, owed.unit.code) == (date(2026, 4, 20), "CELL")
        assert waits_at(owed) == {("create", "CELL", "secretary"), ("create", "CELL", "deputy")}
        with pytest.raises(Refused, match="chưa xác nhận"):
            case.go("close")

        office.now = at_seven(date(2026, 4, 21))
        ladder.sweep(office.now)
        office.now = at_seven(date(2026, 4, 23))
        ladder.sweep(office.now)
        heard = sa.select(Escalation.step).join(Task).where(Task.obligation_id == owed.id)
        late = heard.where(Escalation.rung > 0).order_by(Escalation.rung)
        assert db.session.scalars(late).all() == ["secretary", "superior"]

        report = trail.Report()
        with db.engine.connect() as connection:
            assert check_rungs(connection, report) > 2
            assert report.whole
            last = db.session.scalars(late.with_only_columns(Escalation.id)).all()[-1]
            connection.execute(sa.update(Escalation).where(Escalation.id == last).values(rung=9))
            check_rungs(connection, report)
            connection.execute(sa.delete(Escalation).where(Escalation.id == last))
            check_rungs(connection, report)
        assert [fault.unit for fault in report.faults] == ["CELL", "CELL"]
        made = requirements_of(case.inspection)[0]
        case.act(reporting.report_back, made, DONE, by="Sau", version=made.version)
        assert waits_at(case.owed()) == {("confirm", "WARD", "inspector")}
        office.now = at_seven(date(2026, 5, 20))
        ladder.sweep(office.now)
        assert db.session.scalars(late).all() == ["secretary", "superior"]  # the commission reads
        made = requirements_of(case.inspection)[0]
        case.act(reporting.give_back, made, "Chưa kèm biên bản.", by="Kim", version=made.version)
        assert waits_at(case.owed()) == {
            ("create", "CELL", "secretary"), ("create", "CELL", "deputy"),
        }  # fmt: skip
        case.act(
            reporting.report_back, made, DONE + " Kèm biên bản.", by="Sau", version=made.version
        )
        case.act(reporting.confirm, made, by="Kiem", version=made.version)
        owed = case.owed()
        assert (owed.state, waits_at(owed)) == ("fulfilled_late", set())
        assert owed.fulfilled_at == made.reports[-1].at
        case.go("close")

        told = [str(line) for line in sentences(case.inspection.document)]
        assert sum("ký biên bản" in line for line in told) == 3
        for part in (
            "giải trình phát hiện số 1",
            "giao Chi bộ Thử thực hiện",
            "xác nhận Chi bộ Thử",
        ):
            assert any(part in line for line in told), part
        assert not any("ghi việc “" in line for line in told)
        assert trail.verify(db.session()).faults == []
        offered, first, _, last = db.session.scalars(
            sa.select(AuditEvent)
            .where(AuditEvent.action.in_(("minutes_offered", "minutes_signed")))
            .order_by(AuditEvent.id)
        )
        piece = find(case.inspection, 4, 1)
        assert piece is not None
        body = json.dumps(piece.texts).replace("Kiem", "Kim")
        assert body != json.dumps(piece.texts)
        inspected = "UPDATE piece_signature SET {} WHERE role = 'inspected'"
        for change, event, sentence in (
            (f"UPDATE dossier_piece SET texts = '{body}'", offered, "đã chốt để ký"),
            ("UPDATE dossier_piece SET place = 'Nơi khác'", offered, "đã chốt để ký"),
            ("UPDATE dossier_piece SET salt = NULL", offered, "đã chốt để ký"),
            ("UPDATE inspection SET decision_number = '9-QĐ'", offered, "đã chốt để ký"),
            (inspected.format(f"person_id = {office.person('Sau').id}"), offered, "đã chốt"),
            ("UPDATE dossier_piece SET offered_at = NULL", offered, "không còn ở trạng thái"),
            (inspected.format("signed_at = NULL"), last, "đã bị gỡ"),
            (inspected.format("remark = 'Không đồng ý.'"), last, "ý kiến kèm chữ ký"),
            (
                "UPDATE piece_signature SET remark = 'Thêm' WHERE role = 'chair'",
                first,
                "ý kiến kèm",
            ),
            ("DELETE FROM piece_signature; DELETE FROM dossier_piece", offered, "đã mất"),
        ):
            with changed(change):
                fault, *more = trail.verify(db.session()).faults
            assert len(more) == ("decision_number" in change)  # of the inspection's own row too
            assert sentence in str(fault), change
            assert (fault.unit, fault.seq) == (event.unit.code, event.seq), change
        assert trail.verify(db.session()).faults == []
        ward, kim = office.units["WARD"].id, office.person("Vy").id
        for change, sentence in (
            (f"INSERT INTO inspection_unit (inspection_id, unit_id) VALUES (1, {ward})", "CELL"),
            (
                f"INSERT INTO inspection_member (inspection_id, person_id, head) VALUES (1, {kim}, false)",
                "thành viên",
            ),
            ("DELETE FROM inspection_member WHERE NOT head", "thành viên"),
            ("UPDATE inspection_member SET head = false", "trưởng đoàn"),
            ("UPDATE inspection SET closes_on = '2026-12-31'", "ngày kết thúc đang ghi 2026-12-31"),
            ("UPDATE inspection SET limit_days = 100", "thời hạn đang ghi 100"),
            ("UPDATE inspection SET extended_days = 6", "số ngày gia hạn"),
            ("UPDATE inspection SET limit_on = NULL", "ngày hết thời hạn"),
            ("UPDATE inspection SET frozen = true", "niêm giữ"),
            ("UPDATE inspection SET document_kinds = '[]'", "loại văn bản"),
            ("UPDATE inspection SET period_from = '2026-01-01'", "kỳ kiểm tra"),
            ("UPDATE inspection_finding SET text = 'Khác hẳn'", "phát hiện"),
            ("UPDATE inspection_finding SET answer = 'Đồng ý'", "phát hiện"),
            ("UPDATE conclusion_requirement SET text = 'Thôi'", "yêu cầu của kết luận"),
            ("UPDATE conclusion_requirement SET due_on = '2026-12-31'", "yêu cầu của kết luận"),
            ("UPDATE inspection_finding SET withdrawn_at = answered_at", "phát hiện"),
            ("UPDATE inspection_finding SET event_id = event_id + 1", "phát hiện"),
            (f"UPDATE inspection_finding SET unit_id = {ward}", "phát hiện"),
        ):
            with changed(change):
                (fault,) = trail.verify(db.session()).faults
            assert sentence in str(fault), change
        assert trail.verify(db.session()).faults == []
        first, back, second, met = db.session.scalars(
            sa.select(AuditEvent)
            .where(AuditEvent.action.like("conclusion%"))
            .order_by(AuditEvent.id)
        )
        kim = office.person("Kim").id
        for change, event, sentence in (
            ("UPDATE report_back SET text = 'Đã xong.' WHERE id = 1", first, "báo cáo lần 1"),
            (f"UPDATE report_back SET by_id = {kim} WHERE id = 2", second, "báo cáo lần 2"),
            (
                "UPDATE report_back SET at = '2026-03-03 00:00:00.000000+00' WHERE id = 2",
                second,
                "báo cáo lần 2",
            ),
            ("UPDATE report_back SET said = 'Được.' WHERE id = 1", back, "trả lời của đoàn"),
            ("UPDATE report_back SET said = 'Được.' WHERE id = 2", met, "trả lời của đoàn"),
            ("UPDATE report_back SET verdict = 'confirmed' WHERE id = 1", back, "trả lời của"),
            (
                "UPDATE report_back SET verdict = NULL, judged_at = NULL WHERE id = 2",
                met,
                "trả lời",
            ),
            (f"UPDATE report_back SET judged_by_id = {kim} WHERE id = 2", met, "trả lời của"),
            ("DELETE FROM report_back WHERE id = 2", second, "báo cáo lần 2"),
        ):
            with changed(change):
                (fault,) = trail.verify(db.session()).faults
            assert sentence in str(fault), change
            assert (fault.unit, fault.seq) == (event.unit.code, event.seq), change
        with changed(
            "INSERT INTO report_back (requirement_id, text, at, by_id, said)"
            " SELECT requirement_id, 'Thêm', at, by_id, '' FROM report_back WHERE id = 1"
        ):
            (fault,) = trail.verify(db.session()).faults
        assert "không có trong sổ nào" in str(fault)

        erasing.erase_person(
            office.person("An"), actor=office.person("Sau"), now=office.now, reason="theo đơn"
        )
        db.session.expire_all()
        assert last.payload.fields == {}
        assert [one.remark for one in piece.signatures] == ["", "", "Đồng ý, đề nghị gửi một bản."]
        assert trail.verify(db.session()).faults == []


@contextmanager
def changed(statements: str) -> Iterator[None]:
    """The tables of minutes with somebody's change in them, within the block."""
    kept = (
        "inspection", "inspection_unit", "inspection_member", "dossier_piece", "piece_signature",
        "inspection_finding", "conclusion_requirement", "report_back", "attachment",
    )  # fmt: skip
    with db.engine.connect() as connection, connection.begin():
        was = {name: connection.execute(db.metadata.tables[name].select()).all() for name in kept}
    ids = {name: [row.id for row in rows] for name, rows in was.items()}
    try:
        with db.engine.begin() as connection:
            for statement in statements.split("; "):
                connection.execute(sa.text(statement.replace(":", r"\:")))
        yield
    finally:
        with db.engine.begin() as connection:
            for name, rows in was.items():
                table = db.metadata.tables[name]
                connection.execute(table.delete().where(table.c.id.not_in(ids[name])))
                there = set(
                    connection.scalars(sa.select(table.c.id).where(table.c.id.in_(ids[name])))
                )
                for row in rows:
                    values = dict(row._mapping)
                    connection.execute(
                        table.update().where(table.c.id == row.id).values(values)
                        if row.id in there
                        else table.insert().values(values)
                    )


@pytest.mark.databases("sqlite")
def test_nobody_signs_for_two_and_nothing_changes_under_a_signature(app: Flask) -> None:
    with app.app_context():
        case = Case(office := Office())
        twice = {"chair": office.person("Kiem"), "recorder": office.person("Kiem")}
        with pytest.raises(Refused) as refused:
            case.written(signers=twice)
        assert {r.place for r in refused.value.reasons} == {"signers.chair", "signers.recorder"}
        with pytest.raises(Refused, match="danh sách"):  # no member of the inspected unit
            case.written(signers={"inspected": office.person("Vy")})
        with pytest.raises(Forbidden):
            case.act(write, case.inspection, 4, 1, case.typed(), by="Vy", version=0)
        case.written(signers={"chair": office.person("Kiem")}, texts={}, dated_on=None)
        with pytest.raises(Refused) as refused:
            case.act(signing.offer, case.inspection, 4, 1, by="Kim", version=1)
        assert {r.place for r in refused.value.reasons} == {
            None, "dated_on", "texts.work", "signers.recorder", "signers.inspected",
        }  # fmt: skip
        case.go("announce")
        case.written(version=1)
        with pytest.raises(Stale):
            case.act(signing.offer, case.inspection, 4, 1, by="Kim", version=1)
        case.act(signing.offer, case.inspection, 4, 1, by="Kim", version=2)
        with pytest.raises(Forbidden, match="không ghi tên"):
            case.sign("Sau")
        case.sign("An", remark="Có ý kiến khác về thời gian.")
        with pytest.raises(Refused, match="ký rồi"):
            case.sign("An")
        with pytest.raises(Refused, match="đã chốt"):
            case.written(version=3)
        piece = find(case.inspection, 4, 1)
        printed = data_of(case.inspection, 4, piece, office.now)
        notes = {one["body"]: one["note"] for one in printed["signatures"]}
        assert list(notes) == ["ĐẢNG VIÊN ĐƯỢC KIỂM TRA", "GHI BIÊN BẢN", "CHỦ TRÌ"]
        assert "Có ý kiến khác" in notes["ĐẢNG VIÊN ĐƯỢC KIỂM TRA"]
        assert notes["CHỦ TRÌ"] == ""
        case.act(signing.reopen, case.inspection, 4, 1, by="Kim", version=3)
        assert [one.signed_at for one in piece.signatures] == [None, None, None]
        assert piece.content_hash is None


@pytest.mark.databases("sqlite")
def test_who_left_the_team_or_his_post_signs_and_reads_minutes_no_more(app: Flask) -> None:
    """Named while they could sign; whoever was inspected and signed still reads what he signed."""
    with app.app_context():
        case = Case(office := Office())
        case.go("announce")
        case.written(
            signers={"chair": office.person("Kim"), "recorder": office.person("Dung"),
                     "inspected": office.person("An")}
        )  # fmt: skip
        piece = case.act(signing.offer, case.inspection, 4, 1, by="Kim", version=1)

        def reading() -> list[str]:
            return [
                n for n in ("Kim", "Dung", "An") if reads_piece(piece, office.person(n), office.now)
            ]

        assert reading() == ["Kim", "Dung", "An"]
        case.sign("An")
        case.act(
            change_team, case.inspection, head=office.person("Kiem"), members=[], reason=ANSWER,
            seen=mark(case.inspection), by="Kiem",
        )  # fmt: skip
        with transaction() as session:
            for name in ("Kim", "Dung"):
                held = sa.select(Post).where(Post.person_id == office.person(name).id)
                session.scalars(held).one().ended_at = office.now
            lives = sa.select(Membership).where(Membership.person_id == office.person("An").id)
            session.scalars(lives).one().valid_to = TODAY - timedelta(days=1)
        office.wait(minutes=1)
        assert reading() == ["An"]
        for name in ("Kim", "Dung"):
            assert case.to_sign(name, edge_too=False) == 0
            with pytest.raises(Forbidden, match="đã rời đoàn"):
                case.sign(name)


@pytest.mark.databases("sqlite")
def test_nobody_judges_for_the_commission_what_he_said_for_the_inspected_unit(app: Flask) -> None:
    """R30: Kim of the team, to whom the secretary lends his post for a while."""
    with app.app_context():
        case = Case(office := Office())
        office.cell_plan_in_force()
        case.drafting()
        found = case.noted()
        case.required()
        sau = office.person("Sau")
        with transaction() as session:
            post = session.scalars(sa.select(Post).where(Post.person_id == sau.id)).one()
            lent = delegate(
                session, post=post, to=office.person("Kim"), valid_from=TODAY,
                valid_to=TODAY + timedelta(days=60), actor=sau, now=office.now,
            )  # fmt: skip
        case.act(findings.answer, found, ANSWER, by="Kim", version=1)
        with transaction():
            lent.revoked_at = office.now
        for what, given in ((findings.change, (FACT,)), (findings.withdraw, ())):
            with pytest.raises(Forbidden, match="chính người này"):
                case.act(what, found, *given, by="Kim", version=2)
        with transaction():
            lent.revoked_at = None
        case.go("conclude", "follow_up")
        made = requirements_of(case.inspection)[0]
        case.act(reporting.report_back, made, DONE, by="Kim", version=made.version)
        with transaction():
            lent.revoked_at = office.now
        for what, given in ((reporting.confirm, ()), (reporting.give_back, (FACT,))):
            with pytest.raises(Forbidden, match="chính người này"):
                case.act(what, made, *given, by="Kim", version=made.version)
        case.act(reporting.confirm, made, by="Kiem", version=made.version)
        assert case.owed().state == "fulfilled"


@pytest.mark.databases("sqlite")
def test_a_finding_is_a_fact_with_evidence_in_scope(app: Flask) -> None:
    with app.app_context():
        case = Case(office := Office())
        plan = office.cell_plan_in_force()
        other = office.begin("plan", "Ba", "BASE")
        for words_, place in (
            ("Bí thư có dấu hiệu vi phạm, cố ý làm chậm.", "text"),
            ("Chậm.", "text"),
        ):
            with pytest.raises(Refused) as refused:
                case.noted(text=words_)
            assert [r.place for r in refused.value.reasons] == [place]
        for given, place in (
            ({"event": None}, "event"),
            ({"event": ("CELL", 9999)}, "event"),
            ({"event": ("PROVINCE", 0)}, "event"),
            ({"event": ("BASE", 0)}, "event"),  # of another: the inspected unit would read it
            ({"event": None, "document": "9-KH/CB"}, "document"),
            ({"event": None, "document": other.id, "revision": 1}, "document"),
            ({"event": None, "document": plan.id, "revision": 9}, "document"),
            ({"unit": office.units["BASE"]}, "unit"),
            ({"question": 16}, "question"),
        ):
            with pytest.raises(Refused) as refused:
                case.noted(**given)
            assert [r.place for r in refused.value.reasons] == [place], given
        own = office.begin("commitment", "An", "CELL", title="")
        with pytest.raises(Refused, match="không có văn bản"):  # a draft is its author's alone
            case.noted(event=None, document=own.id, revision=1)
        office.act(own, "submit", "An")
        kinds = case.inspection.document_kinds
        with transaction():
            case.inspection.document_kinds = ["plan", "report"]
        with pytest.raises(Refused, match="không có văn bản"):  # handed in, but not inspected
            case.noted(event=None, document=own.id, revision=1)
        with transaction():
            case.inspection.document_kinds = kinds
        case.act(
            findings.withdraw,
            case.noted(event=None, document=own.id, revision=1),
            by="Kim",
            version=1,
        )
        found = case.noted(event=None, document=plan.number.lower())
        assert (found.document_id, found.revision) == (plan.id, plan.revision)
        assert findings.shown(case.inspection, office.person("Sau"), office.now) == []
        case.drafting()
        assert findings.shown(case.inspection, office.person("Sau"), office.now) == [found]
        for name in ("An", "Chi", "Bon", "Vy", "Ty"):
            assert findings.shown(case.inspection, office.person(name), office.now) == [], name
            with pytest.raises(Forbidden):
                case.act(findings.answer, found, ANSWER, by=name, version=1)
        case.act(findings.answer, found, ANSWER, by="Sau", version=1)
        with pytest.raises(Stale):
            case.act(findings.change, found, FACT, by="Kim", version=1)
        blocks = data_of(case.inspection, 8, None, office.now)["body"]
        lines = [block.get("text", "") for block in blocks]
        answer = next(n for n, line in enumerate(lines) if ANSWER in line)
        fact = next(n for n, line in enumerate(lines) if FACT in line)
        assert answer < fact
        assert (
            db.session.get_one(Document, plan.id).version == plan.version
        )  # nothing written there
        case.go("conclude")
        with pytest.raises(Refused, match="giữ nguyên"):
            case.act(findings.change, found, FACT, by="Kim", version=2)


@pytest.mark.databases("sqlite")
def test_parts_of_a_piece_are_counted_from_one(app: Flask) -> None:
    with app.app_context():
        case = Case(Office())
        for n, part in ((1, 0), (1, 2), (4, 0), (4, 2)):
            with pytest.raises(Refused, match="một bản"):
                case.written(n, part=part)


@pytest.mark.databases("sqlite")
def test_an_inspector_s_post_that_was_lent_opens_no_dossier(app: Flask) -> None:
    with app.app_context():
        case = Case(office := Office())
        piece = case.written(1)
        kiem, chi = office.person("Kiem"), office.person("Chi")
        with transaction() as session:
            post = session.scalars(sa.select(Post).where(Post.person_id == kiem.id)).one()
            delegate(
                session, post=post, to=chi, valid_from=TODAY, valid_to=TODAY,
                actor=kiem, now=office.now,
            )  # fmt: skip
        office.wait(minutes=1)
        assert reads_piece(piece, kiem, office.now)
        assert not reads_piece(piece, chi, office.now)
        assert findings_shown(case.inspection, chi, office.now) == set()


@pytest.mark.databases("sqlite")
def test_a_notice_tells_no_unit_what_was_found_at_another(app: Flask) -> None:
    with app.app_context():
        case = Case(office := Office())
        inspection = case.inspection
        with transaction():
            inspection.units.append(InspectionUnit(unit=office.units["BASE"]))
        common, cell = (
            case.written(10, part, unit=unit, texts={"results": "Chi bộ họp đủ 12 tháng."})
            for part, unit in ((1, None), (2, office.units["CELL"]))
        )
        case.drafting()
        case.go("conclude")

        def readers(piece: DossierPiece) -> set[str]:
            return {
                name
                for name, person in office.people.items()
                if reads_piece(piece, person, office.now)
            }

        assert readers(common) == {"Kiem", "Kim"}
        assert readers(cell) == {"Kiem", "Kim", "Sau", "Dung"}
        with transaction():
            inspection.units.pop()
        assert readers(common) == {"Kiem", "Kim", "Sau", "Dung"}


@pytest.mark.databases("sqlite")
def test_the_heir_of_an_inspected_unit_answers_and_reports_in_its_place(app: Flask) -> None:
    with app.app_context():
        case = Case(office := Office())
        office.cell_plan_in_force()
        with transaction():
            level = office.units["CELL"].level
            office._unit("CELL2", "Chi bộ Kế Tiếp", "Chi bộ Kế Tiếp", "CB", level, "BASE")
            office.post("Hien", "CELL2", "secretary")
        found = case.noted()
        made = case.required()
        case.drafting()
        with transaction() as session:
            closing.close_unit(
                session,
                unit=office.units["CELL"],
                kind="merge",
                plan=closing.Plan((office.units["CELL2"],)),
                decision="25-QĐ/ĐU, 02/03/2026",
                effective_on=TODAY,
                actor=None,
                now=office.now,
            )
        office.wait(minutes=1)
        hien = office.person("Hien")
        assert reaching.find(case.ident, hien, office.now) is not None
        case.act(findings.answer, found, ANSWER, by="Hien", version=1)
        case.go("conclude")
        assert {(unit, role) for _, unit, role in waits_at(case.owed())} == {
            ("CELL2", "secretary"),
            ("CELL2", "deputy"),
        }
        clock = db.session.scalars(sa.select(Deadline).join(Task)
                                   .where(Task.obligation_id == case.owed().id)).one()  # fmt: skip
        assert (case.owed().unit.code, clock.unit_id) == ("CELL2", office.units["CELL2"].id)
        told = sa.select(Notification.person_id).where(Notification.action == "report_back")
        assert db.session.scalars(told).all() == [hien.id]
        case.act(reporting.report_back, made, DONE, by="Hien", version=made.version)
        office.wait(days=1)
        with transaction() as session:  # once more, while the commission reads
            office._unit("CELL3", "Chi bộ Sau Nữa", "Chi bộ Sau Nữa", "CB", level, "BASE")
            office.post("Hien", "CELL3", "secretary")
            closing.close_unit(
                session,
                unit=office.units["CELL2"],
                kind="merge",
                plan=closing.Plan((office.units["CELL3"],)),
                decision="26-QĐ/ĐU, 02/03/2026",
                effective_on=TODAY + timedelta(days=1),
                actor=None,
                now=office.now,
            )
        assert waits_at(case.owed()) == {("confirm", "WARD", "inspector")}
        case.act(reporting.give_back, made, "Chưa kèm biên bản.", by="Kim", version=made.version)
        assert {(unit, role) for _, unit, role in waits_at(case.owed())} == {
            ("CELL3", "secretary"),
            ("CELL3", "deputy"),
        }
        office.wait(minutes=1)
        case.act(reporting.report_back, made, DONE, by="Hien", version=made.version)
        case.act(reporting.confirm, made, by="Kim", version=made.version)
        assert case.owed().state == "fulfilled"
        assert trail.verify(db.session()).faults == []


@pytest.mark.databases("sqlite")
def test_the_twelve_pieces_print_each_and_as_a_whole(app: Flask) -> None:
    with app.app_context():
        case = Case(office := Office())
        office.cell_plan_in_force()
        case.drafting()
        case.noted()
        case.required()
        for spec in ALL:
            case.written(spec.n, texts={s.key: f"Chữ {s.key} {spec.n}." for s in spec.sections})
        case.written(6, next_part(case.inspection, 6))
        with pytest.raises(Refused, match="một bản"):
            next_part(case.inspection, 1)
        listed = entries(case.inspection, office.now)
        assert [(one.spec.n, one.part) for one in listed] == sorted(
            [(n, 1) for n in range(1, 13)] + [(6, 2)]
        )
        content = whole(case.inspection, office.now)
        reader = pypdf.PdfReader(BytesIO(content))
        assert len(reader.pages) == sum(one.pages for one in listed)
        for one in listed:
            page = " ".join(reader.pages[one.first - 1].extract_text().split())
            assert f"KT{one.spec.n}" in page, one
            assert one.spec.title in page, one
        said = words(content)
        for spec in ALL:
            for section in spec.sections:
                assert f"Chữ {section.key} {spec.n}." in said
        assert "Trưởng đoàn" in said
        assert DO in said
        orderer, now = office.person("Kim"), office.now
        with pytest.raises(Refused), transaction():
            packing.order(office.person("Sau"), case.ident, now=now, real_now=now)
        with transaction():
            job = packing.order(orderer, case.ident, now=now, real_now=now)
        assert exports.make(job.id, now=lambda: now, real_now=lambda: now)
        found = exports.file_of(job.id, orderer, now=now, real_now=now, kind=packing.KIND)
        assert found is not None
        with zipfile.ZipFile(found[1]) as pack:
            names = pack.namelist()
            assert len(names) == len(listed) + 1
            assert "KT06-2 Biên bản.pdf" in names
            assert pack.read(names[0]).startswith(b"%PDF")
        case.inspection.kind = "supervision"
        db.session.commit()
        for spec in ALL:
            piece = find(case.inspection, spec.n, 1)
            data = piece_data(case.inspection, spec.n, piece, office.now)
            assert data["marks"][0] == f"GS{spec.n}"
            heads = [one["body"] for one in data["signatures"]]
            assert ("ĐẢNG VIÊN ĐƯỢC GIÁM SÁT" in heads) == spec.minutes


@pytest.mark.databases("sqlite")
def test_the_pages_from_a_question_s_row_to_a_confirmed_report(app: Flask) -> None:
    """By real requests: each does his part, what was refused keeps what was typed, and nobody else
    sees it."""
    house = House(app)
    with house.inside() as office:
        case = Case(office)
        plan = office.cell_plan_in_force().id
        case.go("announce", "take_self_report", "verify")
        ident = case.ident
        with transaction():
            lends = db.session.scalars(sa.select(Account).where(Account.login == "an")).one()
            db.session.add(
                Account(
                    login="kim",
                    person=office.person("Kim"),
                    password_hash=lends.password_hash,
                    created_at=lends.created_at,
                )
            )
    at = f"/inspection/inspections/{ident}"
    team, unit = house("Kim"), house("Sau")
    form = f"{at}/findings/new?unit=CELL&question=3&event=CELL:0&text=Nh%C3%A1p"
    assert says(team.get(form), "CELL:0")
    refused = team.submit(form, f"{at}/findings", text="Ngắn", event="sai chỗ")
    assert refused.status_code == 422
    assert says(refused, "sai chỗ")
    form = form.replace("CELL:0", "CELL-0000&document=/inspection/documents/" + str(plan))
    assert team.submit(form, f"{at}/findings", text=FACT).status_code == 303
    assert not says(unit.get(f"{at}/findings"), FACT)
    piece = f"{at}/dossier/7"
    wrong = team.submit(piece, piece, dated_on="31/02/2026", texts__work="Đã xem sổ.")
    assert wrong.status_code == 422
    assert says(wrong, "Đã xem sổ.")
    with house.inside() as office:
        ids = {name: office.person(name).id for name in ("Kiem", "Kim", "An")}
    sent = team.submit(
        piece,
        piece,
        dated_on="02/03/2026",
        texts__work="Đã xem sổ.",
        signers__chair=str(ids["Kiem"]),
        signers__recorder=str(ids["Kim"]),
        signers__inspected=str(ids["An"]),
    )
    assert sent.status_code == 303
    assert team.submit(piece, f"{piece}/offering").status_code == 303
    with house.inside():
        minutes = f"/inspection/minutes/{find(case.inspection, 7, 1).id}"  # type: ignore[union-attr]
    paper = team.get(f"{piece}/print.pdf").data
    sent = team.client.post(
        f"{piece}/files",
        data={
            "csrf_token": team.token,
            "purpose": "attachment",
            "file": (BytesIO(paper), "sổ họp.pdf"),
        },
    )
    assert sent.status_code == 303
    assert says(team.get(f"{at}/dossier"), "sổ họp.pdf")
    given = {"csrf_token": team.token, "purpose": "scan", "file": (BytesIO(paper), "scan.pdf")}
    assert team.client.post(f"{piece}/files", data=given).status_code == 303
    signer = house("An")
    assert says(signer.get("/"), "Xác nhận bản quét biên bản thẩm tra, xác minh ngày 02/03/2026")
    scan = re.findall(rf"{minutes}/scans/\d+", signer.get(minutes).text)[0]
    assert signer.get(scan).data.startswith(b"%PDF")
    assert f"{scan}/confirmation" not in team.get(minutes).text
    assert signer.submit(minutes, f"{scan}/confirmation").status_code == 303
    assert says(team.get(piece), "Ký trên giấy, có bản quét")
    own = team.submit(piece, re.findall(rf"{piece}/files/\d+/removal", team.get(piece).text)[0])
    assert own.status_code == 422  # the scan, first of the two, by who sent it
    second = house("Kiem")
    removal = second.form(piece, own.request.path)
    stale = second.send(removal, version="1")  # of a page before the minutes were offered
    assert (stale.status_code, says(stale, "Xem bản mới")) == (409, True)
    assert second.send(removal).status_code == 303
    link = re.findall(rf"{piece}/files/\d+", team.get(f"{at}/dossier").text)[0]
    assert team.get(link).data.startswith(b"%PDF")
    assert unit.get(link).status_code == 404
    for name in ("Chi", "Bon", "Ty"):
        assert house(name).get(minutes).status_code == 404, name
        assert house(name).get(scan).status_code == 404, name
    assert says(signer.get("/notifications"), "Một biên bản kiểm tra chờ ký.")
    assert says(signer.get("/"), "Ký biên bản thẩm tra, xác minh ngày 02/03/2026")
    assert minutes in signer.get("/").text
    assert signer.submit(minutes, f"{minutes}/signature", remark="Nhất trí.").status_code == 303
    assert says(unit.get(minutes), "Nhất trí.")
    assert minutes not in signer.get("/").text
    assert minutes in unit.get(f"{at}/minutes").text
    assert team.get(f"{at}/dossier.pdf").data.startswith(b"%PDF")
    assert zipfile.is_zipfile(BytesIO(team.get(f"{piece}/print.docx").data))
    assert unit.get(f"{at}/dossier").status_code == 404
    with house.inside():
        case.go("draft_conclusion")
    assert says(unit.get(f"{at}/findings"), FACT)
    assert says(unit.get(at), "Giải trình 1 phát hiện")
    with house.inside():
        (found,) = findings.all_of(case.inspection)
    answer = f"{at}/findings/{found.id}/answer"
    kept = unit.submit(f"{at}/findings", answer, answer="Vâng.")
    assert kept.status_code == 422
    assert says(kept, "Vâng.")
    assert unit.submit(f"{at}/findings", answer, answer=ANSWER).status_code == 303
    page = team.get(f"{at}/findings").text
    assert page.index(ANSWER) < page.index(FACT)
    listed = f"{at}/conclusions"
    assert team.submit(listed, listed, text=DO, due_on="sớm").status_code == 422
    assert team.submit(listed, listed, text=DO, due_on="20/04/2026").status_code == 303
    assert not says(unit.get(listed), DO)
    with house.inside():
        case.go("conclude", "follow_up")
        made = f"/inspection/conclusions/{requirements_of(case.inspection)[0].id}"
    assert made in unit.get("/").text
    assert made in unit.get(at).text
    assert not says(unit.get(at), "Giải trình 1 phát hiện")
    assert says(unit.get("/inspection/requirements"), DO)
    unit.get(made)
    for name, kept in (("bản chạy.exe", b"MZ" * 50), ("biên bản.pdf", paper)):
        given = {"csrf_token": unit.token, "version": "1", "text": DONE}
        given["version"] = re.findall(r'name="version" value="(\d+)"', unit.get(made).text)[0]
        sent = unit.client.post(f"{made}/report", data=given | {"file": (BytesIO(kept), name)})
        assert sent.status_code == (303 if kept is paper else 422), name
        assert kept is paper or says(sent, DONE)  # the words are kept, nothing is reported
    (evidence,) = re.findall(rf"{made}/files/\d+", team.get(made).text)
    assert team.get(evidence).data.startswith(b"%PDF")
    for name, path in (("Bon", evidence), ("Kiem", f"{made}/files/999999")):
        assert house(name).get(path).status_code == 404
    assert says(team.get("/"), "Chờ xác nhận")
    assert team.submit(made, f"{made}/confirmation").status_code == 303
    assert says(unit.get(made), "Đã thực hiện đúng hạn")
    head = house("Kiem")
    ending = f"{at}/closing/new"
    assert says(head.get(ending), "Hồ sơ còn thiếu")
    assert 'dossier/1">KT1<' in head.get(ending).text
    assert head.submit(ending, f"{at}/closing", comment="Xong").status_code == 422
    assert house("Bon").get(made).status_code == 404


def test_the_step_down_leaves_nobody_waiting_and_the_step_up_finds_the_rest(app: Flask) -> None:
    """With a dossier in place: what a conclusion requires is waived there, files beside pieces and
    reports go, minutes are missed in the log, and all else stays."""
    with app.app_context():
        case = Case(office := Office())
        office.cell_plan_in_force()
        case.go("announce")
        case.offered()
        case.go("take_self_report", "verify", "draft_conclusion")
        case.noted()
        case.required()
        case.go("conclude")
        made = requirements_of(case.inspection)[0]
        told = case.act(reporting.report_back, made, DONE, by="Sau", version=made.version)
        with transaction():
            stored = StoredFile(sha256="0" * 64, size=1, media_type="x", created_at=office.now)
            db.session.add(
                Attachment(
                    file=stored, purpose="attachment", name="a.pdf", report=told,
                    added_by=office.person("Sau"), added_at=office.now,
                )
            )  # fmt: skip
        owed = case.owed().id
        db.session.remove()
    runner = app.test_cli_runner()
    for command in (["db", "downgrade", "0007"], ["db", "upgrade"]):
        result = runner.invoke(args=command)
        assert result.exit_code == 0, result.output
    with app.app_context():
        kept = db.session.get_one(Obligation, owed)
        assert (kept.state, waits_at(kept)) == ("waived", set())
        assert requirements_of(case.inspection) == []
        assert db.session.scalars(sa.select(Attachment)).all() == []
        assert case.inspection.state == "concluded"
        said = [str(fault) for fault in trail.verify(db.session()).faults]
        # The log has not forgotten the minutes, the finding, what was required and the report back.
        words = ("biên bản", "phát hiện", "yêu cầu", "báo cáo")
        assert [tuple(word for word in words if word in one) for one in said] == [
            ("biên bản",), ("phát hiện",), ("yêu cầu",), ("yêu cầu", "báo cáo"),
        ]  # fmt: skip
        db.session.remove()
