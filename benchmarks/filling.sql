-- Told to both databases as it stands; see filling.py. Ids: a unit's, a person's, a post's follow from
-- its place (cell c, base b, ward w, 1-based); a document has the id of its task.

CREATE TEMPORARY TABLE numbers (i INTEGER PRIMARY KEY);
INSERT INTO numbers
  WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < :numbers) SELECT i FROM s;

-- One row a task: cell, slot, limit; whether its deadline fires now; whether the cell lost two posts.
CREATE TEMPORARY TABLE work
  (i INTEGER PRIMARY KEY, c INTEGER, s INTEGER, k INTEGER, fires INTEGER, vacant INTEGER);
INSERT INTO work SELECT i, (i - 1) / 50 + 1, (i - 1) % 50,
  CASE WHEN i % :every = 0 AND i / :every <= :due THEN 3
       ELSE (19 * i + 7 * ((i - 1) / 50)) % 100 END,
  CASE WHEN i % :every = 0 AND i / :every <= :due THEN 1 ELSE 0 END,
  CASE WHEN ((i - 1) / 50) % 10 = 9 THEN 1 ELSE 0 END
  FROM numbers WHERE i <= :tasks;

-- Units: the province is 1, then wards, bases, cells, and each ward's advisory body.
INSERT INTO unit (id, code, name, body, symbol, sector, place, level_id, attached_to_id, meets, search_fold, sort_key)
  SELECT 1 + i, 'P' || i, 'Đảng bộ phường số ' || i, 'Đảng ủy phường', 'ĐU', 'party', 'Thử', 3, NULL, false,
    'dang bo phuong so ' || i, 'dang bo phuong so ' || i FROM numbers WHERE i <= :wards;
INSERT INTO unit (id, code, name, body, symbol, sector, place, level_id, attached_to_id, meets, search_fold, sort_key)
  SELECT 1 + :wards + i, 'B' || i, 'Đảng bộ Trường số ' || i, 'Đảng ủy', 'ĐU', 'party', 'Thử', 2, NULL, false,
    'dang bo truong so ' || i, 'dang bo truong so ' || i FROM numbers WHERE i <= :bases;
INSERT INTO unit (id, code, name, body, symbol, sector, place, level_id, attached_to_id, meets, search_fold, sort_key)
  SELECT 1 + :wards + :bases + i, 'C' || i, 'Chi bộ số ' || i, 'Chi bộ', 'CB', 'party', 'Thử', 1, NULL, false,
    'chi bo so ' || i, 'chi bo so ' || i FROM numbers WHERE i <= :cells;
INSERT INTO unit (id, code, name, body, symbol, sector, place, level_id, attached_to_id, meets, search_fold, sort_key)
  SELECT 1 + :wards + :bases + :cells + i, 'P' || i || '-XDD', 'Ban Xây dựng Đảng phường số ' || i,
    'Ban Xây dựng Đảng', 'BXDĐ', 'party', 'Thử', 3, 1 + i, false,
    'ban xay dung dang phuong so ' || i, 'ban xay dung dang phuong so ' || i FROM numbers WHERE i <= :wards;
INSERT INTO reporting_line (unit_id, superior_id, line)
  SELECT 1 + i, 1, 'party' FROM numbers WHERE i <= :wards
  UNION ALL SELECT 1 + :wards + i, 1 + (i - 1) / 10 + 1, 'party' FROM numbers WHERE i <= :bases
  UNION ALL SELECT 1 + :wards + :bases + i, 1 + :wards + (i - 1) / 10 + 1, 'party' FROM numbers WHERE i <= :cells;

-- People: five a cell (secretary, deputy, committee, two members), four a base, five a ward, one an
-- advisory body, three at the province.
INSERT INTO person (id, full_name, locale, search_fold, sort_key)
  SELECT i, 'Nguyễn Văn Thử ' || i, 'vi', 'nguyen van thu ' || i, 'thu nguyen van ' || i FROM numbers
  WHERE i <= 5 * :cells + 4 * :bases + 6 * :wards + 3;
INSERT INTO membership (person_id, unit_id, standing, exempt)
  SELECT i, 1 + :wards + :bases + (i - 1) / 5 + 1, 'full', false FROM numbers WHERE i <= 5 * :cells
  UNION ALL SELECT 5 * :cells + i, 1 + :wards + :bases + (i - 1) / 4 * 10 + 1, 'full', false
  FROM numbers WHERE i <= 4 * :bases;
