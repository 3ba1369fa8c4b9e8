"""Reports are asked for, taken in hand by one machine, and put where whoever asked finds them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col, select

from services.reporting.domain.making import KEPT_FOR, LEASE, MOST_ATTEMPTS, UNFINISHED, MakingState
from services.reporting.tables import Making, ReportIssue
from shared.auth.actor import Actor
from shared.clock import now
from shared.db import WriteSession


def ask_for_report(session: WriteSession, *, said: Mapping[str, Any], by: Actor) -> Making:
    """Have a report made. Who asks for the same once more while it is being made has it once."""
    row = Making
    same = [col(getattr(row, name)) == value for name, value in said.items() if name != "filters"]
    waiting = select(row).where(col(row.by) == by.subject, col(row.state).in_(UNFINISHED), *same).with_for_update()
    for found in session.scalars(waiting):
        if found.filters == said["filters"]:
            return found
    made = Making(**said, by=by.subject, expires_at=now() + KEPT_FOR)
    session.add(made)
    session.flush()
    return made


def take_making(session: WriteSession, making_id: UUID, *, at: datetime) -> bool:
    """Mark one as one's own for a while; whether it was free. Given up after a few machines died of it."""
    row = Making
    free = (col(row.id) == making_id, col(row.state).in_(UNFINISHED), col(row.due_at) <= at)
    given_up = update(row).where(*free, col(row.attempts) >= MOST_ATTEMPTS)
    session.execute(given_up.values(state=MakingState.FAILED, problem="gave_up"))
    mine = update(row).where(*free, col(row.attempts) < MOST_ATTEMPTS)
    taken = session.execute(mine.values(state=MakingState.RUNNING, due_at=at + LEASE, attempts=row.attempts + 1))
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def note_progress(session: WriteSession, making_id: UUID, progress: int) -> None:
    """How many hundredths of it are done."""
    session.execute(update(Making).where(col(Making.id) == making_id).values(progress=progress))


def keep_made(session: WriteSession, making_id: UUID, *, file: Mapping[str, Any], issue: Mapping[str, Any]) -> None:
    """Put the file where it can be fetched, and remember it as given out."""
    said = {**file, "state": MakingState.MADE, "progress": 100, "expires_at": now() + KEPT_FOR}
    session.execute(update(Making).where(col(Making.id) == making_id).values(**said))
    if session.get(ReportIssue, issue["sha256"]) is None:
        session.add(ReportIssue(**issue))


def note_failed(session: WriteSession, making_id: UUID, *, problem: str) -> None:
    """It cannot be made."""
    session.execute(update(Making).where(col(Making.id) == making_id).values(state=MakingState.FAILED, problem=problem))


def forget_makings(session: WriteSession) -> int:
    """Files that were kept long enough are gone."""
    gone = session.execute(delete(Making).where(col(Making.expires_at) <= now()))
    return int(gone.rowcount)  # type: ignore[attr-defined]
