"""Whether a document stands where its events put it."""

from __future__ import annotations

from typing import Any

from models.queries.trail import DocumentRow
from workflows.refusal import N_
from workflows.trail.fold import Broken, Standing, after
from workflows.trail.report import Report
from workflows.trail.verify_event import UNREADABLE, Moved

COLUMNS = (
    N_("trạng thái"),
    N_("cấp đang giữ"),
    N_("số bản thảo"),
    N_("bản đang có hiệu lực"),
    N_("ngày văn bản"),
    N_("số văn bản"),
    N_("loại văn bản"),
    N_("việc là bản giấy"),
    N_("văn bản thay thế"),
    N_("quy trình"),
)


def check_standing(document: DocumentRow, events: list[Moved], report: Report) -> list[Moved]:
    """Folds the events of a document and compares with the row. Returns them, up to the first that
    does not continue the others."""
    standing = Standing()
    number = document.number  # held against the last approval that names one; it may be erased
    for at, event in enumerate(events):
        try:
            standing = after(standing, event.leaf)
        except Broken as broken:
            report.add(
                N_("Văn bản %(document)s, sự kiện số %(seq)s trong sổ của %(unit)s: ")
                + broken.text
                + ".",
                unit=event.unit,
                seq=event.seq,
                document=document.id,
                **broken.params,
            )
            return events[:at]
        except UNREADABLE:
            return events[:at]  # the log's own check names it
        fields = event.fields
        if type(fields) is dict and type(fields.get("number")) is dict:
            number = fields["number"].get("value")
    if not events:
        report.add(N_("Văn bản %(document)s không có sự kiện nào trong sổ."), document=document.id)
    elif standing.version != document.version:
        last = events[-1]
        report.add(
            N_(
                "Văn bản %(document)s ở phiên bản %(kept)s, nhưng sổ chỉ có đến phiên bản "
                "%(found)s (sự kiện số %(seq)s trong sổ của %(unit)s): sự kiện sau đó đã mất."
            ),
            unit=last.unit,
            seq=last.seq,
            document=document.id,
            kept=document.version,
            found=standing.version,
        )
    else:
        stated = (*standing[1:], number, *_lasting(document, events))
        _compare(document, stated, events[-1], report)
    return events


def _lasting(document: DocumentRow, events: list[Moved]) -> tuple[Any, ...]:
    """Of what kind it is, whether it is of paper, what replaced it and by which definition it moves,
    as its events state; on its kind hangs who may read it."""
    first, last = events[0].leaf, events[-1].leaf
    replaced = (event.leaf.get("superseded_by") for event in reversed(events))
    return (
        first.get("kind", document.kind),
        first.get("action") == "record",
        next((by for by in replaced if by is not None), None),
        last.get("definition", document.definition),
    )


def _compare(document: DocumentRow, stated: tuple[Any, ...], last: Moved, report: Report) -> None:
    held = (
        document.state,
        document.stage,
        document.revision,
        document.in_force_revision,
        document.dated_on,
        document.number,
        document.kind,
        document.recorded,
        document.superseded_by,
        document.definition,
    )
    if held == stated:
        return
    for name, kept, by_log in zip(COLUMNS, held, stated, strict=True):
        if kept != by_log:
            report.add(
                N_(
                    "Văn bản %(document)s: %(column)s đang ghi %(kept)s, theo sổ phải là "
                    "%(stated)s (sự kiện số %(seq)s trong sổ của %(unit)s)."
                ),
                unit=last.unit,
                seq=last.seq,
                document=document.id,
                column=name,
                kept=kept,
                stated=by_log,
            )