INSERT INTO account (id, login, person_id, must_change_password, is_administrator, is_demo, created_at)
  SELECT id, 'u' || id, id, false, false, false, :now FROM person;
INSERT INTO login_session (account_id, token_hash, created_at, seen_at)
  VALUES (5 * :cells + 1, :token, :now, :now);

INSERT INTO post (id, person_id, unit_id, role, title, acting, valid_to)
  SELECT 3 * (c - 1) + j, 5 * (c - 1) + j, 1 + :wards + :bases + c, role, title, false,
    CASE WHEN c % 10 = 0 AND j < 3 THEN :ended END
  FROM (SELECT i AS c FROM numbers WHERE i <= :cells) AS cells CROSS JOIN
    (SELECT 1 AS j, 'secretary' AS role, 'Bí thư' AS title
     UNION ALL SELECT 2, 'deputy', 'Phó Bí thư' UNION ALL SELECT 3, 'committee', 'Chi ủy viên') AS posts;
INSERT INTO post (id, person_id, unit_id, role, title, acting)
  SELECT 3 * :cells + 4 * (b - 1) + j, 5 * :cells + 4 * (b - 1) + j, 1 + :wards + b, role, title, false
  FROM (SELECT i AS b FROM numbers WHERE i <= :bases) AS bases CROSS JOIN
    (SELECT 1 AS j, 'secretary' AS role, 'Bí thư' AS title UNION ALL SELECT 2, 'deputy', 'Phó Bí thư'
     UNION ALL SELECT 3, 'advisor', 'Cán bộ tham mưu' UNION ALL SELECT 4, 'clerk', 'Văn thư') AS posts;
INSERT INTO post (id, person_id, unit_id, role, title, acting)
  SELECT 3 * :cells + 4 * :bases + 6 * (w - 1) + j, 5 * :cells + 4 * :bases + 6 * (w - 1) + j,
    CASE WHEN j = 6 THEN 1 + :wards + :bases + :cells + w ELSE 1 + w END, role, title, false
  FROM (SELECT i AS w FROM numbers WHERE i <= :wards) AS wards CROSS JOIN
    (SELECT 1 AS j, 'secretary' AS role, 'Bí thư' AS title UNION ALL SELECT 2, 'deputy', 'Phó Bí thư'
     UNION ALL SELECT 3, 'standing', 'Ban Thường vụ' UNION ALL SELECT 4, 'clerk', 'Văn thư'
     UNION ALL SELECT 5, 'inspector', 'Ủy ban Kiểm tra' UNION ALL SELECT 6, 'advisor', 'Trưởng ban') AS posts;
INSERT INTO post (person_id, unit_id, role, title, acting, id)
  SELECT 5 * :cells + 4 * :bases + 6 * :wards + j, 1, role, title, false, 3 * :cells + 4 * :bases + 6 * :wards + j
  FROM (SELECT 1 AS j, 'secretary' AS role, 'Bí thư' AS title UNION ALL SELECT 2, 'deputy', 'Phó Bí thư'
        UNION ALL SELECT 3, 'clerk', 'Văn thư') AS posts;
-- The first base's secretary stands in for the second's.
INSERT INTO delegation (post_id, person_id, kinds, actions, valid_from, valid_to, created_at)
  VALUES (3 * :cells + 5, 5 * :cells + 1, '[]', '[]', :ended, :later, :now);

-- What is owed: in each cell five commitments and five reports without a document yet.
INSERT INTO obligation (id, requirement_id, unit_id, person_id, nominal_due, effective_due, state, created_at)
  SELECT 10 * (c - 1) + work.s + 1, CASE WHEN work.s < 5 THEN 2 ELSE work.s - 2 END, 1 + :wards + :bases + c,
    CASE WHEN work.s < 5 THEN 5 * (c - 1) + work.s + 1 END, due_on, due_on, 'open', :now
  FROM work JOIN limits ON limits.k = work.k WHERE work.s < 10;

