"""The shape of an inspection, of what it found and of what its conclusion requires."""

from __future__ import annotations

from models.inspection import INSPECTION_KINDS
from views.api.inspections import STATES
from views.api.schemas.parts import (
    COUNT,
    DAY,
    DAY_OR_NULL,
    FLAG,
    ID,
    ID_OR_NULL,
    INSTANT,
    INSTANT_OR_NULL,
    KIND,
    LOGIN,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    array,
    obj,
    or_null,
    page,
    words,
)

INSPECTED: dict[str, Schema] = {
    "id": ID,
    "number": {**TEXT, "description": "Of the decision that orders it, as printed."},
    "decided_on": DAY,
    "kind": words(*INSPECTION_KINDS),
    "state": words(*STATES),
    "commission": {**TEXT, "description": "The body whose inspectors carry it out."},
    "carries_out": {**FLAG, "description": "The viewer is one of these inspectors."},
    "units": array({**TEXT, "description": "Those below are not inspected unless named."}),
    "campaign": TEXT,
    "kinds": array(KIND),
    "period_from": DAY_OR_NULL,
    "period_to": DAY_OR_NULL,
    "opens_on": DAY,
    "closes_on": DAY,
    "received_on": {**DAY_OR_NULL, "description": "The day the self report came."},
    "limit_days": {**COUNT, "description": "Working days from that day."},
    "extended_days": COUNT,
    "limit_on": DAY_OR_NULL,
    "running": {**FLAG, "description": "Announced, not concluded, and today is one of its days."},
    "frozen": {**FLAG, "description": "Nothing in scope may be withdrawn or deleted."},
    "ended_at": INSTANT_OR_NULL,
    "team": array(obj({"person": LOGIN, "head": FLAG})),
}
FOUND = obj(
    {
        "n": ID,
        "unit": TEXT,
        "answer": {**TEXT_OR_NULL, "description": "What the inspected unit says of it."},
        "answered_by": LOGIN,
        "answered_at": INSTANT_OR_NULL,
        "text": TEXT,
        "question": or_null({**ID, "maximum": 15}),
        "event": or_null(obj({"unit": TEXT, "seq": COUNT})),
        "document": ID_OR_NULL,
        "revision": ID_OR_NULL,
    }
)
REQUIRED = obj(
    {
        "n": ID,
        "unit": TEXT,
        "text": TEXT,
        "due_on": DAY,
        "obligation": {**ID_OR_NULL, "description": "From the announcement of the conclusion on."},
        "reported_at": array(INSTANT),
        "confirmed_at": INSTANT_OR_NULL,
    }
)
INSPECTION_SCHEMAS: dict[str, Schema] = {
    "Inspection": obj(INSPECTED),
    "InspectionPage": page("Inspection"),
    "InspectionInWhole": obj(
        {**INSPECTED, "findings": array(FOUND), "requirements": array(REQUIRED)}
    ),
}
