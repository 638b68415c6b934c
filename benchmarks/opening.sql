-- What opening a campaign writes, by set-based SQL; see opening.py. `asked` holds for each requirement who
-- owes it, its days, and where its ladder begins; `drafter` the roles that draft for a unit.

INSERT INTO obligation (requirement_id, unit_id, nominal_due, effective_due, state, created_at)
  SELECT asked.requirement_id, unit.id, asked.nominal_due, asked.effective_due, 'open', :now
  FROM asked JOIN unit ON unit.attached_to_id IS NULL
  WHERE asked.owes = 'unit' AND (unit.valid_from IS NULL OR unit.valid_from <= :day)
    AND (unit.valid_to IS NULL OR unit.valid_to >= :day)
  ORDER BY asked.requirement_id, unit.id;

INSERT INTO obligation (requirement_id, unit_id, person_id, nominal_due, effective_due, state, created_at)
  SELECT asked.requirement_id, membership.unit_id, membership.person_id, asked.nominal_due,
    asked.effective_due, 'open', :now
  FROM asked JOIN membership ON NOT membership.exempt AND standing IN ('full', 'probationary')
    JOIN unit ON unit.id = membership.unit_id JOIN level ON level.id = unit.level_id
  WHERE asked.owes = 'member' AND level.code = 'cell'
    AND (membership.valid_from IS NULL OR membership.valid_from <= :day)
    AND (membership.valid_to IS NULL OR membership.valid_to >= :day)
    AND (unit.valid_from IS NULL OR unit.valid_from <= :day)
    AND (unit.valid_to IS NULL OR unit.valid_to >= :day)
  ORDER BY asked.requirement_id, membership.unit_id;

INSERT INTO task (obligation_id, action, unit_id, person_id, climbed, opened_at, due_at, nominal_due)
  SELECT obligation.id, 'create', obligation.unit_id, obligation.person_id, false, :now, asked.due_at,
    asked.nominal_due
  FROM asked JOIN obligation ON obligation.requirement_id = asked.requirement_id
  ORDER BY obligation.id;

INSERT INTO task_role (task_id, unit_id, role)
  SELECT task.id, task.unit_id, drafter.role
  FROM asked JOIN obligation ON obligation.requirement_id = asked.requirement_id
    JOIN task ON task.obligation_id = obligation.id CROSS JOIN drafter
  WHERE task.person_id IS NULL ORDER BY task.id;

INSERT INTO deadline (task_id, unit_id, effective_due, version, rung, counted_from, fires_at)
  SELECT task.id, task.unit_id, asked.effective_due, 1, asked.rung, asked.counted_from, asked.fires_at
  FROM asked JOIN obligation ON obligation.requirement_id = asked.requirement_id
    JOIN task ON task.obligation_id = obligation.id
  ORDER BY task.id;
