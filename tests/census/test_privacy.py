"""Canaries: a word nobody else could have written, planted where only few may read, and looked for
everywhere: on every page that can be reached, in the API, in notices, mail, queue, trail and log."""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from werkzeug.test import TestResponse

from models import db, transaction
from models.document import Document
from models.person import Person
from tests.census import oracle
from tests.census.conftest import Opener
from tests.census.oracle import ADMINISTRATOR, ANONYMOUS
from tests.census.world import ABSENT, ACTS, World
from tests.support.redis import Valkey
from tests.support.visitor import Visitor
from workers.queue import connect, open_queue
from workers.relay import Relay

ROOT = "Zimbutu"  # searched for; the whole word is what must not be found
TEXT, OPINION, PLAN = f"{ROOT}vanbanriêng", f"{ROOT}ykienriêng", f"{ROOT}kehoachnhap"
CANARIES = (TEXT, OPINION, PLAN)

AUTHOR, OFFICERS = "s11", ("bithu.c4", "phobithu.c4", "chiuy.c4")
INSPECTORS = ("kiemtra.phuong", "kiemtra.tinh")
OTHERS = (
    ANONYMOUS, "s06", "bithu.b2", "vanthu.b2", "xaydungdang.phuong", "bithu.tinh", ADMINISTRATOR,
)  # fmt: skip
MORE = ("bithu.c3", "thammuu.b2", "thuongvu.phuong", "chutich.ldld")  # asked in the long form too
LOGINS = (AUTHOR, *OFFICERS, *INSPECTORS, *OTHERS)

BEGINNINGS = (
    "/", "/?tab=unit", "/?tab=done", "/documents", "/documents?kind=commitment",
    f"/documents?q={ROOT}", f"/search?q={ROOT}", "/preferences", "/notifications", "/me",
    "/units/C4", "/units/C4/commitments",
    "/units/C4/register", "/units/B2/commitments", "/units/B2/obligations", "/inspection",
    "/inspection/C4/log", "/delegations", "/account", "/administrator/", "/administrator/system",
)  # fmt: skip
LISTS = ("documents", "tasks", "obligations", "escalations", "units", "campaigns", "me")
LINK = re.compile(r'href="(/[^"#]*)')


class Story:
    """A commitment of cell C4 and a plan its committee is still writing."""

    def __init__(self, world: World) -> None:
        self.world = world
        [self.commitment] = [
            p.id
            for p in world.papers
            if (p.kind, p.state, p.author) == ("commitment", "drafted", AUTHOR)
        ]
        with world.app.app_context(), transaction() as session:
            for person in session.scalars(sa.select(Person)):
                person.email = f"p{person.id}@example.vn"
        self.plan = 0

    def written(self) -> None:
        here = f"/documents/{self.commitment}"
        form = self.world[AUTHOR].form(f"{here}/revisions/new", f"{here}/revisions")
        words = f"Thực hiện Nghị quyết Đại hội XIV của Đảng bằng việc làm hằng tháng: {TEXT}."
        typed = {name: words for name in form.names if name.startswith("sections.")}
        typed = {name.replace(".", "__"): typed[name] for name in typed}
        assert len(typed) >= 6
        answer = self.world[AUTHOR].send(form, title=f"Cam kết {TEXT}", **typed)
        assert answer.status_code == 303, answer.text

    def reviewed(self) -> None:
        here = f"/documents/{self.commitment}"
        self._done(self.world[AUTHOR].submit(here, f"{here}/submission"))
        opinion = {"comment": f"Ý kiến {OPINION}."}
        self._done(self.world["chiuy.c4"].submit(f"{here}/review/new", f"{here}/review", **opinion))

    def plan_begun(self) -> None:
        answer = self.world["chiuy.c4"].submit(
            "/documents/new?kind=plan&unit=C4",
            "/documents",
            title=f"Kế hoạch {PLAN}",
            text=f"Dự thảo {PLAN}.",
        )
        self._done(answer)
        self.plan = int(answer.headers["Location"].rsplit("/", 1)[1])

    def reported(self) -> None:
        here = f"/documents/{self.commitment}"
        self._done(
            self.world["bithu.c4"].submit(
                f"{here}/approval/new",
                f"{here}/approval",
                dated_on="23/11/2026",
                minutes="11-BB/CB, 23/11/2026",
                votes__present="5",
                votes__for="5",
                votes__against="0",
                comment=f"Chi bộ {OPINION}.",
            )
        )
        self._done(self.world["bithu.c4"].submit(here, f"{here}/report"))

    @staticmethod
    def _done(answer: object) -> None:
        assert answer.status_code == 303, answer.text  # type: ignore[attr-defined]


