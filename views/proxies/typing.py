"""Typing one member's commitment from his sheet, and the scan of that sheet once he signed it."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import transaction
from models.campaign import Campaign
from models.document import Document
from models.unit import Unit
from views import present
from views.drafts import Draft
from views.forms import Form
from views.loaders import viewer
from views.policy import policy
from views.prints.base import printed
from views.proxies.base import blueprint, load_cell, load_line
from views.proxies.index import page
from views.uploads import accepted, receives_files
from workflows import Forbidden, Refused, Stale, files, prints, proxies
from workflows.proxies import Line
from workflows.refusal import Reason


@blueprint.get("/<id:person_id>")
@policy("unit")
def write(code: str, person_id: int) -> str | tuple[str, int]:
    unit = load_cell(code)
    campaign, line = load_line(unit, person_id)
    if not line.may_type:
        return _closed(unit, line), 409
    draft = Draft.blank("commitment")
    typed = None
    if line.document is not None:
        with transaction():
            typed = proxies.open_typed(line.document, viewer(), clock.now())
            if typed is not None:
                draft = Draft.of(line.document, typed)
    return _form(unit, campaign, line, draft, hidden=line.document is not None and typed is None)


@blueprint.get("/<id:person_id>/print.pdf")
@policy("unit")
def printed_form(code: str, person_id: int) -> FlaskResponse:
    """What was typed, on the form that the member signs: for whoever typed it, until confirmed."""
    unit = load_cell(code)
    _, line = load_line(unit, person_id)
    with transaction():
        typed = None
        if line.document is not None:
            typed = proxies.open_typed(line.document, viewer(), clock.now())
        if line.document is None or typed is None:
            abort(404)
        data = prints.document_data(line.document, typed)
    return printed("commitment", data, "pdf", f"Bản cam kết {line.person.full_name}")


@blueprint.post("/<id:person_id>")
@policy("unit")
def keep(code: str, person_id: int) -> Response | str | tuple[str, int]:
    unit = load_cell(code)
    campaign, line = load_line(unit, person_id)
    form = Form(request.form)
    draft = Draft.read("commitment", form)
    if "add" in request.form or "remove" in request.form:
        draft.add(form.raw("add")) if "add" in request.form else draft.remove(form.raw("remove"))
        return _form(unit, campaign, line, draft)
    given = draft.clean()
    if not form.ok:
        return _form(unit, campaign, line, draft), 422
    try:
        with transaction():
            proxies.enter(
                line.person,
                unit,
                campaign,
                given["content"],
                dated_on=given["dated_on"],
                seen=form.seen(),
                actor=viewer(),
                now=clock.now(),
            )
    except Stale as stale:
        campaign, line = load_line(unit, person_id)
        return _form(unit, campaign, line, draft, stale.reasons), 409
    except Forbidden:
        abort(404)
    except Refused as refused:
        form.refuse(refused.reasons)
        return _form(unit, campaign, line, draft, refused.reasons), 422
    flash(
        gettext(
            "Đã nhập hộ %(name)s. Chờ người viết xác nhận, hoặc bản giấy có chữ ký.",
            name=line.person.full_name,
        ),
        "done",
    )
    return _home(unit, campaign)


@blueprint.post("/<id:person_id>/signature")
@policy("unit")
@receives_files()
def sign(code: str, person_id: int) -> Response | tuple[str, int]:
    """The scan of the signed sheet confirms what was typed, and hands it in to the cell."""
    unit = load_cell(code)
    campaign, line = load_line(unit, person_id)
    if line.document is None:
        sentence = gettext("Chưa xác nhận được: chưa nhập bản cam kết của người này.")
        return page(unit, [{"place": "", "text": sentence, "rule": ""}]), 422
    try:
        clean = accepted("scan")
        try:
            _confirm(line.document, clean, *Form(request.form).seen())
        finally:
            clean.discard()
    except Stale as stale:
        return page(unit, present.reasons_about(line.person.full_name, stale.reasons)), 409
    except (Refused, Forbidden) as refused:
        return page(unit, present.reasons_about(line.person.full_name, refused.reasons)), 422
    flash(
        gettext(
            "Đã xác nhận bằng bản giấy và gửi chi bộ bản cam kết của %(name)s.",
            name=line.person.full_name,
        ),
        "done",
    )
    return _home(unit, campaign)


def _confirm(document: Document, clean: files.Clean, revision: int, version: int) -> None:
    now = clock.now()
    with transaction():
        proxies.confirm_by_scan(
            document,
            files.keep(clean, now),
            clean.name,
            actor=viewer(),
            now=now,
            revision=revision,
            version=version,
        )


def _home(unit: Unit, campaign: Campaign) -> Response:
    return redirect(url_for("proxies.index", code=unit.code, campaign=campaign.code), 303)


def _closed(unit: Unit, line: Line) -> str:
    name = line.person.full_name
    said = {
        "own": gettext("%(name)s đang tự viết bản cam kết; không nhập hộ được.", name=name),
        "exempt": gettext("%(name)s được miễn công tác, sinh hoạt.", name=name),
    }.get(line.state, gettext("Bản cam kết của %(name)s đã gửi chi bộ.", name=name))
    return page(unit, [{"place": "", "text": said, "rule": ""}])


def _form(
    unit: Unit,
    campaign: Campaign,
    line: Line,
    draft: Draft,
    reasons: list[Reason] | tuple[Reason, ...] = (),
    *,
    hidden: bool = False,
) -> str:
    document = line.document
    return render_template(
        "proxies/write.html",
        unit=unit,
        campaign=campaign,
        line=line,
        draft=draft,
        form=draft.form,
        hidden=hidden,
        problems=draft.form.problems(reasons),
        post_url=url_for(
            "proxies.keep", code=unit.code, person_id=line.person.id, campaign=campaign.code
        ),
        revision=document.revision if document is not None else 0,
        version=document.version if document is not None else 0,
        section_titles=present.section_titles(campaign.congress),
        example=False,
    )
