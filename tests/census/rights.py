"""The domain's rules of who may know what, said a second time and apart from the code that decides it
(domain §00, §1.1, §3; design §1, §3). Each is a short sentence about a login and what lies in the rows.
"""

from __future__ import annotations

from typing import Any

from tests.census.organisation import (
    SERVES,
    SUPERIOR,
    bodies,
    home,
    in_the_house,
    inspected,
    is_cell,
    post,
    up,
)
from tests.census.subjects import Late, Listing, Meeting, Paper, Subject

# The secretary goes first: the others of his cell read his section 3 once he handed it in. In these
# cells of the demo no commitment of his has been.
NOTHING_FROM_THE_SECRETARY = ("C6",)


# ---- a paper


def sees(login: str, paper: Paper) -> bool:
    """Whether somebody may know of a document at all."""
    if not in_the_house(login):
        return False
    return takes_part(login, paper) or follows(login, paper)


def takes_part(login: str, paper: Paper) -> bool:
    """Its author; the bodies it has come to; of plans and reports the issuer's office, whoever had
    a hand in them and the inspectors above; of a sheet typed off also the typist; whoever it has
    climbed to."""
    if paper.author == login or bodies(login) & paper.reached or climbed_to(login, paper):
        return True
    if paper.kind == "commitment":
        return paper.state == "signed, unconfirmed" and login in paper.writers
    return paper.unit in bodies(login) | inspected(login) or login in paper.writers


def follows(login: str, paper: Paper) -> bool:
    """A plan in force is the basis of all below it."""
    return paper.kind == "plan" and paper.in_force and paper.unit in up(bodies(login) | home(login))


def climbed_to(login: str, paper: Paper) -> bool:
    """Whether what waits for somebody in vain has climbed to this post."""
    held = post(login)
    return held is not None and (held[1], held[0]) in paper.climbed


def reads(login: str, paper: Paper, n: int) -> bool:
    """Whether who sees it may also read its text number `n`."""
    if not sees(login, paper) or not 0 < n <= paper.revision:
        return False
    if paper.author == login:
        return True
    if paper.kind == "commitment":
        return n in paper.handed_in and decides(login, paper)
    of_the_issuer = paper.unit in bodies(login) | inspected(login)
    if of_the_issuer or login in paper.writers or climbed_to(login, paper):
        return True
    if takes_part(login, paper):
        return n in paper.approved
    return n == paper.in_force_revision


def reads_some(login: str, paper: Paper) -> bool:
    """Whether he may read any of its texts."""
    return any(reads(login, paper, n) for n in range(1, paper.revision + 1))


def decides(login: str, paper: Paper) -> bool:
    """A commitment's text is for those who decide it, from the day it is handed in; not for clerks,
    nor above, where only the list goes. A signed sheet is for those who compare it."""
    if paper.state == "signed, unconfirmed":
        compares = paper.unit in bodies(login) or login in paper.writers
        return compares or climbed_to(login, paper)
    if paper.state in ("drafted", "withdrawn", "typed, unconfirmed"):
        return False
    held = post(login)
    if held is None or held[0] in ("clerk", "inspector"):
        return False
    return bool(bodies(login) & paper.decides) or climbed_to(login, paper)


# ---- an act on a paper

AUTHOR_S = ("submit", "revise", "withdraw", "amend")  # of a commitment: nobody writes for another
ISSUER_S = ("submit", "revise", "withdraw", "amend", "archive")
STAGE_S = ("review", "return", "approve", "report")
PAPER_S = ("correct", "confirm", "explain")  # of what was signed outside


def has_no_part(login: str, paper: Paper, act: str) -> bool:
    """Whether this act is certainly not his, whatever else holds: it belongs to the author, to the
    issuer's office, to the body at whose stage it is, or to the one above."""
    if climbed_to(login, paper) or acts_for_the_absent(login, paper):
        return False
    mine = bodies(login)
    if paper.kind == "commitment":
        if act in AUTHOR_S and "signed" not in paper.state:
            return login != paper.author
        if act in ("explain", "confirm") and login == paper.author:
            return False
        return not mine & ({paper.at, paper.unit} | paper.following | _above(paper))
    if act in ISSUER_S or act in PAPER_S:
        typed = login == paper.author or login in paper.writers
        return paper.unit not in mine and not typed and not keeps_papers(login, paper)
    if act in STAGE_S:
        return paper.at not in mine
    return not mine & ({paper.unit, paper.at} | paper.following | _above(paper))


def _above(paper: Paper) -> set[str]:
    return {SUPERIOR[str(paper.unit)]} if paper.unit in SUPERIOR else set()


def keeps_papers(login: str, subject: Subject) -> bool:
    """The clerk directly above keeps the signed papers of a cell without a clerk."""
    return is_cell(subject.unit) and post(login) == ("clerk", SUPERIOR.get(str(subject.unit)))


def acts_for_the_absent(login: str, paper: Paper) -> bool:
    """Where a body has nobody left for an act, the one above steps in."""
    return bool(bodies(login) & {SUPERIOR.get(paper.at), SUPERIOR.get(str(paper.unit))})


# ---- a file beside a paper


def opens_file(login: str, paper: Paper) -> bool:
    """Exactly who reads the text beside which it lies."""
    return paper.file_beside is not None and reads(login, paper, paper.file_beside)


# ---- a meeting


def keeps_meetings(login: str, unit: object) -> bool:
    """Its officers, and as no cell of the demo has a clerk, the clerk directly above it."""
    held = post(login)
    if held is None or not is_cell(unit):
        return False
    own = held[1] == unit and held[0] in ("secretary", "deputy", "committee", "clerk")
    return own or held == ("clerk", SUPERIOR.get(str(unit)))


