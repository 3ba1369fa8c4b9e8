"""The places of a cohort: how many are held, how many applied and were selected."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.trainees.domain.registry import competition_ratio
from services.trainees.domain.stages import HOLD_A_PLACE, Stage
from services.trainees.tables import Cohort, Enrolment, StageStep
from shared.db import ReadSession


@dataclass(frozen=True, slots=True)
class Admission:
    """The admission figures of a cohort. `applicants` is the published figure where there is one, else those we hold.

    `selected` were ever selected, `held` of the places are held now.
    """

    cohort_id: UUID
    capacity: int
    applicants: int
    selected: int
    held: int
    waiting: int
    competition_ratio: Decimal


def held_places(session: ReadSession, cohort_id: UUID) -> int:
    """How many of a cohort's places somebody holds."""
    of_cohort = col(Enrolment.cohort_id) == cohort_id
    held = (of_cohort, col(Enrolment.stage).in_(HOLD_A_PLACE), col(Enrolment.duplicate_of).is_(None))
    return session.scalars(select(func.count()).select_from(Enrolment).where(*held)).one()


def waiting(cohort_id: UUID) -> Select[Any]:
    """Who waits for a place of the cohort: those who began first first, of one day those who applied first."""
    in_line = (col(Enrolment.cohort_id) == cohort_id, col(Enrolment.stage) == Stage.WAITLISTED)
    order = (col(Enrolment.stage_since), col(Enrolment.created_at), col(Enrolment.id))
    return select(Enrolment).where(*in_line, col(Enrolment.duplicate_of).is_(None)).order_by(*order)


def in_force() -> ColumnElement[bool]:
    """Of steps: neither corrected by a later one nor one that only takes another back."""
    later = aliased(StageStep)
    corrected = exists().where(later.enrolment_id == StageStep.enrolment_id, later.corrects == StageStep.version)  # type: ignore[arg-type]
    return and_(~corrected, ~col(StageStep.voids))


def admission(session: ReadSession, cohort: Cohort) -> Admission:
    """A cohort's admission figures."""
    of_cohort = and_(col(Enrolment.cohort_id) == cohort.id, col(Enrolment.duplicate_of).is_(None))
    steps = select(func.count(func.distinct(StageStep.enrolment_id))).join(
        Enrolment, col(Enrolment.id) == col(StageStep.enrolment_id)
    )
    selected = session.scalars(steps.where(of_cohort, col(StageStep.stage) == Stage.SELECTED, in_force())).one()
    applied = session.scalars(select(func.count()).select_from(Enrolment).where(of_cohort)).one()
    applicants = applied if cohort.applicants is None else cohort.applicants
    return Admission(
        cohort_id=cohort.id,
        capacity=cohort.capacity,
        applicants=applicants,
        selected=selected,
        held=held_places(session, cohort.id),
        waiting=session.scalars(select(func.count()).select_from(waiting(cohort.id).order_by(None).subquery())).one(),
        competition_ratio=competition_ratio(applicants=applicants, capacity=cohort.capacity),
    )
