"""The demo's organisation, written down a second time: what a login says of its owner's post, who is
a member of which cell, and which body stands above which. Nothing of `workflows` is asked."""

from __future__ import annotations

ANONYMOUS, SUSPENDED, ADMINISTRATOR = "", "s08", "quantri"

SUPERIOR = {
    "PHUONG": "TINH", "B1": "PHUONG", "B2": "PHUONG", "B3": "PHUONG", "C7": "PHUONG",
    "C1": "B1", "C2": "B1", "C3": "B2", "C4": "B2", "C5": "B3", "C6": "B3",
    "CDPHUONG": "LDLD", "CDCS": "CDPHUONG",
}  # fmt: skip
SERVES = {"PHUONG-XDD": "PHUONG"}  # advisory body → the committee it is attached to
UNITS = sorted({*SUPERIOR, *SUPERIOR.values(), *SERVES})

POSTS = {
    "bithu": "secretary", "chutich": "secretary", "phobithu": "deputy", "phochutich": "deputy",
    "chiuy": "committee", "bch": "committee", "thuongvu": "standing", "vanthu": "clerk",
    "thammuu": "advisor", "canbo": "advisor", "xaydungdang": "advisor", "kiemtra": "inspector",
    "giamsat": "inspector",  # another of the same commission, who belongs to a cell below it
}  # fmt: skip
MEMBER_OF = {
    "s01": "C2", "s02": "C5", "s03": "C6", "s04": "C3", "s05": "C3", "s06": "C4",
    "s07": "C1", "s08": "C1", "s09": "C2", "s10": "C1", "s11": "C4", "s12": "C5",
    "dv1.c7": "C7", "dv2.c7": "C7", "giamsat.phuong": "C3",
}  # fmt: skip

OFFICES = {  # who sits in each body: the first letters of their logins
    **dict.fromkeys(("B1", "B2", "B3"), ("bithu", "phobithu", "thammuu", "vanthu")),
    **dict.fromkeys(("C1", "C2", "C3", "C4", "C5", "C6"), ("bithu", "phobithu", "chiuy")),
    "C7": ("bithu",),
    "PHUONG": ("bithu", "phobithu", "thuongvu", "vanthu", "kiemtra"),
    "TINH": ("bithu", "thuongvu", "vanthu", "kiemtra"),
    "CDCS": ("chutich", "phochutich", "bch"),
    "CDPHUONG": ("chutich", "canbo"),
    "LDLD": ("chutich", "canbo"),
}


def in_the_house(login: str) -> bool:
    """Whether requests of this login are those of somebody logged in."""
    return login not in (ANONYMOUS, SUSPENDED)


def post(login: str) -> tuple[str, str] | None:
    """(role, unit) of the post that a login is named after."""
    name, _, place = login.partition(".")
    if name not in POSTS:
        return None
    return POSTS[name], "PHUONG-XDD" if name == "xaydungdang" else place.upper()


def holder(role: str, unit: str | None) -> str | None:
    """The login of who holds this post there, if anybody does."""
    if unit is None:
        return None
    if role == "advisor" and unit == "PHUONG":
        return "xaydungdang.phuong"
    for name in OFFICES.get(unit, ()):
        if POSTS[name] == role:
            return f"{name}.{unit.lower()}"
    return None


def bodies(login: str) -> set[str]:
    """The bodies in whose work somebody takes part; an inspector in none."""
    held = post(login)
    if held is None or held[0] == "inspector":
        return set()
    return {held[1], SERVES.get(held[1], held[1])}


def home(login: str) -> set[str]:
    """The cell somebody belongs to as a member."""
    if login in MEMBER_OF:
        return {MEMBER_OF[login]}
    held = post(login)
    return {held[1]} if held and is_cell(held[1]) else set()


def inspected(login: str) -> set[str]:
    """The units somebody inspects: his own and all below."""
    held = post(login)
    return down({held[1]}) if held and held[0] == "inspector" else set()


def up(units: set[str]) -> set[str]:
    """These units and all above them."""
    found = set(units)
    for unit in units:
        while unit in SUPERIOR:
            unit = SUPERIOR[unit]
            found.add(unit)
    return found


def down(units: set[str]) -> set[str]:
    """These units and all below them, with the advisory bodies."""
    below = {u for u in UNITS if up({SERVES.get(u, u)}) & units}
    return below | units if units else set()


def is_cell(unit: object) -> bool:
    return isinstance(unit, str) and unit[0] == "C" and unit[1:].isdigit()


def level(unit: str) -> str:
    """The level of a unit, as the matrix tells its rows apart."""
    if is_cell(unit):
        return "cell"
    if unit in SERVES:
        return "advisory body"
    if unit.startswith(("CD", "LD")):
        return "union"
    return {"B": "base", "P": "ward", "T": "province"}[unit[0]]
