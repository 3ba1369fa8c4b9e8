"""Which companies may know who somebody is: those that the person said yes to, for as long as they need it."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

AFTER_THE_END: Final = timedelta(days=365)
"""How long a former employer still sees whom it employed: so long what employer, trainee and record say is settled."""


class PlacedState(StrEnum):
    """Where a placement stands from which on the company knows the person. Before and beside these it knows an id."""

    ACCEPTED = "accepted"
    STARTED = "started"
    ENDED = "ended"


def ended_lately(today: date) -> date:
    """Employments that ended on this day or later are not too long ago to be seen."""
    return today - AFTER_THE_END
