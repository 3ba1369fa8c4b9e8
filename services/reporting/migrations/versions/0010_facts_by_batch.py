"""What a batch of events brought or closed is found by its number: copies of the facts are kept level by it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    closed = sa.text("closed_in IS NOT NULL")
    op.create_index("ix_fact_batch", "fact", ["generation", "batch"])
    op.create_index("ix_fact_closed_in", "fact", ["generation", "closed_in"], sqlite_where=closed, postgresql_where=closed)
    op.create_index("ix_trait_batch", "trait", ["generation", "batch"])


def downgrade() -> None:
    for table, name in (("fact", "ix_fact_batch"), ("fact", "ix_fact_closed_in"), ("trait", "ix_trait_batch")):
        op.drop_index(name, table_name=table)
