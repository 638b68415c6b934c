"""A text being written: from a form, or from a revision, into the shape that the engine takes.

The same object is shown again after a refusal, so what was typed, also wrongly, stays on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from flask_babel import gettext

from models.campaign import Campaign, Requirement
from models.document import Document, Revision
from models.kinds import PERSONAL
from views import present
from views.forms import Form, is_digits, whole
from workflows.content import INDICATORS_MOST, REPORTED, SECTIONS, TASK_FIELDS, clean_content
from workflows.indicators import CODE, offered
from workflows.prints.words import iso_day
from workflows.refusal import WorkflowError
from workflows.text import LINE

TITLE = 300
EMPTY_ROWS = {"tasks": 2, "models": 1, "items": 2}
PAPER = ("number", "dated_on", "issuer")
MOST_PAPERS = 20
FIGURE = "indicators."
OWN_TEXTS = ("period", *REPORTED)


@dataclass
class Draft:
    """Everything on an editing form, as strings."""

    kind: str
    title: str = ""
    dated_on: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    basis_ids: list[int] = field(default_factory=list)
    papers: list[dict[str, str]] = field(default_factory=list)
    form: Form = field(default_factory=lambda: Form({}))

    # -- from somewhere

    @classmethod
    def blank(cls, kind: str, *, title: str = "") -> Draft:
        draft = cls(kind, title=title, content=_strings(kind, {}))
        return draft.with_rows()

    @classmethod
    def of(cls, document: Document, revision: Revision) -> Draft:
        """The text of a revision, to be written on."""
        draft = cls(
            document.kind,
            title=revision.title,
            dated_on=present.day(revision.dated_on),
            content=_strings(document.kind, revision.content or {}),
            basis_ids=[b.document_id for b in revision.bases if b.document_id],
            papers=[
                {
                    "number": b.number or "",
                    "dated_on": present.day(b.dated_on),
                    "issuer": b.issuer or "",
                }
                for b in revision.bases
                if not b.document_id
            ],
        )
        return draft.with_rows()

    @classmethod
    def read(cls, kind: str, form: Form) -> Draft:
        """What a form was sent with; rows left wholly empty are dropped."""
        return cls(
            kind,
            title=form.raw("title"),
            dated_on=form.raw("dated_on"),
            content=_READERS[kind](form),
            basis_ids=[n for v in _all(form, "basis") if (n := whole(v)) is not None][:100],
            papers=_filled(form, "paper", PAPER)[:MOST_PAPERS],
            form=form,
        )

    # -- for the page

    def with_rows(self) -> Draft:
        """Room to write: a few empty rows where there are none."""
        if self.kind == "plan":
            self.content["tasks"] = self.content["tasks"] or [
                dict.fromkeys(TASK_FIELDS, "") for _ in range(EMPTY_ROWS["tasks"])
            ]
            self.content["models"] = self.content["models"] or [""] * EMPTY_ROWS["models"]
        if self.kind == "commitment":
            sections = self.content["sections"]
            sections["3"] = sections["3"] or [""] * EMPTY_ROWS["items"]
        return self

    def add(self, what: str) -> Draft:
        """One more empty row."""
        if what == "task":
            self.content["tasks"].append(dict.fromkeys(TASK_FIELDS, ""))
        elif what == "model":
            self.content["models"].append("")
        elif what == "item":
            self.content["sections"]["3"].append("")
        elif what == "paper":
            self.papers.append(dict.fromkeys(PAPER, ""))
        return self

    def remove(self, what: str) -> Draft:
        """Takes a row away: `task.2`, `model.0`, `item.1`, `paper.0`."""
        kind, _, place = what.partition(".")
        rows: list[Any] = {
            "task": self.content.get("tasks", []),
            "model": self.content.get("models", []),
            "item": self.content.get("sections", {}).get("3", []),
            "paper": self.papers,
        }.get(kind, [])
        n = whole(place, 3)
        if n is not None and n < len(rows):
            del rows[n]
        return self

    def take(self, what: str) -> Draft:
        """Puts a suggested number in its place: `paper.0.number=20-KH/TU`."""
        place, _, number = what.partition("=")
        _, _, row = place.removesuffix(".number").partition(".")
        n = whole(row, 3) if place == f"paper.{row}.number" else None
        if n is not None and n < len(self.papers):
            self.papers[n]["number"] = number[:LINE]
        return self

    def figures(self, campaign: Campaign, requirement: Requirement | None) -> list[tuple[str, str]]:
        """(code, words) of the figures that a report's form asks for; of other kinds none."""
        if self.kind != "report":
            return []
        written = [code for code in self.content["indicators"] if CODE.fullmatch(code)]
        return [
            (code, str(present.value_words(words)))
            for code, words in offered(campaign, requirement, written)
        ]

    # -- for the engine

    def clean(self) -> dict[str, Any]:
        """The inputs of `create` and `revise`; mistakes go into the form's errors."""
        form = self.form
        title = form.line(
            "title",
            # The title of a person's own paper is fixed; it is not asked.
            required=""
            if self.kind in PERSONAL
            else gettext("Chưa có trích yếu. Cần ghi văn bản nói về việc gì."),
            limit=TITLE,
        )
        day = form.day("dated_on")
        content: dict[str, Any] = {}
        try:
            content = clean_content(self.kind, self.content)
        except WorkflowError as refusal:
            form.refuse(refusal.reasons)
            if not form.errors:
                form.fail("title", present.sentence(refusal.reasons[0]))
        return {"title": title, "dated_on": day, "content": content, "basis": self.basis()}

    def basis(self) -> list[dict[str, Any]]:
        """What the text rests on, as the engine takes it."""
        chosen: list[dict[str, Any]] = [{"document": i} for i in self.basis_ids]
        for n, _ in enumerate(self.papers):
            paper = Form({f"paper.{n}.{key}": self.papers[n][key] for key in PAPER})
            missing = gettext("Văn bản ngoài hệ thống cần đủ số, ngày và cơ quan ban hành.")
            day = paper.day(f"paper.{n}.dated_on", required=missing)
            read = {
                "number": paper.line(f"paper.{n}.number", required=missing, limit=60),
                "dated_on": day.isoformat() if day else "",
                "issuer": paper.line(f"paper.{n}.issuer", required=missing),
            }
            for place, sentence in paper.errors.items():
                self.form.fail(place, sentence)
            if paper.ok:
                chosen.append(read)
        return chosen


