"""Persons who turn out to be one human: whom each counts as, and of whom things were first said."""

import sqlalchemy as sa
from alembic import op

revision = "0005_identities"
down_revision = "0004_follow_ups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("survivor_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index(op.f("ix_identity_survivor_id"), "identity", ["survivor_id"], unique=False)
    for table in ("candidate", "placement"):
        op.add_column(table, sa.Column("said_person_id", sa.Uuid(), nullable=True))
        op.create_index(op.f(f"ix_{table}_said_person_id"), table, ["said_person_id"], unique=False)
    op.execute("UPDATE candidate SET said_person_id = person_id")
    op.execute("UPDATE placement SET said_person_id = person_id")
