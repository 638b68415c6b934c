"""The register of numbers: one series for each issuer, type of paper and period (R27).

A Party body's period is the term of its committee, a state or union body's the year. Within a
series numbers follow each other without gaps; a voided number stays with its reason and never comes
back. Every function that writes runs in the caller's `transaction()`, holds the issuer's row, and
raises `Refused` with sentences.
"""

from workflows.register.checks import form_reasons, taken_reasons
from workflows.register.giving import enter, enter_document, entered_just_now, next_symbol
from workflows.register.lines import Line, Volume, entries, volumes
from workflows.register.periods import period_on, term_on
from workflows.register.terms import set_term
from workflows.register.voiding import void, void_unused

__all__ = [
    "Line",
    "Volume",
    "enter",
    "enter_document",
    "entered_just_now",
    "entries",
    "form_reasons",
    "next_symbol",
    "period_on",
    "set_term",
    "taken_reasons",
    "term_on",
    "void",
    "void_unused",
    "volumes",
]
