"""Acts on the organisation itself: units, people, posts, delegations, absences.

Each runs in the caller's `transaction()`, writes one event in the log of the unit concerned, and
lets open tasks find their holders anew. Each raises `Refused` with sentences.
"""

from workflows.organisation.absences import add_absence, end_absence
from workflows.organisation.delegations import delegate, revoke_delegation
from workflows.organisation.levels import create_level
from workflows.organisation.lines import add_reporting_line, attach, end_reporting_line
from workflows.organisation.memberships import join, leave, move, set_exempt
from workflows.organisation.people import create_person, edit_person
from workflows.organisation.posts import end_post, give_post
from workflows.organisation.renaming import rename_unit
from workflows.organisation.tree import (
    Node,
    subordinates,
    subtree,
    subtree_ids,
    tree,
    units_of,
)
from workflows.organisation.units import create_unit, edit_unit

__all__ = [
    "Node",
    "add_absence",
    "add_reporting_line",
    "attach",
    "create_level",
    "create_person",
    "create_unit",
    "delegate",
    "edit_person",
    "edit_unit",
    "end_absence",
    "end_post",
    "end_reporting_line",
    "give_post",
    "join",
    "leave",
    "move",
    "rename_unit",
    "revoke_delegation",
    "set_exempt",
    "subordinates",
    "subtree",
    "subtree_ids",
    "tree",
    "units_of",
]
