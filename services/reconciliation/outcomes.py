"""What became of people, counted by hand: windows, retention, places, durations, conversions. Plain loops, on purpose."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

Figure = tuple[int, int | None]
_FULL_JOB: Final = {"permanent", "fixed_term"}
_LEFT: Final = {"completed", "dropped", "employed_early"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What all of it is counted from, as of `today`. `worked` are the placements that ever began, by person."""

    today: date
    home: tuple[str, ...]
    worked: Mapping[UUID, list[Any]]
    follow_ups: Mapping[tuple[UUID, int], Any]
    conversions: Mapping[UUID, date]
    was_new: frozenset[UUID]
    ever_filled: frozenset[UUID]


def ground(placements: list[Any], seats: list[Any], follow_ups: list[Any], *, today: date, home: tuple[str, ...]) -> Ground:
    worked: dict[UUID, list[Any]] = defaultdict(list)
    for placement in placements:
        if placement.started_on is not None and placement.started_on <= today:
            worked[placement.person_id].append(placement)
    began = [placement for rows in worked.values() for placement in rows]
    return Ground(
        today=today,
        home=home,
        worked=worked,
        follow_ups={(row.placement_id, row.months): row for row in follow_ups},
        conversions={placement.converted_from: placement.started_on for placement in began if placement.converted_from},
        was_new=frozenset(seat.id for seat in seats if seat.origin == "new"),
        ever_filled=frozenset(p.seat_id for p in placements if p.seat_id and any(step.what == "started" for step in p.steps)),
    )


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _quarter(day: date, number: int) -> date:
    return months_later(date(day.year, day.month - (day.month - 1) % 3, 1), 3 * number)


def _of_quarter(number: int) -> Callable[[date], tuple[date, date]]:
    return lambda day: (_quarter(day, number), _quarter(day, number + 1) - timedelta(days=1))


def _of_months(number: int) -> Callable[[date], tuple[date, date]]:
    return lambda day: (day, months_later(day, number))


def _half_a_year(day: date) -> tuple[date, date]:
    return day, day + timedelta(days=180)


def _survey(day: date) -> tuple[date, date]:
    december = date((day.year if day.month >= 3 else day.year - 1) + 1, 12, 31)
    return december, december


def _is_job(placement: Any) -> bool:
    return placement.kind in _FULL_JOB


def _in_field(placement: Any) -> bool:
    return _is_job(placement) and placement.field == placement.field_of_training


_WINDOWS: Final[Mapping[str, tuple[bool, Callable[[date], tuple[date, date]], Callable[[Any], bool]]]] = {
    "employment_rate_3m": (False, _of_months(3), _is_job),
    "employment_rate_6m": (False, _of_months(6), _is_job),
    "employment_rate_enrolled": (True, _half_a_year, _is_job),
    "employment_rate_q2": (True, _of_quarter(2), _is_job),
    "employment_rate_q4": (True, _of_quarter(4), _is_job),
    "employment_rate_kedi": (False, _survey, _is_job),
    "employment_rate_cirr": (True, _half_a_year, _in_field),
    "career_outcomes_rate": (False, _of_months(6), _is_job),
}
Formula = Callable[[list[Any]], Figure]


def of_enrolments(on: Ground) -> dict[str, Formula]:
    """By indicator, the formula over enrolments."""
    formulas: dict[str, Formula] = {name: _window(on, name) for name in _WINDOWS}
    formulas["knowledge_rate"] = lambda rows: _knowledge(rows, on)
    formulas["time_to_placement"] = lambda rows: _placed(rows, on)
    return formulas


def of_placements(on: Ground) -> dict[str, Formula]:
    """By indicator, the formula over placements."""
    formulas: dict[str, Formula] = {f"retention_{months}m": _retention(on, months) for months in (3, 6, 12)}
    formulas["local_settlement_rate"] = lambda rows: _employed(rows, lambda p: p.workplace_region.startswith(on.home))
    formulas["in_field_rate"] = lambda rows: _employed(rows, _in_field)
    formulas["internship_conversion_rate"] = lambda rows: _conversions(rows, on)
    formulas["jobs_created"] = lambda rows: (len({_job(p) for p in rows if _creates(p, on)}), None)
    return formulas


def of_seats(on: Ground) -> dict[str, Formula]:
    """By indicator, the formula over seats."""
    return {"time_to_fill": lambda rows: _filled(rows, on)}


