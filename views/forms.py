"""What was typed, kept as typed, and what is wrong with it, field by field.

Names of fields are places: `tasks.2.deadline` is the deadline of the third task, in the form, in
the errors, and in the reasons that the rules give back. Nothing typed is ever lost: a refused form
shows the raw text again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from flask import request
from flask_babel import gettext

from views import present
from workflows.act import Votes
from workflows.refusal import Reason, WorkflowError
from workflows.text import LINE, TEXT, clean, parse_date

MOST_ROWS = 100
FIGURE = 9  # digits of a count
ID = 18  # digits of an id; the columns hold every number of so many


def is_digits(text: str) -> bool:
    """Whether `int` reads this as a plain number: "²" is a digit to Python, and no number."""
    return text.isascii() and text.isdigit()


def whole(text: str, digits: int = ID) -> int | None:
    """The whole number from nought up that stands there, of at most so many digits; else None."""
    return int(text) if is_digits(text) and len(text) <= digits else None


def after_id() -> int | None:
    """The id that the page before ended with (`?after=`); None on the first page, and for what is
    no id."""
    return whole(request.args.get("after", ""))


class Form:
    """Reads the fields of a submitted form and gathers every mistake, not only the first."""

    def __init__(self, source: Mapping[str, str]):
        self.source = source
        self.errors: dict[str, str] = {}

    # -- what to show again

    def raw(self, name: str) -> str:
        """The field as typed, also what cannot be stored."""
        return self.source.get(name) or ""

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    @property
    def ok(self) -> bool:
        return not self.errors

    def fail(self, name: str, sentence: str) -> None:
        self.errors.setdefault(name, sentence)

    def refuse(self, reasons: Iterable[Reason]) -> None:
        """Puts the reasons that name a field beside it."""
        for reason in reasons:
            if reason.place:
                self.fail(reason.place, present.sentence(reason))

    # -- what was meant

    def line(self, name: str, *, required: str = "", limit: int = LINE) -> str:
        """One line of text; `required` is the sentence said when it is empty."""
        return self._text(name, required=required, limit=limit, multiline=False)

    def text(self, name: str, *, required: str = "", limit: int = TEXT) -> str:
        """A text with paragraphs."""
        return self._text(name, required=required, limit=limit, multiline=True)

    def _text(self, name: str, *, required: str, limit: int, multiline: bool) -> str:
        try:
            value = clean(self.source.get(name), limit=limit, place=name, multiline=multiline)
        except WorkflowError as refusal:
            self.fail(name, present.sentence(refusal.reasons[0]))
            return ""
        if not value and required:
            self.fail(name, required)
        return value

    def _typed(self, name: str, required: str) -> str:
        typed = self.raw(name).strip()
        if not typed and required:
            self.fail(name, required)
        return typed

    def day(self, name: str, *, required: str = "") -> date | None:
        """A day as an office writes it, 17/03/2026, or as a browser sends it, 2026-03-17."""
        typed = self._typed(name, required)
        if not typed:
            return None
        try:
            return parse_date(typed, place=name)
        except WorkflowError as refusal:
            self.fail(name, present.sentence(refusal.reasons[0]))
            return None

    def count(self, name: str, *, required: str = "") -> int | None:
        """A whole number from nought up; dots and blanks between thousands are allowed."""
        typed = self._typed(name, required)
        if not typed:
            return None
        count = whole(typed.replace(".", "").replace(" ", "").replace("\u00a0", ""), FIGURE)
        if count is None:
            self.fail(
                name,
                gettext("Ô này cần một số nguyên từ 0 trở lên, tối đa %(n)s chữ số.", n=FIGURE),
            )
        return count

    def votes(self) -> Votes | None:
        """Present, for and against, all three or none."""
        names = ("votes.present", "votes.for", "votes.against")
        if not any((self.source.get(name) or "").strip() for name in names):
            return None
        missing = gettext("Cần ghi đủ ba số: được biểu quyết, tán thành, không tán thành.")
        present_, in_favour, against = (self.count(name, required=missing) for name in names)
        if present_ is None or in_favour is None or against is None:
            return None
        return Votes(present_, in_favour, against)

    def seen(self) -> tuple[int, int]:
        """The revision and version the page showed; a damaged field counts as stale."""
        return self.version("revision"), self.version()

    def version(self, name: str = "version") -> int:
        """The version the page showed; -1 for a damaged field, which counts as stale."""
        shown = whole(self.raw(name), FIGURE)
        return -1 if shown is None else shown

    # -- rows

    def rows(self, prefix: str) -> list[int]:
        """The numbers of the rows a form was sent with: `tasks.0.task`, `tasks.3.task` → [0, 3]."""
        found = set()
        for name in self.source:
            parts = name.split(".")
            if len(parts) < 2 or parts[0] != prefix:
                continue
            if (n := whole(parts[1], 3)) is not None:
                found.add(n)
        return sorted(found)[:MOST_ROWS]

    def problems(self, reasons: Iterable[Reason] = ()) -> list[dict[str, str]]:
        """Everything wrong, for the summary on top: fields first, then what concerns the whole."""
        listed = present.reason_list(reasons)
        said = {item["text"] for item in listed}
        fields = []
        for name, sentence in self.errors.items():
            if sentence not in said:
                said.add(sentence)
                fields.append({"place": name, "text": sentence, "rule": ""})
        return fields + listed
