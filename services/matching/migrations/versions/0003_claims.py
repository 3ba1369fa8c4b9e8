"""Offers with a last day, internships that become permanent, and what employer, trainee and record say differently."""

import sqlalchemy as sa
from alembic import op

revision = "0003_claims"
down_revision = "0002_profiles"
branch_labels = None
depends_on = None

_STANDS = sa.text("state NOT IN ('declined', 'withdrawn', 'expired', 'reversed')")
_OPEN = sa.text("resolution IS NULL")


def upgrade() -> None:
    op.add_column("placement", sa.Column("answer_by", sa.Date(), nullable=True))
    op.add_column("placement", sa.Column("converted_from", sa.Uuid(), nullable=True))
    op.add_column("placement", sa.Column("converted_from_seat_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_placement_answer_by"), "placement", ["answer_by"], unique=False)
    op.create_index(
        "uq_placement_conversion",
        "placement",
        ["converted_from"],
        unique=True,
        postgresql_where=_STANDS,
        sqlite_where=_STANDS,
    )
    op.create_table(
        "placement_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("claimant", sa.String(length=40), nullable=False),
        sa.Column("employed", sa.Boolean(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_placement_claim_placement_id"), "placement_claim", ["placement_id"], unique=False)
    op.create_table(
        "mismatch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("university_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("claimant", sa.String(length=40), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("resolution", sa.String(length=40), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("resolved_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_mismatch_company_id"), "mismatch", ["company_id"], unique=False)
    op.create_index("ix_mismatch_owner", "mismatch", ["owner", "resolution"], unique=False)
    op.create_index(op.f("ix_mismatch_placement_id"), "mismatch", ["placement_id"], unique=False)
    op.create_index(op.f("ix_mismatch_university_id"), "mismatch", ["university_id"], unique=False)
    op.create_index(
        "uq_mismatch_open",
        "mismatch",
        ["placement_id", "code", "claimant"],
        unique=True,
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    )
