"""Agreements over HTTP."""

from typing import Any
from uuid import UUID

from services.employers import commands, queries
from services.employers.api.policies import MANAGE, OFFER, OVERSEE
from services.employers.schemas import (
    AgreementCreate,
    AgreementDetail,
    AgreementPublic,
    AgreementTransition,
)
from services.employers.tables import Agreement
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter

router = ServiceRouter(prefix="/api/v1", tags=["employers"])


@router.post("/companies/{company_id}/agreements", policy=OFFER, response_model=AgreementPublic, status_code=201)
def draft_agreement(company_id: UUID, body: AgreementCreate, session: WriteSession, actor: Actor, reply: Reply) -> Agreement:
    """Write down an agreement. It counts once a program manager has made it active."""
    agreement = commands.draft_agreement(session, company_id, **body.model_dump(), by=actor)
    reply.located(f"/api/v1/companies/{company_id}/agreements/{agreement.id}")
    return agreement


@router.get("/companies/{company_id}/agreements", policy=OVERSEE, response_model=Listing[AgreementPublic])
def list_agreements(company_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Agreement]:
    return queries.agreements(session, company_id, page, by=actor)


@router.get("/companies/{company_id}/agreements/{agreement_id}", policy=OVERSEE, response_model=AgreementDetail)
def read_agreement(company_id: UUID, agreement_id: UUID, session: ReadSession, actor: Actor) -> dict[str, Any]:
    return queries.agreement(session, company_id, agreement_id, by=actor)


@router.post("/companies/{company_id}/agreements/{agreement_id}/transitions", policy=MANAGE, response_model=AgreementPublic)
def transition_agreement(
    company_id: UUID, agreement_id: UUID, body: AgreementTransition, *, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Agreement:
    """Move an agreement on. 409 with the legal states, or when another active agreement has a day in common."""
    return commands.move_agreement(session, company_id, agreement_id, **body.model_dump(), expected=if_match, by=actor)
