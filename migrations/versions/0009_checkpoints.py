"""Signed checkpoints of the logs, and the keys that sign them.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
FAULTY = sa.text('fault IS NOT NULL')
WAITING = sa.text('signed_at IS NULL')


def upgrade():
    op.create_table('log_key',
    sa.Column('id', ID, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('key_id', sa.Text(), nullable=False),
    sa.Column('public', sa.Text(), nullable=False),
    sa.Column('begun_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_key')),
    sa.UniqueConstraint('public', name=op.f('uq_log_key_public'))
    )
    op.create_table('checkpoint',
    sa.Column('id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('root', sa.LargeBinary(), nullable=False),
    sa.Column('key_id', ID, nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('signed_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['key_id'], ['log_key.id'], name=op.f('fk_checkpoint_key_id_log_key')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_checkpoint_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checkpoint')),
    sa.UniqueConstraint('unit_id', 'size', 'key_id', name='uq_checkpoint_unit_id_size_key_id')
    )
    op.create_table('log_look',
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('frontier', sa.LargeBinary(), nullable=False),
    sa.Column('fault', sa.Text(), nullable=True),
    sa.Column('fault_seq', sa.Integer(), nullable=True),
    sa.Column('fault_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_log_look_unit_id_unit')),
    sa.PrimaryKeyConstraint('unit_id', name=op.f('pk_log_look'))
    )
    op.create_index('ix_log_look_fault', 'log_look', ['unit_id'], unique=False, sqlite_where=FAULTY, postgresql_where=FAULTY)
    op.create_table('log_tile',
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_log_tile_unit_id_unit')),
    sa.PrimaryKeyConstraint('unit_id', 'level', 'n', name=op.f('pk_log_tile'))
    )
    op.create_table('signing_order',
    sa.Column('id', ID, nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('signature', sa.Text(), nullable=True),
    sa.Column('ordered_at', sa.DateTime(), nullable=False),
    sa.Column('signed_at', sa.DateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_order'))
    )
    op.create_index('ix_signing_order_waiting', 'signing_order', ['id'], unique=False, sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade():
    op.drop_index('ix_signing_order_waiting', table_name='signing_order', sqlite_where=WAITING, postgresql_where=WAITING)
    op.drop_table('signing_order')
    op.drop_table('log_tile')
    op.drop_index('ix_log_look_fault', table_name='log_look', sqlite_where=FAULTY, postgresql_where=FAULTY)
    op.drop_table('log_look')
    op.drop_table('checkpoint')
    op.drop_table('log_key')
