"""The triggers that write the journal of the market, looked after: a table that SQLite makes anew loses its own."""

from collections.abc import Iterator, Mapping
from typing import Final

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.matching.tables import MarketChange
from shared.db import Database

log = structlog.get_logger()
# Table, kind, column that names it, and the columns whose change counts (empty: all).
_WATCHED: Final = (
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
_THERE: Final = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")


def keep_journal(database: Database) -> int:
    """Make the triggers that are gone, and have everybody read the market anew: nobody wrote down what changed without them.

    Returns how many were gone. PostgreSQL never drops any by itself. Safe to run twice and on several machines.
    """
    if database.writer.dialect.name != "sqlite":
        return 0
    with database.read() as session:
        if not _missing(session):
            return 0
    with database.write(idempotent=True) as session:
        missing = _missing(session)
        for statement in missing.values():
            session.execute(text(statement))
        session.execute(MarketChange.__table__.delete())  # type: ignore[attr-defined]
    if missing:
        log.warning("market_triggers_restored", triggers=sorted(missing))
    return len(missing)


def _missing(session: Session) -> Mapping[str, str]:
    there = set(session.execute(_THERE).scalars())
    return {name: statement for name, statement in _statements() if name not in there}


def _statements() -> Iterator[tuple[str, str]]:
    """Each trigger's name, and how migration 0009 made it."""
    for table, kind, column, counted in _WATCHED:
        name, of = f"{table}_{column}_market", f" OF {counted}" if counted else ""
        moved = f" WHEN old.{column} <> new.{column}"
        tell = f"BEGIN INSERT INTO market_change (kind, key) VALUES ('{kind}', {{}}.{column}); END"  # noqa: S608 - names from above
        new, old = tell.format("new"), tell.format("old")
        yield f"{name}_added", f"CREATE TRIGGER {name}_added AFTER INSERT ON {table} {new}"
        yield f"{name}_removed", f"CREATE TRIGGER {name}_removed AFTER DELETE ON {table} {old}"
        yield f"{name}_changed", f"CREATE TRIGGER {name}_changed AFTER UPDATE{of} ON {table} {new}"
        yield f"{name}_moved", f"CREATE TRIGGER {name}_moved AFTER UPDATE OF {column} ON {table}{moved} {old}"
