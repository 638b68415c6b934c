"""Notices: the morning's digests, calendar feeds, what mail servers answered.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
HELD = sa.text("state = 'held'")
TROUBLE = sa.text("state IN ('failed', 'refused', 'bounced')")
WORKING = sa.text('revoked_at IS NULL')


def upgrade():
    op.create_table('body_digest',
    sa.Column('id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('told', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_body_digest_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_body_digest')),
    sa.UniqueConstraint('unit_id', 'day', name=op.f('uq_body_digest_unit_id_day'))
    )
    op.create_table('morning_mail',
    sa.Column('id', ID, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_morning_mail_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_morning_mail')),
    sa.UniqueConstraint('person_id', 'day', name=op.f('uq_morning_mail_person_id_day'))
    )
    op.create_table('calendar_feed',
    sa.Column('id', ID, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('revoked_at', sa.DateTime(), nullable=True),
    sa.Column('fetched_at', sa.DateTime(), nullable=True),
    sa.Column('counted_since', sa.DateTime(), nullable=True),
    sa.Column('fetches', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_feed_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feed_token_hash'))
    )
    op.create_index('ix_calendar_feed_person_id', 'calendar_feed', ['person_id'], unique=False)
    op.create_index('uq_calendar_feed_working', 'calendar_feed', ['person_id'], unique=True, sqlite_where=WORKING, postgresql_where=WORKING)

    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.alter_column('notification_id', existing_type=ID, nullable=True)
        batch_op.add_column(sa.Column('morning_id', ID, nullable=True))
        batch_op.add_column(sa.Column('address', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('tried_at', sa.DateTime(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_delivery_morning_id_morning_mail'), 'morning_mail', ['morning_id'], ['id'])
        batch_op.create_unique_constraint(op.f('uq_delivery_morning_id'), ['morning_id'])
        batch_op.create_check_constraint(op.f('ck_delivery_subject'), '(notification_id is null) <> (morning_id is null)')
        batch_op.create_index('ix_delivery_held', ['id'], unique=False, sqlite_where=HELD, postgresql_where=HELD)
        batch_op.create_index('ix_delivery_trouble', ['id'], unique=False, sqlite_where=TROUBLE, postgresql_where=TROUBLE)
    # What one of a person's deliveries carried for the others waits for the next morning's mail.
    op.execute("UPDATE delivery SET state = 'held', attempts = 0 WHERE channel = 'digest' AND state IN ('pending', 'carried')")


def downgrade():
    # A morning's mail has no place there: what it was to carry waits for the next one.
    op.execute("UPDATE delivery SET state = 'held' WHERE state = 'carried'")
    op.execute("UPDATE delivery SET state = 'failed' WHERE state IN ('refused', 'bounced')")
    op.execute('DELETE FROM delivery WHERE notification_id IS NULL')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_trouble', sqlite_where=TROUBLE, postgresql_where=TROUBLE)
        batch_op.drop_index('ix_delivery_held', sqlite_where=HELD, postgresql_where=HELD)
        batch_op.drop_constraint(op.f('ck_delivery_subject'), type_='check')
        batch_op.drop_constraint(op.f('uq_delivery_morning_id'), type_='unique')
        batch_op.drop_constraint(op.f('fk_delivery_morning_id_morning_mail'), type_='foreignkey')
        batch_op.drop_column('tried_at')
        batch_op.drop_column('address')
        batch_op.drop_column('morning_id')
        batch_op.alter_column('notification_id', existing_type=ID, nullable=False)

    op.drop_index('uq_calendar_feed_working', table_name='calendar_feed', sqlite_where=WORKING, postgresql_where=WORKING)
    op.drop_index('ix_calendar_feed_person_id', table_name='calendar_feed')
    op.drop_table('calendar_feed')
    op.drop_table('morning_mail')
    op.drop_table('body_digest')
