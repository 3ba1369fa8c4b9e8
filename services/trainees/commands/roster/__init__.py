"""Bringing rosters in: received, read, compared, applied, approved, undone."""
