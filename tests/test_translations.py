"""The words of the interface: Vietnamese in the code, English in translations/en.

The catalogue must say everything the code says, and nothing else; real pages asked for in English
must hold no Vietnamese but what people and organisations are called.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext, ngettext

from config import ROOT
from models.base import db, transaction
from models.campaign import Campaign
from models.document import Document
from models.person import Person
from models.post import Post
from models.unit import Unit, UnitPeriod
from workflows.recorded.signed_words import SIGNED

ENGLISH = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "gettext": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%\((\w+)\)[a-z]|%%|\{\w+\}")
TAG = re.compile(r"</?(?:a|b|br|code|em|i|p|q|small|span|strong)\b[^>]*>")
VIETNAMESE = re.compile("[À-ÖØ-öø-ỹ]")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def said() -> dict[Any, str]:
    """Every sentence the code marks, and one file that says it."""
    with (ROOT / "translations" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    return {
        text: file
        for file, _, text, _, _ in extract_from_dir(
            ROOT, methods, options, keywords=KEYWORDS, strip_comment_tags=True
        )
    }


def entries(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def forms(words: Any) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


def test_what_is_said_otherwise_of_a_signed_paper_is_what_a_rule_says(
    said: dict[Any, str],
) -> None:
    assert SIGNED.keys() <= said.keys(), "a rule's sentence was worded anew"


def test_every_sentence_is_in_english_and_nothing_else_is(
    catalogue: Catalog, said: dict[Any, str]
) -> None:
    held = {message.id for message in entries(catalogue)}
    missing = {text: file for text, file in said.items() if text not in held}
    assert not missing, "run `make translations`, then fill in the new ones"
    assert not held - said.keys(), "no longer in the code; run `make translations`"
    assert not catalogue.obsolete


def test_every_entry_is_filled_in(catalogue: Catalog) -> None:
    empty = [m.id for m in entries(catalogue) if not all(forms(m.string)) or not m.string]
    assert not empty
    assert not [m.id for m in entries(catalogue) if m.fuzzy]
    for message in entries(catalogue):
        assert len(forms(message.string)) == (2 if message.pluralizable else 1), message.id


def test_places_and_tags_are_kept(catalogue: Catalog) -> None:
    for message in entries(catalogue):
        source = forms(message.id)[0]
        for words in filter(None, forms(message.string)):
            assert sorted({m[0] for m in PLACE.finditer(words)}) == sorted(
                {m[0] for m in PLACE.finditer(source)}
            ), message.id
            assert sorted(TAG.findall(words)) == sorted(TAG.findall(source)), message.id
            # A space or a colon at the end joins what follows.
            assert words[-1:].isspace() == source[-1:].isspace(), message.id


def test_english_holds_no_vietnamese_but_examples(catalogue: Catalog) -> None:
    """Examples of what to type stay as they are typed: after “for example”, in quotes, as symbols."""
    example = re.compile(
        r"(for example|For example|[Ww]rite it like)[^.]*|“[^”]*”|[\d-]*[A-ZĐ]+[-/][A-ZĐ]+"
        r"|Quý [IV]+/\d{4}|Duyệt"
    )
    for message in entries(catalogue):
        for words in forms(message.string):
            assert not VIETNAMESE.search(example.sub("", words)), words


def labels(value: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        if "vi" in value or "en" in value:
            yield where, value
        for key, inner in value.items():
            yield from labels(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from labels(inner, f"{where}[{n}]")


@pytest.mark.parametrize(
    "path",
    sorted([*(ROOT / "workflows" / "definitions").glob("*.toml"), *ROOT.glob("campaigns/*.toml")]),
    ids=lambda path: path.stem,
)
def test_labels_of_definitions_and_campaigns_speak_both(path: Path) -> None:
    found = list(labels(tomllib.loads(path.read_text()), path.stem))
    assert found
    for where, words in found:
        assert words.get("vi", "").strip(), where
        assert words.get("en", "").strip(), where
        assert not VIETNAMESE.search(words["en"]), where
        assert sorted(PLACE.findall(words["vi"])) == sorted(PLACE.findall(words["en"])), where


# -- pages ------------------------------------------------------------------------------------------


@pytest.fixture
def app(app: Flask, catalogue: Catalog, tmp_path: Path) -> Flask:
    """The application with the catalogue as it is in the sources, compiled or not."""
    folder = tmp_path / "translations" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    app.extensions["babel"].translation_directories = [str(tmp_path / "translations")]
    return app


@pytest.mark.databases("sqlite")
def test_vietnamese_is_the_source_and_needs_no_catalogue(app: Flask) -> None:
    with app.test_request_context():
        with force_locale("vi"):
            assert gettext("Việc cần làm") == "Việc cần làm"
            for count in (0, 1, 2):
                words = ngettext("%(num)s đơn vị", "%(num)s đơn vị", count)
                assert words == f"{count} đơn vị"
        with force_locale("en"):
            assert gettext("Việc cần làm") == "To do"
            assert ngettext("%(num)s đơn vị", "%(num)s đơn vị", 1) == "1 unit"
            assert ngettext("%(num)s đơn vị", "%(num)s đơn vị", 2) == "2 units"


class Reader(HTMLParser):
    """What a page says: its text and its spoken attributes, but not what is marked `lang="vi"`,
    what was typed into a form, or what is quoted from a person."""

    SILENT = ("script", "style", "textarea", "q", "ins", "del")
    SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-label")
    VOID = ("meta", "link", "input", "br", "hr", "img", "use", "path", "col", "rect", "circle")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        hidden = tag in self.SILENT or (tag != "html" and given.get("lang") == "vi")
        if not hidden and not self.hidden():
            self.words += [given[name] or "" for name in self.SPOKEN if name in given]
        if tag not in self.VOID:
            self.open.append((tag, hidden))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.hidden():
            self.words.append(" ".join(data.split()))

    def hidden(self) -> bool:
        return any(hidden for _, hidden in self.open)


def own_names() -> set[str]:
    """What stays Vietnamese in an English page: names, titles, numbers, all of them data."""
    columns = (
        *(Person.full_name, Person.job, Post.title, UnitPeriod.name),
        *(Unit.name, Unit.name_en, Unit.body, Unit.body_en, Unit.place, Unit.symbol),
        *(Document.title, Document.number, Campaign.title, Campaign.theme),
    )
    names = {name for column in columns for name in db.session.scalars(sa.select(column)) if name}
    return names | {"Duyệt", "Tiếng Việt"}


def leftovers(page: str, names: set[str]) -> list[str]:
    """The pieces of a page that are still Vietnamese."""
    reader = Reader()
    reader.feed(page)
    known = re.compile("|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)))
    # Examples of what to type, such as a document's number, are shown as they are typed.
    example = re.compile(r"[Ff]or example[^.]*|“[^”]*”|\d+-[A-ZĐ]+/[A-ZĐ]*")
    return [w for w in reader.words if VIETNAMESE.search(example.sub("", known.sub("", w)))]


def ids_twice(page: str) -> list[str]:
    """What two elements of a page are both called: a link there would reach only the first."""
    return [
        name for name, times in Counter(re.findall(r' id="([^"]+)"', page)).items() if times > 1
    ]


TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def enter(client: FlaskClient, login: str) -> None:
    token = TOKEN.search(client.get("/login").text)
    assert token
    answer = client.post("/enter", data={"csrf_token": token[1], "as": login})
    assert answer.status_code == 303


def in_english(app: Flask) -> set[str]:
    """Everybody reads English from now on; the names that stay."""
    with app.app_context():
        with transaction() as session:
            session.execute(sa.update(Person).values(locale="en"))
        return own_names()


@pytest.mark.databases("sqlite")
def test_the_login_page_changes_its_language(app: Flask, client: FlaskClient) -> None:
    page = client.get("/login").text
    assert "Đăng nhập" in page
    token = TOKEN.search(page)
    assert token
    chosen = {"csrf_token": token[1], "language": "en", "next": "/login"}
    client.post("/preferences/language", data=chosen)
    page = client.get("/login").text
    assert '<html lang="en">' in page
    assert "Log in" in page
    assert not leftovers(page, {"Duyệt", "Tiếng Việt"})


@pytest.mark.databases("sqlite")
@pytest.mark.data("organisation")
@pytest.mark.parametrize(
    ("login", "addresses"),
    [
        (
            "bithu.c1",
            "/ /menu /me /account /delegations /documents /documents/new /notifications /units "
            "/units/C1 /units/C1/commitments /units/C1/register",
        ),
        ("bithu.phuong", "/ /units/PHUONG /units/PHUONG/obligations /units/PHUONG/register"),
        ("kiemtra.phuong", "/inspection /inspection/C1/log"),
        ("s01", "/ /me /me/commitment /nowhere"),
        (
            "quantri",
            "/administrator/ /administrator/accounts /administrator/people "
            "/administrator/people/new /administrator/units/new /administrator/units/C1 "
            "/administrator/calendar /administrator/delegations /administrator/system",
        ),
    ],
)
def test_pages_in_english_have_no_vietnamese_left(
    app: Flask, client: FlaskClient, login: str, addresses: str
) -> None:
    names = in_english(app)
    enter(client, login)
    for address in addresses.split():
        page = client.get(address, follow_redirects=True)
        assert page.status_code in (200, 404), address
        assert not leftovers(page.text, names), address
        assert not ids_twice(page.text), address


@pytest.mark.databases("sqlite")
@pytest.mark.data("demo")
def test_documents_in_english_keep_only_their_own_words(app: Flask, client: FlaskClient) -> None:
    names = in_english(app)
    with app.app_context():
        ids = list(db.session.scalars(sa.select(Document.id).order_by(Document.id)))
    enter(client, "bithu.c1")
    seen = 0
    for document_id in ids[:: max(1, len(ids) // 20)]:
        page = client.get(f"/documents/{document_id}")
        if page.status_code == 200:
            seen += 1
            assert not leftovers(page.text, names), document_id
            assert not ids_twice(page.text), document_id
    assert seen