def _day(enrolment: Any) -> date:
    day: date = enrolment.history[-1].effective_on
    return day


def _works(placement: Any, first: date, last: date) -> bool:
    ended = placement.ended_on
    return placement.started_on <= last and (ended is None or ended > max(first, placement.started_on))


def _window(on: Ground, name: str) -> Formula:
    everybody, window, counts = _WINDOWS[name]
    stages = _LEFT if everybody else {"completed"}
    internships = of_known = name == "career_outcomes_rate"

    def formula(rows: list[Any]) -> Figure:
        numerator = denominator = 0
        for row in rows:
            if row.stage not in stages:
                continue
            first, last = window(_day(row))
            if last > on.today:
                continue
            jobs = [p for p in on.worked.get(row.human, ()) if _is_job(p) or (internships and p.started_on >= first)]
            good = any((counts(p) or not _is_job(p)) and _works(p, first, last) for p in jobs)
            numerator += good
            denominator += good or bool(jobs) or not of_known
        return numerator, denominator

    return formula


def _knowledge(rows: list[Any], on: Ground) -> Figure:
    due = {row.human for row in rows if row.stage == "completed"}
    return sum(any(_is_job(p) for p in on.worked.get(person, ())) for person in due), len(due)


def _placed(rows: list[Any], on: Ground) -> Figure:
    done = [row for row in rows if row.stage == "completed"]
    later = date.max
    return sum(any(_is_job(p) and _works(p, _day(row), later) for p in on.worked.get(row.human, ())) for row in done), len(done)


def _retention(on: Ground, months: int) -> Formula:
    def formula(rows: list[Any]) -> Figure:
        numerator = denominator = 0
        for row in rows:
            if row.started_on is None or not _is_job(row) or row.ended_on == row.started_on:
                continue
            day = months_later(row.started_on, months)
            if day > on.today:
                continue
            said = on.follow_ups.get((row.placement_id, months))
            lasted = row.ended_on is None or row.ended_on > day
            if said is not None and said.answer is not None and day <= said.answered_for <= on.today:
                lasted = said.answer == "still_there"
            numerator, denominator = numerator + lasted, denominator + 1
        return numerator, denominator

    return formula


def _employed(rows: list[Any], counts: Callable[[Any], bool]) -> Figure:
    employed = [p for p in rows if p.state == "started" and _is_job(p)]
    return len({p.person_id for p in employed if counts(p)}), len({p.person_id for p in employed})


def _conversions(rows: list[Any], on: Ground) -> Figure:
    ended = [p for p in rows if p.kind == "internship" and p.state == "ended"]
    return sum(p.placement_id in on.conversions for p in ended), len(ended)


def _creates(placement: Any, on: Ground) -> bool:
    confirmed = placement.state == "started" and (placement.evidence_grade or 1) >= 2
    grown = placement.origin == "conversion" and placement.converted_from_seat_id in on.was_new
    return confirmed and (placement.origin == "new" or grown)


def _job(placement: Any) -> Any:
    return placement.converted_from_seat_id or placement.seat_id


def _filled(rows: list[Any], on: Ground) -> Figure:
    filled = sum(row.id in on.ever_filled for row in rows)
    return filled, filled + sum(row.id not in on.ever_filled and row.state in {"open", "reserved"} for row in rows)


def medians(enrolments: list[Any], on: Ground) -> dict[str, int | None]:
    """After how many days half of the completions were employed, as of today; None while it is not half of them."""
    done = [row for row in enrolments if row.stage == "completed"]
    ended: list[int] = []
    waiting: list[int] = []
    for row in done:
        since = _day(row)
        begun = [p.started_on for p in on.worked.get(row.human, ()) if _is_job(p) and _works(p, since, date.max)]
        if begun:
            ended.append((max(since, min(begun)) - since).days)
        else:
            waiting.append((on.today - since).days)
    return {"time_to_placement": _median(sorted(ended), waiting)}


def _median(ended: list[int], waiting: list[int]) -> int | None:
    """The first day by which, of those still waited for, half had ended: the product of the shares left over each day."""
    left, at = 1.0, 0
    while at < len(ended):
        day = ended[at]
        here = ended.count(day)
        at_risk = len(ended) - at + sum(wait >= day for wait in waiting)
        left *= 1 - here / at_risk
        if left <= 0.5 + 1e-12:
            return day
        at += here
    return None
