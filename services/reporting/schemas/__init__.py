"""What callers are shown."""

from services.reporting.schemas.goals import FrameworkPublic, GoalPublic, ProgressPublic
from services.reporting.schemas.series import BehindPublic, ExplanationPublic, SeriesPublic
from services.reporting.schemas.values import IndicatorPublic, ValuePublic

__all__ = [
    "BehindPublic",
    "ExplanationPublic",
    "FrameworkPublic",
    "GoalPublic",
    "IndicatorPublic",
    "ProgressPublic",
    "SeriesPublic",
    "ValuePublic",
]
