"""Reports that are made while whoever asked for them waits elsewhere."""

import sqlalchemy as sa
from alembic import op

from shared.db.types import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_making",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("plan", sa.String(60), nullable=False),
        sa.Column("format", sa.String(4), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("period", sa.String(7), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", UTCDateTime(), nullable=True),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(60), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("checksum", sa.String(80), nullable=True),
        sa.Column("filename", sa.String(200), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_report_making_due", "report_making", ["state", "due_at"])
    op.create_index("ix_report_making_expires", "report_making", ["expires_at"])


def downgrade() -> None:
    op.drop_table("report_making")
