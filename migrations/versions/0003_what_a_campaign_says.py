"""What a campaign file says: ladder, switches, pilots, quota, progress of opening.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def kept(name, kind, default):
    """A column that the rows there get `default` in."""
    return sa.Column(name, kind, server_default=default, nullable=False)


def added():
    return {
        'campaign': [
            kept('min_days_after_basis', sa.Integer(), '0'),
            kept('ladder', sa.JSON(), '[]'),
            kept('pilots', sa.JSON(), '[]'),
            sa.Column('pilot_count', sa.Integer(), nullable=True),
            kept('quota', sa.JSON(), '{}'),
            kept('keep_personal_days', sa.Integer(), '365'),
            sa.Column('opening_since', sa.DateTime(), nullable=True),
            kept('opening_done', sa.Integer(), '0'),
            kept('opening_total', sa.Integer(), '0'),
        ],
        'requirement': [
            kept('owes', sa.Text(), 'unit'),
            kept('pilots', sa.Text(), ''),
            kept('via', sa.Text(), ''),
            kept('basis', sa.JSON(), '[]'),
            kept('after', sa.Text(), ''),
            sa.Column('period_from', sa.Date(), nullable=True),
            sa.Column('period_to', sa.Date(), nullable=True),
            sa.Column('ended_at', sa.DateTime(), nullable=True),
        ],
    }


def upgrade():
    for table, columns in added().items():
        for column in columns:
            op.add_column(table, column)
    # Until now a commitment was what members owed, and everything else what units owed.
    op.execute("UPDATE requirement SET owes = 'member' WHERE kind = 'commitment'")


def downgrade():
    for table, columns in added().items():
        for column in reversed(columns):
            op.drop_column(table, column.name)
