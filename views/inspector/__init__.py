"""What an inspector sees: plans, reports and logs of the units below, read-only; his inspections, with
what each entitles him to; and the fifteen questions."""

from views.inspector import (  # noqa: F401  add routes to the blueprint
    dossier,
    dossier_conclusions,
    dossier_files,
    dossier_minutes,
    dossier_pieces,
    dossier_reports,
    events,
    exports,
    findings,
    findings_new,
    history,
    inspections,
    inspections_new,
    inspections_read,
    inspections_team,
    inspections_texts,
    pairs,
    questions,
)
from views.inspector.pages import blueprint

__all__ = ["blueprint"]
