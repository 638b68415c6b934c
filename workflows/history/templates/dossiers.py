"""How the acts on an inspection's dossier are told in a history; see `workflows.history`."""

from __future__ import annotations

from workflows.refusal import N_

# action → the sentence
SENTENCES = {
    "dossier_written": N_(
        "%(actor)s%(as)s ghi tài liệu số %(number)s của hồ sơ kiểm tra%(details)s."
    ),
    "minutes_offered": N_(
        "%(actor)s%(as)s chốt biên bản, tài liệu số %(number)s của hồ sơ kiểm tra, để ba người "
        "ký%(details)s."
    ),
    "minutes_reopened": N_(
        "%(actor)s%(as)s mở lại biên bản, tài liệu số %(number)s của hồ sơ kiểm tra, để "
        "sửa%(details)s."
    ),
    "minutes_signed": N_(
        "%(actor)s%(as)s ký biên bản, tài liệu số %(number)s của hồ sơ kiểm tra%(details)s."
    ),
    "minutes_scanned": N_(
        "%(actor)s%(as)s gửi bản quét biên bản đã ký, tài liệu số %(number)s của hồ sơ kiểm tra, "
        "chờ người khác xác nhận%(details)s."
    ),
    "minutes_confirmed": N_(
        "%(actor)s%(as)s xác nhận bản quét biên bản đủ ba chữ ký, tài liệu số %(number)s của hồ sơ "
        "kiểm tra%(details)s."
    ),
    "finding_noted": N_("%(actor)s%(as)s ghi phát hiện số %(number)s ở %(of_unit)s%(details)s."),
    "finding_changed": N_(
        "%(actor)s%(as)s sửa lời của phát hiện số %(number)s ở %(of_unit)s%(details)s."
    ),
    "finding_withdrawn": N_(
        "%(actor)s%(as)s rút phát hiện số %(number)s ở %(of_unit)s%(details)s."
    ),
    "finding_answered": N_("%(actor)s%(as)s giải trình phát hiện số %(number)s%(details)s."),
    "requirement_set": N_(
        "%(actor)s%(as)s ghi yêu cầu số %(number)s đối với %(of_unit)s vào dự thảo kết "
        "luận%(details)s."
    ),
    "requirement_changed": N_(
        "%(actor)s%(as)s sửa yêu cầu số %(number)s đối với %(of_unit)s trong dự thảo kết "
        "luận%(details)s."
    ),
    "requirement_dropped": N_(
        "%(actor)s%(as)s bỏ yêu cầu số %(number)s đối với %(of_unit)s khỏi dự thảo kết "
        "luận%(details)s."
    ),
    "requirement_announced": N_(
        "%(actor)s%(as)s giao %(of_unit)s thực hiện yêu cầu số %(number)s của kết luận kiểm "
        "tra%(details)s."
    ),
    "conclusion_reported": N_(
        "%(actor)s%(as)s báo cáo đã thực hiện yêu cầu số %(number)s của kết luận kiểm "
        "tra%(details)s."
    ),
    "conclusion_confirmed": N_(
        "%(actor)s%(as)s xác nhận %(of_unit)s đã thực hiện yêu cầu số %(number)s của kết luận kiểm "
        "tra%(details)s."
    ),
    "conclusion_returned": N_(
        "%(actor)s%(as)s đề nghị %(of_unit)s thực hiện, báo cáo thêm yêu cầu số %(number)s của kết "
        "luận kiểm tra%(details)s."
    ),
}
