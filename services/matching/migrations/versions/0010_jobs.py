"""Work that requests leave to the workers; files say how far they are."""

import sqlalchemy as sa
from alembic import op

revision = "0010_jobs"
down_revision = "0009_market_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.JSON(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"]),
        sa.ForeignKeyConstraint(["file_id"], ["outcome_file.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("state", "round_id", "file_id"):
        op.create_index(op.f(f"ix_job_{column}"), "job", [column], unique=False)
    op.add_column("outcome_file", sa.Column("state", sa.String(length=40), server_default="done", nullable=False))
    op.add_column("outcome_file", sa.Column("progress", sa.Integer(), server_default="100", nullable=False))
    op.add_column("outcome_file", sa.Column("failure", sa.String(length=200), nullable=True))
