"""What this service holds to be true, to compare the reports and the event log with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.employers.domain.positions import PositionKind
from services.employers.domain.seats import SeatOrigin, SeatState
from services.employers.tables import Agreement, Company, Outlook, Pledge, Position, Seat, SkillEntry
from shared.db import ReadSession

_AGGREGATES: Final = (
    ("employers.company", Company),
    ("employers.agreement", Agreement),
    ("employers.pledge", Pledge),
    ("employers.demand", Outlook),
    ("employers.position", Position),
    ("employers.seat", Seat),
    ("employers.skill", SkillEntry),
)


@dataclass(frozen=True, slots=True)
class SeatTruth:
    """One seat as its row says, with what its position says of it. Its state is true from the day `since`."""

    id: UUID
    position_id: UUID
    company_id: UUID
    field: str
    kind: PositionKind
    origin: SeatOrigin
    region: str
    state: SeatState
    placement_id: UUID | None
    version: int
    posted_on: date
    since: date

    @property
    def filled_on(self) -> date | None:
        """Since when somebody works in it, if somebody does."""
        return self.since if self.state is SeatState.FILLED else None


def ground_truth(session: ReadSession) -> list[SeatTruth]:
    """Every seat there is, by position and number."""
    statement = (
        select(
            col(Seat.id), col(Seat.position_id), col(Position.company_id), col(Position.field), col(Position.kind),
            col(Seat.origin), col(Position.region), col(Seat.state), col(Seat.placement_id), col(Seat.version),
            col(Seat.posted_on), col(Seat.since),
        )
        .join(Position, col(Position.id) == col(Seat.position_id))
        .order_by(col(Seat.position_id), col(Seat.number))
    )  # fmt: skip
    return [SeatTruth(*row) for row in session.execute(statement)]


def aggregate_versions(session: ReadSession) -> Iterator[tuple[str, UUID, int]]:
    """Type (as in the outbox), id and version of every aggregate: the log holds the versions from 1 to that one."""
    for aggregate_type, table in _AGGREGATES:
        for id_, version in session.execute(select(col(table.id), col(table.version)).order_by(col(table.id))):
            yield aggregate_type, id_, version
