"""The twelve pieces of a dossier (domain §5): KT1–KT12 of an inspection, GS1–GS12 of a supervision.

Each is made of what the system knows (`fill`, by its name in `workflows.dossier.filled`) and of what
the team types (`Section`), in this order.
"""

from __future__ import annotations

from typing import NamedTuple

from workflows.refusal import N_

SUPERVISION = "supervision"
MINUTES = (4, 6, 7, 11)  # signed by three


class Section(NamedTuple):
    """One text that is typed: its key in `DossierPiece.texts`, its heading on screen and on paper."""

    key: str
    label: str
    help: str = ""


class Piece(NamedTuple):
    """One of the twelve. `title` and `subject` as printed; `name` as the index calls it; of a
    supervision the second of each pair. `signs`: who signs where it is no minutes."""

    n: int
    name: tuple[str, str]
    title: str
    subject: tuple[str, str]
    body: tuple[str | Section, ...]
    signs: str = ""  # commission | head | unit

    @property
    def minutes(self) -> bool:
        return self.n in MINUTES

    @property
    def sections(self) -> tuple[Section, ...]:
        return tuple(part for part in self.body if isinstance(part, Section))

    @property
    def several(self) -> bool:
        """Whether a dossier may hold more than one: of every unit, of every member worked with."""
        return self.minutes or self.n in (5, 9, 10)


def code(n: int, kind: str) -> str:
    """KT4, or GS4 of a supervision."""
    return f"{'GS' if kind == SUPERVISION else 'KT'}{n}"


def name(piece: Piece, kind: str) -> str:
    """What the index calls it, to be translated."""
    return piece.name[kind == SUPERVISION]


def subject(piece: Piece, kind: str) -> str:
    """The second line of its title, as printed."""
    return piece.subject[kind == SUPERVISION]


_WORK = Section("work", N_("Nội dung làm việc"))
_SAID = Section("said", N_("Ý kiến của người dự"))
_END = Section("end", N_("Kết thúc"), N_("Giờ kết thúc, biên bản đã đọc lại cho mọi người nghe."))

ALL = (
    Piece(
        1,
        (N_("Kế hoạch kiểm tra"), N_("Kế hoạch giám sát")),
        "KẾ HOẠCH",
        ("Kiểm tra", "Giám sát"),
        (
            Section("purpose", N_("Mục đích, yêu cầu")),
            "scope",
            Section("content", N_("Nội dung")),
            Section("method", N_("Phương pháp, cách tiến hành")),
            "team",
            Section("work", N_("Tổ chức thực hiện")),
        ),
        "commission",
    ),
    Piece(
        2,
        (N_("Kế hoạch chi tiết của đoàn kiểm tra"), N_("Kế hoạch chi tiết của đoàn giám sát")),
        "KẾ HOẠCH CHI TIẾT",
        ("Của đoàn kiểm tra", "Của đoàn giám sát"),
        (
            "team",
            Section("tasks", N_("Phân công nhiệm vụ")),
            Section("schedule", N_("Lịch làm việc")),
            "scope",
        ),
        "head",
    ),
    Piece(
        3,
        (N_("Đề cương báo cáo tự kiểm tra"), N_("Đề cương gợi ý báo cáo")),
        "ĐỀ CƯƠNG",
        ("Báo cáo tự kiểm tra", "Gợi ý báo cáo"),
        (
            "scope",
            Section("outline", N_("Các mục cần báo cáo")),
            Section("until", N_("Nơi nhận và ngày gửi")),
        ),
        "commission",
    ),
    Piece(
        4,
        (N_("Biên bản triển khai kiểm tra"), N_("Biên bản triển khai giám sát")),
        "BIÊN BẢN",
        ("Triển khai quyết định, kế hoạch kiểm tra", "Triển khai quyết định, kế hoạch giám sát"),
        ("meeting", "decision", _WORK, _SAID, _END),
    ),
    Piece(
        5,
        (N_("Báo cáo tự kiểm tra"), N_("Báo cáo theo đề cương gợi ý")),
        "BÁO CÁO",
        ("Tự kiểm tra", "Theo đề cương gợi ý giám sát"),
        (
            "received",
            Section("results", N_("Kết quả thực hiện")),
            Section("shortcomings", N_("Hạn chế và nguyên nhân")),
            Section("next", N_("Việc sẽ làm tiếp, kiến nghị")),
        ),
        "unit",
    ),
    Piece(
        6,
        (N_("Biên bản làm việc với đảng viên"), N_("Biên bản làm việc với đảng viên")),
        "BIÊN BẢN",
        ("Làm việc với đảng viên", "Làm việc với đảng viên"),
        ("meeting", "decision", _WORK, _SAID, _END),
    ),
    Piece(
        7,
        (N_("Biên bản thẩm tra, xác minh"), N_("Biên bản thẩm tra, xác minh")),
        "BIÊN BẢN",
        ("Thẩm tra, xác minh", "Thẩm tra, xác minh"),
        ("meeting", "decision", _WORK, "findings", _SAID, _END),
    ),
    Piece(
        8,
        (N_("Báo cáo kết quả của đoàn kiểm tra"), N_("Báo cáo kết quả của đoàn giám sát")),
        "BÁO CÁO",
        ("Kết quả kiểm tra", "Kết quả giám sát"),
        (
            "scope",
            Section("course", N_("Quá trình tiến hành")),
            Section("results", N_("Việc đã làm được")),
            "findings",
            Section("proposal", N_("Đề xuất của đoàn")),
        ),
        "head",
    ),
    Piece(
        9,
        (N_("Trích biên bản hội nghị chi bộ"), N_("Trích biên bản hội nghị chi bộ")),
        "TRÍCH BIÊN BẢN",
        ("Hội nghị chi bộ", "Hội nghị chi bộ"),
        (
            "held",
            Section("work", N_("Nội dung hội nghị")),
            Section("said", N_("Ý kiến thảo luận")),
            Section("vote", N_("Kết quả biểu quyết")),
        ),
        "unit",
    ),
    Piece(
        10,
        (N_("Thông báo kết luận kiểm tra"), N_("Thông báo kết luận giám sát")),
        "THÔNG BÁO",
        ("Kết luận kiểm tra", "Kết luận giám sát"),
        (
            "decision",
            Section("results", N_("Việc đã làm được")),
            "findings",
            Section("conclusion", N_("Kết luận")),
            "requirements",
        ),
        "commission",
    ),
    Piece(
        11,
        (N_("Biên bản triển khai thông báo kết luận"),) * 2,
        "BIÊN BẢN",
        ("Triển khai thông báo kết luận kiểm tra", "Triển khai thông báo kết luận giám sát"),
        ("meeting", "decision", _WORK, "requirements", _SAID, _END),
    ),
    Piece(
        12,
        (N_("Mục lục hồ sơ, chứng từ kết thúc"),) * 2,
        "MỤC LỤC",
        ("Hồ sơ kiểm tra và chứng từ kết thúc", "Hồ sơ giám sát và chứng từ kết thúc"),
        ("index", "course", Section("closing", N_("Chứng từ kết thúc, nơi lưu hồ sơ"))),
        "head",
    ),
)


def piece_of(n: int) -> Piece | None:
    """The piece of this number; None for a number that is none of the twelve."""
    return ALL[n - 1] if 1 <= n <= len(ALL) else None
