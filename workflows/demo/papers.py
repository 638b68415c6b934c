"""Papers of the story that were signed outside the system: entered with a small scan, confirmed by
another, and what the rules have against them explained or not."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from models.campaign import Campaign, Requirement
from models.document import Document
from models.person import Person
from models.unit import Unit
from workflows import files
from workflows.act import Printed, Votes
from workflows.content import clean_content
from workflows.recorded import enter, findings
from workflows.tables import Table

SIGNED = ("signed_by", "signed_as", "reported_on", "via", "received_on")


def read_signed(table: Table) -> dict[str, Any]:
    """What a paper of the story says of its signing; empty for one written in the system."""
    signed: dict[str, Any] = table.take("signed", dict, {})
    for key in signed:
        if key not in SIGNED:
            raise table.wrong("signed", f"không có mục {key}")
    return signed


def record(
    kind: str,
    *,
    unit: Unit,
    campaign: Campaign,
    requirement: Requirement | None,
    title: str,
    content: dict[str, Any],
    basis: list[dict[str, Any]],
    number: str | None,
    dated_on: Any,
    minutes: str | None,
    votes: Votes | None,
    signed: dict[str, Any],
    actor: Person,
    now: datetime,
) -> Document:
    """Enter the paper with a scan made for it. In the caller's transaction."""
    name = f"{(number or title).replace('/', '-')}.pdf"
    lines = [number or "", dated_on.strftime("%d/%m/%Y"), "Ban quet mau"]
    clean = files.accept(io.BytesIO(page(lines)), name)
    return enter.record(
        kind,
        unit=unit,
        campaign=campaign,
        requirement=requirement,
        title=title,
        content=clean_content(kind, content),
        basis=basis,
        printed=Printed(number=number, dated_on=dated_on, minutes=minutes, votes=votes, **signed),
        scan=files.keep(clean, now),
        scan_name=name,
        actor=actor,
        now=now,
    )


def finding(document: Document, rule: str | None) -> int | None:
    """The finding of this rule against a paper."""
    return next((f.id for f in findings.of(document) if f.rule == rule), None)


def page(lines: list[str]) -> bytes:
    """One A4 page of PDF that says these lines, letters without marks."""
    shown = [
        line.encode("ascii", "ignore").decode().replace("(", "").replace(")", "") for line in lines
    ]
    text = "BT /F1 18 Tf 72 760 Td 28 TL " + " ".join(f"({line}) Tj T*" for line in shown) + " ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = "%PDF-1.4\n", []
    for n, written in enumerate(objects, 1):
        places.append(len(body))
        body += f"{n} 0 obj\n{written}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return (body + end).encode("ascii")
