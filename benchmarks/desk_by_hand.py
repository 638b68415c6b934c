"""The desk as one would write it by hand in SQL: the same rows and columns, found by the same
indexes, with bounded counts; told to the driver directly, with `?`-free names (:me) for both
databases."""

from __future__ import annotations

import re
import sqlite3
from datetime import date, datetime
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

# Posts held now, and those delegated whole. (Delegations of a part are not used in the filling.)
HELD = """
  SELECT p.unit_id, p.role, 0 AS delegated FROM post p WHERE p.person_id = :me
    AND (p.valid_from IS NULL OR p.valid_from <= :day) AND (p.valid_to IS NULL OR p.valid_to >= :day)
    AND (p.ended_at IS NULL OR p.ended_at > :now)
  UNION ALL SELECT p.unit_id, p.role, 1 FROM delegation d JOIN post p ON p.id = d.post_id
    WHERE d.person_id = :me AND d.valid_from <= :day AND d.valid_to >= :day
    AND (d.revoked_at IS NULL OR d.revoked_at > :now)
    AND (p.valid_from IS NULL OR p.valid_from <= :day) AND (p.valid_to IS NULL OR p.valid_to >= :day)
    AND (p.ended_at IS NULL OR p.ended_at > :now)"""
NOT_BARRED = """(t.action NOT IN ('review', 'approve') OR NOT EXISTS (SELECT 1 FROM contribution c
      WHERE c.document_id = t.document_id AND c.person_id = :me)
    AND NOT EXISTS (SELECT 1 FROM decision x JOIN document xd ON xd.id = x.document_id
      WHERE x.document_id = t.document_id AND x.person_id = :me AND x.revision = xd.revision))"""
OWN = """SELECT r.task_id FROM task_role r JOIN held h ON h.unit_id = r.unit_id AND h.role = r.role
      WHERE h.delegated = 0
    UNION ALL SELECT m.id FROM task m WHERE m.person_id = :me AND m.closed_at IS NULL"""
DELEGATED = """SELECT r.task_id FROM task_role r JOIN held h ON h.unit_id = r.unit_id AND h.role = r.role
      WHERE h.delegated = 1"""
SHOWN = """t.id, t.action, t.due_at, t.closed_at, t.climbed, alone.full_name,
    u.id, u.code, u.name, u.name_en, u.meets,
    d.id, d.kind, d.title, d.state, d.stage, d.number, d.recorded, rp.confirmed_at, d.author_id,
    author.full_name, dc.year, i.id, i.code, i.name, i.name_en, i.meets,
    o.person_id, q.kind, q.code, q.label_vi, q.label_en, qc.code, qc.year,
    ou.id, ou.code, ou.name, ou.name_en, ou.meets, d.type"""
JOINS = """JOIN unit u ON u.id = t.unit_id
  LEFT JOIN person alone ON alone.id = t.person_id
  LEFT JOIN document d ON d.id = t.document_id
  LEFT JOIN recorded_paper rp ON rp.document_id = d.id
  LEFT JOIN person author ON author.id = d.author_id
  LEFT JOIN campaign dc ON dc.id = d.campaign_id
  LEFT JOIN unit i ON i.id = d.unit_id
  LEFT JOIN obligation o ON o.id = t.obligation_id
  LEFT JOIN requirement q ON q.id = o.requirement_id
  LEFT JOIN campaign qc ON qc.id = q.campaign_id
  LEFT JOIN unit ou ON ou.id = o.unit_id"""

PAGE = f"""WITH held AS ({HELD}), first AS (
  SELECT t.id FROM task t WHERE t.closed_at IS NULL AND t.id IN ({OWN}) AND {NOT_BARRED}
  ORDER BY t.due_at, t.id LIMIT 26)
SELECT {SHOWN} FROM first JOIN task t ON t.id = first.id {JOINS} ORDER BY t.due_at, t.id"""

