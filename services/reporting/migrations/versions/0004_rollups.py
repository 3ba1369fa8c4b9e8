"""Sums that are kept so that no answer grows slower with the facts, and traits by which figures are broken down."""

import sqlalchemy as sa
from alembic import op

from shared.db.types import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MEASURES = 24


def upgrade() -> None:
    for table in ("fact", "identity", "cohort_version"):
        op.add_column(table, sa.Column("batch", sa.Integer(), nullable=True))
    op.add_column("fact", sa.Column("closed_in", sa.Integer(), nullable=True))
    op.create_table(
        "trait",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("age_band", sa.String(), nullable=True),
        sa.Column("gender", sa.String(), nullable=True),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("generation", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "company_place",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("generation", "company_id", "version"),
    )
    # Where companies were before is not known any more: they have always been where they are.
    op.execute(
        "INSERT INTO company_place (generation, company_id, version, recorded_at, region) "
        "SELECT generation, company_id, version, '2000-01-01 00:00:00.000000', region FROM company"
    )
    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("things", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_arrival_generation", "arrival", ["generation"])
    op.create_table(
        "link",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("aggregate", sa.String(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("generation", "id", "aggregate", "aggregate_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rolled",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("dimensions", sa.JSON(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("generation", "indicator"),
    )
    op.create_table(
        "rollup",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=80), nullable=False),
        sa.Column("dimension", sa.String(length=40), nullable=False),
        sa.Column("grain", sa.String(length=1), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        *[sa.Column(f"m{number:02}", sa.Integer(), server_default="0", nullable=False) for number in range(_MEASURES)],
        sa.PrimaryKeyConstraint("generation", "indicator", "dimension", "grain", "day", "member"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("a projection is built anew from the log, by the older release")
