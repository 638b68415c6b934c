"""Whether what was filled in, and the text itself, satisfy the rules of an act: reasons, dates,
numbers, minutes, votes. Part of the reference; imports nothing of ours but its tables."""

from __future__ import annotations

from datetime import date

from tests.model.tables import ADVISORY, OVER, SYMBOL, Document, Given, Text, World

TYPE = {"plan": "KH", "report": "BC"}
REPORTS_FROM = date(2026, 3, 22)  # the last ten days of the first quarter


def sound(w: World, doc: Document, act: str, given: Given, *, meeting: bool = False) -> bool:
    text, reason = doc.texts[-1], len("".join((given.get("reason") or "").split())) >= 10
    match act:
        case "submit":
            return text.complete and (doc.kind != "report" or w.day >= REPORTS_FROM)
        case "return":
            return reason and given.get("reason_code") == "OTHER"
        case "withdraw":
            return reason and doc.in_force is None
        case "amend" | "request_amendment":
            return reason and not any(
                d.amends == doc.id and d.state not in OVER and d.in_force is None
                for d in w.documents.values()
            )
        case "revoke":
            return reason and given.get("decision") is not None
        case "report":
            above = doc.route[doc.stage + 1][0]
            return doc.kind == "commitment" or given.get("via") == ADVISORY.get(above)
        case "approve":
            later = doc.kind != "commitment" and doc.stage > 0  # an opinion, without a number
            return later or issued(w, doc, text, given, meeting)
    return True


def issued(w: World, doc: Document, text: Text, given: Given, meeting: bool) -> bool:
    """Whether a paper may get its date, its number and its signature."""
    on = given.get("dated_on") or text.dated_on or doc.dated_on
    if not text.complete or on is None or on > w.day:
        return False
    if doc.kind == "report":
        return on >= REPORTS_FROM and numbered(w, doc, given)
    if not given.get("minutes") or not carried(given["votes"], meeting=meeting):
        return False
    if doc.kind == "commitment":
        day = plan_of_the_cell(w, doc)
        return given.get("plan_adopted_here", False) or (day is not None and day <= on)
    return numbered(w, doc, given) and all(rests_on(w, basis, on) for basis in text.basis)


def carried(votes: tuple[int, int, int], *, meeting: bool) -> bool:
    """More for than against; of a meeting's own vote, more than half of those who may vote."""
    present, in_favour, against = votes
    adds_up = present >= 1 and in_favour + against <= present and in_favour > against
    return adds_up and (not meeting or in_favour * 2 > present)


def rests_on(w: World, basis: date | int, on: date) -> bool:
    if isinstance(basis, date):
        return basis <= on
    paper = w.documents[basis]
    return paper.alive and paper.dated_on is not None and paper.dated_on <= on


def numbered(w: World, doc: Document, given: Given) -> bool:
    number = given.get("number") or doc.number
    if number is None or not number.endswith(f"-{TYPE[doc.kind]}/{SYMBOL[doc.unit]}"):
        return False
    if doc.number is not None:
        return bool(number == doc.number)
    used = numbers_of(w, doc)  # the first begins anywhere, then one follows the other
    return not used or int(number.split("-")[0]) == max(used) + 1


def numbers_of(w: World, doc: Document) -> set[int]:
    kin = (d for d in w.documents.values() if (d.unit, d.kind) == (doc.unit, doc.kind))
    return {int(d.number.split("-")[0]) for d in kin if d.number is not None}


def next_number(w: World, doc: Document, leap: int = 0) -> str | None:
    """The number that follows in the series of this paper; None for a paper without one."""
    if doc.kind not in TYPE or doc.number:
        return doc.number
    n = max(numbers_of(w, doc), default=0) + 1 + leap
    return f"{n:02d}-{TYPE[doc.kind]}/{SYMBOL[doc.unit]}"


def plan_of_the_cell(w: World, doc: Document) -> date | None:
    """The date of the first plan in the chain that the unit's plan in force stands in."""
    plans = [
        d
        for d in w.documents.values()
        if d.kind == "plan" and d.unit == doc.unit and d.alive and d.dated_on
    ]
    if not plans:
        return None
    plan = min(plans, key=lambda d: (d.dated_on, d.id))
    while plan.amends is not None and w.documents[plan.amends].dated_on:
        plan = w.documents[plan.amends]
    return plan.dated_on
