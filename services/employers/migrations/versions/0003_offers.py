"""What positions offer and ask for, and skills that are added to the taxonomy."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("position", sa.Column("must_have", sa.JSON(), nullable=True))
    op.add_column("position", sa.Column("nice_to_have", sa.JSON(), nullable=True))
    op.add_column("position", sa.Column("licences", sa.JSON(), nullable=True))
    op.add_column("position", sa.Column("salary_lowest", sa.Integer(), nullable=True))
    op.add_column("position", sa.Column("salary_highest", sa.Integer(), nullable=True))
    op.add_column("position", sa.Column("salary_per", sa.String(length=40), nullable=True))
    op.add_column("position", sa.Column("weekly_hours", sa.Integer(), nullable=True))
    op.add_column("position", sa.Column("work_starts_at", sa.Time(), nullable=True))
    op.add_column("position", sa.Column("work_ends_at", sa.Time(), nullable=True))
    op.add_column("position", sa.Column("in_shifts", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("position", sa.Column("duration_months", sa.Integer(), nullable=True))
    op.add_column("position", sa.Column("contact_id", sa.Uuid(), nullable=True))
    op.create_table(
        "skill",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name_ko", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("synonyms", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("ncs", sa.String(length=20), nullable=True),
        sa.Column("esco", sa.String(length=200), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
