"""Employment of the persons we know, as placements tell of it."""

from datetime import date
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlmodel import col

from services.trainees.commands.corrections import correct_enrolment
from services.trainees.commands.enrolments import move_enrolment
from services.trainees.domain.stages import PARTICIPATING, Stage
from services.trainees.queries.identity import ids_of_human
from services.trainees.tables import Employment, Enrolment, Person, StageStep
from shared.auth.actor import Actor
from shared.db import WriteSession
from shared.errors import N_, Conflict, NotFound

log = structlog.get_logger()
PERMANENT: Final = "permanent"
REVERSED: Final = "hire_reversed"
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
    of_human = col(Enrolment.person_id).in_(ids_of_human(person_id))
    participating = select(Enrolment).where(of_human, col(Enrolment.stage).in_(PARTICIPATING))
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


def reopen_employment(session: WriteSession, placement_id: UUID) -> None:
    """Keep that an employment runs on after all. Raises NotFound for one that we never heard of."""
    employment = session.get(Employment, placement_id)
    if employment is None:
        raise NotFound(N_("employment"))
    employment.ended_on = None


def correct_employment(session: WriteSession, placement_id: UUID, *, started_on: date, ended_on: date | None) -> None:
    """Keep the days that hold from now on. Raises NotFound for an employment that we never heard of."""
    employment = session.get(Employment, placement_id)
    if employment is None:
        raise NotFound(N_("employment"))
    employment.started_on, employment.ended_on = started_on, ended_on


def reverse_employment(session: WriteSession, placement_id: UUID, *, on: date) -> None:
    """Forget an employment that never was, and take back the early exits that only it was the ground of.

    Where an exit cannot be taken back by now, because the place is taken or the person was admitted again, it stands for a
    person to decide. Repeating it changes nothing.
    """
    employment = session.get(Employment, placement_id)
    if employment is None:
        return
    person_id, permanent = employment.person_id, employment.kind == PERMANENT
    session.delete(employment)
    session.flush()
    if permanent and not _works_permanently(session, person_id):
        for enrolment_id, version in _exits_of_ours(session, person_id):
            _take_back(session, enrolment_id, version, on=on)


def _works_permanently(session: WriteSession, person_id: UUID) -> bool:
    others = select(col(Employment.placement_id)).where(col(Employment.person_id) == person_id, col(Employment.kind) == PERMANENT)
    return session.execute(others).first() is not None


def _exits_of_ours(session: WriteSession, person_id: UUID) -> list[tuple[UUID, int]]:
    """The person's enrolments that an employment ended early, with the version of that step, in the order of ids."""
    steps = (
        select(col(StageStep.enrolment_id), func.max(col(StageStep.version)).label("version"))
        .join(Enrolment, col(Enrolment.id) == col(StageStep.enrolment_id))
        .where(
            col(Enrolment.person_id) == person_id,
            col(Enrolment.stage) == Stage.EMPLOYED_EARLY,
            col(StageStep.stage) == Stage.EMPLOYED_EARLY,
            col(StageStep.actor) == _BY.subject,
        )
        .group_by(col(StageStep.enrolment_id))
    )
    return [(row.enrolment_id, row.version) for row in session.execute(steps.order_by(col(StageStep.enrolment_id)))]


def _take_back(session: WriteSession, enrolment_id: UUID, version: int, *, on: date) -> None:
    try:
        with session.begin_nested():
            correct_enrolment(session, enrolment_id, version=version, by=_BY, voids=True, effective_on=on, reason=REVERSED)
    except Conflict as refused:
        log.warning("early_exit_stands", enrolment_id=str(enrolment_id), reason=refused.code)
