"""Acts on the organisation: what they refuse, what they write, and how the tree reads on a day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from models.base import db, transaction
from models.event import AuditEvent, EventPayload
from models.person import Membership, Person
from models.post import Delegation, Post
from models.unit import Level, Unit, superior_of, unit_by_code
from workflows import organisation
from workflows.organisation import calendar_days
from workflows.refusal import Forbidden, Refused, WorkflowError

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 09:00 on Monday 02/03/2026
TODAY = date(2026, 3, 2)


class House:
    """A small organisation: a ward with an advisory body, a base, two cells, and four people."""

    def __init__(self) -> None:
        with transaction() as session:
            self.levels = {
                code: organisation.create_level(
                    session,
                    code=code,
                    name_vi=name,
                    name_en=code.title(),
                    rank=rank,
                    valid_from=since,
                    valid_to=until,
                    actor=None,
                    now=NOW,
                )
                for code, name, rank, since, until in (
                    ("cell", "Chi bộ", 0, None, None),
                    ("base", "Cơ sở", 1, None, None),
                    ("district", "Quận", 2, None, date(2025, 6, 30)),
                    ("ward", "Phường", 2, date(2025, 7, 1), None),
                )
            }
            self.unit(session, "PHUONG", "Đảng ủy phường Minh Họa", "ward", "ĐU")
            self.unit(
                session, "PHUONG-XDD", "Ban Xây dựng Đảng", "ward", "BXD", attached_to="PHUONG"
            )
            self.unit(session, "B1", "Đảng ủy Trường Mẫu Đơn", "base", "ĐU", superior="PHUONG")
            self.unit(session, "C1", "Chi bộ Tổ Tự nhiên", "cell", "CB", superior="B1")
            self.unit(session, "C2", "Chi bộ Tổ Xã hội", "cell", "CB", superior="B1")
            self.an = self.person(session, "Trần Thị Ví Dụ", "C1")
            self.binh = self.person(session, "Lê Văn Thử Nghiệm", "C1")
            self.chi = self.person(session, "Đỗ Văn Giả Định", "C2")
            self.outsider = self.person(session, "Ngô Thị Trình Diễn", None)
            self.post = self.give(session, self.an, "C1", "secretary", "Bí thư")

    def unit(
        self,
        session: Session,
        code: str,
        name: str,
        level: str,
        symbol: str,
        superior: str = "",
        attached_to: str = "",
        **more: Any,
    ) -> Unit:
        return organisation.create_unit(
            session,
            code=code,
            name=name,
            level=self.levels[level],
            body="Chi bộ",
            symbol=symbol,
            superior=unit_by_code(superior) if superior else None,
            attached_to=unit_by_code(attached_to) if attached_to else None,
            actor=None,
            now=NOW,
            **more,
        )

    def person(self, session: Session, name: str, code: str | None, **more: Any) -> Person:
        unit = unit_by_code(code) if code else None
        return organisation.create_person(
            session, full_name=name, unit=unit, actor=None, now=NOW, **more
        )

    def give(
        self, session: Session, person: Person, code: str, role: str, title: str, **more: Any
    ) -> Post:
        unit = unit_by_code(code)
        assert unit is not None
        more = {"actor": None, "now": NOW} | more
        return organisation.give_post(
            session, person=person, unit=unit, role=role, title=title, **more
        )

    def delegate(self, session: Session, to: Person, **more: Any) -> Delegation:
        values = {
            "post": self.post,
            "valid_from": TODAY,
            "valid_to": TODAY + timedelta(days=10),
            "actor": self.post.person if "post" not in more else more["post"].person,
            "now": NOW,
        }
        return organisation.delegate(session, to=to, **(values | more))


@pytest.fixture
def house(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield House()


def unit(code: str) -> Unit:
    found = unit_by_code(code)
    assert found is not None
    return found


def refused(act: Callable[[Session], object]) -> str:
    """The sentences with which an act was refused, and proof that it wrote no event."""
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))
    with pytest.raises(WorkflowError) as caught, transaction() as session:
        act(session)
    after = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))
    assert before == after
    return " ".join(reason.text % reason.params for reason in caught.value.reasons)


def events(code: str) -> list[str]:
    return list(
        db.session.scalars(
            sa.select(AuditEvent.action)
            .where(AuditEvent.unit_id == unit(code).id)
            .order_by(AuditEvent.seq)
        )
    )


# --- units -----------------------------------------------------------------------------------


def test_every_act_is_one_event_in_the_log_of_its_unit(house: House) -> None:
    assert events("C1") == [
        "unit_created",
        "reporting_line_added",
        "person_created",
        "member_joined",
        "person_created",
        "member_joined",
        "post_given",
    ]
    assert events("PHUONG-XDD") == ["unit_created"]


def test_no_name_stands_in_a_leaf(house: House) -> None:
    leaves = b"".join(db.session.scalars(sa.select(AuditEvent.leaf))).decode()
    assert "Ví Dụ" not in leaves
    assert "Bí thư" not in leaves


def test_several_wrong_fields_are_all_told_at_once(house: House) -> None:
    said = refused(lambda s: house.unit(s, "b 1", "", "district", "", valid_from=TODAY))
    assert "Mã “B 1” chưa đúng" in said
    assert "Chưa có tên đơn vị" in said
    assert "Chưa có ký hiệu" in said
    assert "đã kết thúc ngày 2025-06-30" in said


def test_a_code_is_used_once(house: House) -> None:
    said = refused(lambda s: house.unit(s, "c1", "Chi bộ khác", "cell", "CB"))
    assert said == "Mã đơn vị C1 đã có (Chi bộ Tổ Tự nhiên). Chọn mã khác."


def test_a_cycle_is_refused_naming_both_units(house: House) -> None:
    said = refused(
        lambda s: organisation.add_reporting_line(
            s, unit=unit("PHUONG"), superior=unit("C1"), actor=None, now=NOW
        )
    )
    assert "Đảng ủy phường Minh Họa chưa thể báo cáo lên Chi bộ Tổ Tự nhiên" in said


def test_a_cycle_is_seen_only_on_days_that_all_lines_share(house: House) -> None:
    with transaction() as session:
        house.unit(session, "X", "Đơn vị X", "base", "X")
        house.unit(session, "Y", "Đơn vị Y", "base", "Y")
        organisation.add_reporting_line(
            session,
            unit=unit("X"),
            superior=unit("Y"),
            valid_to=date(2026, 6, 30),
            actor=None,
            now=NOW,
        )
    said = refused(
        lambda s: organisation.add_reporting_line(
            s,
            unit=unit("Y"),
            superior=unit("X"),
            valid_from=date(2026, 6, 30),
            actor=None,
            now=NOW,
        )
    )
    assert "đang ở dưới" in said
    with transaction() as session:
        organisation.add_reporting_line(
            session,
            unit=unit("Y"),
            superior=unit("X"),
            valid_from=date(2026, 7, 1),
            actor=None,
            now=NOW,
        )


def test_one_superior_per_line_but_another_on_another_line(house: House) -> None:
    said = refused(
        lambda s: organisation.add_reporting_line(
            s, unit=unit("C1"), superior=unit("PHUONG"), actor=None, now=NOW
        )
    )
    assert "đã báo cáo lên Đảng ủy Trường Mẫu Đơn" in said
    with transaction() as session:
        organisation.add_reporting_line(
            session,
            unit=unit("C1"),
            superior=unit("PHUONG"),
            line="union",
            actor=None,
            now=NOW,
        )
    assert superior_of(unit("C1").id, line="union", day=TODAY) == unit("PHUONG")


def test_a_line_that_ends_holds_through_its_last_day(house: House) -> None:
    from models.unit import ReportingLine

    row = db.session.scalar(sa.select(ReportingLine).where(ReportingLine.unit_id == unit("C1").id))
    assert row is not None
    with transaction() as session:
        organisation.end_reporting_line(session, row=row, last_day=TODAY, actor=None, now=NOW)
    c1 = unit("C1").id
    assert superior_of(c1, line="party", day=TODAY) == unit("B1")
    assert superior_of(c1, line="party", day=TODAY + timedelta(days=1)) is None


def test_a_unit_is_renamed_and_releveled_on_a_date(house: House) -> None:
    with transaction() as session:
        house.unit(session, "Q", "Quận ủy Minh Họa", "district", "QU")
        organisation.rename_unit(
            session,
            unit=unit("Q"),
            name="Đảng ủy phường Khác",
            level=house.levels["ward"],
            day=date(2025, 7, 1),
            actor=None,
            now=NOW,
        )
    q = unit("Q")
    assert (q.name, q.level.code) == ("Đảng ủy phường Khác", "ward")
    assert q.name_on(date(2025, 6, 30)) == "Quận ủy Minh Họa"
    assert q.name_on(date(2025, 7, 1)) == "Đảng ủy phường Khác"
    assert [p.level.code for p in q.periods] == ["district", "ward"]
    assert "quan uy minh hoa" in q.search_fold
    tomorrow = TODAY + timedelta(days=1)
    said = refused(
        lambda s: organisation.rename_unit(
            s, unit=unit("Q"), name="Tên mai sau", day=tomorrow, actor=None, now=NOW
        )
    )
    assert "chưa đến" in said


def test_an_advisory_body_has_none_of_its_own(house: House) -> None:
    said = refused(lambda s: house.unit(s, "Z", "Ban Z", "ward", "Z", attached_to="PHUONG-XDD"))
    assert "là cơ quan giúp việc" in said


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("name", ["A\0B", "A\ud800", "A\u202eB", "x" * 301, "\u200b"])
def test_names_that_cannot_be_kept_are_refused(house: House, name: str) -> None:
    assert refused(lambda s: house.unit(s, "Z", name, "cell", "CB"))


@pytest.mark.databases("sqlite")
def test_names_are_kept_in_one_spelling_and_found_without_diacritics(house: House) -> None:
    with transaction() as session:
        person = house.person(session, "  Đo\u0302\u0303 Thi\u0323 Ánh ", None)
    assert person.full_name == "Đỗ Thị Ánh"
    assert person.search_fold == "do thi anh"


# --- the tree --------------------------------------------------------------------------------


def test_the_tree_shows_advisory_bodies_below_whom_they_serve(house: House) -> None:
    (top,) = organisation.tree(db.session, "party", TODAY)
    assert [node.unit.code for node in top.walk()] == ["PHUONG", "PHUONG-XDD", "B1", "C1", "C2"]
    assert [node.depth for node in top.walk()] == [0, 1, 1, 2, 2]


def test_the_tree_under_a_unit_some_levels_deep(house: House) -> None:
    (top,) = organisation.tree(db.session, None, TODAY, under=unit("PHUONG"), levels=1)
    assert [node.unit.code for node in top.walk()] == ["PHUONG", "PHUONG-XDD", "B1"]


def test_subordinates_and_subtree(house: House) -> None:
    assert [u.code for u in organisation.subordinates(unit("B1").id, TODAY)] == ["C1", "C2"]
    ids = organisation.subtree_ids([unit("PHUONG").id], "party", TODAY)
    assert ids == set(db.session.scalars(sa.select(Unit.id)))
    assert organisation.subtree_ids([unit("PHUONG").id], "union", TODAY) == {
        unit("PHUONG").id,
        unit("PHUONG-XDD").id,
    }
    assert organisation.subtree_ids([], None, TODAY) == set()


def test_units_of_a_person_by_membership_and_post(house: House) -> None:
    with transaction() as session:
        house.give(session, house.an, "B1", "committee", "Ủy viên")
    assert {u.code for u in organisation.units_of(house.an, TODAY)} == {"C1", "B1"}
    assert organisation.units_of(house.outsider, TODAY) == []


# --- people ----------------------------------------------------------------------------------


def test_a_member_lives_in_one_cell_and_moves_with_an_event_in_either_log(house: House) -> None:
    said = refused(
        lambda s: organisation.join(s, person=house.binh, unit=unit("C2"), actor=None, now=NOW)
    )
    assert "đang thuộc Chi bộ Tổ Tự nhiên" in said
    membership = house.binh.memberships[0]
    with transaction() as session:
        organisation.move(
            session, membership=membership, to=unit("C2"), day=TODAY, actor=None, now=NOW
        )
    assert events("C1")[-1] == "member_left"
    assert events("C2")[-1] == "member_joined"
    db.session.expire_all()
    assert [u.code for u in organisation.units_of(house.binh, TODAY)] == ["C2"]
    yesterday = TODAY - timedelta(days=1)
    assert [u.code for u in organisation.units_of(house.binh, yesterday)] == ["C1"]


def test_a_non_member_works_in_a_unit_beside(house: House) -> None:
    with transaction() as session:
        organisation.join(
            session,
            person=house.an,
            unit=unit("B1"),
            standing="non_member",
            actor=None,
            now=NOW,
        )
    assert (
        db.session.scalar(sa.select(sa.func.count()).where(Membership.person_id == house.an.id))
        == 2
    )


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"full_name": "   "}, "Chưa có họ tên"),
        ({"full_name": "An", "email": "khong phai thu"}, "Địa chỉ thư"),
        ({"full_name": "An", "born_on": date(2030, 1, 1)}, "Ngày sinh"),
        ({"full_name": "An", "locale": "fr"}, "Chọn tiếng Việt"),
    ],
)
def test_wrong_contact_is_refused(house: House, values: dict, sentence: str) -> None:
    assert sentence in refused(
        lambda s: organisation.create_person(s, actor=None, now=NOW, **values)
    )


# --- posts -----------------------------------------------------------------------------------


def test_the_same_post_twice_is_refused_while_terms_overlap(house: House) -> None:
    said = refused(lambda s: house.give(s, house.an, "C1", "secretary", "Bí thư"))
    assert "đã giữ chức vụ này" in said
    with transaction() as session:
        house.give(session, house.an, "C1", "committee", "Chi ủy viên")


def test_an_end_before_the_start_is_refused(house: House) -> None:
    said = refused(
        lambda s: house.give(
            s,
            house.binh,
            "C1",
            "deputy",
            "Phó Bí thư",
            valid_from=TODAY,
            valid_to=TODAY - timedelta(days=1),
        )
    )
    assert "trước ngày bắt đầu" in said


def test_ending_a_post_holds_at_once_and_ends_its_delegations(house: House) -> None:
    with transaction() as session:
        delegation = house.delegate(session, house.binh)
        organisation.end_post(session, post=house.post, actor=None, now=NOW)
    assert house.post.ended_at == NOW
    assert delegation.revoked_at == NOW
    assert organisation.units_of(house.an, TODAY) == [unit("C1")]  # still a member
    refused(lambda s: organisation.end_post(s, post=house.post, actor=None, now=NOW))
    with transaction() as session:
        house.give(session, house.an, "C1", "secretary", "Bí thư", now=NOW)


def test_nobody_gives_himself_a_post(house: House) -> None:
    said = refused(lambda s: house.give(s, house.binh, "C1", "deputy", "Phó", actor=house.binh))
    assert "tự giao chức vụ" in said


# --- delegations -----------------------------------------------------------------------------


def test_the_trail_keeps_both_people_of_a_delegation(house: House) -> None:
    with transaction() as session:
        house.delegate(session, house.binh, kinds=["plan"], actions=["approve"])
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "delegated")).one()
    payload = db.session.get_one(EventPayload, event.id)
    assert payload.actor_id == house.an.id
    assert payload.fields["name"]["value"] == house.an.full_name
    assert payload.fields["to_name"]["value"] == house.binh.full_name


def test_a_delegated_post_is_not_delegated_on(house: House) -> None:
    with transaction() as session:
        house.delegate(session, house.binh)
    said = refused(lambda s: house.delegate(s, house.chi, actor=house.binh))
    assert "không ủy quyền tiếp được" in said
    with pytest.raises(Forbidden), transaction() as session:
        house.delegate(session, house.binh, actor=house.chi)


def test_what_a_delegation_may_not_be(house: House) -> None:
    day = timedelta(days=1)
    assert "cho chính mình" in refused(lambda s: house.delegate(s, house.an))
    assert "không còn hoạt động" in refused(lambda s: house.delegate(s, house.outsider))
    assert "sớm nhất từ hôm nay" in refused(
        lambda s: house.delegate(s, house.binh, valid_from=TODAY - day)
    )
    assert "trước ngày bắt đầu" in refused(
        lambda s: house.delegate(s, house.binh, valid_from=TODAY + day, valid_to=TODAY)
    )
    assert "trong danh sách" in refused(lambda s: house.delegate(s, house.binh, kinds=["x"]))
    with transaction() as session:
        limited = house.give(
            session, house.binh, "C1", "deputy", "Phó Bí thư", valid_to=TODAY + day
        )
    assert "nhiệm kỳ" in refused(lambda s: house.delegate(s, house.chi, post=limited))
    with transaction() as session:
        house.delegate(session, house.binh)
    assert "đã được ủy quyền" in refused(lambda s: house.delegate(s, house.binh))


def test_no_ring_of_delegations_on_one_day(house: House) -> None:
    with transaction() as session:
        binhs = house.give(session, house.binh, "C1", "deputy", "Phó Bí thư")
        chis = house.give(session, house.chi, "C2", "secretary", "Bí thư")
        house.delegate(session, house.binh)
        house.delegate(session, house.chi, post=binhs)
    said = refused(lambda s: house.delegate(s, house.an, post=chis))
    assert "Ủy quyền vòng quanh" in said
    later = TODAY + timedelta(days=11)
    with transaction() as session:
        house.delegate(session, house.an, post=chis, valid_from=later, valid_to=later)


def test_revocation_is_for_the_two_and_holds_at_once(house: House) -> None:
    with transaction() as session:
        delegation = house.delegate(session, house.binh)
    with pytest.raises(Forbidden), transaction() as session:
        organisation.revoke_delegation(session, delegation=delegation, actor=house.chi, now=NOW)
    with transaction() as session:
        organisation.revoke_delegation(session, delegation=delegation, actor=house.binh, now=NOW)
    assert delegation.revoked_at == NOW
    with pytest.raises(Refused), transaction() as session:
        organisation.revoke_delegation(session, delegation=delegation, actor=house.an, now=NOW)


def test_an_administrator_gets_no_delegation_that_he_enters(house: House) -> None:
    said = refused(lambda s: house.delegate(s, house.chi, actor=house.chi, administrator=True))
    assert "Quản trị không nhận ủy quyền" in said


# --- absences, calendar ----------------------------------------------------------------------


def test_absences_do_not_overlap_and_end_early(house: House) -> None:
    week = timedelta(days=7)
    with transaction() as session:
        absence = organisation.add_absence(
            session,
            person=house.an,
            valid_from=TODAY,
            valid_to=TODAY + week,
            reason="nghỉ phép",
            actor=None,
            now=NOW,
        )
    assert "đã được ghi vắng" in refused(
        lambda s: organisation.add_absence(
            s,
            person=house.an,
            valid_from=TODAY + week,
            valid_to=TODAY + week,
            actor=None,
            now=NOW,
        )
    )
    with transaction() as session:
        organisation.end_absence(session, absence=absence, last_day=TODAY, actor=None, now=NOW)
    assert absence.valid_to == TODAY
    assert events("C1")[-2:] == ["absence_added", "absence_ended"]


def test_calendar_days_stand_in_the_top_units_log(house: House) -> None:
    day = date(2026, 8, 31)
    with transaction() as session:
        calendar_days.set_calendar_day(
            session, day=day, working=False, note="hoán đổi", actor=None, now=NOW
        )
    assert events("PHUONG")[-1] == "calendar_day_set"
    with transaction() as session:
        calendar_days.clear_calendar_day(session, day=day, actor=None, now=NOW)
    assert "không có trong danh sách" in refused(
        lambda s: calendar_days.clear_calendar_day(s, day=day, actor=None, now=NOW)
    )


def test_levels_have_a_code_of_their_own(house: House) -> None:
    said = refused(
        lambda s: organisation.create_level(
            s, code="Ward", name_vi="Phường", name_en="", rank=2, actor=None, now=NOW
        )
    )
    assert "Mã cấp “ward” đã có" in said
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Level)) == 4
