"""The waiting list: whoever has waited longest moves up when a place frees."""

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from services.trainees.commands.steps import Step, take
from services.trainees.domain.stages import Stage
from services.trainees.queries.eligibility import refused_by_rules
from services.trainees.queries.places import held_places, waiting
from services.trainees.tables import Cohort, Enrolment
from shared.auth.actor import Actor
from shared.db import WriteSession

PLACE_FREED: Final = "place_freed"
_BY: Final = Actor.system("trainees")


def move_up(session: WriteSession, cohort: Cohort, *, places: int, on: date) -> list[Enrolment]:
    """Select as many as places have freed, those who wait longest first, as of `on` or the later day they began to wait.

    The caller holds the cohort's lock and has stored what freed the places.
    """
    if places <= 0:
        return []
    session.flush()
    free = min(places, cohort.capacity - held_places(session, cohort.id))
    if free <= 0:
        return []
    line = waiting(cohort.id).where(col(Enrolment.id).not_in(refused_by_rules())).limit(free)
    ids = [row.id for row in session.scalars(line)]
    statement = select(Enrolment).where(col(Enrolment.id).in_(ids)).order_by(col(Enrolment.id)).with_for_update()
    found = {each.id: each for each in session.scalars(statement.execution_options(populate_existing=True))}
    moved = [found[id_] for id_ in ids if found[id_].stage is Stage.WAITLISTED]
    for enrolment in moved:
        take(session, enrolment, Step(max(on, enrolment.stage_since), reason=PLACE_FREED), to=Stage.SELECTED, by=_BY)
    return moved
