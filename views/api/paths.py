"""Every operation of the API as its description tells it: what it is for, takes and answers."""

from __future__ import annotations

from typing import Any

from models.document import KINDS
from views.api import acts, documents, inspections, listing, obligations, tasks
from views.api.schemas.parts import ID, Schema, ref, words
from workflows.definition import ACT_NAME

LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "schema": {"type": "string"},
    "description": "`en` for English sentences; Vietnamese otherwise.",
}


def _answers(status: int, name: str, *problems: int) -> dict[str, Any]:
    """What an operation answers: one success, and these problems besides 401 and 503."""
    answer: dict[str, Any] = {
        "description": "Done." if status == 200 else "Made.",
        "content": {"application/json": {"schema": ref(name)}},
    }
    if status == 201:
        answer["headers"] = {"Location": {"schema": {"type": "string", "format": "uri-reference"}}}
    failures = {
        str(code): {"$ref": f"#/components/responses/{code}"} for code in (401, *problems, 503)
    }
    return {str(status): answer, **failures}


def _query(name: str, schema: Schema, text: str = "") -> dict[str, Any]:
    parameter = {"name": name, "in": "query", "schema": schema}
    return {**parameter, "description": text} if text else parameter


def _path(name: str, schema: Schema) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _operation(name: str, summary: str, responses: dict[str, Any], **more: Any) -> dict[str, Any]:
    parameters = [*more.pop("parameters", []), LANGUAGE]
    operation = {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": responses,
        **more,
    }
    return operation


def _list(
    name: str, summary: str, item: str, *filters: dict[str, Any], problems: tuple[int, ...] = ()
) -> Any:
    return _operation(
        name,
        summary,
        _answers(200, f"{item}Page", *problems, 422),
        parameters=[*filters, LIMIT, AFTER],
    )


def _body(name: str) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": ref(name)}}}


LIMIT = _query(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": listing.MOST, "default": listing.DEFAULT},
)
AFTER = _query("after", {"type": "string"}, "The `next` of the page before.")
UNIT = _query("unit", {"type": "string"}, "Code of a unit.")
CAMPAIGN = _query("campaign", {"type": "string"}, "Code of a campaign.")
DOCUMENT_ID = _path("document_id", ID)
NTH = _path("n", ID)
ACT: Schema = {"type": "string", "pattern": f"^{ACT_NAME}$"}
WRITES = (404, 413, 415, 422)

