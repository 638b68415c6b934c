"""First passwords on printed slips: shown once, by the answer itself, never by a redirect."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import clock
from models.unit import Unit, unit_by_code
from views import present
from views.administrator.base import blueprint, page
from views.administrator.units import unit_codes
from views.forms import Form, whole
from views.loaders import viewer
from views.policy import policy
from views.prints.base import printed
from workflows import slips
from workflows.refusal import Reason, Refused
from workflows.slips import Slip


@blueprint.get("/accounts/slips")
@policy("administrator")
def slips_page() -> ResponseReturnValue:
    return _page(Form(request.args))


@blueprint.post("/accounts/slips/printed")
@policy("administrator")
def make_slips() -> ResponseReturnValue:
    form = Form(request.form)
    unit = unit_by_code(form.raw("unit").strip())
    if unit is None:
        return _page(form), 422
    chosen = [n for text in request.form.getlist("account") if (n := whole(text))]
    try:
        made = slips.make_slips(unit, chosen, actor=viewer(), at=clock.now())
    except Refused as refused:
        return _page(form, refused.reasons), 422
    # Not by redirect: a cookie or an address is no place for a password.
    if form.raw("output") == "page":
        return page("slips_shown", unit=unit, slips=made, address=_address())
    return printed("slips", _print(unit, made), "pdf", gettext("Phiếu mật khẩu lần đầu"))


def _page(form: Form, reasons: list[Reason] | tuple[Reason, ...] = ()) -> str:
    code = form.raw("unit").strip()
    unit = unit_by_code(code) if code else None
    if code and unit is None:
        form.fail("unit", gettext("Không có đơn vị nào mang mã này. Chọn trong danh sách."))
    return page(
        "slips",
        form=form,
        codes=unit_codes(),
        unit=unit,
        people=slips.entitled(unit, clock.now()) if unit is not None else [],
        most=slips.MOST,
        problems=form.problems(reasons),
    )


def _print(unit: Unit, made: list[Slip]) -> dict[str, Any]:
    return {
        "issuer": unit.name,
        "address": _address(),
        "note": "Chỉ dùng một lần: khi đăng nhập lần đầu, hệ thống yêu cầu đổi mật khẩu. "
        "Đổi xong thì hủy phiếu này.",
        "day": present.local_day(clock.now()),
        "slips": [
            {"name": s.name, "unit": s.unit, "login": s.login, "password": s.password} for s in made
        ],
    }


def _address() -> str:
    return str(current_app.config["SETTINGS"].public_url)
