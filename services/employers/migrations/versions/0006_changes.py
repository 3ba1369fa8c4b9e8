"""Every posting that is indexed carries the number of its last change, so that what changed can be found."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job_head", sa.Column("epoch", sa.String(length=36), nullable=True))
    op.add_column("position_index", sa.Column("change", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(op.f("ix_position_index_change"), "position_index", ["change"], unique=False)
    # What was indexed before is indexed again, and numbered.
    op.execute("UPDATE position_index SET version = -1")
    op.drop_index("ix_position_index_counted", table_name="position_index")
    op.drop_index("ix_position_index_company", table_name="position_index")
    op.drop_index("ix_position_skill_counted", table_name="position_skill")
    op.drop_index("ix_position_skill", table_name="position_skill")
    with op.batch_alter_table("position_skill") as table:
        table.drop_column("state")
        table.drop_column("seats")
