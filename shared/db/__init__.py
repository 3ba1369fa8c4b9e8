"""The database of one service, on SQLite or PostgreSQL, with the same behaviour."""