COUNTS = f"""WITH held AS ({HELD})
SELECT
  (SELECT count(*) FROM (SELECT 1 FROM task t WHERE t.closed_at IS NULL AND t.id IN ({OWN})
    AND {NOT_BARRED} LIMIT 100) AS a),
  (SELECT count(*) FROM (SELECT 1 FROM task t WHERE t.closed_at IS NULL
    AND (t.person_id IS NULL OR t.person_id = :me)
    AND t.unit_id IN (SELECT unit_id FROM held WHERE role <> 'inspector' UNION SELECT v.attached_to_id
      FROM held JOIN unit v ON v.id = held.unit_id WHERE role <> 'inspector') LIMIT 100) AS b),
  (SELECT count(*) FROM (SELECT 1 FROM task t WHERE t.closed_at IS NULL AND t.id IN ({DELEGATED})
    AND {NOT_BARRED} LIMIT 100) AS c),
  (SELECT count(*) FROM (SELECT 1 FROM task t WHERE t.closed_at IS NULL
    AND t.id IN ({OWN} UNION ALL {DELEGATED}) AND t.due_at <= :now AND {NOT_BARRED} LIMIT 100) AS e),
  (SELECT count(*) FROM (SELECT 1 FROM task t WHERE t.closed_at IS NOT NULL AND t.closed_by_id = :me
    LIMIT 100) AS f)"""

# What is late and told, by the rung and the day that still count.
RUNGS = """SELECT e.id AS escalation, e.task_id, e.from_unit_id, e.to_unit_id, e.effective_due, e.at,
    e.step, l.fires_at
  FROM escalation e JOIN task t ON t.id = e.task_id JOIN deadline l ON l.id = e.deadline_id
  WHERE e.rung > 0 AND t.closed_at IS NULL AND e.deadline_version = l.version"""
WORDS = f"""SELECT {SHOWN}, low.id, low.code, low.name, low.name_en, low.meets,
  first.to_unit_id, first.effective_due, first.at, first.step, first.escalation, first.fires_at
FROM first JOIN task t ON t.id = first.task_id JOIN unit low ON low.id = first.from_unit_id {JOINS}"""

# Late work of those below, told to the bodies that one leads: each by its highest rung.
CLIMBED = f"""WITH held AS ({HELD}), first AS ({RUNGS}
    AND e.to_unit_id IN (SELECT unit_id FROM held)
    AND (e.from_unit_id <> e.to_unit_id OR t.person_id IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM escalation h WHERE h.deadline_id = e.deadline_id AND h.id > e.id
      AND h.to_unit_id IN (SELECT unit_id FROM held))
  ORDER BY e.at DESC, e.id DESC LIMIT 20)
{WORDS} ORDER BY first.at DESC, first.escalation DESC"""

# One's own late work, and that of the bodies that one leads, of which nobody has said why.
SILENT = """e.rung = l.rung AND NOT EXISTS (SELECT 1 FROM lateness_reason y
    WHERE y.deadline_id = e.deadline_id AND y.deadline_version = e.deadline_version)"""
UNSAID = f"""WITH held AS ({HELD}), first AS (
  SELECT * FROM ({RUNGS} AND t.person_id = :me AND {SILENT} UNION ALL
    {RUNGS} AND t.person_id IS NULL AND e.from_unit_id IN (SELECT unit_id FROM held) AND {SILENT})
    AS late ORDER BY fires_at IS NULL, fires_at, at, escalation LIMIT 4)
{WORDS} ORDER BY first.fires_at IS NULL, first.fires_at, first.at, first.escalation"""

SESSION = """SELECT a.id, a.is_administrator, a.theme, p.id, p.full_name, p.locale, s.seen_at
FROM login_session s JOIN account a ON a.id = s.account_id JOIN person p ON p.id = a.person_id
WHERE s.token_hash = :token AND s.ended_at IS NULL AND a.suspended_at IS NULL"""


class ByHand:
    """One connection of the driver, which knows times as the database keeps them (UTC, naive)."""

    def __init__(self, url: str):
        address = make_url(url)
        self.lite = address.drivername == "sqlite"
        if self.lite:
            assert address.database is not None
            self.connection: Any = sqlite3.connect(address.database, check_same_thread=False)
        else:
            words = make_url(url).set(drivername="postgresql").render_as_string(False)
            self.connection = psycopg.connect(words, autocommit=True)

    def ask(self, statement: str, **values: Any) -> list[Any]:
        """All rows of a statement."""
        if self.lite:
            plain = {name: _text(value) for name, value in values.items()}
            rows: list[Any] = self.connection.execute(statement, plain).fetchall()
            return rows
        return self.connection.execute(_named(statement), values).fetchall()

    def close(self) -> None:
        self.connection.close()


_KNOWN: dict[str, str] = {}


def _named(statement: str) -> str:
    if statement not in _KNOWN:
        _KNOWN[statement] = re.sub(r"(?<!:):([a-z]+)", r"%(\1)s", statement)
    return _KNOWN[statement]


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value