def words_of(answer: TestResponse) -> str:
    """What an answer says: a page's text, or what stands in a file that was downloaded."""
    if answer.mimetype == "application/pdf":
        pages = PdfReader(BytesIO(answer.data)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(answer.data)) as parts:
            return " ".join(
                parts.read(name).decode("utf-8", "replace") for name in parts.namelist()
            )
    return answer.text


def heard(story: Story, login: str, most: int) -> set[str]:
    """The canaries that somebody finds: on the two documents' own pages, from the usual beginnings and
    on at most so many pages that these lead to, and in the API."""
    world, found = story.world, set()
    visitor: Visitor = world[login]
    waiting, seen = [*_about(story), *BEGINNINGS], set()
    followed = 0
    while waiting:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = visitor.get(path)
        world.made["GET"] += 1
        assert answer.status_code < 500, path
        said = words_of(answer)
        found |= {word for word in CANARIES if word in said}
        for link in LINK.findall(said):
            link = link.replace("&amp;", "&")
            if followed < most and link not in seen and not link.startswith("/static/"):
                followed += 1
                waiting.append(link)
    client, headers = world.app.test_client(), world.bearer(login)
    for path in _calls(story):
        answer = client.get(f"/api/v1/{path}", headers=headers)
        world.made["GET"] += 1
        found |= {word for word in CANARIES if word in answer.get_data(as_text=True)}
    return found


def _about(story: Story) -> Iterable[str]:
    for ident in filter(None, (story.commitment, story.plan)):
        yield f"/documents/{ident}"
        yield from (f"/documents/{ident}/revisions/{n}" for n in (1, 2, "new"))
        yield from (f"/documents/{ident}/revisions/{n}" for n in ("1/compare/2", "2/compare/1"))
        yield from (
            f"/documents/{ident}/{act}/new" for act in ACTS if act in ("review", "approval")
        )


def _calls(story: Story) -> Iterable[str]:
    yield from (f"{name}?limit=200" if name != "me" else name for name in LISTS)
    yield "tasks?state=done&limit=200"
    yield f"documents?q={ROOT}"
    for ident in filter(None, (story.commitment, story.plan)):
        for part in ("", "/history", "/revisions/1", "/revisions/2"):
            yield f"documents/{ident}{part}"


def expect(story: Story, most: int, readers: dict[str, tuple[str, ...]]) -> None:
    """Each canary is found by its readers, all of them, and by nobody else."""
    for login in (*LOGINS, *MORE) if most > 100 else LOGINS:
        wanted = {word for word, logins in readers.items() if login in logins}
        assert heard(story, login, most) == wanted, login or "nobody"


CELL = (AUTHOR, *OFFICERS)
OFFICE = (*OFFICERS, *INSPECTORS)


