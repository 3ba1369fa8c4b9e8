"""From counts to a value: every way in which there is no number, and how numbers are rounded."""

import pytest

from services.reporting.domain.values import Counts, Reading, State, Unit, read


@pytest.mark.parametrize(
    ("counts", "unit", "reading"),
    [
        (Counts(), Unit.PERSONS, Reading(State.NOT_STARTED)),
        (Counts(), Unit.PERCENT, Reading(State.NOT_STARTED)),
        (Counts(begun=3), Unit.PERSONS, Reading(State.OK, 0, 0, 0)),
        (Counts(begun=3, numerator=2, unknown=1), Unit.PERSONS, Reading(State.OK, 2, 2, 3)),
        (Counts(begun=3, denominator=0, undecided=3), Unit.PERCENT, Reading(State.RUNNING)),
        (Counts(begun=3, denominator=0), Unit.PERCENT, Reading(State.NO_DENOMINATOR)),
        (Counts(begun=3, denominator=3, unknown=3), Unit.PERCENT, Reading(State.RUNNING)),
        (Counts(begun=3, denominator=3, unknown=2), Unit.PERCENT, Reading(State.OK, 0.0, 0.0, 66.7)),
        (Counts(begun=3, numerator=1, denominator=3, unknown=2), Unit.PERCENT, Reading(State.OK, 33.3, 33.3, 100.0)),
        (Counts(begun=225, numerator=173, denominator=225), Unit.PERCENT, Reading(State.OK, 76.9, 76.9, 76.9)),
        (Counts(begun=8, numerator=1, denominator=8), Unit.PERCENT, Reading(State.OK, 12.5, 12.5, 12.5)),
        (Counts(begun=400, numerator=1, denominator=400), Unit.PERCENT, Reading(State.OK, 0.3, 0.3, 0.3)),
        (Counts(begun=20, numerator=62, denominator=20), Unit.RATIO, Reading(State.OK, 3.1, 3.1, 3.1)),
    ],
)
def test_counts_are_read_so(counts: Counts, unit: Unit, reading: Reading) -> None:
    assert read(counts, unit=unit, decimals=1) == reading
