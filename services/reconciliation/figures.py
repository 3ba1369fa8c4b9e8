"""The indicators once more, counted by hand from what the services themselves hold. Plain loops, on purpose."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.reconciliation import outcomes

Figure = tuple[int, int | None]
Figures = dict[str, dict[str, Figure]]

_TAKES_PART: Final = {"enrolled", "training", "interning", "on_leave", "completed", "dropped", "employed_early"}
_IS_OVER: Final = {"filled", "lapsed", "withdrawn"}
_FULL_JOB: Final = {"permanent", "fixed_term"}


@dataclass(frozen=True, slots=True)
class Truth:
    """What the services hold as they stand on `today`: of trainees, matching and employers."""

    enrolments: list[Any]
    cohorts: list[Any]
    placements: list[Any]
    follow_ups: list[Any]
    seats: list[Any]
    today: date
    home: tuple[str, ...]


def figures(truth: Truth) -> Figures:
    """By indicator and by scope (`""`, `cohort_id=...`, `field=...`): numerator and denominator as of today."""
    result: Figures = {}
    each_once = [e for e in truth.enrolments if e.duplicate_of is None]
    enrolments = _grouped(each_once, lambda e: {"cohort_id": e.cohort_id, "field": e.field})
    employed = {p.person_id for p in truth.placements if p.state == "started" and p.kind in _FULL_JOB}
    result["talents_trained"] = _each(enrolments, lambda rows: (len({e.human for e in rows if e.stage == "completed"}), None))
    result["participations"] = _each(enrolments, lambda rows: (_count(rows, _TAKES_PART), None))
    result["completion_rate"] = _each(enrolments, lambda rows: (_count(rows, {"completed"}), _count(rows, _TAKES_PART)))
    result["dropout_rate"] = _each(enrolments, lambda rows: (_count(rows, {"dropped"}), _count(rows, _TAKES_PART)))
    result["employment_rate_completers"] = _each(enrolments, lambda rows: _employment(rows, employed))
    placements = _grouped(truth.placements, lambda p: {"cohort_id": p.cohort_id, "field": p.field})
    cohorts = _grouped(truth.cohorts, lambda c: {"cohort_id": c.id, "field": c.field})
    result["competition_ratio"] = _each(cohorts, lambda rows: _competition(rows, truth))
    seats = _grouped(truth.seats, lambda s: {"field": s.field})
    result["seats_posted"] = _each(seats, lambda rows: (len(rows), None))
    result["seats_filled"] = _each(seats, lambda rows: (_seats(rows, {"filled"}), None))
    result["seats_lapsed"] = _each(seats, lambda rows: (_seats(rows, {"lapsed"}), None))
    result["fill_rate"] = _each(seats, lambda rows: (_seats(rows, {"filled"}), _seats(rows, _IS_OVER)))
    on = outcomes.ground(truth.placements, truth.seats, truth.follow_ups, today=truth.today, home=truth.home)
    for formulas, groups in (
        (outcomes.of_enrolments(on), enrolments),
        (outcomes.of_placements(on), placements),
        (outcomes.of_seats(on), seats),
    ):
        result |= {name: _each(groups, formula) for name, formula in formulas.items()}
    return result


def medians(truth: Truth) -> dict[str, int | None]:
    """By indicator, how long it takes by today, in days."""
    on = outcomes.ground(truth.placements, truth.seats, truth.follow_ups, today=truth.today, home=truth.home)
    return outcomes.medians([e for e in truth.enrolments if e.duplicate_of is None], on)


def _competition(rows: list[Any], truth: Truth) -> Figure:
    closed = [row for row in rows if row.applications_close_on < truth.today]
    applied = Counter(e.cohort_id for e in truth.enrolments for row in closed if e.duplicate_of is None and _in_time(e, row))
    applicants = {row.id: applied[row.id] if row.applicants is None else row.applicants for row in closed}
    counted = [row for row in closed if row.applicants is not None or applied[row.id]]
    return sum(applicants[row.id] for row in counted), sum(row.capacity for row in counted)


def _in_time(enrolment: Any, cohort: Any) -> bool:
    return bool(enrolment.cohort_id == cohort.id and enrolment.history[0].effective_on <= cohort.applications_close_on)


def _employment(rows: list[Any], employed: set[Any]) -> Figure:
    completers = [e for e in rows if e.stage == "completed"]
    return sum(e.human in employed for e in completers), len(completers)


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
