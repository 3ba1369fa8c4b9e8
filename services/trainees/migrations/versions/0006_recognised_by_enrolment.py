"""Recognised rows are found by their enrolments, and rows that were read by whom they are about."""

from alembic import op

revision = "0006_recognised_by_enrolment"
down_revision = "0005_recognised_rows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_roster_same_enrolment", "roster_same", ["sync_id", "enrolment_id"])
    op.create_index("ix_roster_row_identity", "roster_row", ["sync_id", "identity_hash"])
