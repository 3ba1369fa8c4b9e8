"""What a round says of its outcome: each trainee's place or why there is none, each empty seat's reason, and the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeAlias
from uuid import UUID

from services.matching.domain.market.acceptance import NOBODY
from services.matching.domain.market.columns import FULL
from services.matching.domain.market.rules import RULES, About
from services.matching.domain.numbers import NDArray, np
from services.matching.domain.rounds.settings import Division, RoundSettings
from services.matching.domain.rounds.solving import Outcome

Standings: TypeAlias = "NDArray[np.int64]"
SHOWN: Final = 10
MILLION: Final = FULL * FULL


class Unplaced(StrEnum):
    """Why a trainee got no place."""

    OUTRANKED = "outranked"
    KEPT_OUT = "kept_out"
    NOBODY_MATCHES = "nobody_matches"
    RANKING_EMPTY = "ranking_empty"


class Vacant(StrEnum):
    """Why seats stay empty."""

    NOT_LISTED = "not_listed"
    PREFERRED_OTHERS = "preferred_others"
    HELD_BACK = "held_back"
    CEILING = "ceiling"
    NO_SEAT = "no_seat"


@dataclass(frozen=True, slots=True)
class Assignment:
    """One trainee. `rank` is which wish it was, from 1; `listed` how many there were; `tried` what became of the first ones."""

    person_id: UUID
    enrolment_id: UUID
    university_id: UUID | None
    position_id: UUID | None
    company_id: UUID | None
    rank: int | None
    listed: int
    score: float | None
    position_score: float | None
    group: str
    reason: str | None
    tried: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Vacancy:
    """One position that took part. `listed`: how many trainees had it on their list; `lost` of them preferred what they got."""

    position_id: UUID
    company_id: UUID
    seats: int
    filled: int
    listed: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """An outcome in numbers, for comparing one with another. Rates are of the `trainees` who took part.

    Whom a rule about themselves kept out of every position (hired already, on leave, parked) took no part: `kept_out`.
    """

    trainees: int
    kept_out: int
    placed: int
    seats: int
    unfilled: int
    average_rank: float | None
    first_wishes: int
    field_match: float | None
    total_score: float
    fairness: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def assignments(outcome: Outcome) -> Iterator[Assignment]:
    """One per person, in the order of ids."""
    bounds = outcome.lists.entry_from.tolist()
    first_row = np.zeros(len(outcome.drawn.persons), np.int32)
    first_row[outcome.drawn.person_of[::-1]] = np.arange(len(outcome.drawn.person_of) - 1, -1, -1)
    cutoff = _last_standing(outcome)
    for person in range(len(outcome.held)):
        yield _assignment(outcome, person, row=int(first_row[person]), bounds=bounds[person : person + 2], cutoff=cutoff)


def _assignment(outcome: Outcome, person: int, *, row: int, bounds: list[int], cutoff: Standings) -> Assignment:
    entry = int(outcome.held[person])
    listed = bounds[1] - bounds[0]
    placed = entry != NOBODY
    candidate = outcome.problem.candidates[int(outcome.entries.row[entry]) if placed else row]
    opening = outcome.problem.openings[int(outcome.entries.position[entry])] if placed else None
    generated = outcome.drawn.persons[person] not in outcome.problem.by_trainee
    return Assignment(
        person_id=candidate.person_id,
        enrolment_id=candidate.enrolment_id,
        university_id=candidate.university_id,
        position_id=opening.position_id if opening else None,
        company_id=opening.company_id if opening else None,
        rank=outcome.rank(entry) if placed else None,
        listed=listed,
        score=int(outcome.entries.key[entry] >> 32) / MILLION if placed and generated else None,
        position_score=int(outcome.points[entry]) / MILLION if placed else None,
        group=outcome.settings.groups[int(outcome.seats.group[person])],
        reason=None if placed else _why_not(outcome, person, row, listed),
        tried=[
            _tried(outcome, each, cutoff)
            for each in range(bounds[0], min(bounds[1], bounds[0] + SHOWN))
            if each < entry or not placed
        ],
    )


def _why_not(outcome: Outcome, person: int, row: int, listed: int) -> str:
    if listed:
        return Unplaced.OUTRANKED
    if outcome.drawn.persons[person] in outcome.problem.by_trainee:
        return Unplaced.RANKING_EMPTY
    kept_out = outcome.market.positions and not _may_be_matched(outcome, row)
    return Unplaced.KEPT_OUT if kept_out else Unplaced.NOBODY_MATCHES


def _may_be_matched(outcome: Outcome, row: int) -> bool:
    """Whether no rule about the trainee alone speaks against it."""
    return all(rule.holds(outcome.market, row, 0) for rule in RULES if rule.about is About.TRAINEE)


def _taking_part(outcome: Outcome) -> NDArray[np.bool_]:
    """The persons who could be matched by one of their enrolments. Who has anything on their list could be."""
    part: NDArray[np.bool_] = np.diff(outcome.lists.entry_from) > 0
    for row in np.flatnonzero(~part[outcome.drawn.person_of]).tolist():
        if _may_be_matched(outcome, row):
            part[outcome.drawn.person_of[row]] = True
    return part


def _tried(outcome: Outcome, entry: int, cutoff: Standings) -> dict[str, Any]:
    """A wish that did not come true. Its seats went to better ones, or were kept for a group that this trainee is not of."""
    position = int(outcome.entries.position[entry])
    better = int(outcome.lists.standing[entry]) > int(cutoff[position])
    return {
        "position_id": str(outcome.problem.openings[position].position_id),
        "rank": outcome.rank(entry),
        "seats": int(outcome.market.column("p_free")[position]),
        "why": "ranked_higher" if better else "kept_for_others",
    }


def _last_standing(outcome: Outcome) -> Standings:
    """Per position how high the last of those stands who got a seat."""
    cutoff = np.full(outcome.market.positions, -1, np.int64)
    held = outcome.held[outcome.held != NOBODY]
    np.maximum.at(cutoff, outcome.entries.position[held], outcome.lists.standing[held])
    return cutoff


def vacancies(outcome: Outcome) -> Iterator[Vacancy]:
    """One per position with free seats, in the order of ids."""
    held = outcome.held[outcome.held != NOBODY]
    filled = np.bincount(outcome.entries.position[held], minlength=outcome.market.positions)
    listed = np.diff(outcome.lists.position_from)
    waiting = _left_over(outcome)
    for place, opening in enumerate(outcome.problem.openings):
        if opening.free_seats > 0:
            yield Vacancy(
                position_id=opening.position_id,
                company_id=opening.company_id,
                seats=opening.free_seats,
                filled=int(filled[place]),
                listed=int(listed[place]),
                reason=_why_empty(
                    outcome, place, taken=int(filled[place]), listed=int(listed[place]), waiting=bool(waiting[place])
                ),
            )


def _why_empty(outcome: Outcome, place: int, *, taken: int, listed: int, waiting: bool) -> str | None:
    if taken >= outcome.market.column("p_free")[place]:
        return None
    if listed == 0:
        return Vacant.NOT_LISTED
    if waiting:
        return Vacant.CEILING if outcome.settings.reverts else Vacant.HELD_BACK
    return Vacant.PREFERRED_OTHERS


def _left_over(outcome: Outcome) -> NDArray[np.bool_]:
    """The positions that somebody wanted more than what they got."""
    mine = outcome.held[outcome.entries.person]
    wanted = (mine == NOBODY) | (np.arange(len(outcome.entries.person)) < mine)
    waiting = np.zeros(outcome.market.positions, dtype=bool)
    waiting[outcome.entries.position[wanted]] = True
    return waiting


def figures(outcome: Outcome) -> Figures:
    """The outcome in numbers."""
    held = outcome.held[outcome.held != NOBODY]
    part = _taking_part(outcome)
    ranks = held - outcome.lists.entry_from[outcome.lists.entry_trainee[held]] + 1
    seats = int(outcome.market.column("p_free").sum())
    rows, positions = outcome.entries.row[held], outcome.entries.position[held]
    same = outcome.market.column("t_field")[rows] == outcome.market.column("p_field")[positions]
    return Figures(
        trainees=int(part.sum()),
        kept_out=int((~part).sum()),
        placed=len(held),
        seats=seats,
        unfilled=seats - len(held),
        average_rank=round(float(ranks.mean()), 3) if len(held) else None,
        first_wishes=int((ranks == 1).sum()),
        field_match=round(float(same.mean()), 4) if len(held) else None,
        total_score=round(float(outcome.points[held].sum()) / MILLION, 3),
        fairness={division.value: _by_group(outcome, division, part) for division in Division},
    )


def _by_group(outcome: Outcome, division: Division, part: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """How many of each group took part and were placed."""
    settings = RoundSettings(seed=0, division=division)
    values: dict[str, list[int]] = {}
    placed = set(np.flatnonzero(outcome.held != NOBODY).tolist())
    seen: set[int] = set()
    for row, person in enumerate(outcome.drawn.person_of.tolist()):
        if part[person] and person not in seen:
            seen.add(person)
            counted = values.setdefault(settings.value(outcome.problem.candidates[row]), [0, 0])
            counted[0] += 1
            counted[1] += person in placed
    return [
        {"group": value, "trainees": count, "placed": got, "rate": round(got / count, 4)}
        for value, (count, got) in sorted(values.items())
    ]
