"""A member's own reports; papers of a type of their own; copies to another superior.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

OLD = "kind in ('plan', 'commitment', 'report', 'inspection')"
NEW = "kind in ('plan', 'commitment', 'report', 'self_report', 'inspection')"


def added():
    def kept(name, kind, default):
        return sa.Column(name, kind, nullable=False, server_default=default)

    return {
        'requirement': [
            kept('type', sa.Text(), ''),
            kept('superior_must_accept', sa.Boolean(), sa.false()),
            kept('also_to', sa.JSON(), '[]'),
        ],
        'document': [
            kept('type', sa.Text(), ''),
            kept('superior_must_accept', sa.Boolean(), sa.false()),
        ],
        'document_stage': [kept('copy', sa.Boolean(), sa.false())],
    }


def upgrade():
    _allow(OLD, NEW)
    for table, columns in added().items():
        for column in columns:
            op.add_column(table, column)


def downgrade():
    # Nobody there is asked anything over a copy, so nobody is waited for to answer.
    op.execute("DELETE FROM task_role WHERE task_id IN (SELECT id FROM task WHERE action = 'answer_copy')")
    op.execute("UPDATE task SET closed_at = CURRENT_TIMESTAMP WHERE closed_at IS NULL AND action = 'answer_copy'")
    op.execute('DELETE FROM document_stage WHERE copy')
    for table, columns in added().items():
        for column in reversed(columns):
            op.drop_column(table, column.name)
    # Who wrote for himself alone is protected as the author of a commitment is: his report stays one
    # of those papers, archived, and is not shown as a report of his unit.
    commitment = op.get_bind().scalar(
        sa.text("SELECT id FROM definition WHERE kind = 'commitment' ORDER BY version DESC LIMIT 1")
    )
    of_one = "document_id IN (SELECT id FROM document WHERE kind = 'self_report')"
    op.execute(f'UPDATE deadline SET closed_at = CURRENT_TIMESTAMP, fires_at = NULL WHERE closed_at IS NULL AND task_id IN (SELECT id FROM task WHERE {of_one})')
    op.execute(f'UPDATE task SET closed_at = CURRENT_TIMESTAMP WHERE closed_at IS NULL AND {of_one}')
    if commitment is not None:
        op.execute(f"UPDATE document SET definition_id = {commitment}, kind = 'commitment', state = 'archived' WHERE kind = 'self_report'")
    op.execute("UPDATE requirement SET kind = 'commitment' WHERE kind = 'self_report'")
    op.execute("DELETE FROM definition WHERE kind = 'self_report'")
    _allow(NEW, OLD)


def _allow(before, after):
    """Another condition on `document.kind`; on SQLite as in 0007, without building the table anew."""
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f('ck_document_kind'), 'document', type_='check')
        op.create_check_constraint(op.f('ck_document_kind'), 'document', after)
        return
    connection = op.get_bind()
    seen = connection.scalar(sa.text('PRAGMA schema_version'))
    connection.execute(sa.text('PRAGMA writable_schema = ON'))
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = 'document'"),
        {'before': before, 'after': after},
    )
    connection.execute(sa.text(f'PRAGMA schema_version = {seen + 1}'))
    connection.execute(sa.text('PRAGMA writable_schema = OFF'))
