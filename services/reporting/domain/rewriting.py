"""Events that tell a history anew: which of an aggregate's facts hold no more, and which stand in their place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from shared.contracts import employers, matching, trainees
from shared.events.contract import Event

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What an event does to the facts that hold: those that it ends, and those that it puts in their place, in order.

    A fact that takes the place of another keeps its day and its stage unless the event says otherwise.
    """

    ended: Sequence[Row]
    told: Sequence[Row]


def _corrected(event: trainees.EnrolmentCorrected, said: Row, holding: Sequence[Row]) -> Rewriting:
    path = [
        {**said, "stage": step.stage, "effective_on": step.effective_on, "reported_on": step.reported_on, "reason": step.reason}
        for step in event.path
    ]
    return Rewriting(holding, path)


def _as_if_nobody_had_worked(_event: Event, said: Row, holding: Sequence[Row]) -> Rewriting:
    return Rewriting(holding, [{**said, "stage": "reversed"}])


def _running_on(_event: Event, said: Row, holding: Sequence[Row]) -> Rewriting:
    ends = [row for row in holding if row["stage"] == "ended"]
    return Rewriting(ends, [{**said, "stage": None}])


def _on_other_days(event: matching.PlacementDatesCorrected, said: Row, holding: Sequence[Row]) -> Rewriting:
    """The employment began and ended on the days that hold now; what led to it was no later than its first day."""
    kept = {name: said[name] for name in ("event_id", "version", "recorded_at")}
    return Rewriting(holding, [{**row, **kept, "effective_on": _day_of(row, event)} for row in holding])


def _day_of(row: Row, event: matching.PlacementDatesCorrected) -> Any:
    if row["stage"] == "ended" and event.ended_on is not None:
        return event.ended_on
    if row["stage"] == "started":
        return event.started_on
    return row["effective_on"] if row["stage"] in {None, "ended"} else min(row["effective_on"], event.started_on)


def _of_another_person(event: matching.PlacementMovedToPerson, said: Row, holding: Sequence[Row]) -> Rewriting:
    return _otherwise(said, holding, person_id=event.person_id)


def _of_another_origin(event: employers.SeatReclassified, said: Row, holding: Sequence[Row]) -> Rewriting:
    return _otherwise(said, holding, origin=event.origin, grew_from_seat_id=event.grew_from_id)


def _answered(event: matching.FollowUpAnswered, said: Row, holding: Sequence[Row]) -> Rewriting:
    """A later answer stands in the place of an earlier one, whatever day either is about."""
    answers = [row for row in holding if row["stage"] != "due"]
    return Rewriting(answers, [{**said, "stage": event.answer}])


def _of_no_use(_event: Event, said: Row, holding: Sequence[Row]) -> Rewriting:
    return Rewriting(holding, [{**said, "stage": "cancelled"}])


def _otherwise(said: Row, holding: Sequence[Row], **changed: Any) -> Rewriting:
    """The same history, with something in it that is now known better."""
    kept = {name: said[name] for name in ("event_id", "version", "recorded_at")}
    return Rewriting(holding, [{**row, **kept, **changed} for row in holding])


_RULES: Final[Mapping[type[Event], Callable[..., Rewriting]]] = MappingProxyType(
    {
        trainees.EnrolmentCorrected: _corrected,
        matching.PlacementReversed: _as_if_nobody_had_worked,
        matching.PlacementReopened: _running_on,
        matching.PlacementMovedToPerson: _of_another_person,
        matching.PlacementDatesCorrected: _on_other_days,
        employers.SeatReclassified: _of_another_origin,
        matching.FollowUpAnswered: _answered,
        matching.FollowUpCancelled: _of_no_use,
    }
)
REWRITES: Final = frozenset(_RULES)


def rewritten(event: Event, said: Row, holding: Sequence[Row]) -> Rewriting:
    """What `event`, whose own fact would be `said`, makes of the facts of its aggregate that hold, in their order.

    Raises KeyError for an event that rewrites nothing.
    """
    return _RULES[type(event)](event, said, holding)
