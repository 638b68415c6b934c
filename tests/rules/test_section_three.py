# ruff: noqa: E501  the sample stands as it is written
"""R07, R08 on the sample of the domain (S01 to S12), and what a machine might get wrong."""

import time

import pytest

from workflows.advice.section_three import STOCK_PHRASES, advise, advise_items

SAMPLE = {
    "S01": "Năm 2026 tôi chọn hai việc: (1) trả kết quả hồ sơ hộ tịch đúng hoặc trước hẹn từ 98% trở lên, hồ sơ nào trễ thì gọi điện xin lỗi người dân ngay trong ngày; (2) mỗi tháng hai buổi sáng thứ Bảy ra nhà văn hóa khu phố 3 hướng dẫn người cao tuổi nộp hồ sơ trực tuyến, ít nhất 15 lượt người một tháng.",
    "S02": "Giải thích rõ chẩn đoán và cách dùng thuốc cho từng người bệnh tôi phụ trách; rút thời gian chờ khám buổi sáng ở phòng khám số 2 từ 45 phút xuống dưới 30 phút trước ngày 30/9/2026, ghi sổ theo dõi hằng ngày; không để có phản ánh đúng về thái độ phục vụ.",
    "S03": "Sáng thứ Bảy tuần đầu mỗi tháng cùng trạm y tế đi diệt lăng quăng tại khu phố 5, mỗi lần ít nhất 40 hộ; trong năm vận động được 25 người chưa có thẻ tham gia bảo hiểm y tế, báo kết quả tại buổi sinh hoạt chi bộ hằng tháng.",
    "S04": "Phụ đạo không thu tiền 2 buổi một tuần cho 6 học sinh yếu môn Toán lớp 10A2, phấn đấu cuối học kỳ II cả 6 em đạt từ 5,0 điểm trở lên; soạn 4 tiết dạy có đồ dùng tự làm và mời tổ chuyên môn dự giờ góp ý.",
    "S05": "Phụ đạo không thu tiền 2 buổi một tuần cho 5 học sinh yếu môn Vật lý lớp 10A3, phấn đấu cuối học kỳ II cả 5 em đạt từ 5,0 điểm trở lên; soạn 4 tiết dạy có đồ dùng tự làm và mời tổ chuyên môn dự giờ góp ý.",
    "S06": "Luôn nêu cao tinh thần trách nhiệm trong thực hiện nhiệm vụ; đổi mới phương thức công tác và lề lối làm việc; hoàn thành tốt chức trách nhiệm vụ được giao.",
    "S07": "Bản thân luôn có tinh thần trách nhiệm cao trong công việc, không ngừng học hỏi để nâng cao trình độ chuyên môn, chấp hành sự phân công của tổ chức, giữ gìn đoàn kết nội bộ.",
    "S08": "Hoàn thành tốt chức trách nhiệm vụ được giao. Riêng năm 2026 số hóa xong 1.200 hồ sơ lưu trữ giai đoạn 2021 - 2025 của văn phòng, mỗi tháng 120 hồ sơ, kết thúc trước ngày 15/11/2026.",
    "S09": "Vào giờ cao điểm trực tiếp ra quầy tiếp nhận đón người dân, chào hỏi và cảm ơn từng người, kiểm giấy tờ ngay tại chỗ để không ai phải đi lại vì bị hướng dẫn thiếu; mời người dân ghi ý kiến vào sổ góp ý đặt tại quầy.",
    "S10": "Giảm 15% giấy in và 10% tiền điện của phòng so với năm 2025 bằng cách in hai mặt, tắt thiết bị sau 17 giờ; ngày 05 hằng tháng dán số liệu lên bảng tin để mọi người cùng theo dõi.",
    "S11": "Chấp hành và bảo vệ, tuyên truyền, vận động cán bộ, đảng viên, gia đình và nhân dân thực hiện đường lối, quan điểm, chủ trương, nghị quyết của Đảng, chính sách, pháp luật của Nhà nước; tích cực học tập nâng cao trình độ và năng lực công tác.",
    "S12": "Phấn đấu hoàn thành 100% nhiệm vụ năm 2026, chấp hành tốt giờ giấc, thực hiện tốt các chỉ tiêu đề ra.",
}  # fmt: skip
PASSES = ("S01", "S02", "S03", "S04", "S05", "S09", "S10")


def rules(text):
    return {(hint.rule, hint.params.get("n")) for hint in advise(text) if hint.level == "warn"}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        *[(who, set()) for who in PASSES],
        ("S06", {("R07", 1), ("R07", 2), ("R07", 5), ("R08", None)}),
        ("S07", {("R08", None)}),
        ("S08", {("R07", 5)}),
        ("S11", {("R07", 3), ("R07", 4), ("R08", None)}),
        ("S12", {("R08", None)}),
    ],
)
def test_the_sample(who, expected):
    assert rules(SAMPLE[who]) == expected


@pytest.mark.parametrize("n", range(len(STOCK_PHRASES)))
def test_every_stock_phrase_is_found_where_it_stands(n):
    text = "Năm nay, tôi " + STOCK_PHRASES[n] + "."
    [hint] = [hint for hint in advise(text) if hint.rule == "R07"]
    assert text[hint.start : hint.end] == STOCK_PHRASES[n]


@pytest.mark.parametrize(
    "text",
    [
        "HOÀN THÀNH TỐT CHỨC TRÁCH NHIỆM VỤ ĐƯỢC GIAO",
        "Hoàn thành tốt chức trách, nhiệm vụ được giao!",
        "hoàn  thành tốt chức trách\nnhiệm vụ được giao",
        "nêu cao tinh thần trách nhiệm trong thực hiện nhiệm vụ",
        "Luôn nêu cao tinh thần trách nhiệm trong thực hiện nhiệm vụ chính trị",
    ],
)
def test_near_forms_are_found(text):
    assert any(hint.rule == "R07" for hint in advise(text))


def test_where_the_tone_is_written_makes_no_difference():
    modern = "hoàn thành tốt chức trách nhiệm vụ được giao"
    assert rules(modern.replace("hoàn", "hòan")) == rules(modern)


@pytest.mark.parametrize(
    ("text", "generic"),
    [
        ("Hoàn thành 5 nhiệm vụ trong năm 2026", True),
        ("Hoàn thành 100% chỉ tiêu được giao", True),
        ("Thực hiện Nghị quyết, điều 5 khoản 2", True),
        ("Một lòng vì dân", True),
        ("Dạy 3 tiết mẫu", False),
        ("Xong trước 15/11", False),
        ("Thăm mỗi tháng một hộ nghèo", False),
        ("", False),
        ("...", False),
    ],
)
def test_a_digit_is_not_specificity(text, generic):
    assert (("R08", None) in rules(text)) is generic


def test_a_concrete_text_without_a_figure_gets_a_note_not_a_warning():
    assert [(hint.rule, hint.level) for hint in advise(SAMPLE["S09"])] == [("FIGURE", "info")]


def test_phrases_belong_to_their_item_and_concreteness_to_the_section():
    stock, concrete = SAMPLE["S08"].split(". ", 1)
    assert [(n, hint.rule) for n, hint in advise_items([concrete, stock])] == [(1, "R07")]
    assert [(n, hint.rule) for n, hint in advise_items([stock])] == [(0, "R07"), (None, "R08")]
    assert advise_items([]) == []


def test_a_text_at_the_limit_takes_no_time():
    begun = time.perf_counter()
    for text in ("được giao " * 2000, "hoàn thành tốt chức " * 1000, "9" * 20_000, "a" * 20_000):
        advise(text)
    assert time.perf_counter() - begun < 5
