"""Notes on days, shown where figures are drawn over time."""

import sqlalchemy as sa
from alembic import op

from shared.db.types import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "annotation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("text_ko", sa.String(length=200), nullable=False),
        sa.Column("text_en", sa.String(length=200), nullable=False),
        sa.Column("indicator", sa.String(length=60), nullable=True),
        sa.Column("goal", sa.String(length=60), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.Column("removed_by", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_annotation_on", "annotation", ["on"])


def downgrade() -> None:
    raise NotImplementedError("what was said stays said")
