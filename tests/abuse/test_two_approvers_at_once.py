"""Two approvers at once: one decides, the other reads who did and when; nothing is done twice."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from models import transaction
from tests.abuse.said import shown
from tests.support.house import House
from tests.support.visitor import PageForm, Visitor
from workflows import calendar

DECISION = {
    "minutes": "05-BB/CB, 02/03/2026",
    "votes__present": "4",
    "votes__for": "4",
    "votes__against": "0",
}
TOO_LATE = (
    "Chưa ghi được: %(name)s đã quyết định bước này lúc %(at)s. Xem lại bản mới nhất rồi làm tiếp."
)


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def approval_form(visitor: Visitor, plan: int) -> PageForm:
    return visitor.form(f"/documents/{plan}/approval/new", f"/documents/{plan}/approval")


def at_once(house: House, hands: list[Visitor], plan: int) -> list[TestResponse]:
    """Everybody has the form of approval open; all send it at the same moment."""
    forms = [approval_form(hand, plan) for hand in hands]
    answers: list[TestResponse] = []
    start = threading.Barrier(len(hands))

    def click(hand: Visitor, form: PageForm) -> None:
        cookie = hand.client.get_cookie("duyet")
        assert cookie is not None
        own = Visitor(house.app)  # a window of his own with the same session
        own.client.set_cookie("duyet", cookie.value)
        start.wait()
        answers.append(own.send(form, number="02-KH/CB", **DECISION))

    threads = [threading.Thread(target=click, args=pair) for pair in zip(hands, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers, key=lambda answer: answer.status_code)


def test_two_approvers_at_once_one_decides_and_the_other_reads_who_did(house: House) -> None:
    with house.inside() as office, transaction():
        office.post("An", "CELL", "secretary", "Bí thư")
    plan = house.plan()
    decided, late = at_once(house, [house("Sau"), house("An")], plan)
    assert (decided.status_code, late.status_code) == (303, 409)
    at = house.look(plan).updated_at.astimezone(calendar.ZONE).strftime("%d/%m/%Y %H:%M")
    assert any(shown(late, TOO_LATE, name=name, at=at) for name in ("Sau", "An"))
    assert house.events("approve", plan) == 1


def test_two_clicks_of_one_approver_at_once_are_one_event(house: House) -> None:
    plan, secretary = house.plan(), house("Sau")
    answers = at_once(house, [secretary] * 3, plan)
    assert {answer.status_code for answer in answers} <= {303, 409}
    assert answers[0].status_code == 303
    assert house.events("approve", plan) == 1


def test_a_double_click_on_approve_is_one_event(house: House) -> None:
    plan, secretary = house.plan(), house("Sau")
    form = approval_form(secretary, plan)
    answers = [secretary.send(form, number="02-KH/CB", **DECISION) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert {a.headers["Location"] for a in answers} == {f"/documents/{plan}"}
    assert house.events("approve", plan) == 1
