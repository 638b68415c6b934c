"""The shape of an answer to one of the fifteen questions."""

from __future__ import annotations

from views.api.schemas.parts import (
    COUNT,
    FLAG,
    HASH,
    ID,
    ID_OR_NULL,
    INSTANT,
    INSTANT_OR_NULL,
    LOGIN,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    array,
    obj,
    or_null,
    ref,
)

CELL: Schema = {
    "type": ["string", "integer", "null"],
    "description": "Days and instants in ISO 8601, units by code, papers by name.",
}

QUESTION_SCHEMAS: dict[str, Schema] = {
    "QuestionAnswer": obj(
        {
            "question": {**ID, "maximum": 15},
            "title": TEXT,
            "asks": {**TEXT, "description": "The precise query in words."},
            "rules": array(TEXT),
            "machine": {**FLAG, "description": "A machine's hint, which concludes nothing."},
            "count": COUNT,
            "more": {**FLAG, "description": "There are more than `count`."},
            "looked_at": or_null(COUNT),
            "note": TEXT_OR_NULL,
            "items": array(ref("QuestionRow")),
            "apart": array(ref("QuestionRow"), description="Shown beside and not counted."),
            "apart_count": COUNT,
            "units": array(
                obj({"unit": TEXT, "count": COUNT}),
                description="What concerns persons, counted where they are not named.",
            ),
            "next": TEXT_OR_NULL,
        }
    ),
    "QuestionRow": obj(
        {
            "unit": TEXT,
            "document": ID_OR_NULL,
            "person": LOGIN,
            "told": TEXT,
            "cells": {"type": "object", "additionalProperties": CELL},
            "explained": array(obj({"text": TEXT, "at": INSTANT_OR_NULL})),
            "evidence": array(ref("Evidence")),
        }
    ),
    "Evidence": obj(
        {
            "event": or_null(
                obj({"unit": TEXT, "seq": COUNT, "at": INSTANT, "action": TEXT, "leaf_hash": HASH})
            ),
            "revision": ID_OR_NULL,
            "content_hash": or_null(HASH),
            "rule": TEXT_OR_NULL,
        },
        description="An event of a log, a text by its number and kept hash, a rule of the field.",
    ),
}
