"""Work that takes longer than a request should: its kinds and its states, and what is small enough to be done at once."""

from enum import StrEnum
from typing import Final


class JobKind(StrEnum):
    FREEZE = "freeze"
    WHAT_IF = "what_if"
    PLACEMENTS = "placements"
    FILE = "file"


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNFINISHED: Final = frozenset({JobState.WAITING, JobState.RUNNING})

FEW_SIDES: Final = 4_000
"""So many candidates and positions together are frozen within a request."""
FEW_PAIRS: Final = 2_000_000
"""So many pairs are compared within a request, once the engine is compiled."""
FEW_ROWS: Final = 1_000
"""So many rows of a file are worked on within a request."""
