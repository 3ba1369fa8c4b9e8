"""Companies that turned out to be one: which company each was merged into."""

import sqlalchemy as sa
from alembic import op

revision = "0008_merged_companies"
down_revision = "0007_explanations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("company", sa.Column("into_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_company_into_id"), "company", ["into_id"], unique=False)
