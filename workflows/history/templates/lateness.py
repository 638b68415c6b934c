"""What is told of what is late, climbs and is answered, and of what is waived or extended."""

from __future__ import annotations

from workflows.refusal import N_

# (action, kind or any, at a later stage than the issuer's) → the sentence.
TEMPLATES: dict[tuple[str, str | None, bool], str] = {
    ("escalate", None, False): N_(
        "%(actor)s báo việc quá hạn của %(unit)s lên %(to_body)s%(details)s."
    ),
    ("remind", None, False): N_("%(actor)s nhắc %(unit)s việc sắp đến hạn%(details)s."),
    ("urge", None, False): N_("%(actor)s đôn đốc %(to_body)s việc đã quá hạn%(details)s."),
    ("reason_stated", None, False): N_(
        "%(actor)s%(as)s nêu lý do việc của %(unit)s quá hạn%(details)s."
    ),
    ("escalation_noted", None, False): N_(
        "%(actor)s%(as)s ghi đã biết việc quá hạn của %(of_unit)s%(details)s."
    ),
    ("escalation_settled", None, False): N_(
        "%(actor)s%(as)s ghi đã xử lý việc quá hạn của %(of_unit)s, chờ đến hết ngày "
        "%(until)s%(details)s."
    ),
    ("escalation_extended", None, False): N_(
        "%(actor)s%(as)s trả lời việc quá hạn của %(of_unit)s: gia hạn đến %(until)s%(details)s."
    ),
    ("escalation_chased", None, False): N_(
        "%(actor)s%(as)s đôn đốc %(of_unit)s việc quá hạn%(details)s."
    ),
    ("obligation_waived", None, False): N_(
        "%(actor)s%(as)s miễn cho %(of_unit)s một việc phải nộp, %(requirement)s%(details)s."
    ),
    ("obligation_resumed", None, False): N_(
        "%(actor)s%(as)s ghi %(of_unit)s phải nộp lại một việc đã được miễn, "
        "%(requirement)s%(details)s."
    ),
    ("obligation_extended", None, False): N_(
        "%(actor)s%(as)s gia hạn cho %(of_unit)s một việc phải nộp, %(requirement)s: từ "
        "%(old_due)s đến %(new_due)s%(details)s."
    ),
}
