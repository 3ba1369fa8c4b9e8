"""What can be done with postings besides their life: copies, numbers of seats, and many closed at once."""

from typing import Any
from uuid import UUID

from fastapi import Request

from services.employers import commands, queries
from services.employers.api.policies import OFFER, OVERSEE
from services.employers.schemas import (
    ClosingCreate,
    ClosingPublic,
    PositionCopy,
    PositionMoved,
    PositionPublic,
    PositionsMoved,
    PositionsTransition,
    SeatClassification,
    SeatPublic,
    SeatsAsked,
    TimeToFill,
)
from services.employers.tables import Seat
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Reply, ServiceRouter
from shared.http.row_results import language_of, row_problem
from shared.i18n.catalogue import translate
from shared.i18n.language import Language

router = ServiceRouter(prefix="/api/v1", tags=["employers"])


@router.get("/positions/time-to-fill", policy=OVERSEE, response_model=list[TimeToFill])
def read_time_to_fill(session: ReadSession, actor: Actor, company_id: UUID | None = None) -> list[dict[str, Any]]:
    """How long filled seats were vacant, by field and kind."""
    return queries.time_to_fill(session, company_id=company_id, by=actor)


@router.post("/positions/closings", policy=OFFER, response_model=list[ClosingPublic])
def close_positions(body: ClosingCreate, *, session: WriteSession, actor: Actor, request: Request) -> list[dict[str, Any]]:
    """Close many postings at once, each answered by itself."""
    closings = commands.close_positions(session, **body.model_dump(), by=actor)
    language = language_of(request)
    return [_closed(closing, language) for closing in closings]


@router.post("/positions/transitions", policy=OFFER, response_model=PositionsMoved, status_code=207)
def move_positions(body: PositionsTransition, *, session: WriteSession, actor: Actor, request: Request) -> PositionsMoved:
    """Take one step with many postings at once. Each row has a result of its own; one that cannot go stops no other."""
    rows = [commands.Asked(row.position_id, row.version, row.effective_on) for row in body.rows]
    moved = commands.move_positions(session, rows, to=body.to, effective_on=body.effective_on, reason=body.reason, by=actor)
    language = language_of(request)
    results = [
        PositionMoved(
            position_id=each.position_id,
            status=each.refusal.status if each.refusal else 200,
            state=each.state,
            version=each.version,
            problem=row_problem(each.refusal, language),
        )
        for each in moved
    ]
    refused = sum(each.refusal is not None for each in moved)
    return PositionsMoved(moved=len(moved) - refused, refused=refused, results=results)


@router.post("/positions/{position_id}/copies", policy=OFFER, response_model=PositionPublic, status_code=201)
def copy_position(position_id: UUID, body: PositionCopy, *, session: WriteSession, actor: Actor, reply: Reply) -> dict[str, Any]:
    """A draft that says what this posting says, for another window."""
    copied = commands.copy_position(session, position_id, **body.model_dump(), by=actor)
    reply.located(f"/api/v1/positions/{copied.id}")
    return queries.view(session, copied)


@router.put("/positions/{position_id}/seats", policy=OFFER, response_model=PositionPublic)
def set_seats(position_id: UUID, body: SeatsAsked, *, session: WriteSession, actor: Actor, if_match: IfMatch) -> dict[str, Any]:
    """Ask for another number of seats. 409 below the seats that are reserved or filled."""
    return queries.view(session, commands.set_seats(session, position_id, seats=body.seats, expected=if_match, by=actor))


@router.patch("/positions/{position_id}/seats/{number}", policy=OFFER, response_model=SeatPublic)
def classify_seat(
    position_id: UUID, number: int, body: SeatClassification, *, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Seat:
    """Say that a seat is new, a replacement, or a conversion that grew from an internship's seat."""
    return commands.classify_seat(session, position_id, number, **body.model_dump(), expected=if_match, by=actor)


def _closed(closing: commands.Closing, language: Language) -> dict[str, Any]:
    refusal = closing.refusal
    detail = translate(refusal.detail, language, refusal.params) if refusal is not None else None
    return {
        "position_id": closing.position_id,
        "closed": refusal is None,
        "code": refusal.code if refusal is not None else None,
        "detail": detail,
    }
