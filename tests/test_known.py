"""Objects that are made from plain rows behave as those that the ORM loads: the hot statements of an
act make theirs so, past the ORM's loaders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.document import Document
from models.person import Person
from models.post import Post
from models.queries.act import PERSON, held_at_body
from models.queries.locking import lock_document
from tests.cast import Office
from tests.support.statements import counted
from workflows.calendar import local_day


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()


@pytest.fixture
def plan(office: Office) -> int:
    """A submitted plan; the session knows nothing of it."""
    document = office.begin("plan", "Chi", "CELL")
    office.act(document, "submit", "Chi")
    ident = document.id
    db.session.remove()
    return ident


def columns_of(thing: object) -> dict[str, object]:
    names = sa.inspect(type(thing)).column_attrs.keys()  # type: ignore[union-attr]
    return {name: getattr(thing, name) for name in names}


def around(document: Document) -> list[object]:
    return [
        document,
        document.unit,
        document.author,
        document.definition,
        document.obligation,
        document.current,
        *document.stages,
    ]


def test_a_locked_document_is_the_one_that_the_orm_loads(plan: int) -> None:
    by_orm = [thing and columns_of(thing) for thing in around(db.session.get_one(Document, plan))]
    db.session.remove()
    with transaction():
        ours = lock_document(plan)
        with counted() as asked:
            found = around(ours)
            assert (ours.campaign.line, ours.campaign.ladder) == ("party", [])
        assert asked == []
        assert [thing and columns_of(thing) for thing in found] == by_orm
        assert [stage.position for stage in ours.stages] == list(range(len(ours.stages)))
        assert all(sa.inspect(thing).persistent for thing in found if thing)  # type: ignore[union-attr]
        assert db.session.get(Document, plan) is ours
        assert not db.session.dirty


def test_what_was_not_read_is_read_when_asked_for(plan: int) -> None:
    with transaction():
        document = lock_document(plan)
        with counted() as asked:
            assert document.current.content
            assert len(document.current.bases) == 1
            assert document.author.locale == "vi"
        assert len(asked) == 3


def test_a_change_is_written_and_a_rollback_forgets_it(plan: int) -> None:
    with transaction():
        lock_document(plan).title = "Tên khác"
    document = db.session.get_one(Document, plan)
    assert document.title == "Tên khác"
    with transaction() as session:
        lock_document(plan).author.full_name = "Người khác"
        session.flush()
        session.rollback()
    assert document.author.full_name == "Chi"


def test_a_lock_reads_anew_what_is_known_already(plan: int) -> None:
    with transaction():
        document = db.session.get_one(Document, plan)
        author, stage = document.author, document.stages[0]
        for change in (
            sa.update(Document).values(title="Mới"),
            sa.update(Person).values(full_name="Mới"),
            sa.update(type(stage)).values(state="reviewed"),
        ):
            db.session.connection().execute(change)
        assert lock_document(plan) is document
        assert (document.title, author.full_name, stage.state) == ("Mới", "Mới", "reviewed")
        assert document.author is author
        assert document.stages[0] is stage


def test_without_a_lock_what_is_known_stays(office: Office, plan: int) -> None:
    with transaction() as session:
        chi = session.scalars(sa.select(Person).where(Person.full_name == "Chi")).one()
        post = session.scalars(sa.select(Post).where(Post.person_id == chi.id)).one()
        session.expire(post)
        with session.no_autoflush:
            chi.full_name = "Chi mới"
            held = held_at_body(post.unit_id, local_day(office.now), office.now)
            mine = next(h for h in held if h.post.person_id == chi.id)
            assert mine.post is post
            assert mine.post.person is chi
        assert chi.full_name == "Chi mới"
        assert chi in session.dirty
    db.session.expire_all()
    assert chi.full_name == "Chi mới"


def test_no_row_is_no_object(office: Office) -> None:
    assert PERSON.of(db.session(), (None, None, None)) is None
    with pytest.raises(sa.exc.NoResultFound), transaction():
        lock_document(0)
