"""The catalogue of indicators: every version of every definition, by id."""

from collections.abc import Mapping
from typing import Final

from services.reporting.indicators import (
    admission,
    conversions,
    durations,
    employment,
    jobs,
    knowledge,
    places,
    rates,
    staying,
    training,
)
from services.reporting.indicators.counting import counted, counted_on, counts_of, standing
from services.reporting.indicators.definition import Indicator, Text
from services.reporting.indicators.timeline import Scope

__all__ = ["CATALOGUE", "Indicator", "Scope", "Text", "counted", "counted_on", "counts_of", "current", "standing", "versions_of"]

CATALOGUE: Final[Mapping[tuple[str, int], Indicator]] = {
    (indicator.id, indicator.version): indicator
    for family in (training, admission, employment, rates, knowledge, staying, places, durations, jobs, conversions)
    for indicator in family.INDICATORS
}


def versions_of(indicator_id: str) -> list[int]:
    """The versions of an indicator, the oldest first."""
    return sorted(version for id_, version in CATALOGUE if id_ == indicator_id)


def current() -> Mapping[str, Indicator]:
    """The newest version of every indicator, by id, in the catalogue's order."""
    newest: dict[str, Indicator] = {}
    for indicator in CATALOGUE.values():
        known = newest.get(indicator.id)
        if known is None or known.version < indicator.version:
            newest[indicator.id] = indicator
    return newest
