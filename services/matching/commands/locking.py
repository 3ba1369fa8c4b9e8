"""Placements, locked for a change: a person's all together and in one order, so that two changes cannot pass each other."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.matching.queries.placements import A_PLACEMENT
from services.matching.queries.visibility import visible_placements
from services.matching.tables import Placement
from shared.auth.actor import Actor
from shared.db import WriteSession
from shared.errors import NotFound


def locked_placement(session: WriteSession, placement_id: UUID, *, by: Actor) -> tuple[Placement, list[Placement]]:
    """A placement that `by` may see, and the person's others. Raises NotFound."""
    person = select(col(Placement.person_id)).where(col(Placement.id) == placement_id, visible_placements(by))
    return _locked(session, placement_id, session.scalar(person))


def locked_for_system(session: WriteSession, placement_id: UUID) -> Placement:
    """A placement, whosever it is. Raises NotFound."""
    person = select(col(Placement.person_id)).where(col(Placement.id) == placement_id)
    return _locked(session, placement_id, session.scalar(person))[0]


def _locked(session: WriteSession, placement_id: UUID, person_id: UUID | None) -> tuple[Placement, list[Placement]]:
    if person_id is None:
        raise NotFound(A_PLACEMENT)
    statement = select(Placement).where(col(Placement.person_id) == person_id).order_by(col(Placement.id)).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True)).all()
    others = [placement for placement in found if placement.id != placement_id]
    return next(placement for placement in found if placement.id == placement_id), others
