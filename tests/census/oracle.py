"""Who may open what, said a second time and apart from the code that decides it.

Nothing of `workflows` or `views` is asked here. A login says its owner's post (`thammuu.b2`), the tree is
written down below, and what a document went through is read from the tables as it lies there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ANONYMOUS, SUSPENDED, ADMINISTRATOR = "", "s08", "quantri"

ROLES = {
    "anonymous": ANONYMOUS,
    "member": "s07",
    "cell secretary": "bithu.c1",
    "cell deputy": "phobithu.c1",
    "cell committee": "chiuy.c1",
    "base secretary": "bithu.b1",
    "base deputy": "phobithu.b1",
    "base advisor": "thammuu.b1",
    "base clerk": "vanthu.b1",
    "ward advisory body": "xaydungdang.phuong",
    "ward standing committee": "thuongvu.phuong",
    "ward inspector": "kiemtra.phuong",
    "province secretary": "bithu.tinh",
    "union chair": "chutich.cdphuong",
    "administrator": ADMINISTRATOR,
    "suspended": SUSPENDED,
    "secretary of a cell of three": "bithu.c7",
}

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
}  # fmt: skip
MEMBER_OF = {
    "s01": "C2", "s02": "C5", "s03": "C6", "s04": "C3", "s05": "C3", "s06": "C4",
    "s07": "C1", "s08": "C1", "s09": "C2", "s10": "C1", "s11": "C4", "s12": "C5",
    "dv1.c7": "C7", "dv2.c7": "C7",
}  # fmt: skip


NOTHING_FROM_THE_SECRETARY = ("C6",)  # of the demo: no commitment of his has been handed in
PARTIES = ("bithu.tinh", "vanthu.tinh")  # to the one delegation of the demo


@dataclass
class Paper:
    """A document as its rows tell."""

    id: int
    kind: str
    state: str
    unit: str
    author: str
    in_force: bool
    revisions: int
    reached: set[str] = field(default_factory=set)  # bodies it has come to
    decides: set[str] = field(default_factory=set)  # of those, the ones that decide
    climbed: set[tuple[str, str]] = field(default_factory=set)  # posts its open task climbed to


def in_the_house(login: str) -> bool:
    """Whether requests of this login are those of somebody logged in."""
    return login not in (ANONYMOUS, SUSPENDED)


def post(login: str) -> tuple[str, str] | None:
    """(role, unit) of the post that a login is named after."""
    name, _, place = login.partition(".")
    if name not in POSTS:
        return None
    return POSTS[name], "PHUONG-XDD" if name == "xaydungdang" else place.upper()


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
    return {held[1]} if held and held[1][0] == "C" and held[1][1:].isdigit() else set()


def inspected(login: str) -> set[str]:
    held = post(login)
    return down({held[1]}) if held and held[0] == "inspector" else set()


def up(units: set[str]) -> set[str]:
    found = set(units)
    for unit in units:
        while unit in SUPERIOR:
            unit = SUPERIOR[unit]
            found.add(unit)
    return found


def down(units: set[str]) -> set[str]:
    below = {u for u in UNITS if up({SERVES.get(u, u)}) & units}
    return below | units if units else set()


def sees(login: str, paper: Paper) -> bool:
    """Whether somebody may know of a document at all."""
    if not in_the_house(login):
        return False
    if paper.author == login or bodies(login) & paper.reached:
        return True
    if paper.kind != "commitment" and paper.unit in bodies(login) | inspected(login):
        return True
    held = post(login)
    if held is not None and (held[1], held[0]) in paper.climbed:
        return True
    standing = paper.kind == "plan" and paper.in_force
    return standing and paper.unit in up(bodies(login) | home(login))


def reads(login: str, paper: Paper) -> bool:
    """Whether who sees it may also read its text."""
    if paper.kind != "commitment" or paper.author == login:
        return True
    if paper.state in ("drafted", "withdrawn"):
        return False
    held = post(login)
    if held is None or held[0] in ("clerk", "inspector"):
        return False
    return bool(bodies(login) & paper.decides) or (held[1], held[0]) in paper.climbed


def is_cell(unit: object) -> bool:
    return isinstance(unit, str) and unit[0] == "C" and unit[1:].isdigit()


def types_for(login: str, cell: object) -> bool:
    """Whether somebody types for the members of a cell: its officers, and as no cell of the demo
    has a clerk, the clerk above."""
    held = post(login)
    if held is None or held[0] == "inspector":
        return False
    return held[1] == cell or (held[0] == "clerk" and SUPERIOR.get(str(cell)) == held[1])


def tells(login: str, unit: object) -> bool:
    """Whether somebody tells the people of a unit in person what waits for them."""
    held = post(login)
    if held is None:
        return False
    if held[1] == unit and held[0] in ("secretary", "deputy", "clerk"):
        return True
    return is_cell(unit) and held[0] == "clerk" and SUPERIOR.get(str(unit)) == held[1]


LOGIN_PAGE = {303}
HIDDEN = {404}


def expected(endpoint: str, method: str, policy: str, login: str, subject: object) -> set[int]:
    """The statuses that are right. POSTs are sent with a token, but empty, or with an old version."""
    if endpoint.startswith("api."):
        return _expected_of_the_api(method, policy, login, subject)
    if policy == "public":
        return _PUBLIC[endpoint](login)
    if not in_the_house(login):
        return LOGIN_PAGE
    if policy == "administrator":
        return _OFFICE if login == ADMINISTRATOR else HIDDEN
    if isinstance(subject, Paper):
        return _of_a_paper(endpoint, method, login, subject)
    if endpoint == "example.page":
        # The secretary goes first: the others of his cell read his section 3, once he handed it in.
        of_the_cell = subject in home(login) and post(login) != ("secretary", subject)
        return {200} if of_the_cell and subject not in NOTHING_FROM_THE_SECRETARY else HIDDEN
    if endpoint in _OF_A_MEMBER:
        return HIDDEN  # of somebody who is no member there
    if endpoint.startswith("proxies.") and is_cell(subject):
        return ({200} if method == "GET" else {422}) if types_for(login, subject) else HIDDEN
    if endpoint in _OF_CELLS:
        return HIDDEN
    if endpoint.startswith("in_person."):
        return ({200} if method == "GET" else {422}) if tells(login, subject) else HIDDEN
    if policy == "unit":
        reach = bodies(login)
        if endpoint in ("committee.index", "prints.matrix_xlsx"):
            reach = down(reach) | inspected(login)
        if endpoint in ("prints.reminder", "prints.letter"):
            # Only for the body directly above; without saying what is asked for there is no letter.
            if SUPERIOR.get(str(subject)) not in reach:
                return HIDDEN
            return {200} if endpoint == "prints.reminder" else {422}
        if endpoint.startswith("recorded.") and is_cell(subject) and types_for(login, subject):
            reach = reach | {str(subject)}  # the clerk above keeps the papers of a cell
        if subject not in reach:
            return HIDDEN
        if endpoint == "recorded.record":
            return {404}  # without saying what kind of paper it is
        if endpoint in _OF_A_LINE:
            return HIDDEN  # of a line of the register that is not there
        if endpoint in ("prints.book", "clerk.book"):
            return {200, 404}  # an empty register has no book
        return {200} if method == "GET" else {422}
    if policy in ("sitting", "sitting:keep"):
        return HIDDEN  # of a meeting that is not there; the others are `test_sitting_pages`
    if policy == "body":
        return _of_a_body(method, login, str(subject))
    if policy == "inspector":
        reach = inspected(login)
        return {200} if (subject in reach if subject else reach) else HIDDEN
    if endpoint == "delegations.revoke" and login in PARTIES:
        return {303, 422}
    if policy == "signed_in":
        return _SIGNED_IN.get(endpoint, {200} if method == "GET" else {303, 422})
    raise AssertionError(f"the oracle does not know the policy {policy!r} of {endpoint}")


_OF_A_MEMBER = ("proxies.write", "proxies.keep", "proxies.sign", "proxies.printed_form")
_OF_A_LINE = ("clerk.ask_void", "clerk.void", "clerk.printed", "clerk.filed")
_OF_CELLS = ("proxies.template", "proxies.preview", "proxies.keep_table")
_OFFICE = {200, 303, 400, 404, 422}  # 404: of a row that is not there
_PUBLIC = {
    "auth.login": lambda login: {303} if in_the_house(login) else {200},
    "auth.log_in": lambda login: {422, 429},
    "auth.enter": lambda login: {422},  # the demo's door, without saying as whom
    "health.healthz": lambda login: {200, 503},
    "preferences.language": lambda login: {303},
    "preferences.theme": lambda login: {303},
}
_SIGNED_IN = {
    "member.commitment": {302},
    "writing.begin": {404, 422},
    # Ids in these are of somebody else's session, token, delegation or notice.
    "auth.end_session": HIDDEN,
    "auth.end_token": HIDDEN,
    "delegations.revoke": HIDDEN,
    "notices.open_one": HIDDEN,
    "lists.page": HIDDEN,
    "lists.receive": HIDDEN,
    # Ids in these are of nothing at all; whose they may be is for `test_prints` and `test_exports`.
    "prints.minutes": HIDDEN,
    "prints.commitment_list": HIDDEN,
    "prints.commitment_list_xlsx": HIDDEN,
    "prints.fetch": HIDDEN,
}


def _of_a_body(method: str, login: str, unit: str) -> set[int]:
    """The meetings of a cell: for its officers and members, and the clerk directly above it."""
    held = post(login)
    keeps = held is not None and held[0] in ("secretary", "deputy", "committee", "clerk")
    own = held is not None and keeps and held[1] == unit
    types = held == ("clerk", SUPERIOR.get(unit))
    if is_cell(unit) and (own or types):
        return {200} if method == "GET" else {422}
    if unit in home(login):
        return {200} if method == "GET" else {403}
    if unit in inspected(login):  # where there was a meeting that he may look at
        return {200, 404} if method == "GET" else {403, 404}
    return HIDDEN


def _of_a_paper(endpoint: str, method: str, login: str, paper: Paper) -> set[int]:
    if not sees(login, paper):
        return HIDDEN
    if endpoint in ("files.download", "files.remove"):
        return HIDDEN  # of a file that is not there
    if endpoint in ("files.page", "files.add", "files.carry"):
        answer = {200} if method == "GET" else {409, 422}
        if endpoint == "files.carry":
            answer = {303, 403, 409}  # nothing to take along, no part in it, or an old page
        if paper.revisions > 1:
            return answer | HIDDEN
        return answer if reads(login, paper) else HIDDEN
    if endpoint.startswith("recorded."):  # of a paper written here, or an absent finding
        return HIDDEN | ({200} if method == "GET" else {409})
    if method == "POST":
        return {409, 422}  # an old page decides nothing
    if endpoint == "document.page":
        return {200}
    if endpoint == "compare.choose":
        return HIDDEN  # without saying what to compare
    if endpoint == "compare.amended":
        return {200, 404}  # whether the amended one may be read is for `test_compare`
    if endpoint in ("document.revision", "compare.page", "prints.document"):
        if paper.revisions > 1:
            return {200, 404}  # which of several one may read is for `test_scope`
        return {200} if reads(login, paper) else HIDDEN
    return {200, 403, 409}  # the form, why not, or that it waits no more


def _expected_of_the_api(method: str, policy: str, login: str, subject: object) -> set[int]:
    if policy == "public":
        return {200}
    if not in_the_house(login):
        return {401}
    if isinstance(subject, Paper):
        if not sees(login, subject):
            return HIDDEN
        return {200} if method == "GET" else {409, 422}
    return {200} if method == "GET" else {422}
