"""What facts say of follow-ups and pledges, and what a conversion grew from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fact", sa.Column("amount", sa.Integer(), nullable=True))
    op.add_column("fact", sa.Column("about_on", sa.Date(), nullable=True))
    op.add_column("fact", sa.Column("grew_from_seat_id", sa.Uuid(), nullable=True))
    op.add_column("fact", sa.Column("converted_from_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a projection is built anew from the log, by the older release")
