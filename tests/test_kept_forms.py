"""A form whose login ended: what was typed is kept, for who wrote it and for nobody else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from models import db, transaction
from models.account import Account, LoginSession
from models.document import Document
from tests.support.house import PASSWORD, House
from tests.support.visitor import PageForm, Visitor, form_in, says

pytestmark = pytest.mark.databases("sqlite")

TYPED = "Giữ vững lập trường, nói đi đôi với làm ở tổ dân phố."


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def ended(house: House) -> None:
    """Every login has run out."""
    with house.app.app_context(), transaction() as session:
        session.execute(sa.update(LoginSession).values(ended_at=clock.real_now()))


def written(visitor: Visitor) -> PageForm:
    """An's commitment with something in it, not sent yet."""
    new = "/documents/new?kind=commitment&unit=CELL&campaign=CD-2026"
    form = visitor.form(new, "/documents")
    form.fields["sections.1"], form.fields["sections.3.0"] = TYPED, "Việc thứ nhất"
    return form


def test_what_was_written_outlives_the_login_and_only_its_writer_sees_it(house: House) -> None:
    an = house("An")
    form = written(an)
    ended(house)
    asked = an.send(form)
    assert asked.status_code == 400
    assert says(asked, "Nội dung vừa viết được giữ lại")
    assert TYPED not in asked.text
    form_of_login = form_in(asked, "/login")

    wrong = an.send(form_of_login, login="an", password="không đúng")
    assert wrong.status_code == 422
    other = an.send(form_in(wrong, "/login"), login="binh", password=PASSWORD)
    assert says(other, "mở bằng một tài khoản khác")
    assert TYPED not in other.text
    back = an.send(form_in(other, "/logout"))
    assert TYPED not in back.text

    again = an.send(form_in(back, "/login"), login="an", password=PASSWORD)
    assert says(again, "Đã đăng nhập lại")
    assert ">1. Về tư tưởng chính trị</label>" in again.text
    assert "việc 1</label>" in again.text
    for code in (">sections", ">dated_on", ">kind<"):
        assert code not in again.text
    sent = an.send(form_in(again, "/documents"))
    assert sent.status_code == 303
    tapped_twice = an.send(form_in(again, "/documents"))
    assert tapped_twice.headers["Location"] == sent.headers["Location"]
    assert an.get(sent.headers["Location"]).text.count("Đã lưu dự thảo.") == 1
    assert an.send(form_in(again, "/documents"), **{"sections.1": "Khác"}).status_code == 422
    with house.app.app_context():
        made = db.session.scalars(sa.select(Document)).one()
        assert made.revisions[0].content["sections"]["1"] == TYPED
        assert made.author.full_name == "An"


def test_a_form_left_open_is_not_shown_to_who_logged_in_since(house: House) -> None:
    an = house("An")
    form = written(an)
    an.submit("/account", "/logout")
    for name, title in (("binh", "mở bằng một tài khoản khác"), ("an", "Trang này mở đã lâu")):
        an.submit("/login", "/login", login=name, password=PASSWORD)
        answer = an.send(form)
        assert answer.status_code == 400
        assert says(answer, title)
        assert (TYPED in answer.text) == (name == "an")
        if name == "binh":
            an.submit("/account", "/logout")
    with house.app.app_context(), transaction() as session:
        session.execute(
            sa.update(Account).where(Account.login == "an").values(must_change_password=True)
        )
    asked = an.send(form_in(answer, "/documents"))  # a first password stands in between
    assert (asked.status_code, TYPED in asked.text) == (400, False)
    assert says(asked, "đổi mật khẩu xong thì xem và gửi tiếp")
    new = {"new_password": "mưa rào tháng bảy", "new_password_again": "mưa rào tháng bảy"}
    wrong = an.send(form_in(asked, "/account/password"), old_password="không đúng", **new)
    assert wrong.status_code == 422
    changed = an.send(form_in(wrong, "/account/password"), old_password=PASSWORD, **new)
    assert says(changed, "Đã đổi mật khẩu")
    assert an.send(form_in(changed, "/documents")).status_code == 303
    for field in ("whose", "kept"):  # a mark that nobody made opens nothing
        form.fields[field] = "MQ.khong-phai"
        assert TYPED not in an.send(form).text
