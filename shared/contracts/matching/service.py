"""What every event of the matching service has in common."""

from typing import ClassVar

from shared.events.contract import Event


class MatchingEvent(Event):
    """Anything that happened in matching."""

    service: ClassVar[str] = "matching"
