"""The places of a cohort: how many are held, how many applied and were selected."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
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
    competition_ratio: Decimal


def held_places(session: ReadSession, cohort_id: UUID) -> int:
    """How many of a cohort's places somebody holds."""
    of_cohort = col(Enrolment.cohort_id) == cohort_id
    statement = select(func.count()).select_from(Enrolment).where(of_cohort, col(Enrolment.stage).in_(HOLD_A_PLACE))
    return session.scalars(statement).one()


def admission(session: ReadSession, cohort: Cohort) -> Admission:
    """A cohort's admission figures."""
    of_cohort = col(Enrolment.cohort_id) == cohort.id
    steps = select(func.count(func.distinct(StageStep.enrolment_id))).join(
        Enrolment, col(Enrolment.id) == col(StageStep.enrolment_id)
    )
    selected = session.scalars(steps.where(of_cohort, col(StageStep.stage) == Stage.SELECTED)).one()
    applied = session.scalars(select(func.count()).select_from(Enrolment).where(of_cohort)).one()
    applicants = applied if cohort.applicants is None else cohort.applicants
    return Admission(
        cohort_id=cohort.id,
        capacity=cohort.capacity,
        applicants=applicants,
        selected=selected,
        held=held_places(session, cohort.id),
        competition_ratio=competition_ratio(applicants=applicants, capacity=cohort.capacity),
    )
