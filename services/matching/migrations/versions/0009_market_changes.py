"""The journal of what changed in the market, and the triggers that write it: whoever keeps the market in memory reads it."""

import sqlalchemy as sa
from alembic import op

revision = "0009_market_changes"
down_revision = "0008_merged_companies"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Table, kind, column that names it, and the columns whose change counts (empty: all).
WATCHED = (
    ("candidate", "person", "person_id", ""),
    ("candidate_profile", "person", "id", ""),
    ("candidate_skill", "person", "person_id", ""),
    ("identity", "person", "person_id", ""),
    ("identity", "person", "survivor_id", ""),
    ("placement", "person", "person_id", "person_id, state, kind"),
    ("program_skill", "program", "program_id", ""),
    ("cohort", "cohort", "cohort_id", ""),
    ("university", "university", "university_id", ""),
    ("opening", "position", "position_id", ""),
    ("seat", "position", "position_id", ""),
)


def upgrade() -> None:
    op.create_table(
        "market_change",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("xact", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_market_change_xact"), "market_change", ["xact"], unique=False)
    make = sqlite if op.get_bind().dialect.name == "sqlite" else postgresql
    for table, kind, column, counted in WATCHED:
        for statement in make(table, kind, column, counted):
            op.execute(statement)


def sqlite(table: str, kind: str, column: str, counted: str) -> list[str]:
    name, of = f"{table}_{column}_market", f" OF {counted}" if counted else ""
    add = f"INSERT INTO market_change (kind, key) VALUES ('{kind}', {{}}.{column});"  # noqa: S608 - names from above
    moved = f" WHEN old.{column} <> new.{column}"
    return [
        f"CREATE TRIGGER {name}_added AFTER INSERT ON {table} BEGIN {add.format('new')} END",
        f"CREATE TRIGGER {name}_removed AFTER DELETE ON {table} BEGIN {add.format('old')} END",
        f"CREATE TRIGGER {name}_changed AFTER UPDATE{of} ON {table} BEGIN {add.format('new')} END",
        f"CREATE TRIGGER {name}_moved AFTER UPDATE OF {column} ON {table}{moved} BEGIN {add.format('old')} END",
    ]


def postgresql(table: str, kind: str, column: str, counted: str) -> list[str]:
    name, of = f"{table}_{column}_market", f" OF {counted}" if counted else ""
    transaction = "pg_current_xact_id()::text::bigint"
    add = f"INSERT INTO market_change (kind, key, xact) VALUES ('{kind}', {{}}.{column}, {transaction});"  # noqa: S608
    return [
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'DELETE' THEN {add.format("new")} END IF;
            IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND old.{column} <> new.{column}) THEN {add.format("old")} END IF;
            RETURN NULL;
        END $$""",
        f"CREATE TRIGGER {name} AFTER INSERT OR DELETE OR UPDATE{of} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
