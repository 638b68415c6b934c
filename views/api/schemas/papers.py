"""The shapes of a paper: in a list, as a whole, its texts, where it stands, what happened to it."""

from __future__ import annotations

from models.post import ROLES
from views.api import documents
from views.api.schemas.parts import (
    COUNT,
    DAY_OR_EMPTY,
    DAY_OR_NULL,
    FIGURE_CODE,
    FLAG,
    HASH,
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
    ref,
    words,
)
from workflows.content import SECTIONS, TASK_FIELDS

STAGE_STATES = ("drafted", "submitted", "reviewed", "approved", "reported", "received", "returned")
STATE = words(*documents.STATES)
REASON = obj({"rule": TEXT, "detail": TEXT}, description="R01 … R31, or a short word; a sentence.")
FIGURE: Schema = {
    "anyOf": [COUNT, {"type": "string", "pattern": r"^[0-9]+\.[0-9]+$"}],
    "description": "A whole number, or one with a fraction as a string.",
}

SUMMARY: Schema = {
    "id": ID,
    "kind": KIND,
    "type": {**TEXT, "description": "Its symbol (QC), where not its kind's; else empty."},
    "title": TEXT,
    "unit": TEXT,
    "campaign": TEXT,
    "requirement": TEXT_OR_NULL,
    "author": LOGIN,
    "state": STATE,
    "stage": {**COUNT, "description": "0-based place on the route."},
    "in_force": FLAG,
    "in_force_revision": ID_OR_NULL,
    "route": array(ref("Stage"), minItems=1),
    "revision": {**ID, "description": "The newest revision; send it back with an act."},
    "version": {**ID, "description": "Grows with every act; send it back with an act."},
    "number": TEXT_OR_NULL,
    "dated_on": {**DAY_OR_NULL, "description": "The printed date; null before approval."},
    "holder": or_null(ref("Holder")),
    "due_at": INSTANT_OR_NULL,
    "amends": ID_OR_NULL,
    "superseded_by": ID_OR_NULL,
    "recorded": {**FLAG, "description": "Signed outside the system."},
    "created_at": INSTANT,
}

PAPER_SCHEMAS: dict[str, Schema] = {
    "Summary": obj(SUMMARY),
    "Document": obj(
        {
            **SUMMARY,
            "content": {
                **or_null(ref("Content")),
                "description": "Null for a commitment's text not open to the viewer, or erased.",
            },
            "basis": array(ref("Basis")),
            "findings": array(
                obj(
                    {
                        "rule": TEXT,
                        "level": words("warn", "info"),
                        "detail": TEXT,
                        "id": {**ID, "description": "Of one kept against a signed paper."},
                        "explanation": TEXT_OR_NULL,
                        "explained_at": INSTANT_OR_NULL,
                    },
                    optional=("id", "explanation", "explained_at"),
                ),
                description="Advice on the text, and what the rules have against a signed paper, "
                "which waits for an explanation. It never blocks.",
            ),
            "available_actions": array(
                obj(
                    {"name": TEXT, "label": TEXT, "allowed": FLAG, "reasons": array(REASON)},
                ),
                description="Every act now that is the viewer's business, allowed or not, and why.",
            ),
        }
    ),
    "Stage": obj(
        {
            "unit": TEXT,
            "decides": {**FLAG, "description": "A body that does not decide receives."},
            "copy": {**FLAG, "description": "Gets a copy beside the route; may comment."},
            "state": or_null(words(*STAGE_STATES)),
            "by": LOGIN,
            "at": INSTANT_OR_NULL,
            "expected_by": {
                **DAY_OR_NULL,
                "description": "The last day on which it is expected to be through, every step "
                "taking all its working days; null once it is. Not in lists.",
            },
        },
        optional=("expected_by",),
        description="`by` and `at` of its answer or receipt; the state is null before arrival.",
    ),
    "Holder": obj(
        {
            "unit": TEXT,
            "roles": array(words(*ROLES, "author")),
            "title": {**TEXT, "description": "Where there is one title for it."},
        },
        optional=("title",),
        description="Whom it waits for: posts of a body, never people by name.",
    ),
    "Basis": {
        "oneOf": [
            obj({"document": ID}, description="A document of the system."),
            obj({"number": TEXT_OR_NULL, "dated_on": DAY_OR_NULL, "issuer": TEXT_OR_NULL}),
        ]
    },
    "PlanContent": obj(
        {
            "text": TEXT,
            "tasks": array(obj({**dict.fromkeys(TASK_FIELDS, TEXT), "deadline": DAY_OR_EMPTY})),
            "models": array(TEXT),
        }
    ),
    "CommitmentContent": obj(
        {
            "sections": obj(
                {key: array(TEXT) if key == "3" else TEXT for key in SECTIONS},
                description="Six sections; the third is a list of items.",
            )
        }
    ),
    "ReportContent": obj(
        {
            "period": TEXT,
            "figures_as_of": DAY_OR_EMPTY,
            "results": TEXT,
            "shortcomings": TEXT,
            "next_tasks": TEXT,
            "indicators": {
                "type": "object",
                "description": "By the codes of the campaign's figures.",
                "propertyNames": FIGURE_CODE,
                "additionalProperties": FIGURE,
            },
        }
    ),
    "SelfReportContent": obj(
        {"period": TEXT, "results": TEXT, "shortcomings": TEXT, "next_tasks": TEXT},
        description="What a member reports of himself to his cell.",
    ),
    "Content": {
        "anyOf": [
            ref("PlanContent"),
            ref("CommitmentContent"),
            ref("ReportContent"),
            ref("SelfReportContent"),
        ],
        "description": "In the shape of the document's kind.",
    },
    "Revision": obj(
        {
            "document": ID,
            "n": ID,
            "title": TEXT,
            "author": LOGIN,
            "content": or_null(ref("Content")),
            "basis": array(ref("Basis")),
            "dated_on": {**DAY_OR_NULL, "description": "The proposed printed date."},
            "content_hash": HASH,
            "in_force": FLAG,
            "created_at": INSTANT,
        }
    ),
    "Event": obj(
        {
            "at": INSTANT,
            "action": TEXT,
            "sentence": {**TEXT, "description": "The event in the language of the request."},
            "quote": {
                **TEXT_OR_NULL,
                "description": "The reason or opinion given, where the viewer may read it.",
            },
            "actor": {
                **LOGIN,
                "description": "Null: the system, somebody without a login, or erased.",
            },
            "unit": {**TEXT, "description": "In whose log."},
            "seq": COUNT,
            "version": ID_OR_NULL,
            "data": {
                "type": "object",
                "description": "The facts of the event: states, stages, figures.",
            },
        }
    ),
    **{f"{name}Page": page(name) for name in ("Summary", "Event")},
}
