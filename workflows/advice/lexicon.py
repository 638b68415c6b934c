"""The words the advice on section 3 looks for: what says nothing, and what makes a task concrete.

Plain lists, so that an office can read and mend them. From source 002's phrases and examples by
occupation, and their like.
"""

from __future__ import annotations


def _listed(text: str) -> tuple[str, ...]:
    """Phrases parted by commas or line ends."""
    return tuple(p.strip() for p in text.replace("\n", ",").split(",") if p.strip())


STOCK_PHRASES = (
    "luôn nêu cao tinh thần trách nhiệm trong thực hiện nhiệm vụ",
    "đổi mới phương thức công tác và lề lối làm việc",
    "chấp hành và bảo vệ, tuyên truyền, vận động cán bộ, đảng viên, gia đình và nhân dân thực hiện "
    "đường lối, quan điểm, chủ trương, nghị quyết của Đảng, chính sách, pháp luật của Nhà nước",
    "tích cực học tập nâng cao trình độ và năng lực công tác",
    "hoàn thành tốt chức trách nhiệm vụ được giao",
)

# What says nothing of its own, even next to a number or a place.
CLICHES = _listed("""
    tinh thần trách nhiệm cao, tinh thần trách nhiệm, nâng cao trình độ chuyên môn
    nâng cao trình độ, nâng cao năng lực, giữ gìn đoàn kết nội bộ, giữ gìn đoàn kết
    đoàn kết nội bộ, được giao, được phân công, đề ra, không ngừng học hỏi
    không ngừng phấn đấu, không ngừng rèn luyện, chấp hành tốt giờ giấc, chấp hành tốt
    chấp hành sự phân công của tổ chức, chấp hành nghiêm, thực hiện tốt các chỉ tiêu
    thực hiện tốt, thực hiện nghiêm, hoàn thành tốt nhiệm vụ, hoàn thành nhiệm vụ
    hoàn thành xuất sắc nhiệm vụ, phục vụ nhân dân, gương mẫu đi đầu, gương mẫu
    phẩm chất đạo đức, lối sống lành mạnh, giờ giấc
""")

# Objects that make no number concrete: "100% nhiệm vụ". First words only.
ABSTRACT = _listed("""
    nhiệm, chỉ, kế, công, yêu, mục, tiêu, khả, sức, năng, quyết, tinh, năm, trách, nội, chức
    việc, lần
""")
# Words between a number and its object: "98 % trở lên các hồ sơ".
FILLERS = _listed("%, phần, trăm, trở, lên, các, số, trong, tổng, của")
NUMBER_WORDS = _listed("hai, ba, bốn, năm, sáu, bảy, tám, chín, mười, một")
# What a number in words may count; digits may count anything that is not abstract.
COUNTED = _listed("""
    buổi, lượt, người, em, học, hồ, hộ, tiết, bài, giờ, cây, tuyến, công, lớp, ca, suất, ngôi
    mét, km, tin, cuốn, thẻ, bệnh, cháu, gia, lần, phút, ngày, tuần, tháng, mô, đồng, triệu
""")
# Before a number they make it a date or a citation: năm 2026, điều 5.
CALENDAR_WORDS = _listed("tháng, năm, quý, kỳ, khóa, đại, nghị, điều, khoản, số")

FREQUENCIES = _listed("""
    mỗi ngày, mỗi tuần, mỗi tháng, mỗi quý, mỗi buổi, mỗi lần, hằng ngày, hàng ngày, hằng tuần
    hàng tuần, hằng tháng, hàng tháng, hằng quý, hàng quý, đầu giờ, cuối tuần, giờ cao điểm
    thứ bảy, chủ nhật, thứ hai, thứ ba, thứ tư, thứ năm, thứ sáu
""")
PLACES = _listed("""
    khu phố, tổ dân phố, nhà văn hóa, phòng khám, trạm y tế, quầy, lớp học, bảng tin
    tuyến đường, bộ phận một cửa, phòng học, thư viện, bệnh viện, xóm, ấp, thôn, chợ
""")
BENEFICIARIES = _listed("""
    người dân, người bệnh, bệnh nhân, học sinh, người cao tuổi, hộ nghèo, hộ cận nghèo
    người nghèo, người khuyết tật, phụ huynh, sinh viên, đoàn viên, công nhân, trẻ em
    gia đình chính sách, thương binh, khách hàng
""")
ACTIONS = _listed("""
    khám chữa bệnh, bảo hiểm y tế, diệt lăng quăng, giải thích, tiêm chủng, thời gian chờ
    tuyến đường hoa, nông thôn mới, phát quang, thu gom rác, treo cờ, trồng cây, vệ sinh
    hỗ trợ thủ tục, trả kết quả, tiếp nhận hồ sơ, số hóa, gọi điện, xin lỗi, chào hỏi
    nộp hồ sơ, trực tuyến, kiểm giấy tờ, sổ góp ý
    phụ đạo, bồi dưỡng học sinh, dụng cụ học tập, đồ dùng tự làm, dự giờ, soạn
    an ninh trật tự, an toàn giao thông, tuyển quân, tuần tra, hòa giải
    in hai mặt, giấy in, tiền điện, tắt thiết bị, tiết kiệm điện, dán số liệu
""")
