"""What an inspector sees: plans, reports and logs of the units below, read-only; no commitments."""

from views.inspector.pages import blueprint

__all__ = ["blueprint"]
