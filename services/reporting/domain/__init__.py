"""Rules of reporting: pure Python, no database, no HTTP."""
