"""Files of many positions are looked at, and written down, part by part."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("total", "ready", "accepted", "attempts"):
        op.add_column("position_import", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_position_import_state", "position_import", ["state"])
    op.create_table(
        "position_import_part",
        sa.Column("import_id", sa.Uuid(), sa.ForeignKey("position_import.id"), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "number"),
    )
