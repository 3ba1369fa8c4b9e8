"""What every event of reporting has in common."""

from typing import ClassVar

from shared.events.contract import Event


class ReportingEvent(Event):
    """Anything that happened in reporting."""

    service: ClassVar[str] = "reporting"
