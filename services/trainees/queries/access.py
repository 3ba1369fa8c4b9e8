"""Who saw whose data."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import col

from services.trainees.tables import AccessEntry


def accesses(*, person_id: UUID | None = None, actor: str | None = None, since: datetime | None = None) -> Select[Any]:
    """The access log, narrowed to what is given."""
    statement = select(AccessEntry)
    if person_id is not None:
        statement = statement.where(col(AccessEntry.person_id) == person_id)
    if actor is not None:
        statement = statement.where(col(AccessEntry.actor) == actor)
    return statement if since is None else statement.where(col(AccessEntry.recorded_at) >= since)
