"""Facts that stand in the place of others, whom facts count for, and what SQLite must know about the size of things."""

import sqlalchemy as sa
from alembic import op

from shared.db.types import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TEXTS = ("field", "field_of_training", "region", "origin", "position_kind", "reason")
_IDS = (
    "person_id", "enrolment_id", "cohort_id", "program_id", "university_id", "placement_id", "seat_id", "position_id",
    "company_id",
)  # fmt: skip
_KEPT = (
    "generation", "aggregate", "aggregate_id", "version", "event_id", "kind", "stage", "effective_on", "reported_on",
    "recorded_at", "evidence_grade",
)  # fmt: skip


def upgrade() -> None:
    # The key of a WITHOUT ROWID table cannot be changed: the rows move into a table that has the new one.
    op.rename_table("fact", "fact_0001")
    op.create_table(
        "fact",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("aggregate", sa.String(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("superseded_at", UTCDateTime(), nullable=True),
        sa.Column("evidence_grade", sa.Integer(), nullable=True),
        *[sa.Column(name, sa.Uuid(), nullable=True) for name in _IDS],
        *[sa.Column(name, sa.String(), nullable=True) for name in _TEXTS],
        sa.PrimaryKeyConstraint("generation", "aggregate", "aggregate_id", "version", "step", name="pk_fact"),
        sqlite_with_rowid=False,
    )
    names = (*_KEPT, *_IDS, *_TEXTS)
    old = sa.table("fact_0001", *[sa.column(name) for name in names])
    new = sa.table("fact", *[sa.column(name) for name in (*names, "step")])
    op.execute(new.insert().from_select([*names, "step"], sa.select(*old.c, sa.literal(0))))
    op.drop_table("fact_0001")
    op.create_table(
        "identity",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("counts_as", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("generation", "kind", "id", "version"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        # Without statistics SQLite takes the facts of a kind for ten rows and joins whole histories without an index.
        op.execute("ANALYZE fact")
        op.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'fact'")
        op.execute("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('fact', 'fact', '1000000 1000000 300000 5 1 1')")


def downgrade() -> None:
    raise NotImplementedError("a projection is built anew from the log, by the older release")
