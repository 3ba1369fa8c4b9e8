"""Rounds and what came out, to those who may see it: the program everything, organisations what is published and theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlmodel import col

from services.matching.domain.market.weights import View
from services.matching.domain.openings import OpeningState
from services.matching.domain.recommendations.ranking import Ranking, rank
from services.matching.domain.rounds.life_cycle import SHOWN_TO_ALL, WITH_RESULT, NoResult, RoundState
from services.matching.domain.rounds.problem import Problem
from services.matching.domain.rounds.settings import RoundSettings
from services.matching.domain.rounds.snapshot import unpacked
from services.matching.queries.sides import candidate_sides, met_before, opening_side, openings
from services.matching.queries.visibility import companies_of, universities_of
from services.matching.tables import Job, Opening, Round, RoundAssignment, RoundRanking, RoundRun, RoundSnapshot, RoundVacancy
from shared.auth.actor import Actor, Role
from shared.db import ReadSession
from shared.errors import N_, NotFound

A_ROUND: Final = N_("round")
A_TRAINEE: Final = N_("trainee of this round")
A_POSITION: Final = N_("position of this round")
A_JOB: Final = N_("job of this round")
ROUND_KEY: Final = (col(Round.id),)
ASSIGNMENT_KEY: Final = (col(RoundAssignment.person_id),)
VACANCY_KEY: Final = (col(RoundVacancy.position_id),)
SEE_ALL: Final = (Role.PROGRAM_MANAGER, Role.ADMIN, Role.EXECUTIVE, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class RoundWhole:
    """A round and how far its run is."""

    row: Round
    progress: int
    failure: str | None

    @property
    def version(self) -> int:
        return self.row.version


def rounds(*, by: Actor, state: RoundState | None = None, parent_id: UUID | None = None) -> Select[Any]:
    """The rounds that `by` may see."""
    statement = select(Round).where(_visible(by))
    if state is not None:
        statement = statement.where(col(Round.state) == state)
    return statement if parent_id is None else statement.where(col(Round.parent_id) == parent_id)


def round_whole(session: ReadSession, round_id: UUID, *, by: Actor) -> RoundWhole:
    """One round. Raises NotFound."""
    found = session.scalars(rounds(by=by).where(col(Round.id) == round_id)).one_or_none()
    if found is None:
        raise NotFound(A_ROUND)
    run = session.get(RoundRun, round_id)
    progress = 100 if found.state in WITH_RESULT and found.figures else (run.progress if run else 0)
    return RoundWhole(found, progress, run.failure if run else None)


def with_result(session: ReadSession, round_id: UUID, *, by: Actor) -> Round:
    """A round that was run. Raises NotFound, NoResult."""
    row = round_whole(session, round_id, by=by).row
    if row.figures is None:
        raise NoResult
    return row


def assignments(round_id: UUID, *, by: Actor, placed: bool | None = None, position_id: UUID | None = None) -> Select[Any]:
    """What came out for the trainees that `by` may know of."""
    statement = select(RoundAssignment).where(col(RoundAssignment.round_id) == round_id, _own_assignments(by))
    if placed is not None:
        has_place = col(RoundAssignment.position_id).is_not(None)
        statement = statement.where(has_place if placed else ~has_place)
    return statement if position_id is None else statement.where(col(RoundAssignment.position_id) == position_id)


def vacancies(round_id: UUID, *, by: Actor, empty: bool | None = None) -> Select[Any]:
    """What came out for the positions that `by` may know of."""
    statement = select(RoundVacancy).where(col(RoundVacancy.round_id) == round_id, _own_vacancies(by))
    return (
        statement
        if empty is None
        else statement.where(col(RoundVacancy.reason).is_not(None) if empty else col(RoundVacancy.reason).is_(None))
    )


def assignment(session: ReadSession, round_id: UUID, person_id: UUID, *, by: Actor) -> RoundAssignment:
    found: RoundAssignment | None = session.scalars(
        assignments(round_id, by=by).where(col(RoundAssignment.person_id) == person_id)
    ).one_or_none()
    if found is None:
        raise NotFound(A_TRAINEE)
    return found


def vacancy(session: ReadSession, round_id: UUID, position_id: UUID, *, by: Actor) -> RoundVacancy:
    found: RoundVacancy | None = session.scalars(
        vacancies(round_id, by=by).where(col(RoundVacancy.position_id) == position_id)
    ).one_or_none()
    if found is None:
        raise NotFound(A_POSITION)
    return found


def round_job(session: ReadSession, round_id: UUID, job_id: UUID, *, by: Actor) -> Job:
    """A piece of work on a round. Raises NotFound."""
    round_whole(session, round_id, by=by)
    found = session.get(Job, job_id)
    if found is None or found.round_id != round_id:
        raise NotFound(A_JOB)
    return found


def frozen_problem(session: ReadSession, round_id: UUID) -> Problem:
    """The input that a round froze. Raises NoResult where there is none."""
    snapshot = session.get(RoundSnapshot, round_id)
    if snapshot is None:
        raise NoResult
    return unpacked(snapshot.content)


def why_nobody(session: ReadSession, row: Round, *, person_id: UUID | None = None, position_id: UUID | None = None) -> Ranking:
    """Which rules kept a trainee from every position, or everybody from a position, on the frozen input."""
    problem = frozen_problem(session, row.id)
    weights = RoundSettings.from_json(row.settings).weights
    if person_id is not None:
        mine = [each for each in problem.candidates if each.person_id == person_id]
        met = [pair for pair in problem.met if pair[0] == person_id]
        return rank(mine, problem.openings, on=problem.on, view=View.TRAINEE, limit=0, met=met, weights=weights)
    one = [each for each in problem.openings if each.position_id == position_id]
    met = [pair for pair in problem.met if pair[1] == position_id]
    return rank(problem.candidates, one, on=problem.on, view=View.POSITION, limit=0, met=met, weights=weights)


def problem_now(session: ReadSession, row: Round, *, on: date) -> Problem:
    """Both sides as they stand, without those who refused to be matched by a machine; of a later round what the first left."""
    left = _left_by(session, row.parent_id)
    rankings = session.scalars(select(RoundRanking).where(col(RoundRanking.round_id) == row.id)).all()
    candidates = [each for each in candidate_sides(session, on=on) if not each.refuses]
    found = session.execute(openings().where(col(Opening.state) != OpeningState.CLOSED))
    positions = [opening_side(each) for each in found]
    if left is not None:
        persons, seats = left
        candidates = [each for each in candidates if each.person_id in persons]
        # A proposal holds no seat yet: what the first round gave away is gone all the same.
        left_seats = ((each, min(each.free_seats, seats.get(each.position_id, 0))) for each in positions)
        positions = [replace(each, free_seats=count) for each, count in left_seats if count > 0]
    return Problem(
        on=on,
        candidates=candidates,
        openings=positions,
        met=met_before(session),
        by_trainee=_rankings(rankings, "trainee"),
        by_position=_rankings(rankings, "position"),
    )


def _rankings(rows: Sequence[RoundRanking], side: str) -> Mapping[UUID, tuple[UUID, ...]]:
    return {row.owner_id: tuple(map(UUID, row.ranked)) for row in rows if row.side == side}


def _left_by(session: ReadSession, parent_id: UUID | None) -> tuple[frozenset[UUID], Mapping[UUID, int]] | None:
    if parent_id is None:
        return None
    unplaced = select(col(RoundAssignment.person_id)).where(
        col(RoundAssignment.round_id) == parent_id, col(RoundAssignment.position_id).is_(None)
    )
    empty = select(col(RoundVacancy.position_id), col(RoundVacancy.seats) - col(RoundVacancy.filled)).where(
        col(RoundVacancy.round_id) == parent_id
    )
    return frozenset(session.scalars(unplaced)), {row[0]: row[1] for row in session.execute(empty)}


def _visible(by: Actor) -> ColumnElement[bool]:
    if by.has(*SEE_ALL):
        return true()
    mine = exists().where(col(RoundAssignment.round_id) == col(Round.id), _own_assignments(by))
    posted = exists().where(col(RoundVacancy.round_id) == col(Round.id), _own_vacancies(by))
    draft = col(Round.state) == RoundState.DRAFT
    return or_(draft, and_(col(Round.state).in_(SHOWN_TO_ALL), or_(mine, posted)))


def _own_assignments(by: Actor) -> ColumnElement[bool]:
    if by.has(*SEE_ALL):
        return true()
    own: list[ColumnElement[bool]] = [false()]
    if by.has(Role.UNIVERSITY):
        own.append(col(RoundAssignment.university_id).in_(universities_of(by)))
    if by.has(Role.EMPLOYER):
        own.append(col(RoundAssignment.company_id).in_(companies_of(by)))
    return or_(*own)


def _own_vacancies(by: Actor) -> ColumnElement[bool]:
    if by.has(*SEE_ALL):
        return true()
    return col(RoundVacancy.company_id).in_(companies_of(by)) if by.has(Role.EMPLOYER) else false()
