"""R29: which body may issue which type of paper (399-QĐ/TW, Điều 11 and 13; domain, section
7.4)."""

from __future__ import annotations

from models.unit import Unit
from workflows.act import Act
from workflows.refusal import N_, Reason
from workflows.rules.registry import guard
from workflows.symbols import PARTY, type_of

EVERYBODY = frozenset({"NQ", "QĐ", "KL", "TB", "BC", "KH", "CTr", "ĐA", "PA", "TTr", "CV", "BB"})

# Body → the types it may issue. QĐi is a regulation (quy định), QC working rules, HD guidance.
MAY_ISSUE: dict[str, frozenset[str]] = {
    "cell": EVERYBODY | {"QC"},
    "base": EVERYBODY | {"QC", "QĐi"},  # đảng ủy cơ sở; xã, phường from 7/2025
    "standing": EVERYBODY | {"QĐi", "HD"},  # its ban thường vụ
    "advisory": EVERYBODY - {"NQ", "QĐ", "CTr"} | {"HD"},  # [D] no source names them
    "upper": EVERYBODY | {"QC", "QĐi", "HD", "CT", "TT"},  # province and above
}

NAMES = {
    "NQ": N_("nghị quyết"),
    "QĐ": N_("quyết định"),
    "QĐi": N_("quy định"),
    "KL": N_("kết luận"),
    "QC": N_("quy chế"),
    "TB": N_("thông báo"),
    "BC": N_("báo cáo"),
    "KH": N_("kế hoạch"),
    "CTr": N_("chương trình"),
    "ĐA": N_("đề án"),
    "PA": N_("phương án"),
    "TTr": N_("tờ trình"),
    "CV": N_("công văn"),
    "BB": N_("biên bản"),
    "HD": N_("hướng dẫn"),
    "CT": N_("chỉ thị"),
    "TT": N_("thông tri"),
}

UPPER_LEVELS = frozenset({"district", "province", "central"})


def body_of(unit: Unit) -> str:
    """Which column of the table a unit stands in."""
    if unit.is_advisory:
        return "advisory"
    if unit.level.code == "cell":
        return "cell"
    if unit.level.code in UPPER_LEVELS:
        return "upper"
    return "standing" if unit.body.strip().casefold() == "ban thường vụ" else "base"


def may_issue_type(unit: Unit, kind: str) -> bool:
    """Whether the unit may issue papers of this type. The table is the Party's; other sectors
    pass."""
    return unit.sector != PARTY or kind in MAY_ISSUE[body_of(unit)]


@guard("may_issue")
def may_issue(act: Act) -> list[Reason]:
    """R29: the issuer may issue this type of paper."""
    kind = type_of(act.document)
    unit = act.document.unit
    if kind is None or may_issue_type(unit, kind):
        return []
    return [
        Reason(
            "R29",
            N_(
                "%(unit)s không có thẩm quyền ban hành loại văn bản %(type)s. Cần trình cơ quan "
                "có thẩm quyền ban hành."
            ),
            {"unit": unit.name, "type": kind},
        )
    ]
