"""What the lines of the oracle say: whom a route is for and what it answers him; everybody else gets the
one 404 that hidden and absent share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.census import rights
from tests.census.organisation import ADMINISTRATOR, home, inspected
from tests.census.subjects import Meeting, Member, Paper

Line = Callable[[str, Any, str], set[int]]  # login, subject, act → the statuses that are right
HIDDEN, NO_LOGIN = {404}, {303}
OLD = {409, 422}  # an old page decides nothing


def everybody(*statuses: int) -> Line:
    """For whoever has an account, with nothing of anybody else's."""
    return lambda login, subject, act: set(statuses)


def to(who: Callable[[str, Any], bool], *statuses: int) -> Line:
    """For these; for others there is no such page."""
    return lambda login, subject, act: set(statuses) if who(login, subject) else HIDDEN


def nobody(login: str, subject: object, act: str) -> set[int]:
    """What the address names is not there."""
    return HIDDEN


def act_form(login: str, paper: Paper, act: str) -> set[int]:
    """The form of an act, why not, or that it waits no more."""
    if not rights.sees(login, paper):
        return HIDDEN
    return {403, 409} if rights.has_no_part(login, paper, act) else {200, 403, 409}


def act(login: str, paper: Paper, act: str) -> set[int]:
    if not rights.sees(login, paper):
        return HIDDEN
    return {403, 409, 422} if rights.has_no_part(login, paper, act) else OLD


def signed(login: str, paper: Paper, act: str) -> set[int]:
    """Comparing and correcting: only of what was signed outside."""
    if not paper.on_paper or not rights.reads_some(login, paper):
        return HIDDEN
    return {200, 403, 404, 409} if act == "correct" else {200}


def sign(login: str, paper: Paper, act: str) -> set[int]:
    """As `_signed`, sent: with an old page, or by who has no part in it."""
    return {403, 404, *OLD} if paper.on_paper and rights.sees(login, paper) else HIDDEN


def finding(login: str, paper: Paper, act: str) -> set[int]:
    """What a rule has against a signed paper: for who reads the text against which it was found."""
    if not paper.finding or not rights.reads_some(login, paper):
        return HIDDEN
    return {200, 403, 404, 409, 422}


def text(login: str, paper: Paper, act: str) -> set[int]:
    return {200} if rights.reads(login, paper, 1) else HIDDEN


def beside(login: str, paper: Paper, act: str) -> set[int]:
    """The files of the newest text he may read."""
    return {200} if rights.reads_some(login, paper) else HIDDEN


def add_file(login: str, paper: Paper, act: str) -> set[int]:
    return {409, 422, 403} if rights.reads_some(login, paper) else HIDDEN


def carry(login: str, paper: Paper, act: str) -> set[int]:
    """Nothing to take along, no part in it, or an old page."""
    return {303, 403, 409} if rights.reads_some(login, paper) else HIDDEN


def take_away(login: str, paper: Paper, act: str) -> set[int]:
    """Sent where it must be refused: by who may not remove it."""
    return {303, 422} if rights.opens_file(login, paper) else HIDDEN


def beside_amended(login: str, paper: Paper, act: str) -> set[int]:
    """What it amends is another paper, with a scope of its own."""
    return {200, 404} if paper.amends and rights.reads(login, paper, 1) else HIDDEN


def keeps_meeting(*statuses: int) -> Line:
    """Whoever knows of the meeting hears why not; who keeps its papers is understood."""

    def line(login: str, meeting: Meeting, act: str) -> set[int]:
        if not rights.knows_of(login, meeting):
            return HIDDEN
        if rights.keeps_meetings(login, meeting.unit):
            return set(statuses)
        return {403, 404, 409, 422}

    return line


def meetings_of(login: str, unit: Any, act: str) -> set[int]:
    """The meetings of a cell: its officers and members, the clerk above; the inspectors where there
    was one to look at."""
    if rights.keeps_meetings(login, unit.unit) or unit.unit in home(login):
        return {200}
    return {200, 404} if unit.unit in inspected(login) else HIDDEN


def begin_meeting(login: str, unit: Any, act: str) -> set[int]:
    if rights.keeps_meetings(login, unit.unit):
        return {422}
    if unit.unit in home(login):
        return {403}
    return {403, 404} if unit.unit in inspected(login) else HIDDEN


def secretary_s(login: str, unit: Any, act: str) -> set[int]:
    handed_in = unit.unit not in rights.NOTHING_FROM_THE_SECRETARY
    return {200} if rights.of_the_cell(login, unit) and handed_in else HIDDEN


def typed(login: str, member: Member, act: str) -> set[int]:
    """What was typed for somebody is printed for who typed it, until it is confirmed."""
    return {200} if member.typist == login else HIDDEN


def inspection(login: str, subject: object, act: str) -> set[int]:
    return {200} if inspected(login) else HIDDEN


def inspection_form(login: str, subject: object, act: str) -> set[int]:
    """What an inspector's form answers to nothing filled in."""
    return {422} if inspected(login) else HIDDEN


def party(login: str, subject: Any, act: str) -> set[int]:
    """Both parties to a delegation may end it."""
    return {303, 422} if login in ("bithu.tinh", "vanthu.tinh") else HIDDEN


office = to(lambda login, subject: login == ADMINISTRATOR, 200)
# What his buttons answer to nothing filled in; 404: of a row that is not there.
office_act = to(lambda login, subject: login == ADMINISTRATOR, 200, 303, 400, 404, 409, 422)
document = to(rights.sees, 200)
meeting = to(rights.knows_of, 200)
register = to(rights.works_at, 200)
records = to(rights.records_for, 200)
own = to(rights.is_his, 200)
a_list = to(rights.on_the_list, 200)
