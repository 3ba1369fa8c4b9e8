"""Rosters as a life cycle: uploads, rows that wait, removals, what rosters said, profiles, corrections."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_correction",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("was", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "field"),
    )
    op.create_table(
        "roster_profile",
        sa.Column("university_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("number_width", sa.Integer(), nullable=True),
        sa.Column("absence", sa.String(length=40), nullable=False),
        sa.Column("guard_rows", sa.Integer(), nullable=False),
        sa.Column("guard_percent", sa.Integer(), nullable=False),
        sa.Column("due_every_days", sa.Integer(), nullable=False),
        sa.Column("due_hour", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["university_id"],
            ["university.id"],
        ),
        sa.PrimaryKeyConstraint("university_id"),
    )
    op.create_table(
        "roster_absence",
        sa.Column("sync_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("policy", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("becomes", sa.String(length=40), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["sync_id"],
            ["roster_sync.id"],
        ),
        sa.PrimaryKeyConstraint("sync_id", "enrolment_id"),
    )
    op.create_table(
        "roster_entry",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("sync_id", sa.Uuid(), nullable=False),
        sa.Column("source_hash", sa.LargeBinary(), nullable=True),
        sa.Column("told_hash", sa.LargeBinary(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_from", sa.String(length=40), nullable=True),
        sa.Column("gone_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
        ),
        sa.PrimaryKeyConstraint("enrolment_id"),
    )
    op.create_index("ix_roster_entry_cohort_id", "roster_entry", ["cohort_id"], unique=False)
    op.create_index("ix_roster_entry_source_hash", "roster_entry", ["source_hash"], unique=False)

    op.create_table(
        "roster_row",
        sa.Column("sync_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("number_hash", sa.LargeBinary(), nullable=True),
        sa.Column("identity_hash", sa.LargeBinary(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True),
        sa.Column("source_hash", sa.LargeBinary(), nullable=True),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sync_id"],
            ["roster_sync.id"],
        ),
        sa.PrimaryKeyConstraint("sync_id", "line"),
    )
    op.create_index("ix_roster_row_number", "roster_row", ["sync_id", "number_hash"], unique=False)

    op.create_table(
        "roster_scope",
        sa.Column("sync_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"],
            ["cohort.id"],
        ),
        sa.ForeignKeyConstraint(
            ["sync_id"],
            ["roster_sync.id"],
        ),
        sa.PrimaryKeyConstraint("sync_id", "cohort_id"),
    )
    op.create_index("ix_roster_scope_cohort_id", "roster_scope", ["cohort_id"], unique=False)

    op.create_table(
        "roster_upload",
        sa.Column("sync_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sync_id"],
            ["roster_sync.id"],
        ),
        sa.PrimaryKeyConstraint("sync_id"),
    )
    with op.batch_alter_table("roster_outcome", schema=None) as batch_op:
        batch_op.add_column(sa.Column("before", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("after", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("was", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("number_hash", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("roster_sync", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("mode", sa.String(length=40), nullable=False, server_default="rows"))
        batch_op.add_column(sa.Column("dry_run", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("format", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("committed_by", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("progress", sa.Integer(), nullable=False, server_default="100"))
        batch_op.add_column(sa.Column("rows_read", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("unidentified", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("reactivated", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("conflicting", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("vanished", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("held", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("kept", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("basis", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("problems", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("worker", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("roster_sync", schema=None) as batch_op:
        batch_op.drop_column("attempts")
        batch_op.drop_column("worker")
        batch_op.drop_column("lease_until")
        batch_op.drop_column("problems")
        batch_op.drop_column("digest")
        batch_op.drop_column("basis")
        batch_op.drop_column("kept")
        batch_op.drop_column("held")
        batch_op.drop_column("vanished")
        batch_op.drop_column("conflicting")
        batch_op.drop_column("reactivated")
        batch_op.drop_column("unidentified")
        batch_op.drop_column("rows_read")
        batch_op.drop_column("progress")
        batch_op.drop_column("committed_by")
        batch_op.drop_column("format")
        batch_op.drop_column("dry_run")
        batch_op.drop_column("mode")
        batch_op.drop_column("finished_at")
        batch_op.drop_column("changed_at")
        batch_op.drop_column("revision")

    with op.batch_alter_table("roster_outcome", schema=None) as batch_op:
        batch_op.drop_column("number_hash")
        batch_op.drop_column("was")
        batch_op.drop_column("after")
        batch_op.drop_column("before")

    op.drop_table("roster_upload")
    op.drop_index("ix_roster_scope_cohort_id", table_name="roster_scope")

    op.drop_table("roster_scope")
    op.drop_index("ix_roster_row_number", table_name="roster_row")

    op.drop_table("roster_row")
    op.drop_index("ix_roster_entry_source_hash", table_name="roster_entry")
    op.drop_index("ix_roster_entry_cohort_id", table_name="roster_entry")

    op.drop_table("roster_entry")
    op.drop_table("roster_absence")
    op.drop_table("roster_profile")
    op.drop_table("person_correction")
