"""Candidates, one row per enrolment, as a statement that the list pages through."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, func, select
from sqlmodel import col

from services.matching.domain.candidates import Stage
from services.matching.queries.visibility import visible_candidates
from services.matching.tables import Candidate, Cohort
from shared.auth.actor import Actor

CANDIDATE_KEY: Final = (col(Candidate.enrolment_id),)
available_from: Final[SQLColumnExpression[Any]] = func.coalesce(col(Candidate.available_from), col(Cohort.ends_on))
"""The completion's day, or the day on which the cohort is to end. NULL when neither is known."""


_COLUMNS: Final[Sequence[Any]] = (
    col(Candidate.enrolment_id),
    col(Candidate.person_id),
    col(Candidate.cohort_id),
    col(Candidate.program_id),
    col(Candidate.university_id),
    col(Candidate.field),
    col(Candidate.stage),
    available_from.label("available_from"),
)


@dataclass(frozen=True, slots=True)
class CandidateFilter:
    """What a list of candidates is narrowed to; None takes all."""

    field: str | None = None
    stage: Stage | None = None
    person_id: UUID | None = None
    cohort_id: UUID | None = None
    university_id: UUID | None = None


def candidates(wanted: CandidateFilter, *, by: Actor) -> Select[Any]:
    """The candidates that `by` may see, with the names of CandidatePublic."""
    statement = (
        select(*_COLUMNS)
        .join_from(Candidate, Cohort, col(Cohort.cohort_id) == col(Candidate.cohort_id), isouter=True)
        .where(visible_candidates(by))
    )
    for column, value in _conditions(wanted):
        if value is not None:
            statement = statement.where(column == value)
    return statement


def _conditions(wanted: CandidateFilter) -> list[tuple[SQLColumnExpression[Any], Any]]:
    return [
        (col(Candidate.field), wanted.field),
        (col(Candidate.stage), wanted.stage),
        (col(Candidate.person_id), wanted.person_id),
        (col(Candidate.cohort_id), wanted.cohort_id),
        (col(Candidate.university_id), wanted.university_id),
    ]
