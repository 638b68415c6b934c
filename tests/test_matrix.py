"""Units × requirements: a word and a shape in each cell, persons only as numbers; and the page of one
thing that is owed, where somebody above waives or extends it."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.campaign import Requirement
from models.obligation import Obligation
from models.person import Membership
from models.post import Post
from models.sitting import Sitting
from models.unit import Level, ReportingLine
from tests.support.house import House
from tests.support.visitor import says
from workflows import obligations
from workflows.calendar import local_day
from workflows.obligations import Basis
from workflows.sorting import sort_key

pytestmark = pytest.mark.databases("sqlite")
MATRIX = "/units/BASE/obligations"
LETTER = Basis(number="11-CV/ĐU", dated_on=date(2026, 3, 2), issuer="Đảng ủy Trường Thử")
WHY = "Cả chi bộ đi tập huấn ba tuần."


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def cell(house: House, label: str, name: str = "Bon", query: str = "") -> tuple[str, str, str]:
    """(tone, shape, words) of the cell's line of a requirement, as the page shows it."""
    text = house(name).get(MATRIX + query).text
    found = re.search(rf'<td role="cell" data-label="{label}"[^>]*>(.*?)</td>', text, re.S)
    assert found, f"no cell for {label}"
    inner = found.group(1)
    tone = re.search(r'class="mc(?: mc--(\w+))?"', inner)
    shape = re.search(r'href="#?[^"]*?(g-\w+)"', inner)
    assert tone
    assert shape, inner
    words = " ".join(re.sub("<[^>]+>", " ", inner).split())
    return tone.group(1) or "", shape.group(1), words


PLAN = "Kế hoạch năm"
COMMITS = "Bản cam kết"


def test_not_submitted_is_said_in_words_and_shape_as_well_as_colour(house: House) -> None:
    assert cell(house, PLAN) == ("", "g-open", "Còn hạn hạn 31/03")
    with house.inside() as office:
        office.wait(days=22)  # 24/03: five working days
    tone, shape, words = cell(house, PLAN)
    assert (tone, shape) == ("soon", "g-clock")
    assert words.startswith("Sắp đến hạn hạn 31/03, còn 5 ngày làm việc")
    with house.inside() as office:
        office.wait(days=8)
    assert cell(house, PLAN) == ("late", "g-late", "Chưa nộp quá 1 ngày làm việc")


def test_a_cell_sees_its_own_line_and_chases_not_itself(house: House) -> None:
    with house.inside() as office:
        office.wait(days=30)
    own = house("Sau").get("/units/CELL/obligations").text
    assert "quá 1 ngày làm việc" in own
    assert "Đôn đốc" not in own
    assert "Đôn đốc" in house("Bon").get(MATRIX).text


def test_approved_below_received_here_and_accepted_above_are_told_apart(house: House) -> None:
    with house.inside() as office:
        plan = office.cell_plan_in_force()
    assert cell(house, PLAN)[1:] == ("g-half", "Đã ký, chưa báo cáo hạn 31/03")
    with house.inside() as office:
        plan = db.session.merge(plan)
        office.act(plan, "report", "Sau")
    assert cell(house, PLAN)[1:] == ("g-now", "Chờ cho ý kiến báo cáo 02/03")
    with house.inside() as office:
        plan = db.session.merge(plan)
        office.act(plan, "review", "Ba")
        office.act(plan, "approve", "Bon", minutes="05-BB/ĐU")
    tone, shape, words = cell(house, PLAN)
    assert (tone, shape) == ("done", "g-ok2")
    assert words.startswith("Đã đồng ý")


