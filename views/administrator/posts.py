"""Giving a post to a person for a term, and ending it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import clock
from models.post import Post
from views.administrator.base import blueprint, load, load_person
from views.administrator.people import person_page
from views.loaders import viewer
from views.policy import policy
from views.sheet import Sheet
from workflows import organisation


@blueprint.post("/people/<id:person_id>/posts")
@policy("administrator")
def give_post(person_id: int) -> ResponseReturnValue:
    person, sheet = load_person(person_id), Sheet(request.form)
    actor, now = viewer(), clock.now()
    values: dict[str, Any] = {
        "unit": sheet.unit("unit", required=gettext("Ghi mã đơn vị.")),
        "role": sheet.line("role", required=gettext("Chọn vai trò của chức vụ.")),
        "title": sheet.line("title"),
        "title_en": sheet.line("title_en"),
        "acting": sheet.ticked("acting"),
        "valid_from": sheet.day("valid_from"),
        "valid_to": sheet.day("valid_to"),
    }
    if sheet.attempt(
        lambda session: organisation.give_post(
            session, person=person, **values, actor=actor, now=now
        )
    ):
        flash(gettext("Đã giao chức vụ cho %(name)s.", name=person.full_name), "done")
        return redirect(url_for("administrator.person", person_id=person.id), 303)
    return person_page(person, post=sheet), 422


@blueprint.post("/posts/<id:post_id>/end")
@policy("administrator")
def end_post(post_id: int) -> ResponseReturnValue:
    post: Post = load(Post, post_id)
    sheet, actor, now, person = Sheet(request.form), viewer(), clock.now(), post.person
    if sheet.attempt(
        lambda session: organisation.end_post(session, post=post, actor=actor, now=now)
    ):
        flash(gettext("Đã kết thúc chức vụ, có hiệu lực ngay."), "done")
        return redirect(url_for("administrator.person", person_id=person.id), 303)
    return person_page(person, post=sheet), 422
