"""Everything one may open, as one list: what a phone's “Thêm” leads to."""

from __future__ import annotations

from flask import Blueprint, render_template

from views.addresses import address
from views.policy import policy

blueprint = Blueprint("menu", __name__)


@blueprint.get("/menu")
@policy("signed_in")
def index() -> str:
    return render_template(
        "menu/index.html", account=address("auth.account"), me=address("member.index")
    )