def test_members_are_counted_and_nobody_is_named(house: House) -> None:
    """R10: of four members nobody owes before the plan, but four are not there."""
    assert cell(house, COMMITS) == ("", "g-hold", "0 trên 4 chờ kế hoạch")
    with house.inside() as office:
        office.cell_plan_in_force()
    assert cell(house, COMMITS) == ("", "g-open", "0 trên 4 còn 4 chưa nộp, hạn 23/03")
    with house.inside() as office:
        commitment = office.begin("commitment", "An", "CELL")
        office.act(commitment, "submit", "An")
        office.act(commitment, "review", "Chi")
        office.approve(commitment, "Sau")
        office.act(commitment, "report", "Sau")
    assert cell(house, COMMITS)[2] == "1 trên 4 còn 3 chưa nộp, hạn 23/03"
    with house.inside() as office:
        office.wait(days=30)
    tone, shape, words = cell(house, COMMITS)
    assert (tone, shape, words) == ("late", "g-late", "1 trên 4 còn 3 chưa nộp")
    text = house("Bon").get(MATRIX).text
    main = text[text.index("<main") : text.index("</main>")]
    names = {"An", "Chi", "Dung", "Sau"}
    assert not names & set(re.sub("<[^>]+>", " ", main).replace("Chi bộ", "").split())


def test_an_exempt_member_is_not_counted(house: House) -> None:
    with house.inside() as office:
        with transaction():
            db.session.scalars(
                sa.select(Membership).where(Membership.person_id == office.person("An").id)
            ).one().exempt = True
        office.cell_plan_in_force()
    assert cell(house, COMMITS)[2].startswith("0 trên 3")


def test_waived_and_extended_are_shown_with_their_ground(house: House) -> None:
    extended(house, date(2026, 4, 15))
    assert cell(house, PLAN)[1:] == ("g-open", "Còn hạn gia hạn đến 15/04")
    assert cell(house, PLAN, query="?only=extended")
    with house.inside() as office, transaction():
        obligations.waive(
            office.obligation("O-PLAN", "CELL"),
            reason=WHY,
            basis=LETTER,
            actor=office.person("Bon"),
            now=office.now,
        )
    assert cell(house, PLAN) == ("", "g-waive", "Được miễn theo 11-CV/ĐU")
    assert "Chi bộ Thử" not in house("Bon").get(MATRIX + "?only=late").text.split("<tbody")[-1]


def extended(house: House, day: date) -> None:
    """The plan that the cell owes is given until this day."""
    with house.inside() as office, transaction():
        obligations.extend(
            office.obligation("O-PLAN", "CELL"),
            new_due=day,
            reason=WHY,
            basis=LETTER,
            actor=office.person("Bon"),
            now=office.now,
        )


def twelve_months(house: House) -> None:
    """The cell owes a review in each month of the year besides."""
    with house.inside() as office, transaction():
        office.units["CELL"].meets = True
        for month in range(1, 13):
            first, last = date(2026, month, 1), date(2026, month, 28)
            asked = Requirement(
                campaign=office.campaign,
                code=f"O-MONTH-{month:02}",
                kind="review",
                label_vi=f"Kiểm điểm tháng {month}",
                label_en=f"Review of month {month}",
                levels=["cell"],
                period_from=first,
                period_to=last,
                due={"kind": "date", "date": last.isoformat()},
            )
            db.session.add(asked)
            db.session.flush()
            obligations.owe(asked, office.units["CELL"], None, since=first, now=office.now)


def test_what_is_overdue_is_shown_however_long_ago_its_day_was(house: House) -> None:
    twelve_months(house)
    assert ">Kiểm điểm tháng 12<" not in house("Bon").get(MATRIX).text
    with house.inside() as office:
        office.wait(days=175)
    for query in ("", "?only=late"):
        assert cell(house, PLAN, query=query)[:2] == ("late", "g-late")
        assert cell(house, "Kiểm điểm tháng 1", query=query)[:2] == ("late", "g-late")
    text = house("Bon").get(MATRIX + "?only=late").text
    assert 'data-label="Kiểm điểm tháng 12"' not in text
    assert cell(house, "Kiểm điểm tháng 8", query="?only=soon")[0] == "soon"
    extended(house, date(2026, 12, 21))
    assert cell(house, PLAN)[1] == "g-open"


