"""Sessions of the pages: opened after the issuer vouched for somebody, kept alive by use, closed by the user or by time."""

from sqlalchemy import delete, insert, or_, update

from services.reporting.queries.sign_in import IDLE, LONGEST
from services.reporting.tables import PAGE_SESSION
from shared.auth.actor import Actor
from shared.clock import now
from shared.db import WriteSession


def open_page_session(session: WriteSession, digest: str, *, actor: Actor) -> None:
    """Let the browser whose cookie hashes to `digest` act as `actor`, and sweep out the sessions that are over."""
    instant = now()
    over = or_(PAGE_SESSION.c.seen_at < instant - IDLE, PAGE_SESSION.c.created_at < instant - LONGEST)
    session.execute(delete(PAGE_SESSION).where(over))
    session.execute(
        insert(PAGE_SESSION).values(
            digest=digest,
            subject=actor.subject,
            roles=sorted(actor.roles),
            organisation=actor.organisation,
            client_id=actor.client_id,
            created_at=instant,
            seen_at=instant,
        )
    )


def touch_page_session(session: WriteSession, digest: str) -> None:
    """Note that a session was used just now."""
    session.execute(update(PAGE_SESSION).where(PAGE_SESSION.c.digest == digest).values(seen_at=now()))


def close_page_session(session: WriteSession, digest: str) -> None:
    """End a session. One that is over already stays over."""
    session.execute(delete(PAGE_SESSION).where(PAGE_SESSION.c.digest == digest))