def _all(form: Form, name: str) -> list[str]:
    several = getattr(form.source, "getlist", None)
    if several is not None:
        return list(several(name))
    return [form.raw(name)] if form.raw(name) else []


def _filled(form: Form, prefix: str, keys: tuple[str, ...]) -> list[dict[str, str]]:
    rows = [{key: form.raw(f"{prefix}.{n}.{key}") for key in keys} for n in form.rows(prefix)]
    return [row for row in rows if any(value.strip() for value in row.values())]


def _lines(form: Form, prefix: str) -> list[str]:
    values = (form.raw(f"{prefix}.{n}") for n in form.rows(prefix))
    return [value for value in values if value.strip()]


def _read_plan(form: Form) -> dict[str, Any]:
    return {
        "text": form.raw("text"),
        "tasks": _filled(form, "tasks", TASK_FIELDS),
        "models": _lines(form, "models"),
    }


def _read_commitment(form: Form) -> dict[str, Any]:
    items = [
        form.raw(name)
        for name in sorted(
            (n for n in form.source if n.startswith("sections.3.") and is_digits(n[11:])),
            key=lambda n: int(n[11:15]),
        )[:100]
    ]
    sections: dict[str, Any] = {key: form.raw(f"sections.{key}") for key in SECTIONS}
    sections["3"] = [item for item in items if item.strip()]
    return {"sections": sections}


def _read_report(form: Form) -> dict[str, Any]:
    keys = ("period", "figures_as_of", "results", "shortcomings", "next_tasks")
    figures = islice((n for n in form.source if n.startswith(FIGURE)), INDICATORS_MOST + 1)
    return {
        **{key: form.raw(key) for key in keys},
        "indicators": {name[len(FIGURE) :]: form.raw(name) for name in figures},
    }


def _read_self_report(form: Form) -> dict[str, Any]:
    return {key: form.raw(key) for key in OWN_TEXTS}


_READERS = {
    "plan": _read_plan,
    "commitment": _read_commitment,
    "report": _read_report,
    "self_report": _read_self_report,
}


def _strings(kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Stored content as the strings a form shows: days as an office writes them, plain figures."""
    if kind == "plan":
        return {
            "text": content.get("text", ""),
            "tasks": [
                {
                    **dict.fromkeys(TASK_FIELDS, ""),
                    **task,
                    "deadline": iso_day(task.get("deadline")),
                }
                for task in content.get("tasks", [])
            ],
            "models": list(content.get("models", [])),
        }
    if kind == "commitment":
        sections = content.get("sections", {})
        shown: dict[str, Any] = {key: sections.get(key, "") for key in SECTIONS}
        shown["3"] = list(sections.get("3", []) or [])
        return {"sections": shown}
    if kind == "self_report":
        return {key: content.get(key, "") for key in OWN_TEXTS}
    return {
        **{
            key: content.get(key, "") for key in ("period", "results", "shortcomings", "next_tasks")
        },
        "figures_as_of": iso_day(content.get("figures_as_of")),
        "indicators": {
            code: "" if value is None else str(value).replace(".", ",")
            for code, value in content.get("indicators", {}).items()
        },
    }
