"""What an inspector sees: plans, reports and logs of the units below, read-only; no commitments. And
the fifteen questions of an inspection."""

from views.inspector import events, history, questions  # noqa: F401  add routes to the blueprint
from views.inspector.pages import blueprint

__all__ = ["blueprint"]
