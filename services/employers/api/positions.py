"""Positions and their seats over HTTP."""

from typing import Any
from uuid import UUID

from services.employers import commands, queries
from services.employers.api.policies import OFFER, OVERSEE, READ, RegionFilter
from services.employers.domain.positions import PositionKind, PositionState
from services.employers.schemas import (
    PositionCreate,
    PositionDetail,
    PositionPublic,
    PositionRevision,
    PositionTransition,
    SeatPublic,
)
from services.employers.tables import Seat
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter

router = ServiceRouter(prefix="/api/v1", tags=["employers"])


@router.post("/positions", policy=OFFER, response_model=PositionPublic, status_code=201)
def draft_position(body: PositionCreate, session: WriteSession, actor: Actor, reply: Reply) -> dict[str, Any]:
    """Write down a posting."""
    position = commands.draft_position(session, **body.model_dump(), by=actor)
    reply.located(f"/api/v1/positions/{position.id}")
    return queries.view(session, position)


@router.get("/positions", policy=READ, response_model=Listing[PositionPublic])
def list_positions(
    session: ReadSession,
    actor: Actor,
    page: Page,
    *,
    company_id: UUID | None = None,
    state: PositionState | None = None,
    field: str | None = None,
    kind: PositionKind | None = None,
    region: RegionFilter = None,
) -> Rows[dict[str, Any]]:
    """The positions that the caller may see: employers their own, universities, executives and auditors the open ones."""
    return queries.positions(session, page, company_id=company_id, state=state, field=field, kind=kind, region=region, by=actor)


@router.get("/positions/{position_id}", policy=READ, response_model=PositionDetail)
def read_position(position_id: UUID, session: ReadSession, actor: Actor) -> dict[str, Any]:
    return queries.position(session, position_id, by=actor)


@router.patch("/positions/{position_id}", policy=OFFER, response_model=PositionPublic)
def revise_position(
    position_id: UUID, body: PositionRevision, session: WriteSession, actor: Actor, if_match: IfMatch
) -> dict[str, Any]:
    """Let a posting say something else: a company its drafts, a program manager everything that is not closed."""
    position = commands.revise_position(session, position_id, expected=if_match, by=actor, **body.model_dump(exclude_unset=True))
    return queries.view(session, position)


@router.get("/positions/{position_id}/seats", policy=OVERSEE, response_model=Listing[SeatPublic])
def list_seats(position_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Seat]:
    """Every seat of a position, by number."""
    return queries.seats_of(session, position_id, page, by=actor)


@router.post("/positions/{position_id}/transitions", policy=OFFER, response_model=PositionPublic)
def transition_position(
    position_id: UUID, body: PositionTransition, session: WriteSession, actor: Actor, if_match: IfMatch
) -> dict[str, Any]:
    """Move a position on, and its seats with it. 409 with the legal states, or with the agreement's state.

    Opening after the review, returning and opening again after closing are the program manager's.
    """
    position = commands.move_position(session, position_id, **body.model_dump(), expected=if_match, by=actor)
    return queries.view(session, position)
