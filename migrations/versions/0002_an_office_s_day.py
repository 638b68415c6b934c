"""An office's day: sittings, signed paper, registers, files; which bodies decide by meeting.

Revision ID: 0002
Revises: 0001
"""

import re

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('stored_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file')),
    sa.UniqueConstraint('sha256', name=op.f('uq_stored_file_sha256'))
    )
    op.create_table('export_job',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('params', sa.JSON(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('finished', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('file_name', sa.Text(), nullable=True),
    sa.Column('ordered_at', sa.DateTime(), nullable=False),
    sa.Column('touched_at', sa.DateTime(), nullable=False),
    sa.Column('done_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_export_job_file_id_stored_file')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_export_job_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_job'))
    )
    with op.batch_alter_table('export_job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_export_job_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_export_job_person_id'), ['person_id'], unique=False)

    op.create_table('notice_preference',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_preference_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_preference')),
    sa.UniqueConstraint('person_id', 'topic', name=op.f('uq_notice_preference_person_id_topic'))
    )
    op.create_table('committee_term',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_committee_term_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_committee_term'))
    )
    with op.batch_alter_table('committee_term', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_committee_term_unit_id'), ['unit_id'], unique=False)

    op.create_table('sitting',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('place', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('chair_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('minute_taker_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('number', sa.Text(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('opened_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('opened_at', sa.DateTime(), nullable=False),
    sa.Column('saved_at', sa.DateTime(), nullable=False),
    sa.Column('closed_at', sa.DateTime(), nullable=True),
    sa.Column('closed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(), nullable=True),
    sa.Column('confirmed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_how', sa.Text(), nullable=True),
    sa.Column('done_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("state in ('open', 'awaiting', 'confirmed', 'done', 'cancelled')", name=op.f('ck_sitting_state')),
    sa.ForeignKeyConstraint(['chair_id'], ['person.id'], name=op.f('fk_sitting_chair_id_person')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_sitting_closed_by_id_person')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['person.id'], name=op.f('fk_sitting_confirmed_by_id_person')),
    sa.ForeignKeyConstraint(['minute_taker_id'], ['person.id'], name=op.f('fk_sitting_minute_taker_id_person')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], name=op.f('fk_sitting_opened_by_id_person')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_sitting_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sitting'))
    )
    with op.batch_alter_table('sitting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sitting_chair_id'), ['chair_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sitting_minute_taker_id'), ['minute_taker_id'], unique=False)
        batch_op.create_index('ix_sitting_unit_held_on', ['unit_id', 'held_on'], unique=False)

    op.create_table('unit_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('successor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('plan', sa.JSON(), nullable=False),
    sa.Column('carried_out_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_unit_change_made_by_id_person')),
    sa.ForeignKeyConstraint(['successor_id'], ['unit.id'], name=op.f('fk_unit_change_successor_id_unit')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_unit_change_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_change'))
    )
    with op.batch_alter_table('unit_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_change_successor_id'), ['successor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_unit_change_unit_id'), ['unit_id'], unique=False)

    op.create_table('commitment_list',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('to_unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('reported_at', sa.DateTime(), nullable=False),
    sa.Column('reported_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('received_at', sa.DateTime(), nullable=True),
    sa.Column('received_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_commitment_list_campaign_id_campaign')),
    sa.ForeignKeyConstraint(['received_by_id'], ['person.id'], name=op.f('fk_commitment_list_received_by_id_person')),
    sa.ForeignKeyConstraint(['reported_by_id'], ['person.id'], name=op.f('fk_commitment_list_reported_by_id_person')),
    sa.ForeignKeyConstraint(['to_unit_id'], ['unit.id'], name=op.f('fk_commitment_list_to_unit_id_unit')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_commitment_list_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment_list')),
    sa.UniqueConstraint('unit_id', 'campaign_id', 'n', name=op.f('uq_commitment_list_unit_id_campaign_id_n'))
    )
    with op.batch_alter_table('commitment_list', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commitment_list_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_commitment_list_to_unit_id'), ['to_unit_id'], unique=False)

    op.create_table('sitting_attendance',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sitting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('standing', sa.Text(), nullable=False),
    sa.Column('present', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sitting_attendance_person_id_person')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_sitting_attendance_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sitting_attendance')),
    sa.UniqueConstraint('sitting_id', 'person_id', name=op.f('uq_sitting_attendance_sitting_id_person_id'))
    )
    with op.batch_alter_table('sitting_attendance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sitting_attendance_person_id'), ['person_id'], unique=False)

    op.create_table('agenda_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sitting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('chair_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('reason_code', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('votes_for', sa.Integer(), nullable=True),
    sa.Column('votes_against', sa.Integer(), nullable=True),
    sa.Column('number', sa.Text(), nullable=True),
    sa.Column('dated_on', sa.Date(), nullable=True),
    sa.Column('carried_out_at', sa.DateTime(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('refusal', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['chair_id'], ['person.id'], name=op.f('fk_agenda_item_chair_id_person')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_agenda_item_document_id_document')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_agenda_item_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_item')),
    sa.UniqueConstraint('sitting_id', 'document_id', name=op.f('uq_agenda_item_sitting_id_document_id'))
    )
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_item_document_id'), ['document_id'], unique=False)
        batch_op.create_index('ix_agenda_item_to_carry_out', ['sitting_id', 'position'], unique=False, sqlite_where=sa.text('carried_out_at IS NULL'), postgresql_where=sa.text('carried_out_at IS NULL'))

    op.create_table('attachment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=True),
    sa.Column('sitting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('added_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('added_at', sa.DateTime(), nullable=False),
    sa.Column('removed_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("purpose in ('scan', 'attachment')", name=op.f('ck_attachment_purpose')),
    sa.CheckConstraint('document_id is not null or sitting_id is not null', name=op.f('ck_attachment_subject')),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_attachment_added_by_id_person')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_attachment_document_id_document')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_attachment_file_id_stored_file')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_attachment_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment'))
    )
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachment_document_id'), ['document_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachment_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachment_sitting_id'), ['sitting_id'], unique=False)

    op.create_table('finding',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('params', sa.JSON(), nullable=False),
    sa.Column('place', sa.Text(), nullable=True),
    sa.Column('found_at', sa.DateTime(), nullable=False),
    sa.Column('explanation', sa.Text(), nullable=True),
    sa.Column('explained_at', sa.DateTime(), nullable=True),
    sa.Column('explained_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_finding_document_id_document')),
    sa.ForeignKeyConstraint(['explained_by_id'], ['person.id'], name=op.f('fk_finding_explained_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_document_id'), ['document_id'], unique=False)
        batch_op.create_index('ix_finding_rule', ['rule'], unique=False)
        batch_op.create_index('ix_finding_waiting', ['document_id'], unique=False, sqlite_where=sa.text('explained_at IS NULL'), postgresql_where=sa.text('explained_at IS NULL'))

    op.create_table('list_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('list_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_list_entry_document_id_document')),
    sa.ForeignKeyConstraint(['list_id'], ['commitment_list.id'], name=op.f('fk_list_entry_list_id_commitment_list')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_entry')),
    sa.UniqueConstraint('list_id', 'document_id', name=op.f('uq_list_entry_list_id_document_id'))
    )
    with op.batch_alter_table('list_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_list_entry_document_id'), ['document_id'], unique=False)

    op.create_table('monthly_review',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sitting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('reviewed', sa.Boolean(), nullable=False),
    sa.Column('items', sa.JSON(), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_monthly_review_document_id_document')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_monthly_review_person_id_person')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_monthly_review_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_monthly_review')),
    sa.UniqueConstraint('sitting_id', 'person_id', name=op.f('uq_monthly_review_sitting_id_person_id'))
    )
    with op.batch_alter_table('monthly_review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_monthly_review_document_id'), ['document_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_monthly_review_person_id'), ['person_id'], unique=False)

    op.create_table('number_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('again', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.Text(), nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sitting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('given_at', sa.DateTime(), nullable=False),
    sa.Column('given_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('voided_at', sa.DateTime(), nullable=True),
    sa.Column('voided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('void_reason', sa.Text(), nullable=True),
    sa.Column('printed_at', sa.DateTime(), nullable=True),
    sa.Column('filed_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_number_entry_document_id_document')),
    sa.ForeignKeyConstraint(['given_by_id'], ['person.id'], name=op.f('fk_number_entry_given_by_id_person')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_number_entry_sitting_id_sitting')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_number_entry_unit_id_unit')),
    sa.ForeignKeyConstraint(['voided_by_id'], ['person.id'], name=op.f('fk_number_entry_voided_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_number_entry')),
    sa.UniqueConstraint('unit_id', 'type', 'period', 'n', 'again', name=op.f('uq_number_entry_unit_id_type_period_n_again'))
    )
    with op.batch_alter_table('number_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_number_entry_document_id'), ['document_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_number_entry_sitting_id'), ['sitting_id'], unique=False)

    op.create_table('proxy_entry',
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entered_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entered_at', sa.DateTime(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(), nullable=True),
    sa.Column('confirmed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_how', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['person.id'], name=op.f('fk_proxy_entry_confirmed_by_id_person')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_proxy_entry_document_id_document')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['person.id'], name=op.f('fk_proxy_entry_entered_by_id_person')),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_proxy_entry'))
    )
    with op.batch_alter_table('proxy_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proxy_entry_entered_by_id'), ['entered_by_id'], unique=False)

    op.create_table('recorded_paper',
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Text(), nullable=True),
    sa.Column('dated_on', sa.Date(), nullable=True),
    sa.Column('signed_by', sa.Text(), nullable=False),
    sa.Column('signed_as', sa.Text(), nullable=True),
    sa.Column('minutes', sa.Text(), nullable=True),
    sa.Column('votes_present', sa.Integer(), nullable=True),
    sa.Column('votes_for', sa.Integer(), nullable=True),
    sa.Column('votes_against', sa.Integer(), nullable=True),
    sa.Column('reported_on', sa.Date(), nullable=True),
    sa.Column('via', sa.Text(), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('entered_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entered_at', sa.DateTime(), nullable=False),
    sa.Column('confirmed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['person.id'], name=op.f('fk_recorded_paper_confirmed_by_id_person')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_recorded_paper_document_id_document')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['person.id'], name=op.f('fk_recorded_paper_entered_by_id_person')),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_recorded_paper'))
    )
    with op.batch_alter_table('recorded_paper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recorded_paper_entered_by_id'), ['entered_by_id'], unique=False)

    op.create_table('self_note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('items', sa.JSON(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_self_note_document_id_document')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_self_note_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_self_note')),
    sa.UniqueConstraint('person_id', 'document_id', 'month', name=op.f('uq_self_note_person_id_document_id_month'))
    )
    with op.batch_alter_table('self_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_self_note_document_id'), ['document_id'], unique=False)

    op.add_column('unit', sa.Column('meets', sa.Boolean(), server_default=sa.false(), nullable=False))
    # Until told otherwise, the lowest tier is the one whose members decide together.
    op.execute("UPDATE unit SET meets = true WHERE attached_to_id IS NULL AND level_id IN (SELECT id FROM level WHERE rank = 0)")
    fill_the_register()


def fill_the_register():
    """Numbers given so far, counted by campaign year as they were given. Their papers lie in the
    office's cupboard already: nothing of them waits to be printed or filed."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT d.id, d.unit_id, d.kind, d.number, d.dated_on, d.title, d.updated_at, c.year"
            " FROM document d JOIN campaign c ON c.id = d.campaign_id"
            " WHERE d.number IS NOT NULL AND d.kind IN ('plan', 'report') ORDER BY d.id"
        ).columns(dated_on=sa.Date(), updated_at=sa.DateTime())
    ).all()
    given = sa.table('decision', *map(sa.column, ('document_id', 'stage', 'action', 'person_id')), sa.column('at', sa.DateTime()))
    deciders = {
        row.document_id: row
        for row in connection.execute(
            sa.select(given).where(given.c.action == 'approve', given.c.stage == 0).order_by(given.c.at.desc())
        )
    }
    entry = sa.table(
        'number_entry',
        *map(sa.column, ('unit_id', 'type', 'period', 'n', 'again', 'symbol', 'subject', 'document_id', 'given_by_id')),
        sa.column('dated_on', sa.Date()),
        *(sa.column(name, sa.DateTime()) for name in ('given_at', 'printed_at', 'filed_at')),
    )
    seen, lines = {}, []
    for row in rows:
        digits = re.match(r'\d+', row.number)
        key = (row.unit_id, {'plan': 'KH', 'report': 'BC'}[row.kind], str(row.year), int(digits[0]) if digits else 0)
        again = seen[key] = seen.get(key, -1) + 1
        decided = deciders.get(row.id)
        at = decided.at if decided else row.updated_at
        lines.append(
            {
                **dict(zip(('unit_id', 'type', 'period', 'n'), key)),
                'again': again,
                'symbol': row.number,
                'subject': row.title,
                'document_id': row.id,
                'given_by_id': decided.person_id if decided else None,
                'dated_on': row.dated_on,
                'given_at': at,
                'printed_at': at,
                'filed_at': at,
            }
        )
    if lines:
        op.bulk_insert(entry, lines)



def downgrade():
    op.drop_column('unit', 'meets')

    with op.batch_alter_table('self_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_self_note_document_id'))

    op.drop_table('self_note')
    with op.batch_alter_table('recorded_paper', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recorded_paper_entered_by_id'))

    op.drop_table('recorded_paper')
    with op.batch_alter_table('proxy_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proxy_entry_entered_by_id'))

    op.drop_table('proxy_entry')
    with op.batch_alter_table('number_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_number_entry_sitting_id'))
        batch_op.drop_index(batch_op.f('ix_number_entry_document_id'))

    op.drop_table('number_entry')
    with op.batch_alter_table('monthly_review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_monthly_review_person_id'))
        batch_op.drop_index(batch_op.f('ix_monthly_review_document_id'))

    op.drop_table('monthly_review')
    with op.batch_alter_table('list_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_list_entry_document_id'))

    op.drop_table('list_entry')
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_index('ix_finding_waiting', sqlite_where=sa.text('explained_at IS NULL'), postgresql_where=sa.text('explained_at IS NULL'))
        batch_op.drop_index('ix_finding_rule')
        batch_op.drop_index(batch_op.f('ix_finding_document_id'))

    op.drop_table('finding')
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attachment_sitting_id'))
        batch_op.drop_index(batch_op.f('ix_attachment_file_id'))
        batch_op.drop_index(batch_op.f('ix_attachment_document_id'))

    op.drop_table('attachment')
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.drop_index('ix_agenda_item_to_carry_out', sqlite_where=sa.text('carried_out_at IS NULL'), postgresql_where=sa.text('carried_out_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_agenda_item_document_id'))

    op.drop_table('agenda_item')
    with op.batch_alter_table('sitting_attendance', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sitting_attendance_person_id'))

    op.drop_table('sitting_attendance')
    with op.batch_alter_table('commitment_list', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commitment_list_to_unit_id'))
        batch_op.drop_index(batch_op.f('ix_commitment_list_campaign_id'))

    op.drop_table('commitment_list')
    with op.batch_alter_table('unit_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_change_unit_id'))
        batch_op.drop_index(batch_op.f('ix_unit_change_successor_id'))

    op.drop_table('unit_change')
    with op.batch_alter_table('sitting', schema=None) as batch_op:
        batch_op.drop_index('ix_sitting_unit_held_on')
        batch_op.drop_index(batch_op.f('ix_sitting_minute_taker_id'))
        batch_op.drop_index(batch_op.f('ix_sitting_chair_id'))

    op.drop_table('sitting')
    with op.batch_alter_table('committee_term', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_committee_term_unit_id'))

    op.drop_table('committee_term')
    op.drop_table('notice_preference')
    with op.batch_alter_table('export_job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_export_job_person_id'))
        batch_op.drop_index(batch_op.f('ix_export_job_file_id'))

    op.drop_table('export_job')
    op.drop_table('stored_file')
