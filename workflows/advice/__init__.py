"""Advice on a text, which never blocks: `revision` says all of it for one revision, `section_three` what
a machine hints of a commitment's section 3 (R07, R08) by the words of `lexicon`, `likeness` how much two
of them say the same (R09)."""

from workflows.advice.revision import advice_on, for_reader

__all__ = ["advice_on", "for_reader"]
