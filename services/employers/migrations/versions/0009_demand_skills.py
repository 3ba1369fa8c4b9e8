"""What programs lead to, so that demand is compared with supply by skill."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A cohort from before learns its program from the next news of itself or of one of its enrolments.
    op.add_column("cohort", sa.Column("program_id", sa.Uuid(), nullable=True))
    op.add_column("demand_outlook", sa.Column("skills", sa.JSON(), nullable=True))
    op.create_table(
        "program_skill",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(length=80), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "skill"),
    )
