"""Positions with their seats, which are counted from the seats' rows each time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.employers.domain.positions import PositionKind, PositionState
from services.employers.domain.seats import SeatState
from services.employers.queries.companies import history_of
from services.employers.queries.visibility import in_region, positions_of, sees_history
from services.employers.tables import Position, Seat
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.http.paging import Page, Rows

POSITION: Final = N_("position")
View = dict[str, Any]
"""A position's columns, `seat_counts`, `history`; `version` counts the events of the position and of all its seats."""


@dataclass(slots=True)
class _Tally:
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SeatState, 0))
    versions: int = 0


def position(session: ReadSession, position_id: UUID, *, by: Actor) -> View:
    """One position, with its history for those whose business it is. Raises NotFound."""
    row = find_position(session, position_id, by=by)
    return {**view(session, row), "history": history_of(session, row.id) if sees_history(by) else []}


def find_position(session: ReadSession, position_id: UUID, *, by: Actor) -> Position:
    """Raises NotFound."""
    found = session.exec(select(Position).where(Position.id == position_id, positions_of(by))).first()
    if found is None:
        raise NotFound(POSITION)
    return found


def view(session: ReadSession, row: Position) -> View:
    """A position as it is shown."""
    return _view(row, _tallies(session, [row.id])[row.id])


def views(session: ReadSession, position_ids: Sequence[UUID]) -> list[View]:
    """Positions as they are shown, in the order of `position_ids`."""
    rows = {row.id: row for row in session.exec(select(Position).where(col(Position.id).in_(position_ids)))}
    tallies = _tallies(session, position_ids)
    return [_view(rows[position_id], tallies[position_id]) for position_id in position_ids]


def positions(
    session: ReadSession,
    page: Page,
    *,
    company_id: UUID | None,
    state: PositionState | None,
    field: str | None,
    kind: PositionKind | None,
    region: str | None,
    by: Actor,
) -> Rows[View]:
    """In the order in which they were written down. `region` is the beginning of a code."""
    wanted = {Position.company_id: company_id, Position.state: state, Position.field: field, Position.kind: kind}
    statement = select(Position).where(
        positions_of(by), *[col(column) == value for column, value in wanted.items() if value is not None]
    )
    if region is not None:
        statement = statement.where(in_region(col(Position.region), region))
    found = page.fetch(session, statement, key=[Position.id], sorts={"opens_on": Position.opens_on, "title": Position.title})
    tallies = _tallies(session, [row.id for row in found.items])
    return replace(found, items=[_view(row, tallies[row.id]) for row in found.items])


def seats_of(session: ReadSession, position_id: UUID, page: Page, *, by: Actor) -> Rows[Seat]:
    """A position's seats, by number. Raises NotFound."""
    row = find_position(session, position_id, by=by)
    return page.fetch(session, select(Seat).where(Seat.position_id == row.id), key=[Seat.number])


def has_seats(session: ReadSession, position_id: UUID) -> bool:
    """Whether seats of the position were ever posted."""
    return session.exec(select(Seat.id).where(Seat.position_id == position_id).limit(1)).first() is not None


def shown_version(session: ReadSession, row: Position) -> int:
    """What `version` says in the view: anybody's change of the position or of one of its seats makes another."""
    return shown_versions(session, [row])[row.id]


def shown_versions(session: ReadSession, rows: Sequence[Position]) -> dict[UUID, int]:
    """The same of many, by their ids."""
    tallies = _tallies(session, [row.id for row in rows])
    return {row.id: row.version + tallies[row.id].versions for row in rows}


def offer_of(row: Position) -> dict[str, Any]:
    """Skills, licences, pay and hours, each as one thing; lists that rows from before do not have are empty."""
    salary = {"lowest": row.salary_lowest, "highest": row.salary_highest, "per": row.salary_per}
    hours = {
        "weekly": row.weekly_hours, "starts_at": row.work_starts_at, "ends_at": row.work_ends_at, "in_shifts": row.in_shifts,
    }  # fmt: skip
    return {
        "must_have": row.must_have or [],
        "nice_to_have": row.nice_to_have or [],
        "licences": row.licences or [],
        "salary": salary if row.salary_per is not None else None,
        "working_hours": hours if row.weekly_hours is not None else None,
    }


def _view(row: Position, tally: _Tally) -> View:
    return {**row.model_dump(), **offer_of(row), "version": row.version + tally.versions, "seat_counts": tally.counts}


def _tallies(session: ReadSession, position_ids: Sequence[UUID]) -> dict[UUID, _Tally]:
    tallies = {position_id: _Tally() for position_id in position_ids}
    columns = (col(Seat.position_id), col(Seat.state))
    statement = select(*columns, func.count(), func.sum(col(Seat.version))).where(columns[0].in_(position_ids))
    for position_id, state, count, versions in session.exec(statement.group_by(*columns)):
        tallies[position_id].counts[state] = count
        tallies[position_id].versions += int(versions)
    return tallies