def test_a_review_was_held_on_the_day_of_its_meeting(house: House) -> None:
    """The meeting was on Friday, its minutes were confirmed on Sunday."""
    twelve_months(house)
    with house.inside() as office:
        office.wait(days=2)
        with transaction() as session:
            owed = office.obligation("O-MONTH-03", "CELL")
            assert owed is not None
            owed.state, owed.fulfilled_at = "fulfilled", office.now
            session.add(
                Sitting(
                    unit=office.units["CELL"],
                    held_on=local_day(office.now - timedelta(days=2)),
                    state="confirmed",
                    chair=office.person("Sau"),
                    opened_by=office.person("Sau"),
                    opened_at=office.now,
                    saved_at=office.now,
                    confirmed_at=office.now,
                )
            )
        held = local_day(office.now - timedelta(days=2))
    assert cell(house, "Kiểm điểm tháng 3")[2] == f"Đã họp {held:%d/%m}"


def test_the_table_goes_on_under_the_same_filters(house: House) -> None:
    with house.inside() as office, transaction():
        level = db.session.scalars(sa.select(Level).where(Level.code == "cell")).one()
        for n in range(45):
            code, name = f"CELL{n:02}", f"Chi bộ {n:02}"
            office._unit(code, name, name, "CB", level, "BASE")
            office.units[code].sort_key = sort_key(name)
        db.session.flush()
        obligations.open_campaign(office.campaign, office.now)
    text = house("Bon").get(MATRIX + "?campaign=CD-2026&only=&all=1").text
    assert text.count('role="rowheader"') == 41  # forty units, and the sum
    found = re.search(r'href="([^"]+)" rel="next"', text)
    assert found
    onward = found.group(1).replace("&amp;", "&")
    assert "campaign=CD-2026" in onward
    assert "all=1" in onward
    rest = house("Bon").get(onward).text
    assert rest.count('role="rowheader"') == 7
    assert "after=" not in re.search(r'class="pager".*?</nav>', rest, re.S).group(0)  # type: ignore[union-attr]


def test_it_asks_as_much_of_the_database_for_many_units_as_for_few(house: House) -> None:
    def asked() -> int:
        visitor, count = house("Bon"), [0]

        def more(*_: object) -> None:
            count[0] += 1

        with house.app.app_context():
            engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", more)
        try:
            visitor.get(MATRIX)
        finally:
            sa.event.remove(engine, "before_cursor_execute", more)
        return count[0]

    few = asked()
    with house.inside() as office, transaction():
        level = db.session.scalars(sa.select(Level).where(Level.code == "cell")).one()
        for n in range(20):
            office._unit(f"CELL{n:02}", f"Chi bộ {n:02}", f"Chi bộ {n:02}", "CB", level, "BASE")
        db.session.flush()
        obligations.open_campaign(office.campaign, office.now)
    assert asked() <= few + 20  # the tier below is looked up once for each unit


# -- the page of one thing that is owed


def owed_of(house: House, code: str = "O-PLAN", unit: str = "CELL", name: str | None = None) -> int:
    with house.inside() as office:
        found = office.obligation(code, unit, name)
        assert found is not None
        return found.id


def state(house: House, ident: int) -> tuple[str, date, date]:
    with house.app.app_context():
        row = db.session.get_one(Obligation, ident)
        return row.state, row.nominal_due, row.effective_due


GROUNDS = {"basis_number": "11-CV/ĐU", "basis_dated_on": "02/03/2026", "basis_issuer": "Đảng ủy"}


def typed(form: str, **more: str) -> dict[str, str]:
    return {f"{form}.{name}": value for name, value in {**GROUNDS, **more}.items()}


