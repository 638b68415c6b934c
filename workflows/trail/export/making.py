"""The steps by which an export comes to be, each a file or some, done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from models.base import db
from models.document import Document
from models.queries.trail import snapshot
from workflows import calendar
from workflows.trail.export import logs, papers, reading, sealing, tables
from workflows.trail.export.files import whole
from workflows.trail.export.plan import Plan, make_plan
from workflows.trail.export.wanted import Wanted

BUNDLE, PLAN, DONE = "bundle", "plan.json", "done"
INSPECTED = {"inspection": "kiểm tra", "supervision": "giám sát chuyên đề"}


@dataclass(frozen=True)
class Step:
    """One piece of the work. Done is done: a mark in the folder says so to whoever takes over."""

    name: str
    mark: Path
    work: Callable[[], None]

    def run(self) -> None:
        if not self.mark.exists():
            self.work()
            self.mark.parent.mkdir(parents=True, exist_ok=True)
            self.mark.touch()


def prepare(folder: Path, wanted: Wanted, now: datetime) -> Plan:
    """What the export in this folder will hold, begun at the organisation's instant `now`; the same
    for whoever goes on with it."""
    path = folder / PLAN
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with snapshot(db.engine) as seen:
            plan = make_plan(seen.connection, [unit.id for unit in wanted.units], now)
        with whole(path) as draft:
            plan.write(draft)
    return Plan.read(path)


def steps(folder: Path, plan: Plan, wanted: Wanted, *, goes_on: Callable[[], None]) -> list[Step]:
    """All steps in their order; those already done pass at once. `goes_on` is called now and then
    during a long one. The signature (`sealing.seal`) and the ZIP come after them."""
    bundle = folder / BUNDLE
    bundle.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = papers.exported_papers(wanted, plan)
    told, now = about(wanted, plan), datetime.fromisoformat(plan.made_at)
    work: list[tuple[str, Callable[[], None]]] = []
    for log in plan.logs:
        name = f"log-{log.unit_id}-{'part' if log.seqs is not None else 'whole'}"
        work.append((name, partial(logs.write_log, bundle, log, goes_on)))
        if log.seqs is None:
            page = bundle / reading.log_page_name(log)
            work.append((f"page-{log.unit_id}", partial(reading.write_log_page, page, log)))
    work += [
        ("standings", partial(papers.write_standings, bundle / "documents.jsonl", plan)),
        ("texts", partial(papers.write_texts, bundle / "revisions.jsonl", found)),
    ]
    for document, n in found:
        path = bundle / papers.print_name(document)
        work.append((f"print-{document.id}", partial(_print, path, document.id, n)))
    work += [
        ("tables", partial(tables.write_documents, bundle / "tables", plan, found, now)),
        ("events", partial(tables.write_events, bundle / "tables/events.csv", plan.logs, goes_on)),
        ("index", partial(reading.write_index, bundle / "index.html", plan, told, found)),
        ("policy", partial(sealing.write_policy, bundle)),
    ]
    return [Step(name, folder / DONE / name, do) for name, do in work]


def about(wanted: Wanted, plan: Plan) -> dict[str, Any]:
    """What the manifest and the first page say of an export."""
    made = datetime.fromisoformat(plan.made_at).astimezone(calendar.ZONE)
    inspection = wanted.inspection
    lines = [f"Xuất lúc {made:%H:%M} ngày {made:%d/%m/%Y} (giờ của tổ chức)."]
    if inspection is not None:
        lines.insert(
            0,
            f"Quyết định {INSPECTED[inspection.kind]} số {inspection.decision_number} ngày "
            f"{inspection.decided_on:%d/%m/%Y}, {inspection.commission.name}.",
        )
        title = "Hồ sơ kiểm tra xuất từ Duyệt"
    else:
        title = f"Nhật ký, kế hoạch, báo cáo: {wanted.units[0].name}"
    lines.append("Phạm vi: " + "; ".join(unit.name for unit in wanted.units) + ".")
    return {
        "title": title,
        "lines": lines,
        "made_at": plan.made_at,
        "units": [unit.code for unit in wanted.units],
        "decision": inspection.decision_number if inspection else None,
    }


def _print(path: Path, document_id: int, n: int) -> None:
    papers.write_print(path, db.session.get_one(Document, document_id), n)
