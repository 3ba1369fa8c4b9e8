"""What came of computing every figure a second time."""

import sqlalchemy as sa
from alembic import op

from shared.db.types import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comparison",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ran_at", UTCDateTime(), nullable=False),
        sa.Column("figures", sa.Integer(), nullable=False),
        sa.Column("aggregates", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_comparison_ran_at", "comparison", ["ran_at"])


def downgrade() -> None:
    op.drop_table("comparison")
