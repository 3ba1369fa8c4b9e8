"""Which company may know whom. Jobs that are known already are taken over; what was accepted shows once it starts."""

import sqlalchemy as sa
from alembic import op

revision = "0009_placed_persons"
down_revision = "0008_own_positions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_company",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("business_number", sa.String(10), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("company_id"),
    )
    op.create_index("ix_known_company_business_number", "known_company", ["business_number"])
    op.create_index("ix_known_company_into_id", "known_company", ["into_id"])
    op.create_table(
        "placed_person",
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("placement_id"),
    )
    op.create_index("ix_placed_person_company_id", "placed_person", ["company_id"])
    op.create_index("ix_placed_person_person_id", "placed_person", ["person_id"])
    op.execute(
        "INSERT INTO placed_person (placement_id, company_id, person_id, state, since)"
        " SELECT placement_id, company_id, person_id,"
        " CASE WHEN ended_on IS NULL THEN 'started' ELSE 'ended' END, COALESCE(ended_on, started_on) FROM employment"
    )


def downgrade() -> None:
    op.drop_index("ix_placed_person_person_id", table_name="placed_person")
    op.drop_index("ix_placed_person_company_id", table_name="placed_person")
    op.drop_table("placed_person")
    op.drop_index("ix_known_company_into_id", table_name="known_company")
    op.drop_index("ix_known_company_business_number", table_name="known_company")
    op.drop_table("known_company")
