"""What a new text begins with: title, period and theme as campaign and requirement say them."""

from __future__ import annotations

from models.campaign import Requirement
from models.person import Person
from models.unit import Unit
from views.places import Place
from workflows.sittings.notes import works_in_force
from workflows.sittings.roll import commitment_of
from workflows.symbols import TYPES, read

ROMAN = ("I", "II", "III", "IV")
PROPOSED_TITLES = {
    "plan": "Thực hiện %(directive)s và chuyên đề năm %(year)s “%(theme)s”",
    "report": "Kết quả thực hiện %(directive)s và chuyên đề năm %(year)s “%(theme)s”",
    "commitment": "Tu dưỡng, rèn luyện, phấn đấu năm %(year)s",
    "self_report": "Báo cáo cá nhân năm %(year)s",
}


def proposed_title(place: Place) -> str:
    if place.requirement is not None and place.requirement.type:
        return place.requirement.label_vi
    return PROPOSED_TITLES[place.kind] % {
        "directive": directive_words(place.campaign.directive),
        "year": place.campaign.year,
        "theme": theme_of(place),
    }


def directive_words(directive: str) -> str:
    """“Chỉ thị 05-CT/TW” also where only the number is kept."""
    symbol = read(directive).symbol
    if symbol is None or symbol.type not in TYPES:
        return directive
    return f"{TYPES[symbol.type][0].capitalize()} {directive}"


def period_of(requirement: Requirement | None) -> str:
    """The period a report of this requirement covers, as far as the requirement says it."""
    if requirement is None:
        return ""
    year = requirement.campaign.year
    if requirement.variant == "quarter":
        day = str((requirement.due or {}).get("date", ""))
        month = int(day[5:7]) if day[5:7].isdigit() else 0
        return f"Quý {ROMAN[(month - 1) // 3]}/{year}" if 1 <= month <= 12 else ""
    return {"half": f"6 tháng đầu năm {year}", "year": f"Năm {year}"}.get(requirement.variant, "")


def what_was_promised(person: Person, unit: Unit) -> str:
    """The works of the person's commitment in force, each with room for what became of it: where his
    own report begins."""
    document = commitment_of(person, unit)
    items = [item for item in works_in_force(document) if item.strip()]
    return "\n\n".join(f"Việc số {n}: {item}\nKết quả: " for n, item in enumerate(items, 1))


def theme_of(place: Place) -> str:
    own = next((t.theme for t in place.campaign.themes if t.unit_id == place.unit.id), None)
    return own or place.campaign.theme
