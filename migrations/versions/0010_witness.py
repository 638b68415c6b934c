"""What witnesses said of the logs here, and what superiors saw of the logs below them.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
FAULTY = sa.text('fault IS NOT NULL')


def upgrade():
    op.create_table('cosignature',
    sa.Column('id', ID, nullable=False),
    sa.Column('checkpoint_id', ID, nullable=False),
    sa.Column('witness', sa.Text(), nullable=False),
    sa.Column('line', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['checkpoint_id'], ['checkpoint.id'], name=op.f('fk_cosignature_checkpoint_id_checkpoint')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cosignature')),
    sa.UniqueConstraint('checkpoint_id', 'witness', name=op.f('uq_cosignature_checkpoint_id_witness'))
    )
    op.create_table('witness_look',
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=True),
    sa.Column('behind_since', sa.DateTime(), nullable=True),
    sa.Column('fault', sa.Text(), nullable=True),
    sa.Column('fault_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_witness_look_unit_id_unit')),
    sa.PrimaryKeyConstraint('unit_id', name=op.f('pk_witness_look'))
    )
    op.create_index('ix_witness_look_fault', 'witness_look', ['unit_id'], unique=False, sqlite_where=FAULTY, postgresql_where=FAULTY)
    op.create_table('witness_round',
    sa.Column('id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('event_id', ID, nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['audit_event.id'], name=op.f('fk_witness_round_event_id_audit_event')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_witness_round_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_witness_round'))
    )
    op.create_index(op.f('ix_witness_round_unit_id'), 'witness_round', ['unit_id'], unique=False)
    op.create_table('witnessed_tree',
    sa.Column('round_id', ID, nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['witness_round.id'], name=op.f('fk_witnessed_tree_round_id_witness_round')),
    sa.PrimaryKeyConstraint('round_id', 'origin', name=op.f('pk_witnessed_tree'))
    )
    op.create_table('witness_conflict',
    sa.Column('id', ID, nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('kept', sa.Text(), nullable=False),
    sa.Column('came', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_witness_conflict'))
    )
    op.create_index(op.f('ix_witness_conflict_origin'), 'witness_conflict', ['origin'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_witness_conflict_origin'), table_name='witness_conflict')
    op.drop_table('witness_conflict')
    op.drop_table('witnessed_tree')
    op.drop_index(op.f('ix_witness_round_unit_id'), table_name='witness_round')
    op.drop_table('witness_round')
    op.drop_index('ix_witness_look_fault', table_name='witness_look', sqlite_where=FAULTY, postgresql_where=FAULTY)
    op.drop_table('witness_look')
    op.drop_table('cosignature')
