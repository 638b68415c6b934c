"""Events are found by their act, the newest first.

Revision ID: 0012
Revises: 0011
"""

from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_audit_event_action', 'audit_event', ['action', 'at', 'id'], unique=False)


def downgrade():
    op.drop_index('ix_audit_event_action', 'audit_event')
