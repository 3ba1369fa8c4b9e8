"""On PostgreSQL, taking the groups of letters apart is told to be dear: the planner then looks into their index instead."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FUNCTION = """
CREATE FUNCTION position_text_apart(grams text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS
$$ BEGIN RETURN string_to_array(grams, ' '); END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX position_text_grams")
    op.execute(FUNCTION)
    op.execute("CREATE INDEX position_text_grams ON position_document USING gin (position_text_apart(grams))")
