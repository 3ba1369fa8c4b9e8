"""Which age band somebody is in on a day: coarse enough to leave the service, where a birth date may not."""

from collections.abc import Sequence
from datetime import date
from typing import Final

BANDS: Final[Sequence[tuple[int, str]]] = ((25, "under_25"), (30, "25_29"), (35, "30_34"))
OLDEST: Final = "35_and_over"


def age_band(born: date, *, on: date) -> str:
    """The band of whoever was `born` then; a birthday counts from its own day on."""
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next((name for limit, name in BANDS if age < limit), OLDEST)
