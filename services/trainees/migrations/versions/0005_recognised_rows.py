"""Rows of rosters that say word for word what they said before are recognised; what renews an enrolment is found by index."""

import sqlalchemy as sa
from alembic import op

revision = "0005_recognised_rows"
down_revision = "0004_outcomes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roster_row", sa.Column("fingerprint", sa.LargeBinary(), nullable=True))
    op.add_column("roster_entry", sa.Column("fingerprint", sa.LargeBinary(), nullable=True))
    op.add_column("roster_entry", sa.Column("number_hash", sa.LargeBinary(), nullable=True))
    op.add_column("roster_sync", sa.Column("recognised", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_table(
        "roster_same",
        sa.Column("sync_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("sync_id", "line"),
    )
    op.create_index("ix_enrolment_follows", "enrolment", ["follows"])
