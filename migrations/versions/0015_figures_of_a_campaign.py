"""The figures that a campaign's reports may carry; until now every report had the same.

A campaign that is there keeps those, in its row and at the end of its file. Down again every report has
the old words, and a file says nothing of figures: what a campaign named otherwise is gone, the numbers
in the reports stay.

Revision ID: 0015
Revises: 0014
"""

import re

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

# (code, Vietnamese, English, what the rules read it as): what every report offered.
OFFERED = (
    ('I01', 'Số tổ chức đảng trực thuộc có kế hoạch', 'Subordinate Party organisations with a plan', ''),
    ('I02', 'Số kế hoạch đúng hạn', 'Plans on time', ''),
    ('I03', 'Tổng số đảng viên', 'Party members in total', ''),
    ('I04', 'Số đảng viên đăng ký, cam kết', 'Party members who registered or committed', ''),
    ('I05', 'Số quần chúng, công nhân viên chức lao động đăng ký', 'Non-members, workers and staff who registered', ''),
    ('I06', 'Số lượt học tập chuyên đề', 'Attendances at thematic study', ''),
    ('I07', 'Số cuộc sinh hoạt thường kỳ, chuyên đề', 'Regular and thematic meetings', ''),
    ('I08', 'Số lượt đảng viên được kiểm điểm hằng tháng', 'Monthly reviews of Party members', ''),
    ('I09', 'Số mô hình tập thể đăng ký', 'Collective models registered', ''),
    ('I10', 'Số gương điển hình được phát hiện', 'Exemplary cases found', ''),
    ('I11', 'Số tập thể, cá nhân được biểu dương, khen thưởng', 'Collectives and persons commended or awarded', ''),
    ('I11a', 'Số tập thể được biểu dương, khen thưởng', 'Collectives commended or awarded', 'awarded_units'),
    ('I11b', 'Số cá nhân được biểu dương, khen thưởng', 'Persons commended or awarded', 'awarded_people'),
    ('I12', 'Số cam kết hoàn thành cuối năm', 'Commitments fulfilled at year end', ''),
    ('I13', 'Số việc bức xúc, nổi cộm được giải quyết', 'Pressing matters resolved', ''),
    ('I14', 'Số tin, bài, cuộc thi, buổi tọa đàm', 'News items, articles, contests and talks', ''),
    ('I15', 'Số cuộc kiểm tra, giám sát', 'Inspections and supervisions', ''),
    ('I16', 'Số báo cáo đúng hạn', 'Reports on time', ''),
    ('I17', 'Số đảng viên hoàn thành xuất sắc nhiệm vụ', 'Party members graded excellent', 'excellent'),
    ('I18', 'Số đơn vị điểm', 'Pilot units', ''),
)  # fmt: skip
# Parts of I17 that only a program could send: read as before, not offered.
READ = (
    ('I17a', 'Số đảng viên hoàn thành xuất sắc nhiệm vụ', 'Party members graded excellent', 'excellent'),
    ('I17b', 'Số đảng viên hoàn thành tốt nhiệm vụ', 'Party members graded good', 'good'),
)
TABLE = re.compile(r'^\[\[figures\]\][^\n]*\n.*?(?=^\[|\Z)', re.MULTILINE | re.DOTALL)
LIST = re.compile(r'^figures\s*=\s*\[\s*\n.*?^\]\s*\n', re.MULTILINE | re.DOTALL)
KEY = re.compile(r'^figures\s*=[^\n]*\n', re.MULTILINE)


def figures():
    """The list as a campaign's row holds it."""
    kept = [{'code': code, 'label': {'vi': vi, 'en': en}, **({'means': means} if means else {})}
            for code, vi, en, means in OFFERED]  # fmt: skip
    return [*kept, *({'code': code, 'label': {'vi': vi, 'en': en}, 'means': means, 'ended': True}
                     for code, vi, en, means in READ)]  # fmt: skip


def written():
    """The same as its file says it."""
    return ''.join(
        f'\n[[figures]]\ncode  = "{code}"\nlabel = {{ vi = "{vi}", en = "{en}" }}\n'
        + (f'means = "{means}"\n' if means else '')
        for code, vi, en, means in OFFERED
    )


def rewrite(change):
    connection = op.get_bind()
    for ident, source in connection.execute(sa.text("SELECT id, source FROM campaign WHERE source <> ''")).all():
        connection.execute(
            sa.text('UPDATE campaign SET source = :source WHERE id = :id'), {'source': change(source), 'id': ident}
        )


def upgrade():
    op.add_column('campaign', sa.Column('figures', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('requirement', sa.Column('figures', sa.JSON(), server_default='[]', nullable=False))
    kept = sa.text('UPDATE campaign SET figures = :figures').bindparams(sa.bindparam('figures', type_=sa.JSON()))
    op.get_bind().execute(kept, {'figures': figures()})
    rewrite(lambda source: source.rstrip('\n') + '\n' + written())


def downgrade():
    rewrite(lambda source: KEY.sub('', LIST.sub('', TABLE.sub('', source))).rstrip('\n') + '\n')
    op.drop_column('requirement', 'figures')
    op.drop_column('campaign', 'figures')
