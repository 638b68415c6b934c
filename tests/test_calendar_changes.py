"""A change of the office's calendar, or of its zone: what is open is counted again, what is done
stays, and nothing is counted that the page has not shown."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.day_off import CalendarDay
from models.deadline import Deadline
from models.obligation import Obligation
from models.task import Task
from tests.cast import Office
from tests.support.house import ADMINISTRATOR, House
from tests.support.visitor import form_in, says
from views import present
from workflows import calendar, history, ladder, obligations
from workflows.calendar import WorkingCalendar, at_seven, end_of_day
from workflows.obligations import Basis, clocks
from workflows.organisation import calendar_days, calendar_years
from workflows.organisation.calendar_days import Day
from workflows.refusal import Refused
from workflows.trail import verify

LAST, NEXT = date(2026, 3, 31), date(2026, 4, 1)  # Tuesday, Wednesday


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()
        db.session.remove()
        calendar.use_zone("Asia/Ho_Chi_Minh")


def off(office: Office, day: date, working: bool = False) -> obligations.Foreseen:
    with transaction() as session:
        return calendar_days.set_calendar_day(
            session, day=day, working=working, note="thông báo 12/TB", actor=None, now=office.now
        )


def again(office: Office, day: date) -> obligations.Foreseen:
    with transaction() as session:
        return calendar_days.clear_calendar_day(session, day=day, actor=None, now=office.now)


def clock(owed: Obligation) -> tuple[date, datetime | None, datetime | None]:
    db.session.expire_all()
    row = db.session.execute(
        sa.select(Deadline.effective_due, Deadline.fires_at, Task.due_at)
        .join(Task, Deadline.task_id == Task.id)
        .where(Task.obligation_id == owed.id)
    ).one()
    return row[0], row[1], row[2]


def test_a_day_off_moves_what_is_due_on_it_and_nothing_else(office: Office) -> None:
    plan, report = office.obligation("O-PLAN", "CELL"), office.obligation("O-QUARTER-1", "BASE")
    before = clock(report)
    counted = off(office, LAST)
    assert counted.obligations == 4  # the plans of four bodies
    assert (plan.nominal_due, plan.effective_due) == (LAST, NEXT)
    assert clock(plan)[0] == NEXT
    assert clock(plan)[2] == end_of_day(NEXT)
    # The report is due as before; its first reminder would have fallen on that day.
    assert (clock(report)[0], clock(report)[2]) == (before[0], before[2])
    assert (before[1], clock(report)[1]) == (at_seven(LAST), at_seven(date(2026, 3, 30)))
    assert again(office, LAST).obligations == 4
    assert plan.effective_due == LAST
    assert clock(plan)[2] == end_of_day(LAST)
    assert clock(report) == before


def test_looking_says_the_same_and_writes_nothing(office: Office) -> None:
    edit = {LAST: Day(False, "thông báo")}
    seen = calendar_days.foresee(db.session(), edit, office.now)
    rows = [(r.code, b, a, n) for r, b, a, n in seen.by_requirement()]
    assert rows == [("O-PLAN", LAST, NEXT, 4)]
    assert db.session.scalar(sa.select(sa.func.count(CalendarDay.day))) == 0
    assert office.obligation("O-PLAN", "CELL").effective_due == LAST
    db.session.rollback()
    assert off(office, LAST).mark == seen.mark


def test_a_saturday_worked_brings_back_what_rolled(office: Office) -> None:
    """A day written as a Saturday counts as such once that Saturday is worked."""
    requirement = office.obligation("O-QUARTER-1", "BASE").requirement
    with transaction():
        requirement.due = {"kind": "date", "date": "2026-04-11"}
        owed = office.obligation("O-QUARTER-1", "BASE")
        owed.nominal_due, owed.effective_due = date(2026, 4, 11), date(2026, 4, 13)
    off(office, date(2026, 4, 11), working=True)
    assert owed.effective_due == date(2026, 4, 11)


def test_what_is_met_or_waived_stays(office: Office) -> None:
    plan = office.cell_plan_in_force()
    office.act(plan, "report", "Sau")
    waived = office.obligation("O-PLAN", "BASE")
    with transaction():
        obligations.waive(
            waived,
            reason="Đơn vị mới thành lập.",
            basis=Basis(number="1-CV", dated_on=date(2026, 3, 2), issuer="Đảng ủy"),
            actor=office.person("Vy"),
            now=office.now,
        )
    assert off(office, LAST).by_requirement()[0][3] == 2
    assert plan.obligation.effective_due == LAST
    assert waived.effective_due == LAST


def test_what_counts_from_an_event_is_counted_again_from_its_day(office: Office) -> None:
    office.cell_plan_in_force()
    owed = office.obligation("O-COMMIT", "CELL", "An")
    assert owed.counted_from == date(2026, 3, 2)
    assert owed.effective_due == date(2026, 3, 23)
    off(office, date(2026, 3, 16))
    assert (owed.nominal_due, owed.effective_due) == (date(2026, 3, 24), date(2026, 3, 24))


def test_an_extended_one_keeps_the_day_it_was_given(office: Office) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    with transaction():
        obligations.extend(
            owed,
            new_due=date(2026, 4, 15),
            reason="Chờ kế hoạch cấp trên.",
            basis=Basis(number="1-CV", dated_on=date(2026, 3, 2), issuer="Đảng ủy"),
            actor=office.person("Bon"),
            now=office.now,
        )
    off(office, LAST)
    assert owed.effective_due == date(2026, 4, 15)
    off(office, date(2026, 4, 15))
    assert owed.effective_due == date(2026, 4, 16)
    assert (owed.nominal_due, owed.extended_to) == (LAST, date(2026, 4, 15))


def test_the_clock_of_a_step_has_as_many_working_days_as_before(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    (task,) = office.open_tasks(plan)
    deadline = db.session.scalars(sa.select(Deadline).where(Deadline.task_id == task.id)).one()
    opened, due = date(2026, 3, 2), deadline.effective_due
    given = WorkingCalendar().working_days_between(opened, due)
    off(office, date(2026, 3, 3))
    db.session.refresh(deadline)
    calendar_now = WorkingCalendar.of(db.session())
    assert deadline.effective_due > due
    assert calendar_now.working_days_between(opened, deadline.effective_due) == given


def test_rungs_to_come_follow_the_calendar_and_told_ones_stay(office: Office) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    day = date(2026, 4, 1)
    office.now = at_seven(day)
    ladder.sweep(office.now)
    _, before, _ = clock(owed)
    assert before is not None
    off(office, calendar.local_day(before))
    _, after, _ = clock(owed)
    assert after == at_seven(
        WorkingCalendar.of(db.session()).add_working_days(calendar.local_day(before), 1)
    )
    assert verify(db.session()).whole


@pytest.mark.databases("sqlite")
def test_what_stands_still_is_not_set_going(office: Office) -> None:
    """A freeze holds what was late; under the new calendar it is not late, and still it waits."""
    owed = office.obligation("O-PLAN", "CELL")
    office.now = at_seven(NEXT)
    ladder.sweep(office.now)
    with transaction():
        [(_, deadline)] = clocks.running(owed)
        assert deadline.rung == 1
        ladder.pause(deadline, office.now)
    off(office, LAST)
    assert clock(owed)[:2] == (NEXT, None)
    with transaction():
        [(_, deadline)] = clocks.running(owed)
        ladder.resume(deadline, office.now, WorkingCalendar.of(db.session()))
    assert clock(owed)[1] == at_seven(date(2026, 4, 2))  # from its first rung


@pytest.mark.databases("sqlite")
def test_it_is_told_in_the_log(office: Office) -> None:
    off(office, LAST)
    line = str(history.unit_sentences(office.units["PROVINCE"].id)[0])
    assert "lịch riêng cho ngày 31/03/2026" in line
    assert "4 hạn đang mở được tính lại" in line
    assert verify(db.session()).whole


# -- a year's list


def read(text: str) -> dict[date, Day]:
    return calendar_years.read_year(text.encode(), "2026.csv")


LIST = "Ngày;Nghỉ hay làm;Căn cứ\n31/08/2026;nghỉ;TB 1\n22/08/2026;làm;TB 1\n"


def keep(office: Office, days: dict[date, Day], *, replace: bool = False) -> obligations.Foreseen:
    with transaction() as session:
        return calendar_years.set_calendar_year(
            session, days=days, replace=replace, actor=None, now=office.now
        )


def test_a_years_list_is_read_and_kept(office: Office) -> None:
    keep(office, read(LIST))
    rows = db.session.execute(sa.select(CalendarDay.day, CalendarDay.working)).all()
    assert {tuple(row) for row in rows} == {
        (date(2026, 8, 31), False),
        (date(2026, 8, 22), True),
    }
    assert not calendar_years.compare(db.session(), read(LIST)).edit


@pytest.mark.databases("sqlite")
def test_two_lists_for_one_year_are_refused_saying_where_they_differ(office: Office) -> None:
    keep(office, read(LIST))
    other = read("Ngày;Nghỉ hay làm;Căn cứ\n31/08/2026;làm;TB 2\n04/09/2026;nghỉ;TB 2\n")
    with pytest.raises(Refused) as refused:
        keep(office, other)
    (reason,) = refused.value.reasons
    assert reason.params["added"] == [date(2026, 9, 4)]
    assert reason.params["removed"] == [date(2026, 8, 22)]
    assert reason.params["turned"] == [date(2026, 8, 31)]
    keep(office, other, replace=True)
    days = set(db.session.scalars(sa.select(CalendarDay.day)))
    assert days == {date(2026, 8, 31), date(2026, 9, 4)}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ngày;Nghỉ hay làm;Căn cứ\n31/02/2026;nghỉ;TB\n", "Dòng"),
        ("Ngày;Nghỉ hay làm;Căn cứ\n31/08/2026;có lẽ;TB\n", "nghỉ"),
        ("Ngày;Nghỉ hay làm;Căn cứ\n31/08/2026;nghỉ;\n", "căn cứ"),
        ("Ngày;Nghỉ hay làm;Căn cứ\n31/08/2026;nghỉ;A\n31/08/2026;làm;A\n", "hai lần"),
        ("Ngày;Nghỉ hay làm;Căn cứ\n31/08/2026;nghỉ;A\n31/08/2027;nghỉ;A\n", "một năm"),
        ("Ngày;Căn cứ\n31/08/2026;A\n", "thiếu cột"),
        ("Ngày;Nghỉ hay làm;Căn cứ\n", ""),
    ],
)
def test_a_list_that_will_not_do_is_refused_in_a_sentence(app: Flask, text: str, said: str) -> None:
    with app.test_request_context(), pytest.raises(Refused) as refused:
        read(text)
    with app.test_request_context():
        assert said in " ".join(present.sentence(reason) for reason in refused.value.reasons)


# -- the zone


def test_with_another_zone_days_stay_and_instants_are_made_of_them_again(office: Office) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    due, fires, ends = clock(owed)
    assert fires is not None
    day = calendar.local_day(fires)
    with transaction():
        assert obligations.retime(office.now) == 0
    calendar.use_zone("Asia/Tokyo")
    with transaction():
        assert obligations.retime(office.now) > 0
    assert clock(owed) == (due, at_seven(day), end_of_day(LAST))
    assert clock(owed)[1] == datetime(day.year, day.month, day.day - 1, 22, tzinfo=UTC)
    assert clock(owed)[2] != ends
    with transaction():
        assert obligations.retime(office.now) == 0
    assert verify(db.session()).whole


# -- the page


PAGE = "/administrator/calendar"


@pytest.mark.databases("sqlite")
def test_the_page_shows_what_would_change_before_it_does(app: Flask) -> None:
    house = House(app)
    clerk = house(ADMINISTRATOR)
    typed = {"day": "31/03/2026", "working": "0", "note": "thông báo 12/TB"}
    shown = clerk.post(PAGE, typed)
    assert shown.status_code == 200
    assert says(shown, "4 việc phải nộp đổi hạn.")
    assert says(shown, "Thứ Tư 01/04/2026")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(CalendarDay.day))) == 0
    stale = clerk.post(PAGE, {**typed, "seen": "1-1-1"})
    assert says(stale, "Xem trước")
    done = clerk.send(form_in(shown, PAGE))
    assert done.status_code == 303
    assert says(clerk.get(PAGE), "4 hạn đang mở đã tính lại.")
    with app.app_context():
        due = db.session.scalars(
            sa.select(Obligation.effective_due).where(Obligation.nominal_due == LAST).distinct()
        )
        assert list(due) == [NEXT]
    shown = clerk.post(f"{PAGE}/2026-03-31/removal")
    assert says(shown, "4 việc phải nộp đổi hạn.")
    assert clerk.send(form_in(shown, f"{PAGE}/2026-03-31/removal")).status_code == 303


@pytest.mark.databases("sqlite")
def test_the_page_takes_a_years_list_and_compares_it_with_the_one_there_is(app: Flask) -> None:
    clerk = House(app)(ADMINISTRATOR)

    def send(text: str, **more: str):
        sent = {"csrf_token": clerk.token, "file": (BytesIO(text.encode()), "2026.csv"), **more}
        return clerk.client.post(f"{PAGE}/year", data=sent)

    assert send(LIST).status_code == 303  # as the law has it: nothing to look at beforehand
    other = send("Ngày;Nghỉ hay làm;Căn cứ\n31/08/2026;làm;TB 2\n04/09/2026;nghỉ;TB 2\n")
    assert other.status_code == 422
    assert says(other, "Năm 2026 đã có bảng 2 ngày")
    assert says(other, "thêm 04/09/2026, bỏ 22/08/2026, đổi 31/08/2026")
    replaced = clerk.send(form_in(other, f"{PAGE}/year"))
    assert replaced.status_code == 303
    with app.app_context():
        assert set(db.session.scalars(sa.select(CalendarDay.day))) == {
            date(2026, 8, 31),
            date(2026, 9, 4),
        }
    assert send("").status_code == 422
    assert says(send("a,b\n1,2\n"), "thiếu cột")
    assert clerk.post(f"{PAGE}/year", {}).status_code == 422
