"""Employment of the persons we know, as placements tell of it."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.trainees.commands.enrolments import move_enrolment
from services.trainees.domain.stages import PARTICIPATING, Stage
from services.trainees.tables import Employment, Enrolment, Person
from shared.auth.actor import Actor
from shared.db import WriteSession
from shared.errors import N_, NotFound

PERMANENT: Final = "permanent"
_BY: Final = Actor.system("trainees")


def start_employment(
    session: WriteSession,
    placement_id: UUID,
    *,
    person_id: UUID,
    company_id: UUID,
    kind: str,
    started_on: date,
    reported_on: date | None,
) -> None:
    """Keep that a person works since `started_on`. A permanent job takes a participant out of every training, early.

    Who is on leave stays on leave, and who completed has completed. Raises NotFound for a person that we do not know.
    """
    if session.get(Person, person_id) is None:
        raise NotFound(N_("person"))
    session.merge(
        Employment(placement_id=placement_id, person_id=person_id, company_id=company_id, kind=kind, started_on=started_on)
    )
    if kind == PERMANENT:
        _leave_early(session, person_id, on=started_on, reported_on=reported_on)


def _leave_early(session: WriteSession, person_id: UUID, *, on: date, reported_on: date | None) -> None:
    participating = select(Enrolment).where(col(Enrolment.person_id) == person_id, col(Enrolment.stage).in_(PARTICIPATING))
    locked = participating.order_by(col(Enrolment.id)).with_for_update().execution_options(populate_existing=True)
    for enrolment in session.scalars(locked).all():
        # A job that began before the stage did ends the stage on its first day: history is not rewritten.
        day = max(on, enrolment.stage_since)
        move_enrolment(session, enrolment.id, to=Stage.EMPLOYED_EARLY, by=_BY, effective_on=day, reported_on=reported_on)


def end_employment(session: WriteSession, placement_id: UUID, *, ended_on: date) -> None:
    """Keep that an employment ended. Raises NotFound for one that we never heard of."""
    employment = session.get(Employment, placement_id)
    if employment is None:
        raise NotFound(N_("employment"))
    employment.ended_on = ended_on
