"""A form that asks for one act: what was typed, what is wrong with it, and the act itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from models.base import db, transaction
from models.person import Person
from models.unit import Unit, unit_by_code
from views.forms import Form, whole
from workflows.refusal import Reason, WorkflowError
from workflows.sorting import search_fold
from workflows.text import LINE

FOUND = 50


class Sheet(Form):
    """A `Form` that also keeps why the act was refused."""

    def __init__(self, source: Mapping[str, str] | None = None):
        super().__init__(source or {})
        self.reasons: list[Reason] = []

    @property
    def wrong(self) -> list[dict[str, str]]:
        """Everything wrong, for the summary on top of the form."""
        return self.problems(self.reasons)

    def wrong_under(self, prefix: str) -> list[dict[str, str]]:
        """As `wrong`, where the ids of the form's fields begin with this: a page of several forms."""
        return [
            {**one, "place": prefix + one["place"]} if one["place"] else one for one in self.wrong
        ]

    def attempt(self, act: Callable[[Session], Any]) -> bool:
        """Runs `act` in a transaction unless a field is wrong; False when nothing was done."""
        if not self.ok:
            return False
        try:
            with transaction() as session:
                act(session)
        except WorkflowError as refusal:
            self.reasons = refusal.reasons
            self.refuse(refusal.reasons)
            return False
        except sa.exc.IntegrityError:
            self.fail("", gettext("Có người vừa ghi cùng lúc. Tải lại trang rồi ghi lại."))
            return False
        return True

    def ticked(self, name: str) -> bool:
        return bool(self.source.get(name))

    def chosen(self, name: str) -> list[str]:
        """All values ticked under one name."""
        getlist = getattr(self.source, "getlist", None)
        return list(getlist(name)) if getlist else []

    # Where a field is required, what these return is only None when the form is wrong already, and
    # then `attempt` does nothing. Types cannot say that, so they are not asked to.

    def day(self, name: str, *, required: str = "") -> Any:
        """A day; see `Form.day`."""
        return super().day(name, required=required)

    def unit(self, name: str, *, required: str = "") -> Any:
        """The unit whose code was typed: "B1", also with its name behind it."""
        code = self.line(name, required=required).split(" ")[0].upper()
        if not code:
            return None
        unit = unit_by_code(code)
        if unit is None:
            self.fail(
                name, gettext("Chưa có đơn vị mang mã “%(code)s”. Xem lại mã.", code=self.raw(name))
            )
        return unit

    def person(self, name: str, *, required: str = "") -> Any:
        """The person whose id was chosen."""
        typed = self.line(name, required=required)
        if not typed:
            return None
        person_id = whole(typed)
        person = db.session.get(Person, person_id) if person_id is not None else None
        if person is None:
            self.fail(name, gettext("Chọn một người trong danh sách."))
        return person


def find_people(query: str, *, after: str = "", limit: int = FOUND) -> list[Person]:
    """People whose name holds every word of the query, diacritics or not, by given name."""
    rows = sa.select(Person).order_by(Person.sort_key, Person.id).limit(limit)
    for word in search_words(query):
        rows = rows.where(Person.search_fold.contains(word, autoescape=True))
    if after:
        key, _, last = after.rpartition(".")
        key = key if key.isascii() and key.isalnum() else ""
        same = sa.and_(Person.sort_key == key, Person.id > (whole(last) or 0))
        rows = rows.where(sa.or_(Person.sort_key > key, same))
    return list(db.session.scalars(rows))


def search_words(query: str) -> list[str]:
    """The words of a query as they are searched; what cannot be stored is never found either."""
    return search_fold("".join(c for c in query[:LINE] if c.isprintable())).split()


def find_units(query: str) -> list[Unit]:
    """Units whose name or code holds every word of the query, with or without diacritics."""
    rows = sa.select(Unit).order_by(Unit.sort_key, Unit.id).limit(FOUND)
    for word in search_words(query):
        rows = rows.where(Unit.search_fold.contains(word, autoescape=True))
    return list(db.session.scalars(rows))
