"""The whole life of an enrolment: rules with versions, corrections, eligibility, attendance, duplicates, erasure."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_key",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "circumstance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_circumstance_person_id", "circumstance", ["person_id"], unique=False)
    op.create_table(
        "duplicate_pair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint("one_id < other_id", name="ck_duplicate_pair_order"),
        sa.ForeignKeyConstraint(
            ["one_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("one_id", "other_id", name="uq_duplicate_pair"),
    )
    op.create_index("ix_duplicate_pair_other_id", "duplicate_pair", ["other_id"], unique=False)
    op.create_index("ix_duplicate_pair_queue", "duplicate_pair", ["state", "score"], unique=False)
    op.create_table(
        "erased_trace",
        sa.Column("trace", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("trace"),
    )
    op.create_index("ix_erased_trace_person_id", "erased_trace", ["person_id"], unique=False)
    op.create_table(
        "program_rules",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["program_id"],
            ["program.id"],
        ),
        sa.PrimaryKeyConstraint("program_id", "version"),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("whole_month", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("absent", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("early", sa.Integer(), nullable=False),
        sa.Column("excused", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("absent + late + early + excused <= days", name="ck_attendance_counts"),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_attendance_in_force",
        "attendance",
        ["enrolment_id", "day", "whole_month"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
        sqlite_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "eligibility_decision",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=True),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "number"),
    )
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_evaluation_in_force",
        "evaluation",
        ["enrolment_id", "month"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
        sqlite_where=sa.text("superseded_at IS NULL"),
    )
    op.add_column("cohort", sa.Column("rules_version", sa.Integer(), nullable=True))
    op.add_column("cohort", sa.Column("rules", sa.JSON(), nullable=True))
    op.add_column("enrolment", sa.Column("duplicate_of", sa.Uuid(), nullable=True))
    op.add_column("person", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.add_column("person", sa.Column("identity_id", sa.Uuid(), nullable=True))
    op.add_column("person", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("erased_on", sa.String(length=40), nullable=True))
    op.create_index("ix_person_identity_id", "person", ["identity_id"], unique=False)
    op.add_column("person_record", sa.Column("name_hash", sa.LargeBinary(), nullable=True))
    op.add_column("person_record", sa.Column("birth_hash", sa.LargeBinary(), nullable=True))
    op.add_column("person_record", sa.Column("phone_hash", sa.LargeBinary(), nullable=True))
    op.add_column("person_record", sa.Column("examined", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_person_record_birth_hash", "person_record", ["birth_hash"], unique=False)
    op.create_index("ix_person_record_name_hash", "person_record", ["name_hash"], unique=False)
    op.create_index("ix_person_record_phone_hash", "person_record", ["phone_hash"], unique=False)
    op.create_index(
        "ix_person_record_unexamined",
        "person_record",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("NOT examined"),
        sqlite_where=sa.text("NOT examined"),
    )
    op.add_column("program", sa.Column("rules_version", sa.Integer(), nullable=True))
    op.add_column("stage_step", sa.Column("corrects", sa.Integer(), nullable=True))
    op.add_column("stage_step", sa.Column("voids", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_index("ix_person_record_unexamined", table_name="person_record")
    op.drop_index("ix_person_record_phone_hash", table_name="person_record")
    op.drop_index("ix_person_record_name_hash", table_name="person_record")
    op.drop_index("ix_person_record_birth_hash", table_name="person_record")
    op.drop_index("ix_person_identity_id", table_name="person")
    op.drop_column("stage_step", "voids")
    op.drop_column("stage_step", "corrects")
    op.drop_column("program", "rules_version")
    op.drop_column("person_record", "examined")
    op.drop_column("person_record", "phone_hash")
    op.drop_column("person_record", "birth_hash")
    op.drop_column("person_record", "name_hash")
    op.drop_column("person", "erased_on")
    op.drop_column("person", "erased_at")
    op.drop_column("person", "identity_id")
    op.drop_column("person", "merged_into")
    op.drop_column("enrolment", "duplicate_of")
    op.drop_column("cohort", "rules")
    op.drop_column("cohort", "rules_version")
    op.drop_table("evaluation")
    op.drop_table("eligibility_decision")
    op.drop_table("attendance")
    op.drop_table("program_rules")
    op.drop_table("erased_trace")
    op.drop_table("duplicate_pair")
    op.drop_table("circumstance")
    op.drop_table("kept_key")
