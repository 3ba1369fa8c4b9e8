"""Which edition of the code began a generation, so that one that knew less is noticed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "made_by",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("generation"),
    )
    # Facts that bear no batch were taken in before follow-ups, mergers and conversions were known.
    op.execute(
        "INSERT INTO made_by (generation, edition) "
        "SELECT generation, CASE WHEN count(batch) = count(*) THEN 1 ELSE 0 END FROM fact GROUP BY generation"
    )


def downgrade() -> None:
    op.drop_table("made_by")