INSERT INTO document (id, kind, title, unit_id, author_id, campaign_id, definition_id, state, stage, version,
    revision, number, dated_on, in_force_revision, in_force_from, recorded, created_at, updated_at,
    search_fold, sort_key)
  SELECT i, slot.kind, CASE slot.kind WHEN 'plan' THEN 'Kế hoạch thực hiện chuyên đề số ' WHEN 'report'
      THEN 'Báo cáo thực hiện chuyên đề số ' ELSE 'Bản cam kết tu dưỡng, rèn luyện số ' END || i,
    1 + :wards + :bases + c, 5 * (c - 1) + slot.author, 1, definition.id, slot.state, slot.stage,
    1 + slot.stage + CASE slot.state WHEN 'drafted' THEN 0 WHEN 'submitted' THEN 1 WHEN 'reviewed' THEN 2 ELSE 3 END,
    1,
    CASE WHEN slot.kind <> 'commitment' AND (slot.stage > 0 OR slot.state = 'approved') THEN i || '-VB/CB' END,
    CASE WHEN slot.stage > 0 OR slot.state = 'approved' THEN :ended END,
    CASE WHEN slot.stage > 0 OR slot.state = 'approved' THEN 1 END,
    CASE WHEN slot.stage > 0 OR slot.state = 'approved' THEN :now END,
    false, :now, :now, 'van ban so ' || i, 'van ban so ' || i
  FROM work JOIN slot ON slot.s = work.s JOIN definition ON definition.kind = slot.kind WHERE work.s > 9;
INSERT INTO document_stage (document_id, position, unit_id, decides, state, arrived_at, decided_at, decided_by_id)
  SELECT i, 0, 1 + :wards + :bases + c, true,
    CASE WHEN slot.stage > 0 THEN 'reported' WHEN slot.state = 'drafted' THEN '' ELSE slot.state END, :now,
    CASE WHEN slot.stage > 0 OR slot.state = 'approved' THEN :now END,
    CASE WHEN slot.stage > 0 OR slot.state = 'approved' THEN 5 * (c - 1) + 1 END
  FROM work JOIN slot ON slot.s = work.s WHERE work.s > 9;
INSERT INTO document_stage (document_id, position, unit_id, decides, state, arrived_at, decided_at, decided_by_id)
  SELECT i, 1, 1 + :wards + (c - 1) / 10 + 1, slot.kind <> 'commitment',
    CASE slot.stage WHEN 0 THEN '' WHEN 1 THEN slot.state ELSE 'reported' END,
    CASE WHEN slot.stage > 0 THEN :now END, CASE WHEN slot.stage > 1 THEN :now END,
    CASE WHEN slot.stage > 1 THEN 5 * :cells + 4 * ((c - 1) / 10) + 1 END
  FROM work JOIN slot ON slot.s = work.s WHERE work.s > 9;
INSERT INTO document_stage (document_id, position, unit_id, decides, state, arrived_at)
  SELECT i, 2, 1 + (c - 1) / 100 + 1, false, CASE slot.stage WHEN 2 THEN 'reported' ELSE '' END,
    CASE slot.stage WHEN 2 THEN :now END
  FROM work JOIN slot ON slot.s = work.s WHERE work.s > 9 AND slot.kind <> 'commitment';
INSERT INTO revision (document_id, n, author_id, title, content, basis, salt, content_hash, created_at)
  SELECT i, 1, 5 * (c - 1) + slot.author, 'Văn bản số ' || i, '{"text": "Mỗi chi bộ chọn một việc cụ thể."}',
    '[]', :salt, :hash, :now
  FROM work JOIN slot ON slot.s = work.s WHERE work.s > 9;
INSERT INTO contribution (document_id, person_id, revision, action, at)
  SELECT i, 5 * (c - 1) + slot.author, 1, 'create', :now FROM work JOIN slot ON slot.s = work.s WHERE work.s > 9
  UNION ALL SELECT i, 5 * (c - 1) + slot.author, 1, 'submit', :now
  FROM work JOIN slot ON slot.s = work.s WHERE work.s > 9 AND slot.state <> 'drafted';
-- The viewer had a hand in a tenth of what is to be decided by him.
INSERT INTO contribution (document_id, person_id, revision, action, at)
  SELECT i, 5 * :cells + 1, 1, 'revise', :now FROM work JOIN slot ON slot.s = work.s
  WHERE c <= 20 AND slot.stage = 1 AND slot.action = 'approve' AND (c + work.s) % 10 = 0;
