"""Persons over HTTP for the companies that they accepted: masked in the list, whole one at a time, never without a trace."""

from typing import Any
from uuid import UUID

from starlette.requests import Request

from services.trainees import schemas
from services.trainees.api.policies import SEE_PLACED
from services.trainees.api.purposes import Purpose, PurposeNote
from services.trainees.commands.placed import read_placed
from services.trainees.domain.purposes import stated_if_any
from services.trainees.queries.placed import WholePlaced, masked_placed, placed_persons
from services.trainees.tables import PlacedPerson
from shared.auth.actor import Actor
from shared.db import Database, ReadSession
from shared.http import Listing, Page, Reply, Rows, ServiceRouter

router = ServiceRouter(prefix="/api/v1")


@router.get("/persons/placed", policy=SEE_PLACED, response_model=Listing[schemas.PlacedMasked])
def list_placed(session: ReadSession, actor: Actor, page: Page, company_id: UUID | None = None) -> Rows[Any]:
    """Who accepted a placement or works, masked: an employer sees its own, and nobody before they accepted."""
    statement = placed_persons(actor=actor, company_id=company_id)
    found = page.fetch(session, statement, key=[PlacedPerson.placement_id])
    return Rows(masked_placed(session, found.items), found.next, found.total)


@router.get("/persons/placed/{placement_id}", policy=SEE_PLACED, response_model=schemas.PlacedPublic)
def read_placed_person(
    placement_id: UUID, actor: Actor, request: Request, reply: Reply, *, purpose: Purpose = None, purpose_note: PurposeNote = None
) -> WholePlaced:
    """Name and contact of whom a placement placed. The access is on record before the answer leaves.

    There is nothing here before the placement was accepted, when it was declined, withdrawn, expired or reversed, and for
    an employer when the employment ended more than a year ago.
    """
    # A read that writes, as with whole persons: routes of the GET kind are given no write session.
    database: Database = request.app.state.db
    origin = request.client.host if request.client else None
    said = stated_if_any(purpose, purpose_note)
    found = database.run(lambda session: read_placed(session, placement_id, by=actor, origin=origin, purpose=said))
    reply.etag = f'"{found.state}-{found.since:%Y%m%d}-{int(found.changed_at.timestamp() * 1_000_000)}"'
    return found
