"""Examines an installation from outside: what is wrong with it, and what to do. Never changes anything."""
