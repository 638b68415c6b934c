"""What a rule says of a paper that is signed already: it cannot be written otherwise any more, only
explained. The other sentences of the rules speak to somebody who may still change his text."""

from __future__ import annotations

from workflows.refusal import N_

SIGNED = {
    "Văn bản gửi %(unit)s phải qua %(via)s. Cần chọn %(via)s (%(code)s) ở ô “Gửi qua”.": N_(
        "Văn bản gửi %(unit)s phải qua %(via)s; bản giấy không ghi đã gửi qua đó. Cần giải trình."
    ),
    "“%(given)s” không phải cơ quan tham mưu của %(unit)s. Cần gửi qua %(via)s (%(code)s).": N_(
        "Bản giấy ghi gửi qua “%(given)s”, không phải cơ quan tham mưu của %(unit)s (%(via)s). "
        "Cần giải trình."
    ),
    "Ngày văn bản %(dated_on)s trước ngày của căn cứ %(basis)s (%(basis_date)s) %(days)s ngày. "
    "Cần ghi từ ngày %(basis_date)s trở đi.": N_(
        "Ngày văn bản %(dated_on)s trước ngày của căn cứ %(basis)s (%(basis_date)s) %(days)s ngày. "
        "Cần giải trình."
    ),
    "Kế hoạch chưa ghi căn cứ. Cần chọn kế hoạch cấp trên, hoặc ghi số, ngày, cơ quan ban hành của "
    "văn bản căn cứ.": N_("Kế hoạch đã ký không ghi căn cứ. Cần giải trình."),
    "Căn cứ %(basis)s không còn hiệu lực. Cần rà soát và chọn văn bản đang có hiệu lực.": N_(
        "Căn cứ %(basis)s không còn hiệu lực. Cần giải trình."
    ),
    "Căn cứ %(basis)s chưa có hiệu lực. Cần chờ cấp trên ban hành, hoặc chọn căn cứ khác.": N_(
        "Căn cứ %(basis)s chưa có hiệu lực. Cần giải trình."
    ),
    "Bản cam kết ghi ngày %(dated_on)s, trước ngày của kế hoạch %(plan)s (%(plan_date)s) "
    "%(days)s ngày. Cần ghi ngày họp, từ %(plan_date)s trở đi.": N_(
        "Bản cam kết ghi ngày %(dated_on)s, trước ngày của kế hoạch %(plan)s (%(plan_date)s) "
        "%(days)s ngày. Cần giải trình."
    ),
    "Kế hoạch này phải căn cứ kế hoạch của %(unit)s. Chọn kế hoạch ấy ở phần căn cứ.": N_(
        "Kế hoạch này phải căn cứ kế hoạch của %(unit)s; bản giấy không dẫn. Cần giải trình."
    ),
    "Kế hoạch này phải căn cứ “%(basis)s” của cấp trên. Chọn văn bản ấy ở phần căn cứ.": N_(
        "Kế hoạch này phải căn cứ “%(basis)s” của cấp trên; bản giấy không dẫn. Cần giải trình."
    ),
    "%(unit)s không có thẩm quyền ban hành loại văn bản %(type)s. Cần trình cơ quan có thẩm quyền "
    "ban hành.": N_("%(unit)s không có thẩm quyền ban hành loại văn bản %(type)s. Cần giải trình."),
    "Ngày văn bản %(dated_on)s trước ngày họp thông qua văn bản (%(day)s). Cần ghi từ ngày %(day)s "
    "trở đi.": N_(
        "Ngày văn bản %(dated_on)s trước ngày họp thông qua văn bản (%(day)s). Cần giải trình."
    ),
}


def as_signed(text: str) -> str:
    """The sentence to show of a signed paper; itself where it asks nothing that cannot be done."""
    return SIGNED.get(text, text)
