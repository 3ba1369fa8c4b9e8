"""How long an offer of a placement waits for its answer, where the round that it comes from said so."""

import sqlalchemy as sa
from alembic import op

revision = "0012_answer_days"
down_revision = "0011_skills"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("placement", sa.Column("answer_days", sa.Integer(), nullable=True))
