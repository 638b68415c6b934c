"""GET /openapi.json: the API described as it answers (OpenAPI 3.1); the tests compare the two."""

from __future__ import annotations

import functools
from typing import Any

from views.api.door import blueprint
from views.api.paths import PATHS
from views.api.schemas import SCHEMAS
from views.api.schemas.parts import Schema, ref
from views.policy import policy

VERSION = "1.0.0"


@blueprint.get("/openapi.json")
@policy("public")
def openapi() -> dict[str, Any]:
    return description()


@functools.cache
def description() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Duyệt",
            "version": VERSION,
            "description": "Staged approvals for organisations in tiers. See docs/api.md.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": PATHS,
        "components": {
            "schemas": SCHEMAS,
            "responses": RESPONSES,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`flask user token LOGIN` prints one as its last word.",
                }
            },
        },
    }


def _problem(text: str, **headers: Schema) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": text,
        "content": {"application/problem+json": {"schema": ref("Problem")}},
    }
    if headers:
        answer["headers"] = {name.replace("_", "-"): {"schema": s} for name, s in headers.items()}
    return answer


RESPONSES = {
    "401": _problem("No token, or one that lets nobody in.", WWW_Authenticate={"type": "string"}),
    "403": _problem("The act is not this person's, on something that he may see."),
    "404": _problem("Not there, or not for this viewer: the same answer."),
    "409": _problem("The document has moved on since the version that was seen."),
    "413": _problem("The body is too large."),
    "415": _problem("The body does not say that it is JSON."),
    "422": _problem("Refused by a rule, or malformed; every reason at once."),
    "503": _problem(
        "The database takes nothing now; nothing was changed.", Retry_After={"type": "string"}
    ),
}
