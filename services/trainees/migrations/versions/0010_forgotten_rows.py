"""Since when the rows of a roster that changed nothing are only counted."""

import sqlalchemy as sa
from alembic import op

from shared.db.types import UTCDateTime

revision = "0010_forgotten_rows"
down_revision = "0009_placed_persons"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roster_sync", sa.Column("forgotten_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("roster_sync", "forgotten_at")
