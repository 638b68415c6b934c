"""The small cast of the tables: a cell under a base under a ward, one campaign, papers in
memory."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from models.campaign import Campaign
from models.definition import Definition
from models.document import Basis, Document, Revision, Stage
from models.person import Person
from models.unit import Level, Unit
from workflows.act import Act, Capacity, Inputs
from workflows.content import clean_content

NOW = datetime(2026, 3, 31, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 31)


def day(written: str) -> date:
    """A date as the sources write it: 20/7/2011."""
    d, m, y = map(int, written.split("/"))
    return date(y, m, d)


def unit(
    code: str, name: str, *, level: str, symbol: str, body: str = "Đảng ủy", sector: str = "party"
) -> Unit:
    return Unit(
        code=code,
        name=name,
        body=body,
        symbol=symbol,
        sector=sector,
        level=Level(code=level, name_vi=level, name_en=level, rank=0),
        advisory_bodies=[],
        periods=[],
    )


def cell() -> Unit:
    return unit("C1", "Chi bộ Văn phòng", level="cell", symbol="CB", body="Chi bộ")


def base() -> Unit:
    return unit("B1", "Đảng bộ UBND phường", level="base", symbol="ĐU")


def ward() -> Unit:
    return unit("PHUONG", "Đảng bộ phường Minh Họa", level="ward", symbol="ĐU")


def union() -> Unit:
    return unit(
        "CDCS",
        "CĐCS Trường THPT Mẫu Đơn",
        level="base",
        symbol="CĐCS",
        body="Ban Chấp hành",
        sector="state",
    )


def campaign(**changes: Any) -> Campaign:
    values: dict[str, Any] = {
        "code": "CD-2026",
        "title": "Học tập và làm theo Bác năm 2026",
        "directive": "05-CT/TW",
        "directive_dated_on": date(2016, 5, 15),
        "year": 2026,
        "theme": "Nói đi đôi với làm, gần dân, tiết kiệm",
        "congress": "XIV",
        "line": "party",
        "opened_at": datetime(2026, 1, 5, tzinfo=UTC),
        "themes": [],
        "unit": ward(),
    }
    return Campaign(**{**values, **changes})


def document(
    kind: str = "plan",
    *,
    issuer: Unit | None = None,
    content: dict[str, Any] | None = None,
    bases: list[Basis] | None = None,
    route: list[Unit] | None = None,
    **changes: Any,
) -> Document:
    """A paper at its issuer's stage, not stored anywhere."""
    issuer = issuer or base()
    author = Person(full_name="Trần Thị Ví Dụ")
    revision = Revision(
        n=1,
        author=author,
        title="Kế hoạch thực hiện",
        content=content if content is not None else clean_content(kind, {}),
        basis=[],
        bases=bases or [],
        dated_on=changes.pop("proposed", None),
        created_at=NOW,
    )
    values: dict[str, Any] = {
        "kind": kind,
        "title": revision.title,
        "unit": issuer,
        "author": author,
        "campaign": campaign(),
        "state": "reviewed",
        "stage": 0,
        "version": 3,
        "revision": 1,
        "revisions": [revision],
        "stages": [
            Stage(position=n, unit=body, decides=True)
            for n, body in enumerate(route or [issuer, ward()])
        ],
    }
    return Document(**{**values, **changes})


def in_force(number: str, dated_on: date, **changes: Any) -> Document:
    """A superior's paper that is in force."""
    return document(
        number=number, dated_on=dated_on, in_force_revision=1, state="reported", **changes
    )


def paper(number: str, dated_on: date | None, issuer: str = "") -> Basis:
    """A paper outside the system."""
    return Basis(number=number, dated_on=dated_on, issuer=issuer)


def resting_on(document: Document) -> Basis:
    return Basis(document=document)


def act(document: Document, name: str = "approve", *, today: date = TODAY, **inputs: Any) -> Act:
    spec: Any = SimpleNamespace(name=name)
    return Act(
        document=document,
        spec=spec,
        capacity=Capacity(document.author, document.unit, "secretary"),
        now=datetime(today.year, today.month, today.day, 2, tzinfo=UTC),
        today=today,
        inputs=Inputs(**inputs),
    )


def sentence(reason: Any) -> str:
    """The Vietnamese sentence with its places filled, as a reader sees it."""
    shown = {
        name: value.strftime("%d/%m/%Y") if isinstance(value, date) else value
        for name, value in reason.params.items()
    }
    return reason.text % shown


def stored(session: Session, papers: list[Document]) -> None:
    """Keep the papers, with one row for each unit and level of the cast."""
    units: dict[str, Unit] = session.info.setdefault("units", {})
    levels: dict[str, Level] = session.info.setdefault("levels", {})

    def one(unit: Unit) -> Unit:
        unit = units.setdefault(unit.code, unit)
        unit.level = levels.setdefault(unit.level.code, unit.level)
        return unit

    definition = session.info.setdefault(
        "definition",
        Definition(kind="plan", version=1, source="", hash="h", published_at=NOW),
    )
    for paper in papers:
        paper.unit = one(paper.unit)
        paper.campaign.unit = one(paper.campaign.unit)
        paper.definition = definition
        paper.created_at = paper.updated_at = NOW
        for stage in paper.stages:
            stage.unit = one(stage.unit)
        for revision in paper.revisions:
            revision.content_hash = b"h"
        session.add(paper)
    session.flush()
