"""What every event of employers has in common."""

from typing import ClassVar

from shared.events.contract import Event


class EmployersEvent(Event):
    """Anything that happened in employers."""

    service: ClassVar[str] = "employers"
