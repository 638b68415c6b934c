"""Notices about an inspection's dossier: what they say, and where they lead."""

from __future__ import annotations

import json

from flask import url_for
from flask_babel import gettext

import clock
from models.base import db
from models.dossier import ConclusionRequirement, DossierPiece
from models.notification import Notification
from views.loaders import viewer
from workflows.dossier.conclusions import shown
from workflows.dossier.who import reads_piece

OF_MINUTES = (
    "sign_minutes",
    "minutes_offered",
    "confirm_scan",
    "minutes_signed",
    "minutes_confirmed",
    "reopened",
)
OF_FINDINGS = ("answer_finding", "answered")
OF_CONCLUSIONS = ("report_back", "confirm_report_back", "report_back_confirmed")


def said(note: Notification) -> str | None:
    """The sentence of a notice about a dossier; None for any other notice."""
    if note.action == "report_back" and note.topic == "returned":
        return gettext("Đoàn kiểm tra đề nghị báo cáo thêm về một yêu cầu của kết luận.")
    return {
        "sign_minutes": gettext("Một biên bản kiểm tra chờ ký."),
        "minutes_offered": gettext("Một biên bản kiểm tra của đơn vị đã chốt để ký."),
        "confirm_scan": gettext("Bản quét một biên bản kiểm tra đã ký chờ xác nhận."),
        "minutes_confirmed": gettext("Đã xác nhận bản quét của một biên bản kiểm tra."),
        "minutes_signed": gettext("Một biên bản kiểm tra đã đủ ba chữ ký."),
        "reopened": gettext("Một biên bản đã ký được mở lại để sửa, cần ký lại."),
        "answer_finding": gettext("Đoàn kiểm tra ghi một phát hiện; đơn vị có thể giải trình."),
        "answered": gettext("Đơn vị được kiểm tra đã giải trình một phát hiện."),
        "report_back": gettext("Có một yêu cầu của kết luận kiểm tra phải thực hiện và báo cáo."),
        "confirm_report_back": gettext("Đơn vị báo cáo thực hiện kết luận, chờ xác nhận."),
        "report_back_confirmed": gettext("Đã xác nhận thực hiện một yêu cầu của kết luận."),
    }.get(note.action)


def leads_to(note: Notification) -> str | None:
    """The page behind such a notice, where its reader may open one; None where there is none, or for
    any other notice."""
    facts = json.loads(note.event.leaf)
    if note.action in OF_MINUTES:
        piece = db.session.get(DossierPiece, facts.get("piece", 0))
        if piece is not None and reads_piece(piece, viewer(), clock.now()):
            return url_for("inspector.minutes", piece_id=piece.id)
    elif note.action in OF_FINDINGS:
        return url_for("inspector.inspection_findings", inspection_id=facts.get("inspection", 0))
    elif note.action in OF_CONCLUSIONS:
        made = db.session.get(ConclusionRequirement, facts.get("conclusion", 0))
        if made is not None and made in shown(made.inspection, viewer(), clock.now()):
            return url_for("inspector.conclusion", conclusion_id=made.id)
    return None