def test_the_cell_leads_to_what_is_owed_and_there_it_is_extended(house: House) -> None:
    ident = owed_of(house)
    page = f"/obligations/{ident}"
    assert f'href="{page}"' in house("Bon").get(MATRIX).text
    bon = house("Bon")
    before = bon.get(page)
    assert says(before, "31/03/2026")
    assert 'href="#extension"' in before.text
    assert "/documents/new" not in before.text  # it is not his to write
    answer = bon.post(f"{page}/extension", typed("extension", reason=WHY, new_due="18/04/2026"))
    assert answer.status_code == 303
    assert state(house, ident) == ("open", date(2026, 3, 31), date(2026, 4, 20))
    shown = bon.get(page)
    counted = "20/04/2026 (ghi 18/04/2026, Thứ Bảy, là ngày nghỉ)"
    assert says(shown, f"31/03/2026, gia hạn đến {counted}")
    assert says(shown, f"Gia hạn từ 31/03/2026 đến {counted}")
    assert says(shown, f"Đã gia hạn đến {counted}")
    assert says(shown, "Căn cứ: 11-CV/ĐU, 02/03/2026, Đảng ủy")
    assert says(shown, WHY)


def test_a_refused_form_keeps_what_was_typed(house: House) -> None:
    ident = owed_of(house)
    answer = house("Bon").post(
        f"/obligations/{ident}/waiver",
        {"waiver.reason": "ngắn quá", "waiver.basis_number": "11-CV/ĐU"},
    )
    assert answer.status_code == 422
    assert says(answer, "Lý do còn quá ngắn")
    assert says(answer, "ngắn quá")
    assert 'value="11-CV/ĐU"' in answer.text
    wrong = house("Bon").post(
        f"/obligations/{ident}/extension", typed("extension", reason=WHY, new_due="31/02/2027")
    )
    assert wrong.status_code == 422
    assert 'value="31/02/2027"' in wrong.text
    assert state(house, ident)[0] == "open"


def test_everything_wrong_is_said_at_once_each_at_its_field(house: House) -> None:
    page = f"/obligations/{owed_of(house)}/extension"
    early = {"extension.new_due": "01/03/2026", "extension.basis_number": "11-CV/ĐU"}
    answer = house("Bon").post(page, {**early, "extension.basis_dated_on": "30/02/2026"})
    assert answer.status_code == 422
    for place in ("new_due", "reason", "basis_number", "basis_dated_on"):
        assert f'href="#extension.{place}"' in answer.text, place
    answer = house("Bon").post(page, early)
    for place in ("new_due", "reason", "basis_number"):
        assert f'href="#extension.{place}"' in answer.text, place
    answer = house("Bon").post(
        page, typed("extension", new_due="", reason=WHY, basis_dated_on="30/02/2026")
    )
    for place, said in (("new_due", True), ("basis_dated_on", True), ("basis_number", False)):
        assert (f'href="#extension.{place}"' in answer.text) == said, place


def test_who_owes_begins_it_there_and_reads_whom_to_ask(house: House) -> None:
    page = f"/obligations/{owed_of(house)}"
    begins = house("Sau").get(page)
    assert "/documents/new?kind=plan&amp;unit=CELL&amp;campaign=CD-2026&amp;requirement=O-PLAN" in (
        begins.text
    )
    assert says(begins, "đề nghị Đảng ủy")
    assert "/documents/new" not in house("Vy").get(page).text
    with house.inside() as office:
        draft = office.begin("plan", "Chi", "CELL").id
    assert f'href="/documents/{draft}"' in house("Sau").get(page).text


def test_who_may_open_it_and_who_may_grant(house: House) -> None:
    ident = owed_of(house)
    page = f"/obligations/{ident}"
    for name, opens, grants in (
        ("Bon", True, True),
        ("Sau", True, False),
        ("Binh", True, False),
        ("Kiem", True, False),
        ("Vy", True, False),
        ("An", False, False),
    ):
        visitor = house(name)
        answer = visitor.get(page)
        assert (answer.status_code == 200) == opens, name
        assert (f'action="{page}/waiver"' in answer.text) == grants, name
        sent = visitor.post(f"{page}/waiver", typed("waiver", reason=WHY))
        assert sent.status_code == (303 if grants else 403 if opens else 404), name
    assert house("Bon").get("/obligations/0").status_code == 404
    assert house("Bon").get(f"/obligations/{2**62}").status_code == 404