def knows_of(login: str, meeting: Meeting) -> bool:
    """Who keeps its papers, presided or wrote; once it is confirmed, who sat in it and who inspects."""
    if keeps_meetings(login, meeting.unit) or login in (meeting.chair, meeting.taker):
        return True
    return meeting.confirmed and (login in meeting.sat or meeting.unit in inspected(login))


def reads_minutes(login: str, meeting: Meeting) -> bool:
    """They name whose paper was sent back: for who keeps them and who was there."""
    inside = keeps_meetings(login, meeting.unit) or login in (meeting.chair, meeting.taker)
    return knows_of(login, meeting) and (inside or login in meeting.sat)


def reads_item(login: str, meeting: Meeting) -> bool:
    """The text of a commitment before the meeting: who knows of the meeting and reads that text."""
    paper = meeting.paper
    return (
        knows_of(login, meeting)
        and paper is not None
        and reads(login, paper, meeting.paper_revision)
    )


# ---- a unit and what it keeps


def works_at(login: str, subject: Subject) -> bool:
    """In the unit itself or in the advisory body that serves it."""
    return subject.unit in bodies(login)


def looks_down_on(login: str, subject: Subject) -> bool:
    """What the units below owe is for the bodies above them and their inspectors."""
    from tests.census.organisation import down

    return subject.unit in down(bodies(login)) | inspected(login)


def writes_to(login: str, subject: Subject) -> bool:
    """Letters of reminder come from the body directly above."""
    return SUPERIOR.get(SERVES.get(str(subject.unit), str(subject.unit))) in bodies(login) and (
        subject.unit not in SERVES
    )


def inspects(login: str, subject: Subject) -> bool:
    return subject.unit in inspected(login)


def traces(login: str, paper: Paper) -> bool:
    """The history of plans and reports is for the inspectors above; of what somebody has handed in of
    his own only for the team of an inspection that is open there: the demo's, of C4."""
    if paper.kind in ("plan", "report"):
        return inspects(login, paper)
    own = ("drafted", "withdrawn", "signed, unconfirmed", "typed, unconfirmed")
    return login == "kiemtra.phuong" and paper.unit == "C4" and paper.state not in own


def carries_out(login: str, inspection: Subject) -> bool:
    """The ward's commission carries out every inspection of this world; but none of his own cell does
    an inspector who belongs to it."""
    return post(login) == ("inspector", "PHUONG") and inspection.unit not in home(login)


def knows_inspection(login: str, inspection: Subject) -> bool:
    """Who carries it out; once it is announced who leads the inspected unit."""
    if carries_out(login, inspection):
        return True
    held = post(login)
    leads = held is not None and held[0] in ("secretary", "deputy") and held[1] == inspection.unit
    return leads and inspection.state != "ordered"


def reads_in_it(login: str, inspection: Subject) -> bool:
    """Texts only for the team, only from the announcement to the conclusion."""
    return login == "kiemtra.phuong" and inspection.state == "under way"


def sees_what_was_read(login: str, inspection: Subject) -> bool:
    """The commission always; the inspected afterwards."""
    known = knows_inspection(login, inspection)
    return known and (carries_out(login, inspection) or inspection.state == "over")


def records_for(login: str, subject: Subject) -> bool:
    """Who keeps signed papers of a unit: its own office, or the clerk above of a cell without one."""
    return works_at(login, subject) or types_for(login, subject)


def types_for(login: str, subject: Subject) -> bool:
    """Who types for the members of a cell: its officers, and the clerk above."""
    held = post(login)
    if held is None or held[0] == "inspector" or not is_cell(subject.unit):
        return False
    return held[1] == subject.unit or keeps_papers(login, subject)


def types_somewhere(login: str, subject: Subject) -> bool:
    """Of a body above cells the page leads its own people to the cells for which they type."""
    return types_for(login, subject) or (not is_cell(subject.unit) and works_at(login, subject))


def tells(login: str, subject: Subject) -> bool:
    """Who tells the people of a unit in person what waits for them."""
    held = post(login)
    if held is None:
        return False
    if held[1] == subject.unit and held[0] in ("secretary", "deputy", "clerk"):
        return True
    return keeps_papers(login, subject)


def of_the_cell(login: str, subject: Subject) -> bool:
    """A member of the cell who is not its secretary."""
    return subject.unit in home(login) and post(login) != ("secretary", subject.unit)


def on_the_list(login: str, made: Listing) -> bool:
    """The cell's office, the body that got it, and who stands on it."""
    return bool({made.unit, made.to} & bodies(login)) or login in made.on_it


def watches(login: str, owed: Subject) -> bool:
    """What a unit owes is for its office, those above and the inspectors above; what a person owes,
    for himself and who leads his cell; the secretary's own also for who leads the body above."""
    if owed.state == "of a unit":
        return looks_down_on(login, owed)
    held = post(login)
    if owed.author == login:
        return True
    if held is None:
        return False
    leads = held[1] == owed.unit and held[0] in ("secretary", "deputy", "committee", "standing")
    deciding = ("secretary", "deputy", "standing")
    above = held[1] == SUPERIOR.get(owed.unit or "") and held[0] in deciding
    return leads or (above and post(owed.author or "") == ("secretary", owed.unit))


def hears(login: str, late: Late) -> bool:
    """What a unit owes late is for it, for the body that hears and for the inspectors above."""
    return bool({late.unit, late.to} & bodies(login)) or late.unit in inspected(login)


def reads_late_list(login: str, subject: Subject) -> bool:
    """The list of late units is for the office of the body that gets it, and its inspectors."""
    return subject.unit in bodies(login) | inspected(login)


def is_his(login: str, subject: Any) -> bool:
    return bool(subject.author == login)
