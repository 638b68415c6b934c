"""Who confirmed a scan of minutes signed on paper.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
CONFIRMED = '(confirmed_at is null) = (confirmed_by_id is null) and confirmed_by_id <> added_by_id'


def upgrade():
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_by_id', ID, nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', sa.DateTime(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_attachment_confirmed_by_id_person'), 'person', ['confirmed_by_id'], ['id'])
        batch_op.create_check_constraint(op.f('ck_attachment_confirmed'), CONFIRMED)


def downgrade():
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_attachment_confirmed'), type_='check')
        batch_op.drop_constraint(op.f('fk_attachment_confirmed_by_id_person'), type_='foreignkey')
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('confirmed_by_id')
