"""From a published round to proposed placements: a person's decision, trainee by trainee or for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import col

from services.matching.commands.placements import propose
from services.matching.commands.rounds import locked_round
from services.matching.domain.rounds.life_cycle import NotPublished, RoundState
from services.matching.domain.rounds.settings import RoundSettings
from services.matching.tables import RoundAssignment
from shared.auth.actor import Actor
from shared.db import WriteSession
from shared.db.bulk import among
from shared.errors import Refused

AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Proposed:
    """What became of one trainee's place: a placement, or the code of what refuses it by now."""

    person_id: UUID
    position_id: UUID
    placement_id: UUID | None
    refused: str | None


def propose_from_round(
    session: WriteSession, round_id: UUID, *, persons: Sequence[UUID] | None, by: Actor
) -> tuple[Sequence[Proposed], int]:
    """Propose the round's places to these trainees, or to the next `AT_ONCE` who were not tried yet; and how many are left.

    The world goes on after a round: a place that cannot be proposed any more is told, and keeps nobody else from theirs.
    Raises NotFound, NotPublished.
    """
    row = locked_round(session, round_id, by=by)
    if row.state is not RoundState.PUBLISHED:
        raise NotPublished
    waiting = places_waiting(round_id, tried=persons is not None)
    if persons is not None:
        waiting = waiting.where(among(session, RoundAssignment.__table__.c.person_id, persons))  # type: ignore[attr-defined]
    # By position: two such requests take the openings' locks in one order.
    ordered = waiting.order_by(col(RoundAssignment.position_id), col(RoundAssignment.person_id))
    found = session.scalars(ordered).all()
    days = RoundSettings.from_json(row.settings).answer_days
    done = [_propose(session, each, answer_days=days, by=by) for each in found[:AT_ONCE]]
    return done, max(0, len(found) - AT_ONCE)


def places_waiting(round_id: UUID, *, tried: bool = False) -> Select[Any]:
    """The places of a round that nobody was proposed to yet; with `tried` also those that were refused before."""
    waiting = select(RoundAssignment).where(
        col(RoundAssignment.round_id) == round_id,
        col(RoundAssignment.position_id).is_not(None),
        col(RoundAssignment.placement_id).is_(None),
    )
    return waiting if tried else waiting.where(col(RoundAssignment.refused).is_(None))


def _propose(session: WriteSession, place: RoundAssignment, *, answer_days: int | None, by: Actor) -> Proposed:
    assert place.position_id is not None
    try:
        placement = propose(session, trainee_id=place.person_id, position_id=place.position_id, by=by)
    except Refused as refusal:
        place.refused = refusal.code
        return Proposed(place.person_id, place.position_id, None, refusal.code)
    place.placement_id, place.refused, placement.answer_days = placement.id, None, answer_days
    return Proposed(place.person_id, place.position_id, placement.id, None)
