"""Who a browser is."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from services.reporting.tables import PAGE_SESSION
from shared.auth.actor import Actor, Role
from shared.clock import now
from shared.db import ReadSession

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
NOTED_EVERY: Final = timedelta(minutes=1)


def signed_in(session: ReadSession, digest: str) -> tuple[Actor, bool] | None:
    """The actor of a live page session, and whether it is time to note that it was seen; None when it is over or unknown."""
    row = session.execute(select(PAGE_SESSION).where(PAGE_SESSION.c.digest == digest)).one_or_none()
    if row is None:
        return None
    instant = now()
    if instant - row.seen_at > IDLE or instant - row.created_at > LONGEST:
        return None
    roles = frozenset(Role(role) for role in row.roles)
    return Actor(row.subject, roles, row.organisation, row.client_id), instant - row.seen_at > NOTED_EVERY
