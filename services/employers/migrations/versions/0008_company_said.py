"""What is found and told of a posting remembers what of its company it was made from, so that a renaming is noticed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Rows from before have none: they are made anew once, for some may have been left behind already.
    op.add_column("position_index", sa.Column("company_said", sa.Text(), nullable=True))
