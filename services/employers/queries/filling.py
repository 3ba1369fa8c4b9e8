"""How long seats take to be filled: those that are. One that lapsed has no such time."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.employers.domain.seats import SeatState
from services.employers.queries.visibility import positions_of
from services.employers.tables import Position, Seat
from shared.auth.actor import Actor
from shared.db import ReadSession


def time_to_fill(session: ReadSession, *, company_id: UUID | None, by: Actor) -> list[dict[str, Any]]:
    """By field and kind: how many seats are filled, and the quartiles of the days that they were vacant before."""
    vacant = func.coalesce(col(Seat.vacant_since), col(Seat.posted_on))
    statement = (
        select(col(Position.field), col(Position.kind), col(Seat.since), vacant)
        .join(Seat, col(Seat.position_id) == col(Position.id))
        .where(col(Seat.state) == SeatState.FILLED, positions_of(by))
    )
    if company_id is not None:
        statement = statement.where(col(Position.company_id) == company_id)
    days: dict[tuple[str, str], list[int]] = defaultdict(list)
    for field, kind, since, begun in session.execute(statement):
        days[field, kind].append((since - begun).days)
    return [{"field": field, "kind": kind, **_quartiles(sorted(some))} for (field, kind), some in sorted(days.items())]


def _quartiles(days: Sequence[int]) -> dict[str, int]:
    names = {"quarter": 0.25, "median": 0.5, "three_quarters": 0.75}
    return {"seats": len(days), **{name: days[min(len(days) - 1, int(len(days) * share))] for name, share in names.items()}}
