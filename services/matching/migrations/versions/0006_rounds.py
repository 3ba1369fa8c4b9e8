"""Rounds, and what postings ask for and pay."""

import sqlalchemy as sa
from alembic import op

revision = "0006_rounds"
down_revision = "0005_identities"
branch_labels = None
depends_on = None


def _of_round() -> list[sa.Column[object] | sa.ForeignKeyConstraint]:
    return [sa.Column("round_id", sa.Uuid(), nullable=False), sa.ForeignKeyConstraint(["round_id"], ["round.id"])]


def upgrade() -> None:
    op.add_column("opening", sa.Column("demands", sa.JSON(), nullable=True))
    op.add_column("opening", sa.Column("pay", sa.BigInteger(), nullable=True))
    op.add_column("opening", sa.Column("weekly_hours", sa.Integer(), nullable=True))
    op.create_table(
        "round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("snapshot_hash", sa.String(length=64), nullable=True),
        sa.Column("trainees", sa.Integer(), nullable=True),
        sa.Column("positions", sa.Integer(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("verification", sa.JSON(), nullable=True),
        sa.Column("ignored", sa.JSON(), nullable=True),
        sa.Column("published_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["round.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_round_state"), "round", ["state"], unique=False)
    op.create_index(op.f("ix_round_parent_id"), "round", ["parent_id"], unique=False)
    op.create_table(
        "round_run",
        *_of_round(),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("round_id"),
    )
    op.create_table(
        "round_snapshot",
        *_of_round(),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("round_id"),
    )
    op.create_table(
        "round_ranking",
        *_of_round(),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("ranked", sa.JSON(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "side", "owner_id"),
    )
    op.create_table(
        "round_assignment",
        *_of_round(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("university_id", sa.Uuid(), nullable=True),
        sa.Column("position_id", sa.Uuid(), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("position_score", sa.Float(), nullable=True),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("tried", sa.JSON(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=True),
        sa.Column("refused", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("round_id", "person_id"),
    )
    op.create_index("ix_round_assignment_university", "round_assignment", ["round_id", "university_id"], unique=False)
    op.create_index("ix_round_assignment_company", "round_assignment", ["round_id", "company_id"], unique=False)
    op.create_table(
        "round_vacancy",
        *_of_round(),
        sa.Column("position_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("filled", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("round_id", "position_id"),
    )
    op.create_index(op.f("ix_round_vacancy_company_id"), "round_vacancy", ["company_id"], unique=False)
