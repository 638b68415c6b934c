"""The blueprint of the API and its door: a bearer token, or 401."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from views.api.problem import no_token
from views.policy import policy_of

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.before_request
def token_or_401() -> ResponseReturnValue | None:
    """Deny by default: only what says that it is public opens without a token that holds."""
    view = current_app.view_functions[request.endpoint or ""]
    if policy_of(view) == "public" or current_user.is_authenticated:
        return None
    return no_token(given="Authorization" in request.headers)
