"""Demand before supply: who is still expected to complete, and what a month lacks."""

from enum import StrEnum


class Prospect(StrEnum):
    """Whether somebody is expected to complete: not yet certain, taking part, done, or no longer."""

    APPLIED = "applied"
    EXPECTED = "expected"
    COMPLETED = "completed"
    GONE = "gone"
