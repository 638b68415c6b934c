"""The content of the kinds: one exact shape each, whatever came in by form or by API.

plan        {text, tasks: [{person, task, deadline, result}], models: [text]}
commitment  {sections: {"1": text, "2": text, "3": [item, …], "4": text, "5": text, "6": text}}
report      {period, figures_as_of, results, shortcomings, next_tasks, indicators: {"I03": 12, …}}
self_report {period, results, shortcomings, next_tasks}

Figures are whole numbers; one with a fraction is kept as a decimal string ("97.5"), since a hash
must not depend on how a machine rounds. Whether the campaign has them, `workflows.indicators` asks. A
draft may be incomplete: what is absent becomes "" (or an empty list). What is there must be sound.
Completeness is a guard (`workflows.rules.completeness`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from workflows.indicators import CODE
from workflows.refusal import N_, Reason, Refused
from workflows.text import LINE, TEXT, clean, clean_line, parse_date

TASKS = MODELS = 100
ITEMS = 30  # line items of section 3
ITEM = 2_000  # letters of one of them
INDICATORS_MOST = 100
LARGEST = 10**12
WHOLE = 200_000  # letters of all texts of one content together

SECTIONS = ("1", "2", "3", "4", "5", "6")
TASK_FIELDS = ("person", "task", "deadline", "result")
REPORTED = ("results", "shortcomings", "next_tasks")  # the texts of a report, of a body or a person

_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+")  # 1.200, as written in Vietnamese
_PLAIN = re.compile(r"\d+([.,]\d+)?")


def works(content: dict[str, Any] | None) -> list[str]:
    """What a commitment lists as its works (section 3), in order; none where the text is erased."""
    return list((content or {}).get("sections", {}).get("3", []))


def clean_content(kind: str, raw: object) -> dict[str, Any]:
    """`raw` in the exact shape of its kind, texts in NFC, dates as ISO strings.

    Raises Refused (FORM) with every problem found, each with the place it is at.
    """
    shape = _SHAPES.get(kind)
    if shape is None:
        raise Refused(
            Reason(
                "FORM", N_("Loại văn bản “%(kind)s” chưa có trong hệ thống."), {"kind": _name(kind)}
            )
        )
    sieve = _Sieve()
    content = shape(sieve, sieve.mapping(raw, ""))
    if sieve.letters > WHOLE:
        sieve.add(
            N_("Nội dung quá dài (%(length)s chữ). Cần viết gọn trong %(limit)s chữ."),
            "",
            length=sieve.letters,
            limit=WHOLE,
        )
    if sieve.problems:
        raise Refused(*sieve.problems)
    return content


class _Sieve:
    """Takes values one by one, keeps every problem with its place, and goes on."""

    def __init__(self) -> None:
        self.problems: list[Reason] = []
        self.letters = 0

    def add(self, text: str, place: str, **params: object) -> None:
        self.problems.append(Reason("FORM", text, params, place=place or None))

    def mapping(self, raw: object, place: str) -> Mapping[str, Any]:
        if raw is None:
            return {}
        if isinstance(raw, Mapping):
            return raw
        self.add(
            N_("Chỗ này cần là một nhóm mục có tên. Hãy gửi lại theo mẫu của loại văn bản."), place
        )
        return {}

    def known(self, raw: Mapping[str, Any], keys: tuple[str, ...], place: str) -> None:
        for key in [key for key in raw if key not in keys][:10]:
            self.add(
                N_("Mục “%(key)s” không có trong mẫu. Cần bỏ mục này hoặc dùng: %(keys)s."),
                _at(place, _name(key)),
                key=_name(key),
                keys=", ".join(keys),
            )

    def items(self, raw: object, most: int, place: str) -> list[Any]:
        if raw is None:
            return []
        if not isinstance(raw, list | tuple):
            self.add(N_("Chỗ này cần là danh sách, mỗi mục một dòng."), place)
            return []
        if len(raw) > most:
            self.add(
                N_("Danh sách có %(count)s mục, nhiều nhất là %(limit)s. Cần gộp bớt."),
                place,
                count=len(raw),
                limit=most,
            )
            return []
        return list(raw)

    def line(self, raw: object, place: str) -> str:
        return self._try(lambda: clean_line(raw, limit=LINE, place=place))

    def text(self, raw: object, place: str, limit: int = TEXT) -> str:
        return self._try(lambda: clean(raw, limit=limit, place=place, multiline=True))

    def day(self, raw: object, place: str) -> str:
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return ""
        return self._try(lambda: parse_date(raw, place=place).isoformat())

    def figure(self, raw: object, place: str) -> int | str | None:
        """A number of zero or more, a fraction as a string; None where the field was left empty."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        value = _number(raw)
        if value is None or not 0 <= value <= LARGEST:
            self.add(N_("Số liệu này cần là một số từ 0 trở lên, ví dụ 12."), place)
            return None
        return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"

    def _try(self, work: Callable[[], str]) -> str:
        try:
            text = work()
        except Refused as refusal:
            self.problems.extend(refusal.reasons)
            return ""
        self.letters += len(text)
        return text


