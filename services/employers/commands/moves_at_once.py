"""One step for many postings at once: each is judged by itself, and all that may go go together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from services.employers import queries
from services.employers.commands.positions import Around, lead_position
from services.employers.domain.positions import PositionState
from services.employers.queries.positions import POSITION
from services.employers.tables import Agreement, Position, Seat
from shared.auth.actor import Actor
from shared.db import WriteSession
from shared.errors import NotFound, Refused, Stale


@dataclass(frozen=True, slots=True)
class Asked:
    """One posting, the version that was shown (None: any), and since when, where that is not as for the others."""

    position_id: UUID
    version: int | None = None
    effective_on: date | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one posting: `refusal` None went through. `state` and `version` are those it has now."""

    position_id: UUID
    refusal: Refused | None
    state: PositionState | None = None
    version: int | None = None


def move_positions(
    session: WriteSession,
    rows: Sequence[Asked],
    *,
    to: PositionState,
    effective_on: date | None = None,
    reason: str | None = None,
    by: Actor,
) -> list[Moved]:
    """Lead these postings to `to`; one that cannot go stops no other. The same posting twice counts once."""
    wanted = {each.position_id: each for each in rows}
    found = {row.id: row for row in locked_positions(session, col(Position.id).in_(list(wanted)), queries.positions_of(by))}
    versions = queries.shown_versions(session, list(found.values()))
    around = Around(seats=locked_seats_of(session, found), agreements=_agreements(session, found.values()))
    refusals = {
        each.position_id: _refusal(
            session, found.get(each.position_id), each, versions, around, to=to, effective_on=effective_on, reason=reason, by=by
        )
        for each in wanted.values()
    }
    session.flush()
    versions = queries.shown_versions(session, list(found.values()))
    return [
        Moved(each, refusals[each], found[each].state, versions[each]) if each in found else Moved(each, refusals[each])
        for each in wanted
    ]


def _refusal(
    session: WriteSession,
    position: Position | None,
    asked: Asked,
    versions: Mapping[UUID, int],
    around: Around,
    *,
    to: PositionState,
    effective_on: date | None,
    reason: str | None,
    by: Actor,
) -> Refused | None:
    """Lead one posting, or say why it cannot be led there."""
    try:
        if position is None:
            raise NotFound(POSITION)
        if asked.version is not None and asked.version != versions[position.id]:
            raise Stale
        on = asked.effective_on or effective_on
        lead_position(session, position, to=to, effective_on=on, reason=reason, around=around, by=by)
    except Refused as refusal:
        return refusal
    return None


def locked_positions(
    session: WriteSession, *conditions: object, limit: int | None = None, skip_locked: bool = False
) -> Sequence[Position]:
    """Postings under lock, always in the same order."""
    statement = select(Position).where(*conditions).order_by(col(Position.id)).limit(limit)  # type: ignore[arg-type]
    return session.exec(statement.with_for_update(skip_locked=skip_locked).execution_options(populate_existing=True)).all()


def locked_seats_of(session: WriteSession, position_ids: Iterable[UUID]) -> dict[UUID, list[Seat]]:
    """The seats of postings whose locks the caller holds."""
    wanted = list(position_ids)
    statement = select(Seat).where(col(Seat.position_id).in_(wanted)).order_by(col(Seat.position_id), col(Seat.number))
    found: dict[UUID, list[Seat]] = {each: [] for each in wanted}
    for seat in session.exec(statement.with_for_update().execution_options(populate_existing=True)):
        found[seat.position_id].append(seat)
    return found


def _agreements(session: WriteSession, positions: Iterable[Position]) -> dict[UUID, Sequence[Agreement]]:
    # Shared locks: an agreement cannot be suspended while a posting opens under it.
    companies = {position.company_id for position in positions}
    statement = select(Agreement).where(col(Agreement.company_id).in_(companies)).order_by(col(Agreement.id))
    found: dict[UUID, list[Agreement]] = {company_id: [] for company_id in companies}
    for agreement in session.exec(statement.with_for_update(read=True).execution_options(populate_existing=True)):
        found[agreement.company_id].append(agreement)
    return dict(found)
