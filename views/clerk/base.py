"""What every page of the register shares: whose it is, and who may write in it."""

from __future__ import annotations

from flask import Blueprint, abort

import clock
from models.base import db
from models.register import NumberEntry
from models.unit import Unit
from views.loaders import load_unit, viewer
from workflows.refusal import N_
from workflows.register.keeping import keeper
from workflows.scope import officer_unit_ids
from workflows.symbols import TYPES

blueprint = Blueprint("clerk", __name__, url_prefix="/units/<code>/register")


def load(code: str) -> Unit:
    """The unit, for those who hold a post in it or advise it; for others there is no register."""
    unit = load_unit(code)
    if unit.id not in officer_unit_ids(viewer(), clock.now()):
        abort(404)
    return unit


def keeps(unit: Unit) -> bool:
    """Whether the viewer may write in the register."""
    return keeper(unit, viewer(), clock.now()) is not None


def load_entry(unit: Unit, entry_id: int) -> NumberEntry:
    """One line of this unit's register; 404 for any other."""
    entry = db.session.get(NumberEntry, entry_id)
    if entry is None or entry.unit_id != unit.id:
        abort(404)
    return entry


TYPE_NAMES = {
    "NQ": N_("Nghị quyết"),
    "QĐ": N_("Quyết định"),
    "QĐi": N_("Quy định"),
    "KL": N_("Kết luận"),
    "QC": N_("Quy chế"),
    "TB": N_("Thông báo"),
    "BC": N_("Báo cáo"),
    "KH": N_("Kế hoạch"),
    "CTr": N_("Chương trình"),
    "TTr": N_("Tờ trình"),
    "CV": N_("Công văn"),
    "BB": N_("Biên bản"),
    "ĐA": N_("Đề án"),
    "PA": N_("Phương án"),
    "HD": N_("Hướng dẫn"),
    "CT": N_("Chỉ thị"),
    "TT": N_("Thông tri"),
}
assert TYPE_NAMES.keys() == TYPES.keys()
