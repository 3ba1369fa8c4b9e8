"""How often the outcome of a roster was told to listeners."""

import sqlalchemy as sa
from alembic import op

revision = "0007_rosters_are_told"
down_revision = "0006_recognised_by_enrolment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roster_sync", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("roster_sync", "version")
