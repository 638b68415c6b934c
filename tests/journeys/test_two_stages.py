"""A plan and a report through two deciding bodies, each returned once on its way."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.data("organisation"), pytest.mark.databases("sqlite")]

TITLE = "Thực hiện Chỉ thị 05-CT/TW và chuyên đề năm 2026 “Nói đi đôi với làm, gần dân, tiết kiệm”"
WAY_OUT = "Việc số 1 cần ghi rõ người làm và ngày xong."


def write_plan(visitor: Visitor) -> None:
    visitor.add("paper")
    visitor.fill(
        title=TITLE,
        text="I. Mục đích, yêu cầu\nMỗi đảng viên chọn một vài việc cụ thể.",
        paper__0__number="07-KH/ĐU",
        paper__0__dated_on="10/02/2026",
        paper__0__issuer="Đảng ủy phường Minh Họa",
    )
    if not visitor.on.locator('[name="tasks.0.task"]').count():
        visitor.add("task")
    visitor.fill(
        tasks__0__task="Số hóa hồ sơ lưu trữ giai đoạn 2021 - 2025",
        tasks__0__person="Hồ Văn Minh Chứng",
        tasks__0__deadline="14/11/2026",
        tasks__0__result="1.200 hồ sơ",
    )
    if not visitor.on.locator('[name="models.0"]').count():
        visitor.add("model")
    visitor.fill(models__0="Quầy tiếp nhận không hẹn lại lần hai")
    visitor.save()


def test_a_plan_reaches_the_ward(visitor: Visitor) -> None:
    visitor.enter("chiuy.c1").press(
        visitor.on.locator('a.btn[href*="kind=plan"], li.task a.btn').first
    )
    write_plan(visitor)
    document = visitor.document
    visitor.act("submission")

    visitor.enter("phobithu.c1").take(TITLE).act("return", reason_code="OTHER", reason=WAY_OUT)
    visitor.enter("chiuy.c1").take(TITLE)
    visitor.sees(WAY_OUT)
    visitor.act("submission")

    visitor.enter("phobithu.c1").take(TITLE).act("review", comment="Đủ người làm, ngày xong.")
    visitor.enter("bithu.c1").take(TITLE).act(
        "approval",
        number="02-KH/CB",
        dated_on="06/04/2026",
        minutes="04-BB/CB, 06/04/2026",
        votes__present="5",
        votes__for="5",
        votes__against="0",
    )
    visitor.act("report")

    visitor.enter("thammuu.b1").take("02-KH/CB").act("review", comment="Đề nghị đồng ý.")
    visitor.enter("bithu.b1").take("02-KH/CB").act("approval", comment="Đồng ý.")
    visitor.enter("vanthu.b1").take("02-KH/CB").act("report", via="PHUONG-XDD")
    visitor.enter("xaydungdang.phuong").take("02-KH/CB").act("receipt")

    assert visitor.document == document
    assert visitor.on.locator(".route .step--done").count() == 8
    assert visitor.on.locator(".route .step--now").count() == 0

    visitor.enter("bithu.c1").go("/search?q=2+kh+cb").sees("02-KH/CB")
    visitor.go(f"{document}/revisions/1/compare/2").sees(
        re.compile("Hai bản giống nhau hoàn toàn.|The two are exactly alike.")
    )
    visitor.go("/preferences")


@pytest.mark.languages("en")
def test_a_report_is_answered_by_the_ward(visitor: Visitor) -> None:
    title = "Báo cáo kết quả quý I năm 2026 của Đảng bộ Ủy ban nhân dân phường"
    visitor.enter("thammuu.b1").go("/")
    visitor.press(
        visitor.on.locator(
            'li.task a.btn[href*="kind=report"], li.task:has-text("quý I") a.btn'
        ).first
    )
    visitor.fill(
        title=title,
        period="Quý I/2026",
        figures_as_of="31/03/2026",
        results="Các chi bộ đã học tập chuyên đề.",
        shortcomings="Một chi bộ triển khai còn chậm.",
        next_tasks="Đôn đốc chi bộ chậm.",
        indicators__I03="25",
    )
    visitor.save()
    visitor.act("submission")
    visitor.enter("phobithu.b1").take(title).act("review")
    visitor.enter("bithu.b1").take(title).act("approval", number="01-BC/ĐU", dated_on="06/04/2026")
    visitor.enter("vanthu.b1").take("01-BC/ĐU").act("report", via="PHUONG-XDD")

    visitor.enter("xaydungdang.phuong").take("01-BC/ĐU").act(
        "return", reason_code="OTHER", reason="Phần hạn chế cần nêu rõ chi bộ nào chậm."
    )
    # Back with the issuer, the number kept; the new text goes its whole way again.
    visitor.enter("thammuu.b1").take("01-BC/ĐU")
    visitor.press(visitor.on.locator('main a[href$="/revisions/new"]').first)
    visitor.fill(shortcomings="Chi bộ Văn phòng triển khai chậm năm ngày do thiếu người.")
    visitor.save()
    visitor.act("submission")
    visitor.enter("phobithu.b1").take("01-BC/ĐU").act("review")
    visitor.enter("bithu.b1").take("01-BC/ĐU").act(
        "approval", number="01-BC/ĐU", dated_on="06/04/2026"
    )
    visitor.enter("vanthu.b1").take("01-BC/ĐU").act("report", via="PHUONG-XDD")
    visitor.enter("xaydungdang.phuong").take("01-BC/ĐU").act("review")
    visitor.enter("thuongvu.phuong").take("01-BC/ĐU").act("approval", comment="Đồng ý.")
    visitor.enter("vanthu.phuong").take("01-BC/ĐU").act("report")
    visitor.enter("vanthu.tinh").take("01-BC/ĐU").act("receipt")
    assert visitor.on.locator(".route .step--now").count() == 0
