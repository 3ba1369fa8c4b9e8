"""Pledges over HTTP."""

from uuid import UUID

from services.employers import commands, queries
from services.employers.api.policies import OFFER, OVERSEE
from services.employers.schemas import (
    PledgeCreate,
    PledgePublic,
)
from services.employers.tables import Pledge
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import Listing, Page, Rows, ServiceRouter

router = ServiceRouter(prefix="/api/v1", tags=["employers"])


@router.post("/companies/{company_id}/pledges", policy=OFFER, response_model=PledgePublic, status_code=201)
def pledge_seats(company_id: UUID, body: PledgeCreate, session: WriteSession, actor: Actor) -> Pledge:
    """Promise seats for a field and a month. Promises for the same month add up."""
    return commands.pledge_seats(session, company_id, **body.model_dump(), by=actor)


@router.get("/companies/{company_id}/pledges", policy=OVERSEE, response_model=Listing[PledgePublic])
def list_pledges(company_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Pledge]:
    return queries.pledges(session, company_id, page, by=actor)
