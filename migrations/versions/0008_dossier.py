"""The dossier of an inspection: findings, answers, pieces, conclusions.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
BEFORE = 'document_id is not null or sitting_id is not null'
AFTER = BEFORE + ' or piece_id is not null'
OWED = """requirement_id IN (SELECT id FROM requirement WHERE kind = 'conclusion')"""
WAITING = f"""closed_at IS NULL AND obligation_id IN (SELECT id FROM obligation WHERE {OWED})"""


def upgrade():
    op.create_table('dossier_piece',
    sa.Column('id', ID, nullable=False),
    sa.Column('inspection_id', ID, nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('unit_id', ID, nullable=True),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=True),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('salt', sa.LargeBinary(), nullable=True),
    sa.Column('content_hash', sa.LargeBinary(), nullable=True),
    sa.Column('offered_at', sa.DateTime(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by_id', ID, nullable=False),
    sa.CheckConstraint('n between 1 and 12', name=op.f('ck_dossier_piece_n')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_dossier_piece_inspection_id_inspection')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_dossier_piece_unit_id_unit')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['person.id'], name=op.f('fk_dossier_piece_updated_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier_piece')),
    sa.UniqueConstraint('inspection_id', 'n', 'part', name=op.f('uq_dossier_piece_inspection_id_n_part'))
    )
    op.create_table('piece_signature',
    sa.Column('id', ID, nullable=False),
    sa.Column('piece_id', ID, nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('signed_at', sa.DateTime(), nullable=True),
    sa.Column('event_id', ID, nullable=True),
    sa.CheckConstraint("role in ('chair', 'recorder', 'inspected')", name=op.f('ck_piece_signature_role')),
    sa.ForeignKeyConstraint(['event_id'], ['audit_event.id'], name=op.f('fk_piece_signature_event_id_audit_event')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_piece_signature_person_id_person')),
    sa.ForeignKeyConstraint(['piece_id'], ['dossier_piece.id'], name=op.f('fk_piece_signature_piece_id_dossier_piece')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_piece_signature')),
    sa.UniqueConstraint('piece_id', 'person_id', name=op.f('uq_piece_signature_piece_id_person_id')),
    sa.UniqueConstraint('piece_id', 'role', name=op.f('uq_piece_signature_piece_id_role'))
    )
    op.create_index('ix_piece_signature_person_id', 'piece_signature', ['person_id'], unique=False)
    op.create_table('inspection_finding',
    sa.Column('id', ID, nullable=False),
    sa.Column('inspection_id', ID, nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('question', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('event_id', ID, nullable=True),
    sa.Column('document_id', ID, nullable=True),
    sa.Column('revision', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', ID, nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.Column('answered_by_id', ID, nullable=True),
    sa.CheckConstraint('(document_id is null) = (revision is null)', name=op.f('ck_inspection_finding_revision')),
    sa.CheckConstraint('event_id is not null or document_id is not null', name=op.f('ck_inspection_finding_evidence')),
    sa.CheckConstraint('question between 1 and 15', name=op.f('ck_inspection_finding_question')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_inspection_finding_answered_by_id_person')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_inspection_finding_created_by_id_person')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_inspection_finding_document_id_document')),
    sa.ForeignKeyConstraint(['event_id'], ['audit_event.id'], name=op.f('fk_inspection_finding_event_id_audit_event')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_inspection_finding_inspection_id_inspection')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_inspection_finding_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_finding')),
    sa.UniqueConstraint('inspection_id', 'n', name=op.f('uq_inspection_finding_inspection_id_n'))
    )
    op.create_index('ix_inspection_finding_document_id', 'inspection_finding', ['document_id'], unique=False)
    op.create_index('ix_inspection_finding_unit_id', 'inspection_finding', ['unit_id'], unique=False)
    op.create_table('conclusion_requirement',
    sa.Column('id', ID, nullable=False),
    sa.Column('inspection_id', ID, nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', ID, nullable=False),
    sa.Column('obligation_id', ID, nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_conclusion_requirement_created_by_id_person')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_conclusion_requirement_inspection_id_inspection')),
    sa.ForeignKeyConstraint(['obligation_id'], ['obligation.id'], name=op.f('fk_conclusion_requirement_obligation_id_obligation')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_conclusion_requirement_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conclusion_requirement')),
    sa.UniqueConstraint('inspection_id', 'n', name=op.f('uq_conclusion_requirement_inspection_id_n')),
    sa.UniqueConstraint('obligation_id', name=op.f('uq_conclusion_requirement_obligation_id'))
    )
    op.create_index('ix_conclusion_requirement_unit_id', 'conclusion_requirement', ['unit_id'], unique=False)
    op.create_table('report_back',
    sa.Column('id', ID, nullable=False),
    sa.Column('requirement_id', ID, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by_id', ID, nullable=False),
    sa.Column('verdict', sa.Text(), nullable=True),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('judged_at', sa.DateTime(), nullable=True),
    sa.Column('judged_by_id', ID, nullable=True),
    sa.CheckConstraint("verdict in ('confirmed', 'returned')", name=op.f('ck_report_back_verdict')),
    sa.CheckConstraint('(verdict is null) = (judged_at is null)', name=op.f('ck_report_back_judged')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_report_back_by_id_person')),
    sa.ForeignKeyConstraint(['judged_by_id'], ['person.id'], name=op.f('fk_report_back_judged_by_id_person')),
    sa.ForeignKeyConstraint(['requirement_id'], ['conclusion_requirement.id'], name=op.f('fk_report_back_requirement_id_conclusion_requirement')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_back'))
    )
    op.create_index('ix_report_back_requirement_id', 'report_back', ['requirement_id'], unique=False)

    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_attachment_subject'), type_='check')
        batch_op.add_column(sa.Column('piece_id', ID, nullable=True))
        batch_op.create_foreign_key(op.f('fk_attachment_piece_id_dossier_piece'), 'dossier_piece', ['piece_id'], ['id'])
        batch_op.create_check_constraint(op.f('ck_attachment_subject'), AFTER)
        batch_op.create_index(op.f('ix_attachment_piece_id'), ['piece_id'], unique=False)


def downgrade():
    # What a conclusion requires can be reported back to nobody there: nothing waits for it any more.
    op.execute(f"""UPDATE deadline SET closed_at = CURRENT_TIMESTAMP, fires_at = NULL WHERE closed_at IS NULL
               AND task_id IN (SELECT id FROM task WHERE {WAITING})""")
    op.execute(f"UPDATE task SET closed_at = CURRENT_TIMESTAMP WHERE {WAITING}")
    op.execute(f"UPDATE obligation SET state = 'waived' WHERE state = 'open' AND {OWED}")
    op.execute('DELETE FROM attachment WHERE document_id IS NULL AND sitting_id IS NULL')
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index(op.f('ix_attachment_piece_id'))
        batch_op.drop_constraint(op.f('fk_attachment_piece_id_dossier_piece'), type_='foreignkey')
        batch_op.drop_constraint(op.f('ck_attachment_subject'), type_='check')
        batch_op.drop_column('piece_id')
        batch_op.create_check_constraint(op.f('ck_attachment_subject'), BEFORE)
    op.drop_table('report_back')
    op.drop_table('conclusion_requirement')
    op.drop_table('inspection_finding')
    op.drop_table('piece_signature')
    op.drop_table('dossier_piece')