INSERT INTO decision (document_id, revision, content_hash, stage, action, person_id, post_id, at)
  SELECT i, 1, :hash, 0, 'review', 5 * (c - 1) + 2, 3 * (c - 1) + 2, :now FROM work JOIN slot ON slot.s = work.s
  WHERE work.s > 9 AND (slot.stage > 0 OR slot.state IN ('reviewed', 'approved'))
  UNION ALL SELECT i, 1, :hash, 0, 'approve', 5 * (c - 1) + 1, 3 * (c - 1) + 1, :now
  FROM work JOIN slot ON slot.s = work.s WHERE work.s > 9 AND (slot.stage > 0 OR slot.state = 'approved')
  UNION ALL SELECT i, 1, :hash, 1, 'review', 5 * :cells + 4 * ((c - 1) / 10) + 3,
    3 * :cells + 4 * ((c - 1) / 10) + 3, :now
  FROM work JOIN slot ON slot.s = work.s
  WHERE slot.kind <> 'commitment' AND (slot.stage = 2 OR slot.stage = 1 AND slot.state = 'reviewed')
  UNION ALL SELECT i, 1, :hash, 1, 'approve', 5 * :cells + 4 * ((c - 1) / 10) + 1,
    3 * :cells + 4 * ((c - 1) / 10) + 1, :now
  FROM work JOIN slot ON slot.s = work.s WHERE slot.kind <> 'commitment' AND slot.stage = 2;

INSERT INTO task (id, document_id, obligation_id, action, unit_id, person_id, climbed, opened_at, due_at, nominal_due)
  SELECT i, CASE WHEN work.s > 9 THEN i END, CASE WHEN work.s < 10 THEN 10 * (c - 1) + work.s + 1 END, slot.action,
    CASE slot.stage WHEN 0 THEN 1 + :wards + :bases + c WHEN 1 THEN 1 + :wards + (c - 1) / 10 + 1
      ELSE 1 + (c - 1) / 100 + 1 END,
    CASE WHEN slot.kind = 'commitment' AND slot.action IN ('create', 'submit')
      THEN 5 * (c - 1) + CASE WHEN work.s < 5 THEN work.s + 1 ELSE slot.author END END,
    coalesce(holder.climbed, false), :now, due_at, CASE WHEN work.s < 10 THEN due_on END
  FROM work JOIN slot ON slot.s = work.s JOIN limits ON limits.k = work.k
    LEFT JOIN holder ON holder.s = work.s AND holder.vacant = work.vacant AND holder.n = 0;
INSERT INTO task_role (task_id, unit_id, role)
  SELECT i, CASE holder.place WHEN 'cell' THEN 1 + :wards + :bases + c WHEN 'base' THEN 1 + :wards + (c - 1) / 10 + 1
      WHEN 'ward' THEN 1 + (c - 1) / 100 + 1 ELSE 1 + :wards + :bases + :cells + (c - 1) / 100 + 1 END,
    holder.role
  FROM work JOIN holder ON holder.s = work.s AND holder.vacant = work.vacant;
INSERT INTO deadline (id, task_id, unit_id, effective_due, version, rung, fires_at)
  SELECT task.id, task.id, task.unit_id, due_on, 1,
    CASE WHEN fires_at IS NULL AND work.fires = 0 THEN 1 ELSE 0 END,
    CASE WHEN work.fires = 1 THEN :now ELSE fires_at END
  FROM task JOIN work ON work.i = task.id JOIN limits ON limits.k = work.k;
INSERT INTO escalation (deadline_id, deadline_version, rung, task_id, from_unit_id, to_unit_id, effective_due, at)
  SELECT deadline.id, 1, 1, deadline.id, deadline.unit_id,
    CASE WHEN task.person_id IS NOT NULL AND (task.person_id - 1) % 5 <> 0 THEN deadline.unit_id
      ELSE reporting_line.superior_id END,
    deadline.effective_due, :now
  FROM deadline JOIN task ON task.id = deadline.id JOIN reporting_line ON reporting_line.unit_id = deadline.unit_id
  WHERE deadline.rung = 1;
