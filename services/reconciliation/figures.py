"""The indicators once more, counted by hand from what the services themselves hold. Plain loops, on purpose."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Figure = tuple[int, int | None]
Figures = dict[str, dict[str, Figure]]

_TAKES_PART: Final = {"enrolled", "training", "interning", "on_leave", "completed", "dropped", "employed_early"}
_IS_OVER: Final = {"filled", "lapsed", "withdrawn"}
_FULL_JOB: Final = {"permanent", "fixed_term"}


@dataclass(frozen=True, slots=True)
class Truth:
    """What the services hold: enrolments (trainees), placements (matching) and seats (employers), as they stand today."""

    enrolments: list[Any]
    placements: list[Any]
    seats: list[Any]


def figures(truth: Truth) -> Figures:
    """By indicator and by scope (`""`, `cohort_id=...`, `field=...`): numerator and denominator as of today."""
    result: Figures = {}
    enrolments = _grouped(truth.enrolments, lambda e: {"cohort_id": e.cohort_id, "field": e.field})
    employed = {p.person_id for p in truth.placements if p.state == "started" and p.kind in _FULL_JOB}
    result["talents_trained"] = _each(enrolments, lambda rows: (len({e.person_id for e in rows if e.stage == "completed"}), None))
    result["participations"] = _each(enrolments, lambda rows: (_count(rows, _TAKES_PART), None))
    result["completion_rate"] = _each(enrolments, lambda rows: (_count(rows, {"completed"}), _count(rows, _TAKES_PART)))
    result["dropout_rate"] = _each(enrolments, lambda rows: (_count(rows, {"dropped"}), _count(rows, _TAKES_PART)))
    result["employment_rate_completers"] = _each(enrolments, lambda rows: _employment(rows, employed))
    created = [p for p in truth.placements if p.state == "started" and p.origin == "new" and (p.evidence_grade or 1) >= 2]
    placements = _grouped(truth.placements, lambda p: {"cohort_id": p.cohort_id, "field": p.field})
    ids = {p.placement_id for p in created}
    result["jobs_created"] = _each(placements, lambda rows: (len({p.seat_id for p in rows if p.placement_id in ids}), None))
    seats = _grouped(truth.seats, lambda s: {"field": s.field})
    result["seats_posted"] = _each(seats, lambda rows: (len(rows), None))
    result["seats_filled"] = _each(seats, lambda rows: (_seats(rows, {"filled"}), None))
    result["seats_lapsed"] = _each(seats, lambda rows: (_seats(rows, {"lapsed"}), None))
    result["fill_rate"] = _each(seats, lambda rows: (_seats(rows, {"filled"}), _seats(rows, _IS_OVER)))
    return result


def _employment(rows: list[Any], employed: set[Any]) -> Figure:
    completers = [e for e in rows if e.stage == "completed"]
    return sum(e.person_id in employed for e in completers), len(completers)


def _count(rows: list[Any], stages: set[str]) -> int:
    return sum(row.stage in stages for row in rows)


def _seats(rows: list[Any], states: set[str]) -> int:
    return sum(row.state in states for row in rows)


def _grouped(rows: Iterable[Any], keys: Callable[[Any], Mapping[str, Any]]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    groups[""] = []
    for row in rows:
        groups[""].append(row)
        for dimension, value in keys(row).items():
            groups[f"{dimension}={value}"].append(row)
    return groups


def _each(groups: Mapping[str, list[Any]], formula: Callable[[list[Any]], Figure]) -> dict[str, Figure]:
    return {scope: formula(rows) for scope, rows in groups.items()}