def test_a_secretarys_own_is_opened_one_level_up_and_by_nobody_beside(house: House) -> None:
    with house.inside() as office:
        office.cell_plan_in_force()
    own = f"/obligations/{owed_of(house, 'O-COMMIT', 'CELL', 'Sau')}"
    another = f"/obligations/{owed_of(house, 'O-COMMIT', 'CELL', 'An')}"
    with house.inside() as office, transaction() as session:  # the campaign follows another line
        cell, ward = office.units["CELL"].id, office.units["WARD"].id
        session.add(ReportingLine(unit_id=cell, superior_id=ward, line="union"))
    assert house("Bon").get(own).status_code == 200
    for name in ("Bon", "Binh", "Kiem", "Vy"):
        assert house(name).get(another).status_code == 404, name
    for name in ("Binh", "Kiem", "Vy", "An"):
        assert house(name).get(own).status_code == 404, name
    assert house("An").get(another).status_code == 200
    sent = house("An").post(f"{another}/waiver", typed("waiver", reason=WHY))
    assert sent.status_code == 403


def test_while_nobody_is_left_between_the_next_above_opens_it_and_grants(house: House) -> None:
    with house.inside() as office:
        office.cell_plan_in_force()
    own = f"/obligations/{owed_of(house, 'O-COMMIT', 'CELL', 'Sau')}"
    mine = f"/obligations/{owed_of(house, 'O-COMMIT', 'CELL', 'An')}"
    assert house("Vy").get(own).status_code == 404
    with house.inside() as office, transaction():
        for post in db.session.scalars(sa.select(Post).where(Post.role != "clerk")):
            if post.unit_id == office.units["BASE"].id:
                post.ended_at = office.now
    for name, code in (("Vy", 200), ("Thu", 200), ("Vinh", 404), ("Ty", 404), ("Binh", 404)):
        assert house(name).get(own).status_code == code, name
        assert house(name).get(mine).status_code == 404, name
    sent = house("Vy").post(f"{own}/waiver", typed("waiver", reason=WHY))
    assert sent.status_code == 303


def test_programs_waive_extend_and_list_by_condition(house: House) -> None:
    ident = owed_of(house)
    client, headers = house.app.test_client(), house.bearer("Bon")

    def call(path: str, json: object = None):
        at = "/api/v1/obligations" + path
        if json is None:
            return client.get(at, headers=headers)
        return client.post(at, headers=headers, json=json)

    with house.inside() as office:
        office.wait(days=22)
    soon = {one["id"] for one in call("?state=due_soon&unit=CELL").json["items"]}
    assert ident in soon
    basis = {"number": "11-CV/ĐU", "dated_on": "2026-03-02", "issuer": "Đảng ủy"}
    refused = call(
        f"/{ident}/extension", {"new_due": "2026-04-15", "reason": "ngắn", "basis": basis}
    )
    assert refused.status_code == 422
    done = call(f"/{ident}/extension", {"new_due": "2026-04-18", "reason": WHY, "basis": basis})
    assert done.status_code == 200, done.text
    assert done.json["effective_due"] == "2026-04-20"
    assert done.json["extended_to"] == "2026-04-18"
    assert done.json["nominal_due"] == "2026-03-31"
    assert done.json["reliefs"][0]["old_due"] == "2026-03-31"
    assert ident not in {one["id"] for one in call("?state=due_soon&unit=CELL").json["items"]}
    waived = call(f"/{ident}/waiver", {"reason": WHY, "basis": basis})
    assert (waived.json["state"], waived.json["condition"]) == ("waived", "waived")
    assert call(f"/{ident}/waiver", {"reason": WHY, "basis": basis}).status_code == 409
    assert client.post(
        f"/api/v1/obligations/{ident}/waiver",
        headers=house.bearer("Sau"),
        json={"reason": WHY, "basis": basis},
    ).status_code in (403, 409)
