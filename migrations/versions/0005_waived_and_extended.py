"""Obligations: waivers, extensions, what a due day was counted from.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
OPEN = sa.text("state = 'open'")
REFERS = (
    ('obligation_id', 'obligation'), ('by_id', 'person'), ('unit_id', 'unit'),
    ('post_id', 'post'), ('delegation_id', 'delegation'), ('basis_document_id', 'document'),
)
INDEXED = ('obligation_id', 'by_id', 'unit_id', 'basis_document_id')


def upgrade():
    op.add_column('obligation', sa.Column('extended_to', sa.Date(), nullable=True))
    op.add_column('obligation', sa.Column('counted_from', sa.Date(), nullable=True))
    op.create_index('ix_obligation_open', 'obligation', ['effective_due', 'id'], unique=False,
                    sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table('relief',
    sa.Column('id', ID, nullable=False),
    sa.Column('obligation_id', ID, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by_id', ID, nullable=True),
    sa.Column('unit_id', ID, nullable=True),
    sa.Column('post_id', ID, nullable=True),
    sa.Column('delegation_id', ID, nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('basis_document_id', ID, nullable=True),
    sa.Column('basis_number', sa.Text(), nullable=True),
    sa.Column('basis_dated_on', sa.Date(), nullable=True),
    sa.Column('basis_issuer', sa.Text(), nullable=True),
    sa.Column('old_due', sa.Date(), nullable=False),
    sa.Column('new_due', sa.Date(), nullable=True),
    sa.CheckConstraint("kind in ('waiver', 'extension')", name=op.f('ck_relief_kind')),
    sa.CheckConstraint("(kind = 'extension') = (new_due is not null)", name=op.f('ck_relief_new_due')),
    *(sa.ForeignKeyConstraint([column], [f'{table}.id'], name=op.f(f'fk_relief_{column}_{table}'))
      for column, table in REFERS),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relief'))
    )
    for column in INDEXED:
        op.create_index(op.f(f'ix_relief_{column}'), 'relief', [column], unique=False)


def downgrade():
    op.drop_table('relief')
    op.drop_index('ix_obligation_open', 'obligation')
    op.drop_column('obligation', 'counted_from')
    op.drop_column('obligation', 'extended_to')
