"""The shapes of what stands around papers: who asks, what waits, the units, what is owed, what is late."""

from __future__ import annotations

from models.document import GOVERNED
from models.post import ROLES
from views.api import obligations
from views.api.schemas.parts import (
    DAY,
    DAY_OR_NULL,
    FIGURE_CODE,
    FLAG,
    ID,
    ID_OR_NULL,
    INSTANT,
    INSTANT_OR_NULL,
    LOGIN,
    OWED_KIND,
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
from workflows.indicators import MEANS

OFFICE_SCHEMAS: dict[str, Schema] = {
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
            "figures": array(
                obj(
                    {
                        "code": FIGURE_CODE,
                        "label": TEXT,
                        "means": {
                            **or_null(words(*MEANS)),
                            "description": "What the rules on awards and grades read it as.",
                        },
                        "sum": {**FLAG, "description": "A superior's is the sum of those below."},
                        "ended": {**FLAG, "description": "New reports do not carry it."},
                    }
                ),
                description="What its reports count: the `indicators` of a report.",
            ),
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
                        "figures": array(
                            FIGURE_CODE,
                            description="Those that its report is asked for; none named: all of "
                            "the campaign.",
                        ),
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
    **{
        f"{name}Page": page(name)
        for name in ("Task", "Unit", "Campaign", "Obligation", "Escalation")
    },
}
