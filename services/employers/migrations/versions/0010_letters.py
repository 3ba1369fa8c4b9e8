"""Letters of postings a byte each, in rows that are read without being unpacked. Housekeeping writes them for what there is."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "position_letters",
        sa.Column("number", number, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("letters", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # A search reads all of them: compressed or kept apart, as is the rule above 2 kB, that takes many times as long.
        op.execute("ALTER TABLE position_letters ALTER COLUMN letters SET STORAGE EXTERNAL")
        op.execute("ALTER TABLE position_letters SET (toast_tuple_target = 8160)")
