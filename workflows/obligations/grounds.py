"""What a waiver or an extension rests on: a reason in words, and a paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from models.document import Document
from workflows import text
from workflows.calendar import local_day
from workflows.refusal import N_, Reason, Refused
from workflows.rules.reasons import too_short


@dataclass(frozen=True)
class Basis:
    """A paper kept here, or one outside by number, day and issuer."""

    document: Document | None = None
    number: str = ""
    dated_on: date | None = None
    issuer: str = ""

    @property
    def words(self) -> str:
        """The paper as a history names it."""
        if self.document is not None:
            return self.document.number or self.document.title
        return ", ".join(word for word in (self.number, self.issuer) if word)


def read_grounds(reason: str, basis: Basis, now: datetime) -> tuple[str, Basis, list[Reason]]:
    """Both as they are kept, and everything that is wrong with them: with anything wrong they are not
    to be kept."""
    wrong: list[Reason] = []
    reason_clean = partial(text.clean, reason, place="reason", multiline=True)
    said = _read(reason_clean, wrong)
    if said is not None:
        wrong += too_short(said)
    number = _read(partial(text.clean_line, basis.number, place="basis_number"), wrong)
    issuer = _read(partial(text.clean_line, basis.issuer, place="basis_issuer"), wrong)
    if number is not None and issuer is not None:
        basis = Basis(basis.document, number, basis.dated_on, issuer)
        wrong += _wrong_basis(basis, local_day(now))
    return said or "", basis, wrong


def _read(clean: Callable[[], str], wrong: list[Reason]) -> str | None:
    try:
        return clean()
    except Refused as refusal:
        wrong += refusal.reasons
        return None


def _wrong_basis(basis: Basis, today: date) -> list[Reason]:
    outside = (basis.number, basis.dated_on, basis.issuer)
    if basis.document is not None:
        if any(outside):
            return [_form(N_("Chọn một căn cứ: văn bản trong hệ thống, hoặc văn bản bên ngoài."))]
        if basis.document.dated_on is None:
            return [_form(N_("Văn bản làm căn cứ chưa ban hành. Chọn văn bản khác."))]
        return []
    wrong = []
    if not all(outside):
        wrong.append(
            _form(N_("Chưa có căn cứ. Chọn một văn bản, hoặc ghi đủ số, ngày và nơi ban hành."))
        )
    if basis.dated_on is not None and basis.dated_on > today:
        wrong.append(
            _form(N_("Ngày của căn cứ chưa tới. Xem lại ngày ghi trên văn bản."), "basis_dated_on")
        )
    return wrong


def _form(sentence: str, place: str = "basis_number") -> Reason:
    return Reason("FORM", sentence, place=place)
