"""When an alert begins and when it ends: two thresholds, so that a figure that trembles raises one alert and not twenty."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

MOST_ATTEMPTS: Final = 8
LEASE: Final = timedelta(seconds=90)


class RuleKind(StrEnum):
    """What a rule watches: a figure, a goal's pace, data that should have come, or figures that disagree with their sources."""

    THRESHOLD = "threshold"
    OFF_PACE = "off_pace"
    LATE_DATA = "late_data"
    MISSING_DATA = "missing_data"
    DRIFT = "drift"


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Channel(StrEnum):
    WEBHOOK = "webhook"
    EMAIL = "email"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


class Change(StrEnum):
    RAISED = "raised"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """An alert begins when the figure passes `enter`, and ends when it is back beyond `leave`, which is the safer side of it.

    `below`: low figures are the bad ones.
    """

    enter: float
    leave: float
    below: bool

    @property
    def are_in_order(self) -> bool:
        return self.leave >= self.enter if self.below else self.leave <= self.enter


def change_of(raised: bool, figure: float | None, thresholds: Thresholds) -> Change | None:
    """What the figure does to an alert that is raised or not; without a figure everything stays as it is."""
    if figure is None:
        return None
    if raised:
        cleared = figure >= thresholds.leave if thresholds.below else figure <= thresholds.leave
        return Change.CLEARED if cleared else None
    entered = figure < thresholds.enter if thresholds.below else figure > thresholds.enter
    return Change.RAISED if entered else None


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts that failed: 5 s, 30 s, 3 min and on, an hour at most between two."""
    return timedelta(seconds=min(5 * 6 ** (attempts - 1), 3600))
