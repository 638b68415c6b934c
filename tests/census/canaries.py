"""Words that nobody else could have written, each planted in one place where only few may read it, and
who those few are. Planted by the acts that people do; told apart from the code that hides them."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

import clock
from models import db, transaction
from models.document import Document
from models.person import Person
from models.sitting import Sitting
from tests.cast import COMMITMENT
from tests.census.organisation import post
from tests.census.scene import WHY, Scene
from tests.census.world import World
from workflows import files, proxies, sittings
from workflows.act import Printed
from workflows.calendar import local_day
from workflows.demo.papers import page
from workflows.recorded import enter

ROOT = "Zimbutu"  # what a leak is looked for by; letters that a PDF keeps whole
AUTHOR, WRITER, TAKER = "s11", "s06", "s11"
OFFICERS = ("bithu.c4", "phobithu.c4", "chiuy.c4")
INSPECTORS = ("kiemtra.phuong", "kiemtra.tinh")
CLERK = "vanthu.b2"  # keeps the meetings of the cells below

SECTIONS = {key: f"{ROOT}muc{word}" for key, word in zip("123456", "abcdef", strict=True)}
OPINION, REASON, DRAFT = f"{ROOT}ykien", f"{ROOT}lydo", f"{ROOT}dangviet"
FILE, NAME = f"{ROOT}trongtep", f"{ROOT}tentep"
SIGNED, SHEET, TYPED = f"{ROOT}bangiay", f"{ROOT}banquet", f"{ROOT}nhapho"
MINUTES, SENT_BACK, REMARK, NOTE = (
    f"{ROOT}bienban", f"{ROOT}suabandi", f"{ROOT}nhanxet", f"{ROOT}ghithang",
)  # fmt: skip
PLAN = f"{ROOT}kehoachnhap"
CELL = {AUTHOR, *OFFICERS}

# canary → (who must find it somewhere, who else may)
READERS: dict[str, tuple[set[str], set[str]]] = {
    **dict.fromkeys(SECTIONS.values(), (CELL, set())),
    NAME: (CELL, set()),
    FILE: (CELL, set()),
    OPINION: (CELL, set()),
    REASON: ({WRITER}, set(OFFICERS)),
    DRAFT: ({WRITER}, set()),
    SIGNED: ({"bithu.c6", "chiuy.c6"}, {"phobithu.c6"}),
    SHEET: ({"bithu.c6", "chiuy.c6"}, {"phobithu.c6"}),
    TYPED: ({"vanthu.b3"}, {"phobithu.c6"}),
    MINUTES: ({*OFFICERS}, {CLERK, TAKER}),
    SENT_BACK: ({*OFFICERS}, {CLERK, TAKER}),
    REMARK: ({*OFFICERS}, {CLERK, TAKER}),
    NOTE: (CELL, {CLERK}),
    PLAN: ({*OFFICERS, *INSPECTORS}, set()),
}
# Where such words may lie: the texts themselves, and what is kept apart from the log to be erased.
TABLES = {
    "revision", "comment", "event_payload", "attachment", "recorded_paper", "sitting",
    "agenda_item", "monthly_review", "self_note",
}  # fmt: skip


class Story:
    """Everything planted in cells C4 and C6 of the demo."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.commitment, self.returned = (
            next(p.id for p in world.papers if (p.kind, p.state, p.author) == key)
            for key in (
                ("commitment", "drafted", AUTHOR),
                ("commitment", "submitted", WRITER),
            )
        )
        with world.app.app_context(), transaction() as session:
            for person in session.scalars(sa.select(Person)):
                person.email = f"p{person.id}@example.vn"
        self.plan = self.signed = self.typed = self.meeting = 0
        self.files: list[tuple[int, int]] = []  # document, file
        self.lines: list[int] = []  # of the meeting's agenda
        self.members: list[int] = []  # for whom a sheet was typed

    def plant(self) -> None:
        """All of it."""
        self.written()
        self.handed_in()
        self.plan_begun()
        with self.world.app.app_context():
            self.scene = Scene()
            for part in (self._sent_back, self._on_paper, self._met):
                with transaction():
                    part()

    # ---- by the forms that people use

    def written(self) -> None:
        """The author's text, section by section, with a file beside it."""
        here = f"/documents/{self.commitment}"
        form = self.world[AUTHOR].form(f"{here}/revisions/new", f"{here}/revisions")
        typed = {
            name.replace(".", "__"): f"Thực hiện Nghị quyết Đại hội XIV: {SECTIONS[name[9]]}."
            for name in form.names
            if name.startswith("sections.")
        }
        assert len(typed) >= 6
        self._done(self.world[AUTHOR].send(form, title=f"Cam kết {SECTIONS['1']}", **typed))
        with self.world.app.app_context():
            scene = Scene()
            with transaction():
                self._file(scene, self.commitment, FILE, NAME, AUTHOR)

    def handed_in(self) -> None:
        here = f"/documents/{self.commitment}"
        self._done(self.world[AUTHOR].submit(here, f"{here}/submission"))
        opinion = {"comment": f"Ý kiến {OPINION}."}
        self._done(self.world["chiuy.c4"].submit(f"{here}/review/new", f"{here}/review", **opinion))

    def plan_begun(self) -> None:
        answer = self.world["chiuy.c4"].submit(
            "/documents/new?kind=plan&unit=C4", "/documents",
            title=f"Kế hoạch {PLAN}", text=f"Dự thảo {PLAN}.",
        )  # fmt: skip
        self._done(answer)
        self.plan = int(answer.headers["Location"].rsplit("/", 1)[1])

    def agreed_and_listed(self) -> None:
        """The cell agrees, and the list goes up."""
        here, secretary = f"/documents/{self.commitment}", self.world["bithu.c4"]
        self._done(
            secretary.submit(
                f"{here}/approval/new", f"{here}/approval", dated_on="23/11/2026",
                minutes="11-BB/CB, 23/11/2026", votes__present="5", votes__for="5",
                votes__against="0", comment=f"Chi bộ {OPINION}.",
            )
        )  # fmt: skip
        self._done(secretary.submit(here, f"{here}/report"))

    @staticmethod
    def _done(answer: Any) -> None:
        assert answer.status_code == 303, answer.text

    # ---- by the acts behind the forms

    def _sent_back(self) -> None:
        """A commitment returned with a reason, and begun anew by its author."""
        paper = db.session.get_one(Document, self.returned)
        self.scene.act(paper, "return", "chiuy.c4", **{**WHY, "reason": f"Vì {REASON} chưa rõ."})
        self.scene.act(paper, "revise", WRITER, content=_saying(DRAFT))

    def _on_paper(self) -> None:
        """A sheet signed outside, awaiting the second person; and one typed for a member."""
        scene = self.scene
        cell, who = scene.unit("C6"), {"now": scene.now}
        day = local_day(scene.now)
        signed = enter.record(
            "commitment", unit=cell, campaign=scene.party, title="Bản giấy",
            content=_saying(SIGNED), author=scene.person("chiuy.c6"),
            printed=Printed(dated_on=day, signed_by="Người ký", minutes="5-BB"),
            actor=scene.person("bithu.c6"), **who,
        )  # fmt: skip
        self.signed = signed.id
        self._file(scene, signed.id, SHEET, "to-giay", "bithu.c6")
        typed = proxies.enter(
            scene.person("phobithu.c6"), cell, scene.party, _saying(TYPED),
            actor=scene.person("vanthu.b3"), **who,
        )  # fmt: skip
        self.typed = typed.id
        self.members = [typed.author_id]

    def _met(self) -> None:
        """A meeting under way: what it notes, sends back and says of a member's month."""
        scene = self.scene
        month = local_day(scene.now).replace(day=1)
        in_force = db.session.scalars(
            sa.select(Document).where(
                Document.author_id == scene.person(AUTHOR).id,
                Document.kind == "commitment",
                Document.state == "reported",
            )
        ).one()
        who = {"actor": scene.person("bithu.c4"), "now": scene.now}
        sittings.write_note(
            in_force, month=month, items=[], text=f"Đã làm {NOTE}.",
            actor=scene.person(AUTHOR), now=scene.now - timedelta(minutes=5),
        )  # fmt: skip
        held: Sitting = sittings.open_sitting(scene.unit("C4"), held_on=local_day(scene.now), **who)
        self.meeting = held.id
        sittings.attend(
            held, minute_taker_id=scene.person(TAKER).id, notes=f"Ghi: {MINUTES}.", **who
        )
        self.lines = [item.id for item in held.items]
        item = next(i for i in held.items if i.document_id == self.commitment)
        sittings.mark(
            item, decision="revise", reason_code="OTHER", reason=f"Sửa {SENT_BACK} đi.", **who
        )
        row = next(r for r in held.reviews if r.person_id == scene.person(AUTHOR).id)
        sittings.review(held, row.person_id, reviewed=True, remark=f"{REMARK}. {NOTE}", **who)

    def _file(self, scene: Scene, document: int, content: str, name: str, login: str) -> None:
        stored = files.keep(files.accept(io.BytesIO(page([content])), f"{name}.pdf"), scene.now)
        made = files.attach(
            db.session.get_one(Document, document), stored, purpose="scan", name=f"{name}.pdf",
            actor=scene.person(login), now=clock.now(),
        )  # fmt: skip
        self.files.append((document, made.id))


def _saying(word: str) -> dict[str, Any]:
    sections: dict[str, Any] = {
        key: [f"{word} {text}" for text in value] if isinstance(value, list) else f"{word} {value}"
        for key, value in COMMITMENT["sections"].items()
    }
    return {"sections": sections}


def must_and_may(login: str) -> tuple[set[str], set[str]]:
    """The canaries that somebody is to find, and those that he may."""
    must = {word for word, (who, _) in READERS.items() if login in who}
    may = {word for word, (who, also) in READERS.items() if login in who | also}
    return must, may


assert post("chiuy.c4") == ("committee", "C4")
