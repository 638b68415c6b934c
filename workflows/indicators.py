"""The figures a report may carry (domain, section 6). Words (I19, I20) are fields of the report
itself."""

from __future__ import annotations

import re

from workflows.refusal import N_

INDICATORS: dict[str, str] = {
    "I01": N_("Số tổ chức đảng trực thuộc có kế hoạch"),
    "I02": N_("Số kế hoạch đúng hạn"),
    "I03": N_("Tổng số đảng viên"),
    "I04": N_("Số đảng viên đăng ký, cam kết"),
    "I05": N_("Số quần chúng, công nhân viên chức lao động đăng ký"),
    "I06": N_("Số lượt học tập chuyên đề"),
    "I07": N_("Số cuộc sinh hoạt thường kỳ, chuyên đề"),
    "I08": N_("Số lượt đảng viên được kiểm điểm hằng tháng"),
    "I09": N_("Số mô hình tập thể đăng ký"),
    "I10": N_("Số gương điển hình được phát hiện"),
    "I11": N_("Số tập thể, cá nhân được biểu dương, khen thưởng"),
    "I11a": N_("Số tập thể được biểu dương, khen thưởng"),
    "I11b": N_("Số cá nhân được biểu dương, khen thưởng"),
    "I12": N_("Số cam kết hoàn thành cuối năm"),
    "I13": N_("Số việc bức xúc, nổi cộm được giải quyết"),
    "I14": N_("Số tin, bài, cuộc thi, buổi tọa đàm"),
    "I15": N_("Số cuộc kiểm tra, giám sát"),
    "I16": N_("Số báo cáo đúng hạn"),
    "I17": N_("Số đảng viên hoàn thành xuất sắc nhiệm vụ"),
    "I18": N_("Số đơn vị điểm"),
}

# I11a: parts of one indicator have a letter each; those without words here take the whole one's.
_CODE = re.compile(r"(I\d{2})[a-z]?")


def is_indicator(code: str) -> bool:
    """Whether a report may carry a figure under this code."""
    match = _CODE.fullmatch(code)
    return match is not None and match[1] in INDICATORS
