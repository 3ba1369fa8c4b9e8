"""Which regions were home to the sums that are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rolled", sa.Column("home", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("rolled", "home")
