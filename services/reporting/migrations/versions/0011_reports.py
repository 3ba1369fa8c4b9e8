"""Closed reports, schedules of reports, their deliveries, and the files that were given out."""

import sqlalchemy as sa
from alembic import op

from shared.db.types import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("plan", sa.String(60), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("note", sa.String(2000), nullable=True),
        sa.Column("checksum", sa.String(80), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("noted", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan", "period", name="uq_closing"),
    )
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("plan", sa.String(60), nullable=False),
        sa.Column("about", sa.String(20), nullable=False),
        sa.Column("format", sa.String(4), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("every", sa.String(10), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("next_run_at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_report_schedule_due", "report_schedule", ["active", "next_run_at"])
    op.create_table(
        "report_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("run_at", UTCDateTime(), nullable=False),
        sa.Column("period", sa.String(7), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(60), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("checksum", sa.String(80), nullable=True),
        sa.ForeignKeyConstraint(["schedule_id"], ["report_schedule.id"]),
        sa.ForeignKeyConstraint(["recipient_id"], ["alert_recipient.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("schedule_id", "recipient_id", "run_at", name="uq_report_delivery"),
    )
    op.create_index("ix_report_delivery_due", "report_delivery", ["state", "due_at"])
    op.create_table(
        "report_issue",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("plan", sa.String(60), nullable=False),
        sa.Column("format", sa.String(4), nullable=False),
        sa.Column("checksum", sa.String(80), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )


def downgrade() -> None:
    raise NotImplementedError("what was closed stays closed")
