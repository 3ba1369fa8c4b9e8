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


def signed_in(session: ReadSession, digest: str) -> Actor | None:
    """The actor of a live page session; None when it is over or unknown."""
    row = session.execute(select(PAGE_SESSION).where(PAGE_SESSION.c.digest == digest)).one_or_none()
    if row is None or now() - row.seen_at > IDLE or now() - row.created_at > LONGEST:
        return None
    return Actor(row.subject, frozenset(Role(role) for role in row.roles), row.organisation, row.client_id)


def seen_a_while_ago(session: ReadSession, digest: str) -> bool:
    """Whether it is time to note that a session is in use: not at every look, because noting writes."""
    seen_at = session.execute(select(PAGE_SESSION.c.seen_at).where(PAGE_SESSION.c.digest == digest)).scalar()
    return seen_at is not None and now() - seen_at > NOTED_EVERY
