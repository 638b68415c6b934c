"""Canaries: words that nobody else could have written, planted where only few may read, and looked for
everywhere: on every page that can be reached, in files, searches, counts and the API, in notices, mail,
queue, trail, commands and log."""

from __future__ import annotations

import logging
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from models.account import Account
from models.base import db
from tests.census import leaks
from tests.census.alike import masked
from tests.census.canaries import (
    AUTHOR,
    CELL,
    CLERK,
    INSPECTORS,
    OFFICERS,
    OPINION,
    PLAN,
    ROOT,
    SECTIONS,
    WRITER,
    Story,
    must_and_may,
)
from tests.census.conftest import Opener
from tests.census.hearing import heard
from tests.census.organisation import ADMINISTRATOR, ANONYMOUS, SUPERIOR
from tests.census.reading import ABSENT
from tests.support import exported
from tests.support.redis import Valkey

OTHERS = (
    ANONYMOUS, "bithu.b2", CLERK, "thammuu.b2", "xaydungdang.phuong", "bithu.tinh", ADMINISTRATOR,
)  # fmt: skip
HEARERS = (
    AUTHOR, *OFFICERS, WRITER, *INSPECTORS, *OTHERS, "bithu.c6", "chiuy.c6", "phobithu.c6",
    "vanthu.b3",
)  # fmt: skip


@pytest.fixture(scope="module")
def story(open_world: Opener) -> Story:
    planted = Story(open_world())
    planted.plant()
    return planted


