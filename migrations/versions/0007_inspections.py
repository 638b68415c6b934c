"""Inspections: decision, scope, team, freeze.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
OLD = "kind in ('plan', 'commitment', 'report')"
NEW = "kind in ('plan', 'commitment', 'report', 'inspection')"
HEAD = sa.text('head')
OF_ONE = "document_id IN (SELECT id FROM document WHERE kind = 'inspection')"


def upgrade():
    _allow(OLD, NEW)
    op.create_table('inspection',
    sa.Column('id', ID, nullable=False),
    sa.Column('document_id', ID, nullable=False),
    sa.Column('decision_number', sa.Text(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('campaign_id', ID, nullable=False),
    sa.Column('document_kinds', sa.JSON(), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=True),
    sa.Column('period_to', sa.Date(), nullable=True),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('limit_days', sa.Integer(), nullable=False),
    sa.Column('extended_days', sa.Integer(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('limit_on', sa.Date(), nullable=True),
    sa.Column('frozen', sa.Boolean(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("kind in ('inspection', 'supervision')", name=op.f('ck_inspection_kind')),
    sa.CheckConstraint('opens_on <= closes_on', name=op.f('ck_inspection_dates')),
    sa.CheckConstraint('limit_days > 0 and extended_days >= 0', name=op.f('ck_inspection_limit')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_inspection_document_id_document')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_inspection_campaign_id_campaign')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection')),
    sa.UniqueConstraint('document_id', name=op.f('uq_inspection_document_id'))
    )
    op.create_index('ix_inspection_campaign_id', 'inspection', ['campaign_id'], unique=False)
    op.create_table('inspection_unit',
    sa.Column('id', ID, nullable=False),
    sa.Column('inspection_id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_inspection_unit_inspection_id_inspection')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_inspection_unit_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_unit')),
    sa.UniqueConstraint('inspection_id', 'unit_id', name=op.f('uq_inspection_unit_inspection_id_unit_id'))
    )
    op.create_index('ix_inspection_unit_unit_id', 'inspection_unit', ['unit_id'], unique=False)
    op.create_table('inspection_member',
    sa.Column('id', ID, nullable=False),
    sa.Column('inspection_id', ID, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('head', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_inspection_member_inspection_id_inspection')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_inspection_member_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_member')),
    sa.UniqueConstraint('inspection_id', 'person_id', name=op.f('uq_inspection_member_inspection_id_person_id'))
    )
    op.create_index('ix_inspection_member_person_id', 'inspection_member', ['person_id'], unique=False)
    op.create_index('uq_inspection_member_head', 'inspection_member', ['inspection_id'], unique=True, sqlite_where=HEAD, postgresql_where=HEAD)

    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.add_column(sa.Column('inspection_id', ID, nullable=True))
        batch_op.create_foreign_key(op.f('fk_reading_inspection_id_inspection'), 'inspection', ['inspection_id'], ['id'])
        batch_op.create_index('ix_reading_inspection_id', ['inspection_id'], unique=False)


def downgrade():
    # What only an inspection entitled to read stays a reading; what was no commitment is told to
    # nobody there.
    op.execute("DELETE FROM reading WHERE document_id IN (SELECT id FROM document WHERE kind <> 'commitment')")
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.drop_index('ix_reading_inspection_id')
        batch_op.drop_constraint(op.f('fk_reading_inspection_id_inspection'), type_='foreignkey')
        batch_op.drop_column('inspection_id')
    op.drop_table('inspection_member')
    op.drop_table('inspection_unit')
    op.drop_table('inspection')
    _put_away()
    _allow(NEW, OLD)


def _put_away():
    """Events are never deleted, and they name their document: what was an inspection stays as an
    archived report without a text, for which nobody waits. Its held deadlines go on."""
    connection = op.get_bind()
    op.execute(f'UPDATE deadline SET closed_at = CURRENT_TIMESTAMP, fires_at = NULL WHERE closed_at IS NULL AND task_id IN (SELECT id FROM task WHERE {OF_ONE})')
    op.execute(f'UPDATE task SET closed_at = CURRENT_TIMESTAMP WHERE closed_at IS NULL AND {OF_ONE}')
    op.execute(f"UPDATE revision SET content = '{{}}', salt = NULL, erased_at = CURRENT_TIMESTAMP WHERE {OF_ONE}")
    report = connection.scalar(sa.text("SELECT id FROM definition WHERE kind = 'report' ORDER BY version DESC LIMIT 1"))
    if report is not None:
        op.execute(f"UPDATE document SET definition_id = {report}, kind = 'report', state = 'archived' WHERE kind = 'inspection'")
    op.execute("DELETE FROM definition WHERE kind = 'inspection'")


def _allow(before, after):
    """Another condition on `document.kind`. SQLite would build the table anew, which every other one
    refers to; it says itself how a condition alone is changed."""
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
