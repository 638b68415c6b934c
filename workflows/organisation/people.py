"""People: their names and how they are reached."""

from __future__ import annotations

from datetime import date, datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from models.person import Person
from models.unit import Unit
from workflows.calendar import local_day
from workflows.organisation.memberships import join
from workflows.organisation.record import (
    cleaned,
    make_findable,
    record,
    record_at_top,
    refuse_if,
    required,
)
from workflows.organisation.tree import units_of
from workflows.refusal import N_, Reason

LOCALES = ("vi", "en")


def create_person(
    session: Session,
    *,
    full_name: str,
    born_on: date | None = None,
    email: str | None = None,
    phone: str | None = None,
    job: str | None = None,
    locale: str = "vi",
    unit: Unit | None = None,
    standing: str = "full",
    exempt: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: Person | None,
    now: datetime,
) -> Person:
    """A new person; with `unit` also a member there between two days. Contact is optional."""
    person = Person()
    values = _contact(full_name, born_on, email, phone, job, locale, today=local_day(now))
    for key, value in values.items():
        setattr(person, key, value)
    make_findable(person, person.full_name)
    session.add(person)
    session.flush()
    details: dict = {
        "now": now,
        "actor": actor,
        "facts": {"person": person.id},
        "private": {"name": person.full_name},
        "about": person,
    }
    if unit is None:
        record_at_top(session, "person_created", **details)
    else:
        record(session, unit.id, "person_created", **details)
        join(
            session,
            person=person,
            unit=unit,
            standing=standing,
            exempt=exempt,
            valid_from=valid_from,
            valid_to=valid_to,
            actor=actor,
            now=now,
        )
    return person


def edit_person(
    session: Session,
    *,
    person: Person,
    full_name: str,
    born_on: date | None = None,
    email: str | None = None,
    phone: str | None = None,
    job: str | None = None,
    locale: str = "vi",
    actor: Person | None,
    now: datetime,
) -> None:
    """Corrects name and contact. The trail tells which fields changed, and the name before."""
    new = _contact(full_name, born_on, email, phone, job, locale, today=local_day(now))
    changed = sorted(key for key, value in new.items() if getattr(person, key) != value)
    if not changed:
        return
    old_name = person.full_name
    for key in changed:
        setattr(person, key, new[key])
    make_findable(person, person.full_name)
    record_for(
        session,
        person,
        "person_changed",
        now=now,
        actor=actor,
        facts={"person": person.id, "fields": changed},
        private={"name": person.full_name, "old_name": old_name},
        about=person,
    )


def record_for(session: Session, person: Person, action: str, **details: object) -> None:
    """One event about a person, in the log of his (first) unit, else of the top unit."""
    units = units_of(person, local_day(details["now"]))  # type: ignore[arg-type]
    if units:
        home = min(units, key=lambda unit: unit.id)
        record(session, home.id, action, **details)  # type: ignore[arg-type]
    else:
        record_at_top(session, action, **details)


def _contact(
    full_name: str,
    born_on: date | None,
    email: str | None,
    phone: str | None,
    job: str | None,
    locale: str,
    *,
    today: date,
) -> dict:
    full_name, email = cleaned(full_name, "full_name"), cleaned(email, "email")
    phone, job = cleaned(phone, "phone"), cleaned(job, "job")
    refuse_if(
        required(full_name, "full_name", N_("Chưa có họ tên. Ghi họ và tên đầy đủ.")),
        _bad_email(email),
        Reason(
            "FORM",
            N_("Ngày sinh %(day)s chưa hợp lý. Xem lại năm sinh."),
            {"day": born_on},
            place="born_on",
        )
        if born_on is not None and not date(1900, 1, 1) <= born_on <= today
        else None,
        None
        if locale in LOCALES
        else Reason("FORM", N_("Chọn tiếng Việt hoặc tiếng Anh."), place="locale"),
    )
    return {
        "full_name": full_name,
        "born_on": born_on,
        "email": email or None,
        "phone": phone or None,
        "job": job or None,
        "locale": locale,
    }


def _bad_email(email: str) -> Reason | None:
    if not email:
        return None
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return Reason(
            "FORM",
            N_("Địa chỉ thư “%(email)s” chưa đúng. Ghi dạng ten@donvi.vn, hoặc để trống."),
            {"email": email[:100]},
            place="email",
        )
    return None
