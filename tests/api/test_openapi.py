"""The description is sound, and describes every route there is and none more."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.api.conftest import ROOT, differs, template
from tests.cast import COMMITMENT, PLAN, REPORT, SELF_REPORT
from views.api.openapi import description
from views.policy import policy_of
from workflows.content import clean_content

pytestmark = pytest.mark.databases("sqlite")


def test_it_is_valid_openapi() -> None:
    assert list(OpenAPIV31SpecValidator(description()).iter_errors()) == []
    named = description()["components"]["schemas"]
    rules = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    assert {name for name, schema in named.items() if not rules.is_valid(schema)} == set()


def test_every_route_is_described_and_none_more(app: Flask) -> None:
    routes = {
        (template(rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(ROOT)
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    described = {
        (path, method) for path, methods in description()["paths"].items() for method in methods
    }
    assert routes == described


def test_every_view_says_who_it_is_for(app: Flask) -> None:
    views = {name: view for name, view in app.view_functions.items() if name.startswith("api.")}
    assert all(policy_of(view) for view in views.values())
    public = {name for name, view in views.items() if policy_of(view) == "public"}
    assert public == {"api.openapi"}


def test_operations_are_named_as_their_views(app: Flask) -> None:
    named = {o["operationId"] for p in description()["paths"].values() for o in p.values()}
    assert {f"api.{name}" for name in named} == {
        name for name in app.view_functions if name.startswith("api.")
    }


def test_every_named_schema_is_used() -> None:
    import json

    text = json.dumps(description())
    for name in description()["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name
    for name in description()["components"]["responses"]:
        assert f'"#/components/responses/{name}"' in text, name


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("plan", PLAN),
        ("commitment", COMMITMENT),
        ("report", REPORT),
        ("self_report", SELF_REPORT),
    ],
)
def test_whatever_is_kept_has_the_shape_described(kind: str, content: dict[str, Any]) -> None:
    shape = {"$ref": f"#/components/schemas/{kind.title().replace('_', '')}Content"}
    assert differs(shape, clean_content(kind, content)) == []
    assert differs(shape, clean_content(kind, {})) == []


def test_fractions_and_parts_of_indicators_are_described() -> None:
    kept = clean_content("report", {"indicators": {"I03": 97.5, "I04": "1.200", "I11a": 3}})
    assert kept["indicators"] == {"I03": "97.5", "I04": 1200, "I11a": 3}
    assert differs({"$ref": "#/components/schemas/ReportContent"}, kept) == []
