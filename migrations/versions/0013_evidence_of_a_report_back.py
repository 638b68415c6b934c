"""Files beside a report back on a conclusion.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
BEFORE = 'document_id is not null or sitting_id is not null or piece_id is not null'
AFTER = BEFORE + ' or report_id is not null'


def upgrade():
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_attachment_subject'), type_='check')
        batch_op.add_column(sa.Column('report_id', ID, nullable=True))
        batch_op.create_foreign_key(op.f('fk_attachment_report_id_report_back'), 'report_back', ['report_id'], ['id'])
        batch_op.create_check_constraint(op.f('ck_attachment_subject'), AFTER)
        batch_op.create_index(op.f('ix_attachment_report_id'), ['report_id'], unique=False)


def downgrade():
    op.execute('DELETE FROM attachment WHERE document_id IS NULL AND sitting_id IS NULL AND piece_id IS NULL')
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index(op.f('ix_attachment_report_id'))
        batch_op.drop_constraint(op.f('fk_attachment_report_id_report_back'), type_='foreignkey')
        batch_op.drop_constraint(op.f('ck_attachment_subject'), type_='check')
        batch_op.drop_column('report_id')
        batch_op.create_check_constraint(op.f('ck_attachment_subject'), BEFORE)
