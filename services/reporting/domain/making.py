"""How far a report is that is made while whoever asked for it waits elsewhere."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from shared.errors import N_, Conflict


class MakingState(StrEnum):
    """From being asked for to the file."""

    WAITING = "waiting"
    RUNNING = "running"
    MADE = "made"
    FAILED = "failed"


UNFINISHED: Final = frozenset({MakingState.WAITING, MakingState.RUNNING})
KEPT_FOR: Final = timedelta(hours=1)
"""So long a file can be fetched. Whoever comes later asks again: its figures are kept elsewhere, in the facts."""
LEASE: Final = timedelta(minutes=5)
"""So long one machine has it to itself: longer than any report takes."""
MOST_ATTEMPTS: Final = 3


class NotMadeYet(Conflict):
    """The file of a report that is still being made."""

    code = "report_not_made_yet"
    title = N_("This report is still being made")
    detail = N_("Ask again in a moment; how far it is stands at its own address.")

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "2"})
