"""A commitment through its cell, returned once, and onto the list that the base receives."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Visitor
from tests.journeys.test_two_stages import TITLE, write_plan

pytestmark = [pytest.mark.data("organisation"), pytest.mark.databases("sqlite")]

CANARY = "Hướng dẫn 15 lượt người cao tuổi nộp hồ sơ trực tuyến mỗi tháng"
NAME = "Hồ Văn Minh Chứng"


def put_the_cell_s_plan_in_force(visitor: Visitor) -> None:
    visitor.enter("chiuy.c1").press(visitor.on.locator("li.task a.btn").first)
    write_plan(visitor)
    visitor.act("submission")
    visitor.enter("phobithu.c1").take(TITLE).act("review")
    visitor.enter("bithu.c1").take(TITLE).act(
        "approval",
        number="02-KH/CB",
        dated_on="06/04/2026",
        minutes="04-BB/CB, 06/04/2026",
        votes__present="5",
        votes__for="5",
        votes__against="0",
    )


def test_a_commitment_stands_on_the_list_of_the_base(visitor: Visitor) -> None:
    put_the_cell_s_plan_in_force(visitor)

    visitor.enter("s08").press(visitor.on.locator("li.task a.btn").first)
    visitor.fill(
        sections__1="Học tập đầy đủ các chuyên đề trong năm.",
        sections__2="Giữ nếp sống giản dị, tiết kiệm.",
        sections__3__0="Hoàn thành tốt chức trách nhiệm vụ được giao.",
        sections__4="Dự đủ các buổi sinh hoạt.",
        sections__6="Thực hiện Nghị quyết Đại hội XIV của Đảng bằng việc làm hằng tháng.",
    )
    visitor.save()
    document = visitor.document
    visitor.act("submission")

    visitor.enter("chiuy.c1").take(NAME).act(
        "return", reason_code="GENERIC", reason="Mục 3 cần nêu việc cụ thể, có số lượng."
    )
    visitor.enter("s08").press(visitor.on.locator("li.task a.btn").first)
    visitor.press(visitor.on.locator('main a[href$="/revisions/new"]').first)
    visitor.fill(sections__3__0=CANARY)
    visitor.save()
    visitor.act("submission")

    visitor.enter("chiuy.c1").take(NAME).act("review", comment="Việc cụ thể, kiểm điểm được.")
    visitor.sees(CANARY)
    visitor.enter("bithu.c1").take(NAME).act(
        "approval",
        dated_on="06/04/2026",
        minutes="04-BB/CB, 06/04/2026",
        votes__present="5",
        votes__for="5",
        votes__against="0",
    )
    visitor.act("report")

    # The base gets a line on the list, never the text.
    visitor.enter("vanthu.b1").go("/units/B1/commitments")
    visitor.sees(NAME)
    assert CANARY not in visitor.on.content()
    visitor.press(visitor.on.locator("main form button.btn").first)
    visitor.go(document)
    assert CANARY not in visitor.on.content()

    # Its author sees who has read it.
    visitor.enter("s08").go(document)
    visitor.sees(CANARY)
    assert visitor.on.locator(".route .step--now").count() == 0
