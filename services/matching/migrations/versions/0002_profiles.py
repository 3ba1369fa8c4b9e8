"""What is known of a person beside their enrolments: wishes, skills with level and source, parking, refusal of automation."""

import sqlalchemy as sa
from alembic import op

revision = "0002_profiles"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "candidate_profile",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("salary_wish", sa.Integer(), nullable=True),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("preferences_by", sa.String(length=40), nullable=True),
        sa.Column("automated", sa.Boolean(), nullable=False),
        sa.Column("automated_since", sa.Date(), nullable=True),
        sa.Column("parked_until", sa.Date(), nullable=True),
        sa.Column("parked_reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint("(parked_until IS NULL) = (parked_reason IS NULL)", name="ck_profile_parking"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_candidate_profile_parked_until"), "candidate_profile", ["parked_until"], unique=False)
    op.create_table(
        "candidate_skill",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="ck_candidate_skill_level"),
        sa.PrimaryKeyConstraint("person_id", "skill", "source"),
    )
    op.create_table(
        "program_skill",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(length=80), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "skill"),
    )
