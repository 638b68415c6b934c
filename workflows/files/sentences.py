"""Why a file is not taken, in sentences: what, why, what to do."""

from __future__ import annotations

from workflows.refusal import N_

SENTENCES = {
    "none": N_("Chưa chọn tệp. Chọn một tệp PDF, JPEG, PNG, DOCX hoặc XLSX rồi gửi."),
    "empty": N_("Tệp “%(name)s” rỗng, không có nội dung. Kiểm tra lại tệp trên máy rồi chọn lại."),
    "large": N_(
        "Tệp “%(name)s” lớn hơn %(most)s MB. Quét lại ở 200–300 dpi hoặc chia thành nhiều tệp."
    ),
    "unknown": N_(
        "Chưa nhận tệp “%(name)s”: nội dung không phải PDF, JPEG, PNG, DOCX hay XLSX. "
        "Lưu lại dưới một trong năm dạng đó rồi gửi."
    ),
    "program": N_(
        "Chưa nhận tệp “%(name)s”: nội dung là chương trình hoặc mã lệnh, dù mang tên khác. "
        "Chỉ gửi bản quét, tài liệu hoặc bảng tính."
    ),
    "old_office": N_(
        "Chưa nhận tệp “%(name)s”: tệp Office dạng cũ (.doc, .xls) hoặc có đặt mật khẩu nên "
        "không kiểm tra được. Lưu lại thành .docx, .xlsx hoặc PDF, không mật khẩu, rồi gửi."
    ),
    "polyglot": N_(
        "Chưa nhận tệp “%(name)s”: trong một tệp có lẫn nội dung của loại tệp khác. "
        "Xuất lại tệp từ phần mềm gốc hoặc quét lại rồi gửi."
    ),
    "damaged": N_(
        "Chưa nhận tệp “%(name)s”: nội dung bị cụt hoặc hỏng, không mở được trọn vẹn. "
        "Mở thử trên máy, lưu hoặc quét lại rồi gửi."
    ),
    "bomb": N_(
        "Chưa nhận tệp “%(name)s”: dữ liệu nén bung ra lớn bất thường, có thể làm treo máy người "
        "mở. Xuất lại tệp từ phần mềm gốc hoặc quét lại rồi gửi."
    ),
    "heavy": N_(
        "Chưa nhận tệp “%(name)s”: tệp quá phức tạp, chưa kiểm tra xong trong giới hạn cho phép. "
        "In ra PDF đơn giản hơn hoặc quét lại rồi gửi."
    ),
    "pixels": N_(
        "Chưa nhận tệp “%(name)s”: ảnh rộng %(width)s × %(height)s điểm, quá lớn để mở an toàn. "
        "Nhận nhiều nhất %(most)s triệu điểm; quét lại ở 200–300 dpi."
    ),
    "pages": N_(
        "Chưa nhận tệp “%(name)s”: có hơn %(most)s trang. Chia thành nhiều tệp nhỏ hơn rồi gửi."
    ),
    "no_pages": N_("Chưa nhận tệp “%(name)s”: PDF không có trang nào. Xuất hoặc quét lại rồi gửi."),
    "encrypted": N_(
        "Chưa nhận tệp “%(name)s”: tệp đặt mật khẩu nên không kiểm tra được. "
        "Bỏ mật khẩu rồi gửi lại."
    ),
    "script": N_(
        "Chưa nhận tệp “%(name)s”: PDF có mã lệnh JavaScript. "
        "In lại thành PDF thường (Print to PDF) rồi gửi."
    ),
    "launch": N_(
        "Chưa nhận tệp “%(name)s”: PDF có lệnh tự mở chương trình, tệp khác hoặc gửi dữ liệu đi. "
        "In lại thành PDF thường (Print to PDF) rồi gửi."
    ),
    "inside": N_(
        "Chưa nhận tệp “%(name)s”: PDF có tệp khác nhúng bên trong. "
        "Gửi từng tệp riêng, không nhúng."
    ),
    "form": N_(
        "Chưa nhận tệp “%(name)s”: PDF là biểu mẫu động (XFA), nội dung có thể đổi khi mở. "
        "In lại thành PDF thường (Print to PDF) rồi gửi."
    ),
    "macro": N_(
        "Chưa nhận tệp “%(name)s”: tài liệu có macro. "
        "Lưu lại dạng .docx hoặc .xlsx không có macro rồi gửi."
    ),
    "embedded": N_(
        "Chưa nhận tệp “%(name)s”: tài liệu có đối tượng nhúng (OLE, ActiveX). "
        "Bỏ đối tượng nhúng hoặc xuất ra PDF rồi gửi."
    ),
    "entity": N_(
        "Chưa nhận tệp “%(name)s”: phần XML bên trong có khai báo thực thể (DTD), có thể đọc lén "
        "tệp của máy người mở. Lưu lại bằng Word, Excel hoặc LibreOffice rồi gửi."
    ),
    "external": N_(
        "Chưa nhận tệp “%(name)s”: tài liệu kéo nội dung từ nơi khác (%(target)s). "
        "Ngắt liên kết ngoài hoặc xuất ra PDF rồi gửi."
    ),
    "dde": N_(
        "Chưa nhận tệp “%(name)s”: tài liệu có trường DDE gọi chương trình khác. "
        "Bỏ trường đó hoặc xuất ra PDF rồi gửi."
    ),
    "paths": N_(
        "Chưa nhận tệp “%(name)s”: các phần bên trong mang đường dẫn ra ngoài tệp. "
        "Lưu lại bằng Word, Excel hoặc LibreOffice rồi gửi."
    ),
    "link": N_(
        "Chưa nhận tệp “%(name)s”: bên trong có lối tắt (symlink) trỏ ra ngoài tệp. "
        "Lưu lại bằng Word, Excel hoặc LibreOffice rồi gửi."
    ),
    "entries": N_(
        "Chưa nhận tệp “%(name)s”: bên trong có hơn %(most)s phần, nhiều bất thường. "
        "Xuất ra PDF rồi gửi."
    ),
    "infected": N_(
        "Chưa nhận tệp “%(name)s”: chương trình quét vi-rút báo tệp nhiễm mã độc. "
        "Quét vi-rút máy đã tạo tệp này, không mở tệp."
    ),
    "unscanned": N_(
        "Chưa nhận tệp “%(name)s”: chưa kiểm tra được vi-rút lúc này. "
        "Gửi lại sau ít phút; nếu vẫn vậy, báo người quản trị hệ thống."
    ),
}
