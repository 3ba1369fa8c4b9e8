"""What pages show besides figures: rosters, rounds, saved addresses, links that were passed on, and who looked behind figures."""

import sqlalchemy as sa
from alembic import op

from shared.db.types import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COUNTS = ("rows_read", "created", "changed", "unchanged", "rejected", "reactivated", "vanished", "held")
_INDEXES = (
    ("ix_fact_cohort", ["generation", "cohort_id"], "cohort_id IS NOT NULL AND version = 1 AND step = 0"),
    ("ix_fact_offered", ["generation", "effective_on"], "stage = 'offered'"),
)


def upgrade() -> None:
    _proceedings()
    _sharing()
    for name, columns, found in _INDEXES:
        op.create_index(name, "fact", columns, sqlite_where=sa.text(found), postgresql_where=sa.text(found))


def _proceedings() -> None:
    op.create_table(
        "roster",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("roster_sync_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("university_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=False),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS],
        sa.PrimaryKeyConstraint("generation", "roster_sync_id"),
    )
    op.create_index("ix_roster_university", "roster", ["generation", "university_id", "finished_at"])
    op.create_table(
        "round_step",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("optimal", sa.String(), nullable=False),
        sa.Column("weights", sa.String(), nullable=False),
        sa.Column("snapshot_hash", sa.String(), nullable=True),
        *[sa.Column(name, sa.Integer(), nullable=True) for name in ("trainees", "positions", "placed", "seats", "unfilled")],
        sa.Column("average_rank", sa.Float(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("generation", "round_id", "version"),
    )


def _sharing() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("address", sa.String(1500), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("shared_with", sa.JSON(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_saved_view_owner", "saved_view", ["owner"])
    op.create_table(
        "share_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("address", sa.String(1500), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_by", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_share_link_by", "share_link", ["by"])
    op.create_table(
        "share_use",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["link_id"], ["share_link.id"]),
    )
    op.create_index("ix_share_use_link", "share_use", ["link_id", "used_at"])
    op.create_table(
        "facts_read",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("indicator", sa.String(80), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("things", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_facts_read_at", "facts_read", ["read_at"])


def downgrade() -> None:
    raise NotImplementedError("links that were passed on and the log of their uses stay")
