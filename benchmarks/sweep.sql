-- What the sweep writes, by set-based SQL; see sweep.py. `ready` holds for each deadline that is due the
-- body that hears of it, when the next rung fires, its leaf with the hash, and its place in the log; `head` the logs' new ends.

UPDATE deadline SET rung = deadline.rung + 1, fires_at = ready.fires_at
  FROM ready WHERE deadline.id = ready.deadline_id AND closed_at IS NULL AND deadline.fires_at <= :now;

INSERT INTO audit_event (unit_id, seq, at, action, document_id, leaf, leaf_hash)
  SELECT task.unit_id, ready.seq, :now, 'escalate', task.document_id, ready.leaf, ready.leaf_hash
  FROM ready JOIN deadline ON deadline.id = ready.deadline_id JOIN task ON task.id = deadline.task_id
  ORDER BY task.unit_id, ready.seq;

INSERT INTO escalation (deadline_id, deadline_version, rung, step, task_id, from_unit_id, to_unit_id,
    effective_due, at, event_id)
  SELECT deadline.id, deadline.version, deadline.rung, 'superior', task.id, task.unit_id, ready.to_unit_id,
    deadline.effective_due, :now, audit_event.id
  FROM ready JOIN deadline ON deadline.id = ready.deadline_id JOIN task ON task.id = deadline.task_id
    JOIN audit_event ON audit_event.unit_id = task.unit_id AND audit_event.seq = ready.seq;

UPDATE log_head SET size = head.size, frontier = head.frontier, latest_at = :now
  FROM head WHERE head.unit_id = log_head.unit_id;

INSERT INTO notification (event_id, person_id, document_id, topic, action, created_at)
  SELECT audit_event.id, post.person_id, task.document_id, 'escalated', task.action, :now
  FROM ready JOIN deadline ON deadline.id = ready.deadline_id JOIN task ON task.id = deadline.task_id
    JOIN audit_event ON audit_event.unit_id = task.unit_id AND audit_event.seq = ready.seq
    JOIN (SELECT id AS body_id, id AS unit_id FROM unit
          UNION ALL SELECT attached_to_id, id FROM unit WHERE attached_to_id IS NOT NULL) AS place
      ON place.body_id = ready.to_unit_id
    JOIN post ON post.unit_id = place.unit_id
  WHERE post.role IN ('secretary', 'standing', 'advisor', 'deputy')
    AND (post.valid_from IS NULL OR post.valid_from <= :day)
    AND (post.valid_to IS NULL OR post.valid_to >= :day)
    AND (post.ended_at IS NULL OR post.ended_at > :now);

-- Who acts in these posts by delegation hears too. (None is away, none is lent in part.)
INSERT INTO notification (event_id, person_id, document_id, topic, action, created_at)
  SELECT audit_event.id, delegation.person_id, task.document_id, 'escalated', task.action, :now
  FROM ready JOIN deadline ON deadline.id = ready.deadline_id JOIN task ON task.id = deadline.task_id
    JOIN audit_event ON audit_event.unit_id = task.unit_id AND audit_event.seq = ready.seq
    JOIN (SELECT id AS body_id, id AS unit_id FROM unit
          UNION ALL SELECT attached_to_id, id FROM unit WHERE attached_to_id IS NOT NULL) AS place
      ON place.body_id = ready.to_unit_id
    JOIN post ON post.unit_id = place.unit_id JOIN delegation ON delegation.post_id = post.id
  WHERE post.role IN ('secretary', 'standing', 'advisor', 'deputy')
    AND (post.valid_from IS NULL OR post.valid_from <= :day)
    AND (post.valid_to IS NULL OR post.valid_to >= :day)
    AND (post.ended_at IS NULL OR post.ended_at > :now)
    AND delegation.valid_from <= :day AND delegation.valid_to >= :day
    AND (delegation.revoked_at IS NULL OR delegation.revoked_at > :now);

INSERT INTO delivery (notification_id, channel, state, message_id, attempts, next_at)
  SELECT notification.id, 'digest', 'held', '<' || :unique || '@duyet.invalid>', 0, :at_once
  FROM ready JOIN deadline ON deadline.id = ready.deadline_id
    JOIN audit_event ON audit_event.unit_id = deadline.unit_id AND audit_event.seq = ready.seq
    JOIN notification ON notification.event_id = audit_event.id
    JOIN person ON person.id = notification.person_id
    LEFT JOIN notice_preference
      ON notice_preference.person_id = person.id AND notice_preference.topic = 'escalated'
  WHERE person.email IS NOT NULL AND notice_preference.how IS NULL;
