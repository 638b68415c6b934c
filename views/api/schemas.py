"""The shapes of what the API takes and answers, as JSON Schema 2020-12."""

from __future__ import annotations

from typing import Any

from models.document import GOVERNED, KINDS
from models.post import ROLES
from views.api import bases, documents, listing, obligations
from views.ids import LARGEST
from workflows.content import SECTIONS, TASK_FIELDS
from workflows.ladder import answers, reasons
from workflows.rules.reasons import SHORTEST
from workflows.text import LINE

Schema = dict[str, Any]

STAGE_STATES = ("drafted", "submitted", "reviewed", "approved", "reported", "received", "returned")


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def obj(properties: Schema, *, optional: tuple[str, ...] = (), **more: Any) -> Schema:
    """An object with these members and none more; all required but the optional ones."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
        **more,
    }


def array(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def words(*values: str, **more: Any) -> Schema:
    return {"type": "string", "enum": list(values), **more}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def page(item: str) -> Schema:
    """One page of a list."""
    return obj(
        {
            "items": array(ref(item), maxItems=listing.MOST),
            "next": {
                "type": ["string", "null"],
                "description": "Send it as `after` for the next page; null at the end.",
            },
        }
    )


TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ID: Schema = {"type": "integer", "minimum": 1, "maximum": LARGEST}
ID_OR_NULL: Schema = or_null(ID)
INSTANT: Schema = {
    "type": "string",
    "format": "date-time",
    "description": "ISO 8601 with the organisation's offset.",
}
INSTANT_OR_NULL: Schema = {"type": ["string", "null"], "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
DAY_OR_NULL: Schema = {"type": ["string", "null"], "format": "date"}
DAY_OR_EMPTY: Schema = {"type": "string", "pattern": r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"}
LOGIN: Schema = {"type": ["string", "null"], "description": "A login; null for who has none."}
KIND = words(*KINDS)
OWED_KIND = words(*KINDS, "review", "conclusion")
GROUNDS: Schema = {
    "reason": {"type": "string", "minLength": 10, "maxLength": obligations.REASON},
    "basis": {
        "anyOf": [ID, obj({"number": TEXT, "dated_on": DAY, "issuer": TEXT})],
        "description": "A document of the system by id, or a paper outside it.",
    },
}
STATE = words(*documents.STATES)
CODE: Schema = {"type": "string", "maxLength": 64}
TITLE: Schema = {"type": "string", "minLength": 1, "maxLength": LINE}

VOTES = or_null(
    obj(
        {
            "present": {**COUNT, "description": "Who was there and had a vote on this paper."},
            "for": COUNT,
            "against": COUNT,
        }
    )
)
PAPER = obj(
    {"number": TEXT, "dated_on": DAY, "issuer": TEXT},
    description="A paper outside the system.",
)
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

SCHEMAS: dict[str, Schema] = {
    "Problem": obj(
        {
            "type": {"type": "string", "format": "uri-reference"},
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
            "reasons": array(
                obj(
                    {
                        "rule": TEXT,
                        "detail": TEXT,
                        "place": {**TEXT, "description": "The field it is about."},
                    },
                    optional=("place",),
                )
            ),
        },
        optional=("reasons",),
    ),
    "Me": obj(
        {
            "login": TEXT,
            "name": TEXT,
            "now": {**INSTANT, "description": "The organisation's instant, also in a rehearsal."},
            "posts": array(
                obj(
                    {
                        "unit": TEXT,
                        "role": words(*ROLES),
                        "title": TEXT,
                        "valid_to": DAY_OR_NULL,
                        "delegated": FLAG,
                        "delegated_by": LOGIN,
                    }
                )
            ),
            "memberships": array(
                obj({"unit": TEXT, "standing": words("full", "probationary", "non_member")})
            ),
        }
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
    "Basis": {
        "oneOf": [
            obj({"document": ID}, description="A document of the system."),
            obj({"number": TEXT_OR_NULL, "dated_on": DAY_OR_NULL, "issuer": TEXT_OR_NULL}),
        ]
    },
    "BasisInput": {
        "description": "A document of the system by id, or a paper outside it.",
        "oneOf": [ID, obj({"document": ID}), PAPER],
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
                "propertyNames": {"pattern": "^I[0-9]{2}[a-z]?$"},
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
    "ContentInput": {
        "type": "object",
        "description": "As Content, in the shape of the kind; of a draft, parts may be left out.",
    },
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
    "NewDocument": obj(
        {
            "kind": KIND,
            "requirement": {
                **TEXT_OR_NULL,
                "description": "Which requirement of the campaign it answers.",
            },
            "unit": CODE,
            "campaign": CODE,
            "title": {
                "anyOf": [TITLE, {"type": ["null"]}],
                "description": "A commitment has a fixed one; all others need theirs.",
            },
            "dated_on": {**DAY_OR_NULL, "description": "A proposal until approval."},
            "basis": {
                "type": ["array", "null"],
                "items": ref("BasisInput"),
                "maxItems": bases.MOST,
            },
            "content": ref("ContentInput"),
        },
        optional=("requirement", "title", "dated_on", "basis"),
    ),
    "RecordedPaper": obj(
        {
            "kind": KIND,
            "requirement": TEXT_OR_NULL,
            "unit": CODE,
            "campaign": CODE,
            "title": {
                "anyOf": [TITLE, {"type": ["null"]}],
                "description": "A commitment has a fixed one; all others need theirs.",
            },
            "author": {**TEXT_OR_NULL, "description": "Login of the member, of a commitment."},
            "number": {**TEXT_OR_NULL, "description": "As printed; a paper may have none."},
            "dated_on": {**DAY_OR_NULL, "description": "The printed date."},
            "basis": {
                "type": ["array", "null"],
                "items": ref("BasisInput"),
                "maxItems": bases.MOST,
            },
            "content": {
                "anyOf": [ref("ContentInput"), {"type": "null"}],
                "description": "As far as it was typed; the scan is the text otherwise.",
            },
            "decided": obj(
                {
                    "by": {**TEXT, "description": "Who signed: a login, or the name printed."},
                    "as": {**TEXT_OR_NULL, "description": "The post under the signature."},
                    "minutes": TEXT_OR_NULL,
                    "votes": VOTES,
                },
                optional=("as", "minutes", "votes"),
            ),
            "reported_on": {**DAY_OR_NULL, "description": "The day it went up on paper."},
            "via": TEXT_OR_NULL,
            "received_on": DAY_OR_NULL,
            "scan": {
                "anyOf": [
                    obj({"name": TEXT, "data": {"type": "string", "contentEncoding": "base64"}}),
                    {"type": "null"},
                ],
                "description": "PDF, JPEG or PNG; must be there before `confirm`.",
            },
        },
        optional=(
            "requirement",
            "title",
            "author",
            "number",
            "dated_on",
            "basis",
            "content",
            "reported_on",
            "via",
            "received_on",
            "scan",
        ),
    ),
    "NewRevision": obj(
        {
            "content": ref("ContentInput"),
            "dated_on": DAY_OR_NULL,
            "basis": {
                "type": ["array", "null"],
                "items": ref("BasisInput"),
                "maxItems": bases.MOST,
            },
            "title": TEXT_OR_NULL,
            "revision": {"type": ["integer", "null"]},
            "version": COUNT,
        },
        optional=("dated_on", "basis", "title", "revision"),
    ),
    "Act": obj(
        {
            "revision": {**COUNT, "description": "The revision that was seen."},
            "version": {
                **COUNT,
                "description": "The version that was seen; an older one is answered 409.",
            },
            "reason": TEXT_OR_NULL,
            "reason_code": {
                **TEXT_OR_NULL,
                "description": "GENERIC, COPY, MISSING_SECTION, DATE_ORDER, OTHER …",
            },
            "comment": TEXT_OR_NULL,
            "minutes": {
                **TEXT_OR_NULL,
                "description": "The reference of the minutes: 05-BB/ĐU, 03/03/2026.",
            },
            "votes": VOTES,
            "number": {**TEXT_OR_NULL, "description": "Final at the issuer's approval."},
            "dated_on": {**DAY_OR_NULL, "description": "Final at the issuer's approval."},
            "via": {**TEXT_OR_NULL, "description": "Code of the advisory body it passes through."},
            "decision": {
                "description": "The decision paper of a revocation.",
                "anyOf": [
                    {"type": ["string", "null"]},
                    obj(
                        {"number": TEXT, "dated_on": DAY, "issuer": TEXT_OR_NULL},
                        optional=("issuer",),
                    ),
                ],
            },
            "finding": {**ID_OR_NULL, "description": "Which finding `explain` speaks of."},
        },
        optional=(
            "finding",
            "reason",
            "reason_code",
            "comment",
            "minutes",
            "votes",
            "number",
            "dated_on",
            "via",
            "decision",
        ),
        description="What the act does not ask for plays no part in it.",
    ),
    "Revision": obj(
        {
            "document": ID,
            "n": ID,
            "title": TEXT,
            "author": LOGIN,
            "content": or_null(ref("Content")),
            "basis": array(ref("Basis")),
            "dated_on": {**DAY_OR_NULL, "description": "The proposed printed date."},
            "content_hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
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
    "Task": obj(
        {
            "id": ID,
            "action": {**TEXT, "description": "The act that would close it."},
            "holder": or_null(ref("Holder")),
            "climbed": {
                **FLAG,
                "description": "Not with the body it was meant for: nobody was left there.",
            },
            "document": or_null(
                obj(
                    {
                        "id": ID,
                        "kind": words(*GOVERNED),
                        "title": TEXT,
                        "unit": TEXT,
                        "number": TEXT_OR_NULL,
                        "state": {**TEXT, "description": "Of an inspection one of its own."},
                        "version": ID,
                    }
                )
            ),
            "obligation": or_null(
                obj(
                    {
                        "id": ID,
                        "kind": OWED_KIND,
                        "requirement": TEXT,
                        "campaign": TEXT,
                        "unit": TEXT,
                    }
                )
            ),
            "opened_at": INSTANT,
            "due_at": INSTANT_OR_NULL,
            "overdue": FLAG,
            "closed_at": INSTANT_OR_NULL,
        }
    ),
    "Unit": obj(
        {
            "code": TEXT,
            "name": TEXT,
            "name_en": TEXT_OR_NULL,
            "body": {**TEXT, "description": "What it is called when it acts."},
            "symbol": {**TEXT, "description": "Its suffix in document numbers."},
            "sector": TEXT,
            "level": TEXT,
            "attached_to": {
                **TEXT_OR_NULL,
                "description": "The body that an advisory body serves.",
            },
            "superiors": array(
                obj({"line": TEXT, "unit": TEXT}), description="Today's, on each reporting line."
            ),
            "valid_from": DAY_OR_NULL,
            "valid_to": DAY_OR_NULL,
        }
    ),
    "Campaign": obj(
        {
            "code": TEXT,
            "title": TEXT,
            "directive": TEXT,
            "directive_dated_on": DAY_OR_NULL,
            "year": {"type": "integer"},
            "theme": TEXT,
            "congress": TEXT,
            "line": TEXT,
            "unit": TEXT,
            "pilots": array(TEXT, description="Codes of the pilot units."),
            "opened_at": INSTANT_OR_NULL,
            "closed_at": INSTANT_OR_NULL,
            "requirements": array(
                obj(
                    {
                        "code": TEXT,
                        "kind": OWED_KIND,
                        "variant": TEXT,
                        "label": TEXT,
                        "levels": array(TEXT),
                        "owes": words("unit", "unit_with_non_members", "member", "non_member"),
                        "pilots": {
                            **TEXT_OR_NULL,
                            "description": "`only`: the pilot units; `not`: the others.",
                        },
                        "after": {**TEXT_OR_NULL, "description": "The code of what comes first."},
                        "period_from": DAY_OR_NULL,
                        "period_to": DAY_OR_NULL,
                        "ended_at": {
                            **INSTANT_OR_NULL,
                            "description": "Taken out: nobody owes it any more.",
                        },
                        "deciding": {"type": "integer", "minimum": 1},
                        "due": {
                            "type": "object",
                            "description": "The rule by which its day is reckoned.",
                        },
                    }
                )
            ),
        }
    ),
    "Obligation": obj(
        {
            "id": ID,
            "kind": OWED_KIND,
            "requirement": TEXT,
            "campaign": TEXT,
            "unit": TEXT,
            "personal": {**FLAG, "description": "One person owes it, in his unit."},
            "person": LOGIN,
            "state": words("open", "fulfilled", "fulfilled_late", "waived"),
            "condition": {
                **words(*obligations.CONDITIONS),
                "description": "The state as it stands today: due_soon within five working days.",
            },
            "overdue": FLAG,
            "nominal_due": {**DAY, "description": "The last good day as the rule says it."},
            "effective_due": {**DAY, "description": "The last good day that counts."},
            "extended_to": {**DAY_OR_NULL, "description": "As the last extension says it."},
            "fulfilled_at": INSTANT_OR_NULL,
            "reliefs": array(ref("Relief")),
            "document": {
                **ID_OR_NULL,
                "description": "What answers it, where the viewer may see it.",
            },
        }
    ),
    "Relief": obj(
        {
            "kind": words("waiver", "extension"),
            "at": INSTANT,
            "unit": {**TEXT_OR_NULL, "description": "The body that granted it."},
            "reason": TEXT,
            "basis": obj(
                {
                    "document": ID_OR_NULL,
                    "number": TEXT_OR_NULL,
                    "dated_on": DAY_OR_NULL,
                    "issuer": TEXT_OR_NULL,
                }
            ),
            "old_due": DAY,
            "new_due": DAY_OR_NULL,
        }
    ),
    "Escalation": obj(
        {
            "id": ID,
            "what": obj({"type": words("obligation", "document"), "id": ID, "kind": OWED_KIND}),
            "action": {**TEXT, "description": "What was waited for."},
            "rung": {"type": "integer", "minimum": 1},
            "from": TEXT,
            "to": TEXT,
            "at": INSTANT,
            "effective_due": DAY,
            "answer": TEXT_OR_NULL,
        }
    ),
    "Waiver": obj(GROUNDS),
    "Extension": obj({"new_due": DAY, **GROUNDS}),
    "EscalationAnswer": obj(
        {
            "kind": words(*answers.KINDS),
            "until": {**DAY, "description": "settled: done by then; extended: the new due day."},
            "note": {"type": "string", "maxLength": answers.LONGEST},
            "basis": obj({"number": TEXT, "dated_on": DAY, "issuer": TEXT}),
        },
        optional=("until", "note", "basis"),
    ),
    "LatenessReason": obj(
        {
            "reason": {
                "type": "string",
                "minLength": SHORTEST,
                "maxLength": reasons.LONGEST,
            }
        }
    ),
    **{
        f"{name}Page": page(name)
        for name in ("Summary", "Task", "Unit", "Campaign", "Event", "Obligation", "Escalation")
    },
}