def test_a_text_is_read_by_its_author_and_those_who_decide(
    open_world: Opener,
    valkey: Valkey,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    story = Story(open_world())
    story.written()
    story.reviewed()
    story.plan_begun()
    expect(story, 3, {TEXT: CELL, OPINION: CELL, PLAN: OFFICE})
    print(f"\nprivacy: {sum(story.world.made.values())} requests")
    nothing_outside(story.world, valkey, capfd, caplog)


@pytest.mark.soak
def test_at_every_step_and_on_every_page_that_can_be_reached(open_world: Opener) -> None:
    story = Story(open_world())
    story.written()
    expect(story, 120, {TEXT: (AUTHOR,)})
    story.reviewed()
    story.plan_begun()
    expect(story, 120, {TEXT: CELL, OPINION: CELL, PLAN: OFFICE})
    story.reported()
    expect(story, 120, {TEXT: CELL, OPINION: CELL, PLAN: OFFICE})
    print(f"\nprivacy: {sum(story.world.made.values())} requests")


def test_a_draft_and_a_list_show_nothing_to_others(open_world: Opener) -> None:
    """Before it is handed in: the author's alone. On the list of the base: name and day, no text."""
    story = Story(open_world())
    story.written()
    for login in ("bithu.c4", "bithu.b2"):
        assert heard(story, login, 0) == set()
    story.reviewed()
    story.reported()
    for login in ("bithu.b2", "vanthu.b2", "thammuu.b2", "kiemtra.phuong"):
        assert heard(story, login, 0) == set(), login
    listed = story.world["vanthu.b2"].get("/units/B2/commitments").text
    assert "Mai Thị Hư Cấu" in listed
    assert f'value="{story.commitment}:' in listed
    assert heard(story, "bithu.c4", 0) == {TEXT, OPINION}


def test_a_list_s_button_says_nothing_of_what_has_not_arrived(open_world: Opener) -> None:
    """Sent with the id of a draft on its way to this body: as if there were none."""
    world = open_world()
    drafts = [p for p in world.papers if (p.kind, p.state) == ("commitment", "drafted")]
    for draft in drafts:
        base = oracle.SUPERIOR[draft.unit]
        clerk = "vanthu.phuong" if base == "PHUONG" else f"vanthu.{base.lower()}"
        for act in ("receipt", "report"):
            for ident in (draft.id, ABSENT):
                answer = world[clerk].post(
                    f"/units/{base}/commitments/{act}", {"document": f"{ident}:1:1"}
                )
                assert answer.status_code == 404


def test_a_commitment_is_found_by_its_author_s_name_alone(open_world: Opener) -> None:
    """Never by its text or title; by the name only for those who have it on a list."""
    story = Story(open_world())
    story.written()
    story.reviewed()
    found = f'href="/documents/{story.commitment}"'
    for login in (*CELL, *OTHERS, *INSPECTORS):
        for page in ("/documents", "/search"):
            for word in (ROOT, TEXT, OPINION, "Cam", "Bản cam kết", "Nghị quyết Đại hội"):
                answer = story.world[login].get(page, query_string={"q": word})
                assert found not in answer.text, (login, page, word)
            named = story.world[login].get(page, query_string={"q": "Hư Cấu"}).text
            assert (found in named) == (login in CELL), (login, page)


def nothing_outside(
    world: World,
    valkey: Valkey,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No canary in notices, deliveries, tasks, the log of the trail, the queue, mail, or the log."""
    tables = ("notification", "delivery", "task", "deadline", "escalation", "audit_event")
    with world.app.app_context():
        for table in tables:
            for row in db.session.execute(sa.text(f"SELECT * FROM {table}")):
                words = " ".join(
                    value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    for value in row
                )
                assert ROOT not in words, table
        folds = db.session.scalars(
            sa.select(Document.search_fold).where(Document.kind == "commitment")
        )
        assert not any(ROOT.casefold() in fold for fold in folds)

        connection = connect(valkey.url)
        assert Relay(connection).ring(0.0)
        queue = open_queue(connection)
        for job in queue.jobs:
            assert all(type(value) is int for value in job.args), job.args
            assert not job.kwargs
            assert ROOT not in (job.description or "")
        queue_worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer)
        queue_worker.work(burst=True)
        mail: Path = world.app.config["SETTINGS"].mail_dir
    letters = [file.read_bytes() for file in mail.iterdir()]
    assert letters
    names = [b"Mai Th", "Hư Cấu".encode(), ROOT.encode()]
    assert not any(name in letter for letter in letters for name in names)
    assert oracle.post("chiuy.c4") == ("committee", "C4")
    written = capfd.readouterr()
    assert ROOT not in written.out + written.err + caplog.text