def _plan(sieve: _Sieve, raw: Mapping[str, Any]) -> dict[str, Any]:
    sieve.known(raw, ("text", "tasks", "models"), "")
    tasks = []
    for n, given in enumerate(sieve.items(raw.get("tasks"), TASKS, "tasks")):
        place = f"tasks.{n}"
        task = sieve.mapping(given, place)
        sieve.known(task, TASK_FIELDS, place)
        tasks.append(
            {
                "person": sieve.line(task.get("person"), f"{place}.person"),
                "task": sieve.text(task.get("task"), f"{place}.task", ITEM),
                "deadline": sieve.day(task.get("deadline"), f"{place}.deadline"),
                "result": sieve.text(task.get("result"), f"{place}.result", ITEM),
            }
        )
    models = [
        sieve.text(model, f"models.{n}", ITEM)
        for n, model in enumerate(sieve.items(raw.get("models"), MODELS, "models"))
    ]
    return {"text": sieve.text(raw.get("text"), "text"), "tasks": tasks, "models": models}


def _commitment(sieve: _Sieve, raw: Mapping[str, Any]) -> dict[str, Any]:
    sieve.known(raw, ("sections",), "")
    given = sieve.mapping(raw.get("sections"), "sections")
    sieve.known(given, SECTIONS, "sections")
    sections: dict[str, Any] = {}
    for key in SECTIONS:
        place = f"sections.{key}"
        if key == "3":
            sections[key] = [
                sieve.text(item, f"{place}.{n}", ITEM)
                for n, item in enumerate(sieve.items(given.get(key), ITEMS, place))
            ]
        else:
            sections[key] = sieve.text(given.get(key), place)
    return {"sections": sections}


def _self_report(sieve: _Sieve, raw: Mapping[str, Any]) -> dict[str, Any]:
    sieve.known(raw, ("period", *REPORTED), "")
    return {
        "period": sieve.line(raw.get("period"), "period"),
        **{key: sieve.text(raw.get(key), key) for key in REPORTED},
    }


def _report(sieve: _Sieve, raw: Mapping[str, Any]) -> dict[str, Any]:
    sieve.known(raw, ("period", "figures_as_of", *REPORTED, "indicators"), "")
    figures = sieve.mapping(raw.get("indicators"), "indicators")
    if len(figures) > INDICATORS_MOST:
        sieve.add(
            N_("Danh sách có %(count)s mục, nhiều nhất là %(limit)s. Cần gộp bớt."),
            "indicators",
            count=len(figures),
            limit=INDICATORS_MOST,
        )
        figures = {}
    indicators: dict[str, int | str] = {}
    for code, value in figures.items():
        place = f"indicators.{_name(code)}"
        if not isinstance(code, str) or not CODE.fullmatch(code):
            sieve.add(
                N_("Mã chỉ tiêu “%(code)s” chưa đúng dạng. Cần chữ I và hai chữ số, ví dụ I03."),
                place,
                code=_name(code),
            )
        elif (figure := sieve.figure(value, place)) is not None:
            indicators[code] = figure
    return {
        "period": sieve.line(raw.get("period"), "period"),
        "figures_as_of": sieve.day(raw.get("figures_as_of"), "figures_as_of"),
        **{key: sieve.text(raw.get(key), key) for key in REPORTED},
        "indicators": indicators,
    }


_SHAPES: dict[str, Callable[[_Sieve, Mapping[str, Any]], dict[str, Any]]] = {
    "plan": _plan,
    "commitment": _commitment,
    "report": _report,
    "self_report": _self_report,
}


def _number(raw: object) -> Decimal | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return Decimal(raw) if abs(raw) <= LARGEST else None
    if isinstance(raw, float):
        return Decimal(repr(raw)) if math.isfinite(raw) else None
    written = raw.strip() if isinstance(raw, str) else ""
    if len(written) > 20 or not written.isascii():
        return None
    if _GROUPED.fullmatch(written):
        return Decimal(written.replace(".", ""))
    return Decimal(written.replace(",", ".")) if _PLAIN.fullmatch(written) else None


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _name(key: object) -> str:
    """A foreign key as it may be repeated in a sentence."""
    text = "".join(letter if letter.isprintable() else "�" for letter in str(key)[:41])
    return text if len(text) <= 40 else text[:39] + "…"
