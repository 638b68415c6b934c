"""The ladder: reminders, reasons asked, answers, pauses.

Revision ID: 0004
Revises: 0003
"""

from datetime import datetime, time, timedelta

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.add_column('deadline', sa.Column('counted_from', sa.Date(), nullable=True))
    op.add_column('deadline', sa.Column('paused_at', sa.DateTime(), nullable=True))
    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('step', sa.Text(), server_default='superior', nullable=False))
        batch_op.add_column(sa.Column('event_id', ID, nullable=True))
        batch_op.create_foreign_key(op.f('fk_escalation_event_id_audit_event'), 'audit_event', ['event_id'], ['id'])
    op.create_table('escalation_answer',
    sa.Column('id', ID, nullable=False),
    sa.Column('escalation_id', ID, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by_id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('event_id', ID, nullable=False),
    sa.CheckConstraint("kind in ('noted', 'settled', 'extended', 'chased')", name=op.f('ck_escalation_answer_kind')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_escalation_answer_by_id_person')),
    sa.ForeignKeyConstraint(['escalation_id'], ['escalation.id'], name=op.f('fk_escalation_answer_escalation_id_escalation')),
    sa.ForeignKeyConstraint(['event_id'], ['audit_event.id'], name=op.f('fk_escalation_answer_event_id_audit_event')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_escalation_answer_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation_answer'))
    )
    op.create_index(op.f('ix_escalation_answer_escalation_id'), 'escalation_answer', ['escalation_id'], unique=False)
    op.create_table('lateness_reason',
    sa.Column('id', ID, nullable=False),
    sa.Column('deadline_id', ID, nullable=False),
    sa.Column('deadline_version', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by_id', ID, nullable=False),
    sa.Column('event_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_lateness_reason_by_id_person')),
    sa.ForeignKeyConstraint(['deadline_id'], ['deadline.id'], name=op.f('fk_lateness_reason_deadline_id_deadline')),
    sa.ForeignKeyConstraint(['event_id'], ['audit_event.id'], name=op.f('fk_lateness_reason_event_id_audit_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lateness_reason')),
    sa.UniqueConstraint('deadline_id', 'deadline_version', name=op.f('uq_lateness_reason_deadline_id_deadline_version'))
    )
    # The one rung there was is now the second where a superior heard, the first where one's own
    # secretary did. What had reached its end stays there.
    op.execute("UPDATE escalation SET step = 'secretary' WHERE from_unit_id = to_unit_id")
    op.execute("UPDATE escalation SET rung = 2 WHERE step = 'superior'")
    op.execute(
        "UPDATE deadline SET rung = 2 WHERE rung = 1 AND NOT EXISTS"
        " (SELECT 1 FROM escalation WHERE deadline_id = deadline.id AND step = 'secretary')"
    )


def downgrade():
    op.drop_table('lateness_reason')
    op.drop_index(op.f('ix_escalation_answer_escalation_id'), 'escalation_answer')
    op.drop_table('escalation_answer')
    # Of each deadline the highest rung that was known before is kept, and only that.
    op.execute(
        "DELETE FROM escalation WHERE rung NOT IN (1, 2) OR (rung = 1 AND EXISTS (SELECT 1 FROM escalation AS higher"
        " WHERE higher.deadline_id = escalation.deadline_id AND higher.deadline_version = escalation.deadline_version"
        " AND higher.rung = 2))"
    )
    op.execute("UPDATE escalation SET rung = 1")
    op.execute("UPDATE deadline SET fires_at = NULL, rung = 1 WHERE rung > 1")
    _one_rung_to_come()
    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_escalation_event_id_audit_event'), type_='foreignkey')
        batch_op.drop_column('event_id')
        batch_op.drop_column('step')
    op.drop_column('deadline', 'paused_at')
    op.drop_column('deadline', 'counted_from')


def _one_rung_to_come():
    """What nobody above has heard of climbs on the morning after its last good day that is no Saturday
    or Sunday, not when a reminder was due."""
    connection = op.get_bind()
    deadline = sa.table(
        'deadline', sa.column('id'), sa.column('rung'), sa.column('effective_due', sa.Date()),
        sa.column('fires_at', sa.DateTime()), sa.column('closed_at', sa.DateTime()),
    )
    rows = connection.execute(
        sa.select(deadline.c.id, deadline.c.effective_due).where(
            deadline.c.rung <= 0, deadline.c.closed_at.is_(None)
        )
    ).all()
    changes = []
    for ident, due in rows:
        day = due + timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
        changes.append({'key': ident, 'at': datetime.combine(day, time(0))})
    if changes:
        connection.execute(
            sa.update(deadline).where(deadline.c.id == sa.bindparam('key')).values(fires_at=sa.bindparam('at')), changes
        )
    connection.execute(sa.update(deadline).where(deadline.c.rung < 0).values(rung=0))
