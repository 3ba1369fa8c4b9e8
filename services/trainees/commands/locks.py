"""Who waits for whom: the cohort before its enrolments, the enrolments in the order of their ids."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.trainees.tables import Cohort, Enrolment
from shared.db import WriteSession
from shared.errors import N_, NotFound


def locked_cohort(session: WriteSession, cohort_id: UUID) -> Cohort:
    """The cohort, to this transaction alone as far as its places go. Its id stays free for those who only refer to it."""
    statement = select(Cohort).where(col(Cohort.id) == cohort_id).with_for_update(key_share=True)
    cohort = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if cohort is None:
        raise NotFound(N_("cohort"))
    return cohort


def cohort_of(session: WriteSession, enrolment_id: UUID, *, lock: bool) -> Cohort:
    """The cohort of an enrolment; with `lock` like `locked_cohort`. Raises NotFound."""
    statement = select(Cohort).join(Enrolment, col(Enrolment.cohort_id) == Cohort.id).where(col(Enrolment.id) == enrolment_id)
    if lock:
        statement = statement.with_for_update(of=Cohort, key_share=True).execution_options(populate_existing=True)
    cohort = session.scalars(statement).one_or_none()
    if cohort is None:
        raise NotFound(N_("enrolment"))
    return cohort


def locked(session: WriteSession, enrolment_id: UUID) -> Enrolment:
    """The enrolment, which is there, locked."""
    statement = select(Enrolment).where(col(Enrolment.id) == enrolment_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def locked_of_cohort(session: WriteSession, cohort_id: UUID, ids: Sequence[UUID] | None = None) -> list[Enrolment]:
    """The cohort's enrolments, or those of `ids` among them, locked in one statement."""
    statement = select(Enrolment).where(col(Enrolment.cohort_id) == cohort_id).order_by(col(Enrolment.id))
    if ids is not None:
        statement = statement.where(col(Enrolment.id).in_(ids))
    return list(session.scalars(statement.with_for_update().execution_options(populate_existing=True)))
