"""The domain's rules, R01 to R31, as small named functions. One file per idea."""

from workflows.rules import (  # noqa: F401  registers them
    campaign,
    completeness,
    immutable,
    inspection,
    issuing,
    lifecycle,
    minutes,
    numbers,
    order,
    papers,
    period,
    quotas,
    reasons,
    route,
    separation,
    sitting,
    theme,
)
from workflows.rules.registry import GUARDS, guard, guards_named

__all__ = ["GUARDS", "guard", "guards_named"]
