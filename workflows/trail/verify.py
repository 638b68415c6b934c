"""Recomputes the whole trail and names what is not as it was written.

Per log: every leaf is hashed again, stands at its place and says what its columns say; names and
texts answer to their commitments unless they were erased by an event; the tree is the one that the
log's head keeps. Per document: its versions are gapless over all logs, it stands where its events
put it, every revision still is the text that was decided, and each decision is the one that its event
states. Definitions are those that were published. Per attachment: it lies where its event put it, and
its bytes are those that were put there. Per minutes of an inspection: they are what was offered to
those who signed; per inspection: its scope, team and days, findings, requirements and reports back are
those of its decision and events. Per superior: what it stated of the logs below it is what it saw. Rows
are streamed, so memory does not grow with them.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.queries import trail as rows
from workflows.refusal import N_
from workflows.trail.attached import check_attached
from workflows.trail.report import Report
from workflows.trail.verify_documents import check_definitions, check_documents
from workflows.trail.verify_inspections import check_inspections
from workflows.trail.verify_logs import check_hashes, check_logs
from workflows.trail.verify_minutes import check_minutes
from workflows.trail.verify_readings import check_readings
from workflows.trail.verify_witness import check_witness


def verify(session: Session, *, hashes_only: bool = False) -> Report:
    """Looks at everything that is committed, in one snapshot, on connections of its own.

    `hashes_only`: only whether every log still is the tree that its head keeps. That proves the
    leaves, all of them; what stands beside them (columns, names, texts, documents) is not looked
    at.
    """
    engine = session.get_bind()
    assert isinstance(engine, sa.Engine)
    report = Report()
    try:
        _look(engine, report, hashes_only)
    except rows.UNREADABLE as error:
        why = str(getattr(error, "orig", error)).partition("\n")[0]
        report.add(N_("Không đọc tiếp được cơ sở dữ liệu: %(why)s"), why=why)
    return report


def _look(engine: sa.Engine, report: Report, hashes_only: bool) -> None:
    with rows.snapshot(engine) as snapshot:
        if hashes_only:
            check_hashes(snapshot, report)
        else:
            documents = Report()
            contents = check_documents(snapshot, documents)
            check_logs(snapshot, contents, report)
            report.append(documents)
            check_definitions(snapshot.connection, report)
            check_readings(snapshot.connection, contents, report)
            check_attached(snapshot.connection, contents, report)
            check_minutes(snapshot.connection, contents, report)
            check_inspections(snapshot.connection, report)
            check_witness(snapshot.connection, report)
