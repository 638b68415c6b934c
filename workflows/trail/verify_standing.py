"""Whether a document stands where its events put it."""

from __future__ import annotations

from typing import Any, NamedTuple

from models.queries.trail import DocumentRow
from workflows.refusal import N_
from workflows.trail.fold import Broken, Standing, after
from workflows.trail.report import Report

COLUMNS = (
    N_("trạng thái"),
    N_("cấp đang giữ"),
    N_("số bản thảo"),
    N_("bản đang có hiệu lực"),
    N_("ngày văn bản"),
    N_("số văn bản"),
)


class Told(NamedTuple):
    """One event of a document: where it stands, when it was, what it says."""

    unit: str | None
    seq: int
    at: str
    leaf: dict[str, Any]


def check_standing(
    document: DocumentRow, events: list[tuple[Any, ...]], codes: dict[int, str], report: Report
) -> list[Told]:
    """Folds the events (as `Contents.of` gives them) and compares with the row. Returns them."""
    told: list[Told] = []
    standing = Standing()
    number = document.number  # held against the last approval that names one; it may be erased
    for _, unit_id, seq, at, leaf, fields in events:
        try:
            standing = after(standing, leaf)
        except Broken as broken:
            report.add(
                N_("Văn bản %(document)s, sự kiện số %(seq)s trong sổ của %(unit)s: ")
                + broken.text
                + ".",
                unit=codes.get(unit_id),
                seq=seq,
                document=document.id,
                **broken.params,
            )
            return told
        except (KeyError, TypeError, AttributeError):
            return told  # the log's own check names it
        told.append(Told(codes.get(unit_id), seq, at, leaf))
        if type(fields) is dict and type(fields.get("number")) is dict:
            number = fields["number"].get("value")
    if not told:
        report.add(N_("Văn bản %(document)s không có sự kiện nào trong sổ."), document=document.id)
    elif standing.version != document.version:
        last = told[-1]
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
        _compare(document, (*standing[1:], number), told[-1], report)
    return told


def _compare(document: DocumentRow, stated: tuple[Any, ...], last: Told, report: Report) -> None:
    held = (
        document.state,
        document.stage,
        document.revision,
        document.in_force_revision,
        document.dated_on,
        document.number,
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
