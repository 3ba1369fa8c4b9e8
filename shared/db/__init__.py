"""The database of one service, on SQLite or PostgreSQL, with the same behaviour."""

from shared.db.database import Database
from shared.db.session import ReadSession, WriteSession

__all__ = ["Database", "ReadSession", "WriteSession"]