PATHS: dict[str, Any] = {
    "/me": {
        "get": _operation(
            "me", "Whom the token speaks for, and by which posts.", _answers(200, "Me")
        )
    },
    "/tasks": {
        "get": _list(
            "tasks",
            "What waits for the viewer, by posts held or delegated; the earliest due first.",
            "Task",
            _query("state", words(*tasks.STATES, default="open"), "`done`: closed by the viewer."),
        )
    },
    "/units": {"get": _list("units", "The units of the organisation.", "Unit")},
    "/campaigns": {"get": _list("campaigns", "Campaigns, and what each requires.", "Campaign")},
    "/documents": {
        "get": _list(
            "documents",
            "What the viewer may see, newest first; never with texts.",
            "Summary",
            _query("kind", words(*KINDS)),
            _query("state", words(*documents.STATES)),
            UNIT,
            CAMPAIGN,
            _query(
                "q",
                {"type": "string"},
                "Title, number in any spelling, or author; tones may be left out. A commitment is "
                "found by its author's name only.",
            ),
        ),
        "post": _operation(
            "create_document",
            "Begin a document.",
            _answers(201, "Document", 403, 413, 415, 422),
            requestBody=_body("NewDocument"),
        ),
    },
    "/documents/recorded": {
        "post": _operation(
            "record_paper",
            "Enter a paper signed outside the system. It awaits the `confirm` of a second person; "
            "what the rules have against it is kept, not enforced.",
            _answers(201, "Document", 403, 413, 415, 422),
            requestBody=_body("RecordedPaper"),
        )
    },
    "/documents/{document_id}": {
        "get": _operation(
            "document",
            "One document. Reading another's commitment is logged and shown to its author.",
            _answers(200, "Document", 404),
            parameters=[DOCUMENT_ID],
        )
    },
    "/documents/{document_id}/revisions": {
        "post": _operation(
            "revise",
            "The act `revise`: a new text, drafted again; a review of the old one is void.",
            _answers(201, "Document", 403, 409, *WRITES),
            parameters=[DOCUMENT_ID],
            requestBody=_body("NewRevision"),
        )
    },
    "/documents/{document_id}/revisions/{n}": {
        "get": _operation(
            "revision",
            "One immutable text of a document.",
            _answers(200, "Revision", 404),
            parameters=[DOCUMENT_ID, NTH],
        )
    },
    "/documents/{document_id}/actions/{action}": {
        "post": _operation(
            "act",
            "Do one act on what was seen; amend and request_amendment answer the new document. "
            f"Acts: {', '.join(acts.ACTIONS)}; and those that its definition adds.",
            {
                **_answers(200, "Document", 403, 409, *WRITES),
                "201": _answers(201, "Document")["201"],
            },
            parameters=[DOCUMENT_ID, _path("action", ACT)],
            requestBody=_body("Act"),
        )
    },
    "/documents/{document_id}/history": {
        "get": _list(
            "history",
            "What happened, oldest first: each event as a sentence and as data.",
            "Event",
            DOCUMENT_ID,
            problems=(404,),
        )
    },
    "/obligations": {
        "get": _list(
            "obligations",
            "What the viewer, his bodies and the units below owe; persons only in his own bodies.",
            "Obligation",
            CAMPAIGN,
            UNIT,
            _query("state", words(*obligations.CONDITIONS)),
        )
    },
    "/obligations/{obligation_id}": {
        "get": _operation(
            "obligation",
            "One thing that is owed, with what was granted.",
            _answers(200, "Obligation", 404),
            parameters=[_path("obligation_id", ID)],
        )
    },
    "/obligations/{obligation_id}/waiver": {
        "post": _operation(
            "waive_obligation",
            "Nothing is owed any more: by somebody above the one who owes, with reason and basis.",
            _answers(200, "Obligation", 403, 409, *WRITES),
            parameters=[_path("obligation_id", ID)],
            requestBody=_body("Waiver"),
        )
    },
    "/obligations/{obligation_id}/extension": {
        "post": _operation(
            "extend_obligation",
            "Another last good day beside the first: by somebody above, with reason and basis.",
            _answers(200, "Obligation", 403, 409, *WRITES),
            parameters=[_path("obligation_id", ID)],
            requestBody=_body("Extension"),
        )
    },
    "/escalations": {
        "get": _list(
            "escalations",
            "Rungs climbed, to or from the viewer's bodies, newest first.",
            "Escalation",
            CAMPAIGN,
            _query("unit", {"type": "string"}, "From or to the unit with this code."),
        )
    },
    "/escalations/{escalation_id}/answer": {
        "post": _operation(
            "answer_escalation",
            "What a body that heard of a late thing did about it. It changes nobody's document.",
            _answers(200, "Escalation", 403, 409, *WRITES),
            parameters=[_path("escalation_id", ID)],
            requestBody=_body("EscalationAnswer"),
        )
    },
    "/escalations/{escalation_id}/reason": {
        "post": _operation(
            "state_reason",
            "Why it is late, in the words of who is late.",
            _answers(200, "Escalation", 403, 409, *WRITES),
            parameters=[_path("escalation_id", ID)],
            requestBody=_body("LatenessReason"),
        )
    },
    "/inspections": {
        "get": _list(
            "inspections",
            "Those that the viewer carries out; once announced, those of a unit that he leads. "
            "Newest first.",
            "Inspection",
            _query("state", words(*inspections.STATES)),
            UNIT,
            CAMPAIGN,
        )
    },
    "/inspections/{inspection_id}": {
        "get": _operation(
            "inspection",
            "One inspection, with findings from the draft of the conclusion on and what the "
            "conclusion requires from its announcement on; for its inspectors always.",
            _answers(200, "InspectionInWhole", 404),
            parameters=[_path("inspection_id", ID)],
        )
    },
    "/inspections/{inspection_id}/questions/{n}": {
        "get": _operation(
            "inspection_question",
            "One of the fifteen questions within an inspection, for the inspectors of its "
            "commission; persons only while it is open. Never a text of a commitment.",
            _answers(200, "QuestionAnswer", 404, 422),
            parameters=[
                _path("inspection_id", ID),
                _path("n", {"type": "integer", "minimum": 1, "maximum": 15}),
                UNIT,
                _query("from", {"type": "string", "format": "date"}, "The first day, inclusive."),
                _query("to", {"type": "string", "format": "date"}, "The last day, inclusive."),
                LIMIT,
                AFTER,
            ],
        )
    },
    "/openapi.json": {
        "get": {
            "operationId": "openapi",
            "summary": "This description.",
            "security": [],
            "responses": {
                "200": {
                    "description": "OpenAPI 3.1.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                }
            },
        }
    },
}
