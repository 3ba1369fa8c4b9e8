"""The search over positions and the public feed: tables that are made from the positions, and the engines' indexes of letters."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# FTS5 keeps no text of its own here: it reads position_document, and these triggers tell it what changed there.
TEXT = """
CREATE VIRTUAL TABLE position_text USING fts5(
    document, content='position_document', content_rowid='number', tokenize='trigram case_sensitive 1'
)"""
ADDED = """
CREATE TRIGGER position_text_added AFTER INSERT ON position_document BEGIN
    INSERT INTO position_text (rowid, document) VALUES (new.number, new.document);
END"""
REMOVED = """
CREATE TRIGGER position_text_removed AFTER DELETE ON position_document BEGIN
    INSERT INTO position_text (position_text, rowid, document) VALUES ('delete', old.number, old.document);
END"""
CHANGED = """
CREATE TRIGGER position_text_changed AFTER UPDATE ON position_document BEGIN
    INSERT INTO position_text (position_text, rowid, document) VALUES ('delete', old.number, old.document);
    INSERT INTO position_text (rowid, document) VALUES (new.number, new.document);
END"""
SQLITE = (TEXT, ADDED, REMOVED, CHANGED)
POSTGRESQL = "CREATE INDEX position_text_grams ON position_document USING gin (string_to_array(grams, ' '))"


def upgrade() -> None:
    op.create_table(
        "position_index",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("position_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=10), nullable=False),
        sa.Column("band", sa.Integer(), nullable=True),
        sa.Column("salary", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("position_id"),
    )
    counted = ["state", "field", "kind", "region", "band", "seats", "company_id"]
    op.create_index("ix_position_index_counted", "position_index", counted, unique=False)
    op.create_index("ix_position_index_company", "position_index", ["company_id", "state"], unique=False)
    op.create_table(
        "position_document",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("grams", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "position_skill",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", "skill"),
    )
    op.create_index("ix_position_skill_counted", "position_skill", ["state", "skill", "seats"], unique=False)
    op.create_index("ix_position_skill", "position_skill", ["skill", "number"], unique=False)
    op.create_table(
        "job_change",
        sa.Column("position_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=10), nullable=False),
        sa.Column("first_listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("position_id"),
        sa.UniqueConstraint("number"),
    )
    op.create_table(
        "job_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else (POSTGRESQL,):
        op.execute(statement)
