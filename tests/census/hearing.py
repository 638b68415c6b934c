"""What somebody gets to hear: on pages and whatever they lead to, in files, and from the API."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from io import BytesIO

from pypdf import PdfReader
from werkzeug.test import TestResponse

from tests.census.canaries import READERS, ROOT, Story

BEGINNINGS = (
    "/", "/?tab=unit", "/?tab=done", "/documents", "/documents?kind=commitment",
    f"/documents?q={ROOT}", f"/search?q={ROOT}", "/documents.xlsx", "/notifications", "/me",
    "/me/month", "/menu", "/exports/new", "/sittings", "/units/C4", "/units/C4/commitments",
    "/units/C4/in-person", "/units/C4/proxies", "/units/C6/proxies", "/units/C6/recorded",
    "/units/C4/register", "/units/C4/commitments/secretary", "/units/B2/commitments",
    "/units/B2/obligations", "/units/B2/obligations.xlsx", "/inspection", "/inspection/C4/log",
    "/delegations", "/administrator/", "/administrator/people", "/administrator/system",
)  # fmt: skip
LISTS = ("documents", "tasks", "obligations", "escalations", "units", "campaigns", "me")
LINK = re.compile(r'href="(/[^"#]*)')


def words_of(answer: TestResponse) -> str:
    """What an answer says, its headers too: a page's text, or what stands in a file."""
    said = answer.text if not answer.data.startswith((b"%PDF", b"PK")) else ""
    return " ".join([said, *(value for _, value in answer.headers), words_in(answer.data)])


def words_in(data: bytes) -> str:
    """What stands in a PDF, and in the parts of a DOCX, XLSX or ZIP."""
    if data.startswith(b"%PDF"):
        pages = PdfReader(BytesIO(data)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as parts:
            return " ".join(
                name + " " + (words_in(content) or content.decode("utf-8", "replace"))
                for name in parts.namelist()
                for content in (parts.read(name),)
            )
    return ""


def heard(story: Story, login: str, most: int, beginnings: Iterable[str] = BEGINNINGS) -> set[str]:
    """The canaries that somebody finds: on the pages of what was written, from the usual beginnings
    and on at most so many pages that these lead to, and in the API."""
    world, found = story.world, set()
    client = world.app.test_client(use_cookies=False)
    cookie, bearer = world.cookie(login), world.bearer(login)
    waiting, seen, followed = [*_about(story), *beginnings], set(), 0
    while waiting:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path, headers=cookie)
        world.made["GET"] += 1
        assert answer.status_code < 500, path
        said = words_of(answer).replace(f'value="{ROOT}"', "").replace(f"q={ROOT}", "")
        found |= {word for word in READERS if word in said}
        for link in LINK.findall(said):
            link = link.replace("&amp;", "&")
            if followed < most and link not in seen and not link.startswith("/static/"):
                followed += 1
                waiting.append(link)
    for path in _calls(story):
        answer = client.get(f"/api/v1/{path}", headers=bearer)
        world.made["GET"] += 1
        found |= {word for word in READERS if word in answer.get_data(as_text=True)}
    return found


def _documents(story: Story) -> list[int]:
    ids = (story.commitment, story.returned, story.plan, story.signed, story.typed)
    return [ident for ident in ids if ident]


def _about(story: Story) -> Iterable[str]:
    for ident in _documents(story):
        here = f"/documents/{ident}"
        yield here
        yield from (f"{here}/revisions/{n}" for n in (1, 2, "new", "1/compare/2"))
        yield f"{here}/review/new"
        yield f"{here}/files"
    for ident in _documents(story)[:1]:
        here = f"/documents/{ident}"
        yield from (f"{here}/revisions/2/print.{form}" for form in ("pdf", "docx"))
    if story.signed:
        yield f"/documents/{story.signed}/confirmation/new"
        yield from (
            f"/units/C6/proxies/{n}{part}" for n in story.members for part in ("", "/print.pdf")
        )
    yield from (f"/documents/{document}/files/{n}" for document, n in story.files)
    if story.meeting:
        here = f"/sittings/{story.meeting}"
        yield from (here, f"{here}/minutes.pdf", *(f"{here}/items/{n}" for n in story.lines))


def _calls(story: Story) -> Iterable[str]:
    yield from (f"{name}?limit=200" if name != "me" else name for name in LISTS)
    yield "tasks?state=done&limit=200"
    yield f"documents?q={ROOT}"
    for ident in _documents(story):
        for part in ("", "/history", "/revisions/1", "/revisions/2"):
            yield f"documents/{ident}{part}"
