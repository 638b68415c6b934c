"""What the shapes are made of: the words of JSON Schema 2020-12, and the values met everywhere."""

from __future__ import annotations

from typing import Any

from models.document import KINDS
from views.api import listing
from views.ids import LARGEST

Schema = dict[str, Any]


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
FIGURE_CODE: Schema = {"type": "string", "pattern": "^I[0-9]{2}[a-z]?$"}
DAY: Schema = {"type": "string", "format": "date"}
DAY_OR_NULL: Schema = {"type": ["string", "null"], "format": "date"}
DAY_OR_EMPTY: Schema = {"type": "string", "pattern": r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
LOGIN: Schema = {"type": ["string", "null"], "description": "A login; null for who has none."}
KIND = words(*KINDS)
OWED_KIND = words(*KINDS, "review", "conclusion")
