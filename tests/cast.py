"""A small office with a small cast, used by every engine test.

    PROVINCE
    └─ WARD  (advisory body: WARD-XDD)
       └─ BASE
          └─ CELL   An (member), Chi (committee), Dung (deputy), Sau (secretary)

Each test tells its own story with these people; `Office` does the acts in one line each.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models import db, transaction
from models.campaign import Campaign, Requirement
from models.document import Document
from models.event import AuditEvent
from models.obligation import Obligation
from models.person import Membership, Person
from models.post import Post
from models.task import Task
from models.unit import Level, ReportingLine, Unit
from workflows import create, perform
from workflows.act import Votes
from workflows.definition import SHIPPED
from workflows.obligations import open_campaign
from workflows.publishing import publish
from workflows.sorting import search_fold, sort_key

EPOCH = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday 02/03/2026 08:00 in Việt Nam
TODAY = date(2026, 3, 2)

LEVELS = (("cell", 0), ("base", 1), ("ward", 2), ("province", 3))
UNITS = (  # code, name, body, symbol, level, superior
    ("PROVINCE", "Tỉnh ủy Thử", "Ban Thường vụ Tỉnh ủy", "TU", "province", None),
    ("WARD", "Đảng bộ phường Thử", "Đảng ủy phường", "ĐU", "ward", "PROVINCE"),
    ("BASE", "Đảng bộ Trường Thử", "Đảng ủy Trường Thử", "ĐU", "base", "WARD"),
    ("CELL", "Chi bộ Thử", "Chi bộ Thử", "CB", "cell", "BASE"),
)
POSTS = (  # person, unit, role, title
    ("An", "CELL", None, None),
    ("Chi", "CELL", "committee", "Chi ủy viên"),
    ("Dung", "CELL", "deputy", "Phó Bí thư"),
    ("Sau", "CELL", "secretary", "Bí thư"),
    ("Ba", "BASE", "advisor", "Cán bộ tham mưu"),
    ("Bay", "BASE", "deputy", "Phó Bí thư"),
    ("Bon", "BASE", "secretary", "Bí thư"),
    ("Binh", "BASE", "clerk", "Văn thư"),
    ("Xuan", "WARD-XDD", "advisor", "Ban Xây dựng Đảng"),
    ("Vinh", "WARD", "deputy", "Phó Bí thư"),
    ("Vy", "WARD", "secretary", "Bí thư"),
    ("Thu", "WARD", "standing", "Ban Thường vụ"),
    ("Van", "WARD", "clerk", "Văn thư"),
    ("Kiem", "WARD", "inspector", "Ủy ban Kiểm tra"),
    ("Ty", "PROVINCE", "secretary", "Bí thư"),
    ("Toan", "PROVINCE", "deputy", "Phó Bí thư"),
    ("Tam", "PROVINCE", "clerk", "Văn thư"),
)

PLAN = {
    "text": "Mỗi chi bộ chọn một vài việc cụ thể, gắn với công việc hằng ngày.",
    "tasks": [
        {
            "person": "Chi",
            "task": "Số hóa hồ sơ",
            "deadline": "2026-11-14",
            "result": "1.200 hồ sơ",
        }
    ],
    "models": ["Quầy không hẹn lại lần hai"],
}
COMMITMENT = {
    "sections": {
        "1": "Học tập đầy đủ các chuyên đề.",
        "2": "Giữ nếp sống giản dị.",
        "3": ["Hướng dẫn 15 lượt người cao tuổi nộp hồ sơ trực tuyến mỗi tháng."],
        "4": "Dự đủ các buổi sinh hoạt.",
        "5": "",
        "6": "Thực hiện Nghị quyết Đại hội XIV của Đảng bằng việc làm hằng tháng.",
    }
}
REPORT = {
    "period": "Quý I/2026",
    "figures_as_of": "2026-03-02",
    "results": "Đã học tập chuyên đề.",
    "shortcomings": "Một chi bộ triển khai còn chậm.",
    "next_tasks": "Đôn đốc chi bộ.",
    "indicators": {"I03": 12, "I04": 11},
}
SELF_REPORT = {
    "period": "6 tháng đầu năm 2026",
    "results": "Đã hướng dẫn 92 lượt người cao tuổi.",
    "shortcomings": "Tháng 5 bỏ một buổi vì ốm.",
    "next_tasks": "Bù buổi ấy trong tháng 7.",
}
CONTENT = {
    "plan": PLAN,
    "commitment": COMMITMENT,
    "report": REPORT,
    "self_report": SELF_REPORT,
}
FIGURES = [
    {"code": "I03", "label": {"vi": "Số người", "en": "People"}},
    {"code": "I04", "label": {"vi": "Số người cam kết", "en": "People who committed"}},
]
PAPER_BASIS = [{"number": "05-CT/TW", "dated_on": "2016-05-15", "issuer": "Bộ Chính trị"}]


class Office:
    """The cast at work. `now` is the organisation's instant of the next act; `wait` moves it."""

    def __init__(self) -> None:
        self.now = EPOCH
        self.people: dict[str, Person] = {}
        self.units: dict[str, Unit] = {}
        with transaction():
            self._found()

    # ---- set-up

    def _found(self) -> None:
        levels = {
            code: Level(code=code, name_vi=code, name_en=code, rank=rank) for code, rank in LEVELS
        }
        db.session.add_all(levels.values())
        for code, name, body, symbol, level, superior in UNITS:
            self._unit(code, name, body, symbol, levels[level], superior)
        advisory = Unit(
            code="WARD-XDD",
            name="Ban Xây dựng Đảng phường Thử",
            body="Ban Xây dựng Đảng",
            symbol="BXDĐ",
            level=levels["ward"],
            attached_to=self.units["WARD"],
        )
        self.units["WARD-XDD"] = advisory
        db.session.add(advisory)
        for name, unit, role, title in POSTS:
            person = self.person(name)
            if role is not None:
                self.post(name, unit, role, title or role)
            if unit == "CELL":
                db.session.add(Membership(person=person, unit=self.units["CELL"], standing="full"))
        for file in SHIPPED.glob("*.toml"):
            publish(file.read_text(), file=file.name, now=EPOCH)
        self._campaign()

    def _unit(
        self, code: str, name: str, body: str, symbol: str, level: Level, superior: str | None
    ) -> None:
        unit = Unit(
            code=code, name=name, body=body, symbol=symbol, level=level, place="Thử", sector="party"
        )
        self.units[code] = unit
        db.session.add(unit)
        if superior is not None:
            db.session.add(ReportingLine(unit=unit, superior=self.units[superior], line="party"))

    def _campaign(self) -> None:
        self.campaign = Campaign(
            code="CD-2026",
            title="Học tập và làm theo năm 2026",
            directive="05-CT/TW",
            directive_dated_on=date(2016, 5, 15),
            year=2026,
            theme="Nói đi đôi với làm",
            congress="XIV",
            line="party",
            unit=self.units["PROVINCE"],
            figures=FIGURES,
        )
        month_end = {"kind": "by_end_of_month", "date": "2026-03-31"}
        self.campaign.requirements = [
            Requirement(
                code="O-PLAN",
                kind="plan",
                label_vi="Kế hoạch năm",
                label_en="Plan of the year",
                levels=["cell", "base", "ward", "province"],
                deciding=2,
                due=month_end,
            ),
            Requirement(
                code="O-COMMIT",
                kind="commitment",
                label_vi="Bản cam kết",
                label_en="Commitment",
                levels=["cell"],
                deciding=1,
                due={"kind": "working_days_after", "event": "plan", "days": 15},
            ),
            Requirement(
                code="O-QUARTER-1",
                kind="report",
                variant="quarter",
                label_vi="Báo cáo quý I",
                label_en="Report of the first quarter",
                levels=["base"],
                deciding=2,
                due={"kind": "date", "date": "2026-04-07"},
            ),
        ]
        db.session.add(self.campaign)
        db.session.flush()
        open_campaign(self.campaign, EPOCH)

    def person(self, name: str) -> Person:
        """The person of this name; made when first named."""
        if name not in self.people:
            person = Person(full_name=name, search_fold=search_fold(name), sort_key=sort_key(name))
            db.session.add(person)
            self.people[name] = person
        return self.people[name]

    def post(self, name: str, unit: str, role: str, title: str = "", **more: Any) -> Post:
        post = Post(
            person=self.person(name),
            unit=self.units[unit],
            role=role,
            title=title or role,
            **more,
        )
        db.session.add(post)
        db.session.flush()
        return post

    # ---- acts

    def wait(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def begin(self, kind: str, name: str, unit: str, **more: Any) -> Document:
        """A new document with sound content; keywords override what `create` is given."""
        given = {
            "title": f"Văn bản của {unit}",
            "content": CONTENT[kind],
            "basis": PAPER_BASIS if kind == "plan" else [],
            "dated_on": None,
            **more,
        }
        self.wait(minutes=1)
        with transaction():
            return create(
                kind,
                unit=self.units[unit],
                campaign=self.campaign,
                actor=self.person(name),
                now=self.now,
                **given,
            )

    def act(self, document: Document, action: str, name: str, **given: Any) -> Document:
        """One act on the newest revision and version, a minute later, in one transaction."""
        self.wait(minutes=1)
        given.setdefault("revision", document.revision)
        given.setdefault("version", document.version)
        with transaction():
            return perform(document, action, actor=self.person(name), now=self.now, **given)

    def approve(self, document: Document, name: str, **given: Any) -> Document:
        """Approval with everything the issuer's stage asks."""
        sound = {
            "number": None,
            "dated_on": self.now.date(),
            "minutes": "05-BB/CB",
            "votes": Votes(4, 4, 0),
        }
        return self.act(document, "approve", name, **{**sound, **given})

    def cell_plan_in_force(self) -> Document:
        plan = self.begin("plan", "Chi", "CELL")
        self.act(plan, "submit", "Chi")
        self.act(plan, "review", "Dung")
        return self.approve(plan, "Sau", number="02-KH/CB")

    # ---- looking

    def open_tasks(self, document: Document) -> list[Task]:
        return list(
            db.session.scalars(
                sa.select(Task).where(Task.document_id == document.id, Task.closed_at.is_(None))
            )
        )

    def events(self, document: Document) -> list[AuditEvent]:
        return list(
            db.session.scalars(
                sa.select(AuditEvent)
                .where(AuditEvent.document_id == document.id)
                .order_by(AuditEvent.document_version)
            )
        )

    def obligation(self, code: str, unit: str, name: str | None = None) -> Obligation | None:
        query = (
            sa.select(Obligation)
            .join(Requirement)
            .where(Requirement.code == code, Obligation.unit_id == self.units[unit].id)
        )
        if name is not None:
            query = query.where(Obligation.person_id == self.person(name).id)
        return db.session.scalar(query)