def test_each_word_is_heard_by_its_readers_alone(
    open_world: Opener,
    valkey: Valkey,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    story = Story(open_world())
    story.plant()
    expect(story, HEARERS[::2], 2)  # the author, and every other; all of them in the soak
    _what_breaks_is_not_quoted(story, monkeypatch)
    print(f"\nprivacy: {sum(story.world.made.values())} requests")
    assert leaks.in_tables(story.world) == set()
    before, after, count = leaks.in_the_queue(story.world, valkey.url)
    assert count
    assert not [piece for piece in (*before, *after) if ROOT.encode() in piece]
    sent = leaks.letters(story.world)
    names = [b"Mai Th", "Hư Cấu".encode(), ROOT.encode()]
    assert sent
    assert not any(name in letter for letter in sent for name in names)
    assert leaks.in_tables(story.world) == set()
    assert ROOT not in leaks.said_by_commands(story.world)
    written = capfd.readouterr()
    assert ROOT not in written.out + written.err + caplog.text


def expect(story: Story, logins: tuple[str, ...], most: int) -> None:
    """Each canary is found by its readers, all of them, and by nobody else."""
    for login in logins:
        must, may = must_and_may(login)
        found = heard(story, login, most)
        assert found - may == set(), f"{login or 'nobody'} hears {found - may}"
        assert must - found == set(), f"{login or 'nobody'} misses {must - found}"


def _what_breaks_is_not_quoted(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure on the way of a text, with the text in its message: its page and its log say where,
    never what."""

    def broken(*_: object, **given: object) -> None:
        raise ValueError(f"cannot store {given}")

    author = story.world[AUTHOR]
    text = {"reason": SECTIONS["3"], "revision": "2", "version": "0"}
    with monkeypatch.context() as patch:
        patch.setattr("views.acts.perform", broken)
        patch.setattr("views.writing.perform", broken)
        story.world.app.testing = False
        for act in ("withdrawal", "amendment", "revisions"):
            answer = author.post(f"/documents/{story.commitment}/{act}", text)
            assert answer.status_code in (409, 422, 500), act
            assert answer.status_code != 500 or ROOT not in answer.text
        story.world.app.testing = True


def test_a_draft_and_a_list_show_nothing_to_others(open_world: Opener) -> None:
    """Before it is handed in: the author's alone. On the list of the base: name and day, no text."""
    story = Story(open_world())
    story.written()
    for login in ("bithu.c4", "bithu.b2"):
        assert heard(story, login, 0) == set()
    story.handed_in()
    story.agreed_and_listed()
    for login in ("bithu.b2", CLERK, "thammuu.b2", "kiemtra.phuong"):
        assert heard(story, login, 0) == set(), login
    listed = story.world[CLERK].get("/units/B2/commitments").text
    assert "Mai Thị Hư Cấu" in listed
    assert f'value="{story.commitment}:' in listed
    assert heard(story, "bithu.c4", 0) >= {*SECTIONS.values(), OPINION}


def test_a_list_s_button_says_nothing_of_what_has_not_arrived(story: Story) -> None:
    """Sent with the id of a draft on its way to this body: as if there were none."""
    world = story.world
    drafts = [p for p in world.papers if (p.kind, p.state) == ("commitment", "drafted")]
    assert drafts
    for draft in drafts:
        base = SUPERIOR[str(draft.unit)]
        clerk = "vanthu.phuong" if base == "PHUONG" else f"vanthu.{base.lower()}"
        for act in ("receipt", "report"):
            for ident in (draft.id, ABSENT):
                answer = world[clerk].post(
                    f"/units/{base}/commitments/{act}", {"document": f"{ident}:1:1"}
                )
                assert answer.status_code == 404


def test_a_commitment_is_found_by_its_author_s_name_alone(story: Story) -> None:
    """By the name only for those who have it on a list; never by its text, title or file. A search
    for a word that stands in it answers, counts and lists as one for a word that is nowhere."""
    found = f'href="/documents/{story.commitment}"'
    words = (ROOT, SECTIONS["3"], OPINION, "Nghị quyết Đại hội")
    for login in HEARERS:
        visitor = story.world[login]
        for page in ("/documents", "/search"):
            for word in words[:2] if login in OTHERS else words:
                answer = visitor.get(page, query_string={"q": word})
                assert found not in answer.text, (login, page, word)
            named = visitor.get(page, query_string={"q": "Hư Cấu"}).text
            assert (found in named) == (login in CELL), (login, page)


@pytest.mark.parametrize("word", [ROOT, SECTIONS["3"]])
def test_a_search_counts_as_for_a_word_that_is_nowhere(story: Story, word: str) -> None:
    nowhere = "".join(reversed(word))
    for login in (*OTHERS, AUTHOR):
        for page in ("/documents", "/search", "/documents.xlsx", "/api/v1/documents"):
            if page == "/documents.xlsx" and login != CLERK:
                continue
            headers = (
                story.world.bearer(login) if page.startswith("/api/") else story.world.cookie(login)
            )
            client = story.world.app.test_client(use_cookies=False)
            there, not_there = (
                client.get(page, query_string={"q": asked, "limit": 200}, headers=headers)
                for asked in (word, nowhere)
            )
            if page == "/documents.xlsx":
                assert there.status_code == not_there.status_code == 200
                continue
            status, head, body = masked(there, page)
            other = masked(not_there, page)
            body = body.replace(word.encode(), b"WORD")
            assert (status, body) == (other[0], other[2].replace(nowhere.encode(), b"WORD")), (
                login,
                page,
            )
            assert [name for name, _ in head] == [name for name, _ in other[1]]


def test_an_inspection_opens_one_text_for_one_reason_and_tells_its_author(story: Story) -> None:
    """The demo's own inspection is of this cell: no page of it shows a word before a reason is given,
    then one page does, to who gave it; the reason itself only the author hears."""
    case, why = "/inspection/inspections/1", "Kiyomaru"
    ask = f"{case}/texts/{story.commitment}"
    pages = (
        "/inspection", case, f"{case}/papers", ask, f"{case}/readings", f"{case}/team", "/me",
        f"/inspection/documents/{story.commitment}", "/inspection/received", "/inspection/C4/log",
        "/inspection/PHUONG/log", "/inspection/events", f"/documents/{story.commitment}", "/",
    )  # fmt: skip
    inspector = story.world["kiemtra.phuong"]

    def said(login: str, word: str) -> set[str]:
        hidden = {path: story.world[login].get(path).text.replace(PLAN, "") for path in pages}
        return {path for path, text in hidden.items() if word in text}

    for login in INSPECTORS:
        assert said(login, ROOT) == set(), login
    given = inspector.submit(ask, ask, reason=f"Đối chiếu {why} với biên bản.")
    assert given.status_code == 303
    shown = given.headers["Location"]
    words = inspector.get(shown).text
    assert all(word in words for word in SECTIONS.values())
    assert OPINION not in words
    for login in (*OTHERS, *OFFICERS, "kiemtra.tinh", AUTHOR):
        assert story.world[login].get(shown).status_code in (303, 404), login
    for login in INSPECTORS:
        assert said(login, ROOT) == set(), login
    assert said(AUTHOR, why) == {"/me", f"/documents/{story.commitment}"}
    for login in (*OTHERS, *OFFICERS, *INSPECTORS):
        assert said(login, why) == set(), login


def test_an_export_holds_no_word_of_anybody_s_own_paper(story: Story, tmp_path: Path) -> None:
    """The whole of what the ward's inspector may take away: every log below him that was planted in."""
    with story.world.app.app_context():
        exported.sign(tmp_path / "keys")
        account = db.session.query(Account).filter_by(login="kiemtra.phuong").one()
        job = exported.ordered(account.person.full_name, "C4", "C6", "B2", "B3")
        path = exported.made(job, tmp_path / "keys")
        policy = exported.policy(tmp_path / "policy.json")
    with zipfile.ZipFile(path) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    book = zipfile.ZipFile(BytesIO(files.pop("tables/documents.xlsx")))
    files |= {name: book.read(name) for name in book.namelist()}
    assert PLAN.encode() in files["revisions.jsonl"]
    found = {
        n for n, content in files.items() if ROOT.encode() in content.replace(PLAN.encode(), b"")
    }
    assert found == set()
    assert exported.verify(path, policy)[0] == 0
