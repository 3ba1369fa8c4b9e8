"""Reports that are being made: whose turn it is, and how far one is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import defer
from sqlmodel import col

from services.reporting.domain.making import UNFINISHED, MakingState, NotMadeYet
from services.reporting.tables import Making
from shared.auth.actor import Actor
from shared.clock import now
from shared.db import ReadSession
from shared.errors import N_, NotFound

_REPORT = N_("report")


def due_making(session: ReadSession, *, at: datetime) -> Making | None:
    """The one that was asked for first and that nobody has in hand."""
    row = Making
    free = select(row).where(col(row.state).in_(UNFINISHED), col(row.due_at) <= at).order_by(col(row.created_at), col(row.id))
    return session.scalars(free.limit(1)).first()


def making_of(session: ReadSession, making_id: UUID, *, by: Actor) -> Making:
    """How far it is, without its file. Raises NotFound for another's and for one that is gone."""
    row = Making
    mine = select(row).where(col(row.id) == making_id, col(row.by) == by.subject, col(row.expires_at) > now())
    found = session.scalars(mine.options(defer(row.content))).first()  # type: ignore[arg-type]
    if found is None:
        raise NotFound(_REPORT)
    return found


def file_of(session: ReadSession, making_id: UUID, *, by: Actor) -> Making:
    """With its file. Raises NotFound as well for one that could not be made, NotMadeYet."""
    found = making_of(session, making_id, by=by)
    if found.state in UNFINISHED:
        raise NotMadeYet
    if found.state is MakingState.FAILED or found.content is None:
        raise NotFound(_REPORT)
    return found
