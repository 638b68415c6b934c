"""What may happen. The public face: perform, create, available_actions, and the refusals."""

from workflows.available import Available, available_actions
from workflows.beginning import create
from workflows.engine import hold, perform
from workflows.refusal import Forbidden, Reason, Refused, Stale, WorkflowError

__all__ = [
    "Available",
    "Forbidden",
    "Reason",
    "Refused",
    "Stale",
    "WorkflowError",
    "available_actions",
    "create",
    "hold",
    "perform",
]
