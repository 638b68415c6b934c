"""The shapes of what is sent: a document, a text, an act, what is granted or answered."""

from __future__ import annotations

from views.api import bases, obligations
from views.api.schemas.parts import (
    COUNT,
    DAY,
    DAY_OR_NULL,
    ID,
    ID_OR_NULL,
    KIND,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    obj,
    or_null,
    ref,
    words,
)
from workflows.ladder import answers, reasons
from workflows.rules.reasons import SHORTEST
from workflows.text import LINE

CODE: Schema = {"type": "string", "maxLength": 64}
TITLE: Schema = {
    "anyOf": [{"type": "string", "minLength": 1, "maxLength": LINE}, {"type": ["null"]}],
    "description": "A commitment has a fixed one; all others need theirs.",
}
BASES: Schema = {"type": ["array", "null"], "items": ref("BasisInput"), "maxItems": bases.MOST}
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
GROUNDS: Schema = {
    "reason": {"type": "string", "minLength": 10, "maxLength": obligations.REASON},
    "basis": {
        "anyOf": [ID, obj({"number": TEXT, "dated_on": DAY, "issuer": TEXT})],
        "description": "A document of the system by id, or a paper outside it.",
    },
}

SENT_SCHEMAS: dict[str, Schema] = {
    "NewDocument": obj(
        {
            "kind": KIND,
            "requirement": {
                **TEXT_OR_NULL,
                "description": "Which requirement of the campaign it answers.",
            },
            "unit": CODE,
            "campaign": CODE,
            "title": TITLE,
            "dated_on": {**DAY_OR_NULL, "description": "A proposal until approval."},
            "basis": BASES,
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
            "title": TITLE,
            "author": {**TEXT_OR_NULL, "description": "Login of the member, of a commitment."},
            "number": {**TEXT_OR_NULL, "description": "As printed; a paper may have none."},
            "dated_on": {**DAY_OR_NULL, "description": "The printed date."},
            "basis": BASES,
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
            "basis": BASES,
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
    "BasisInput": {
        "description": "A document of the system by id, or a paper outside it.",
        "oneOf": [ID, obj({"document": ID}), PAPER],
    },
    "ContentInput": {
        "type": "object",
        "description": "As Content, in the shape of the kind; of a draft, parts may be left out.",
    },
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
}
