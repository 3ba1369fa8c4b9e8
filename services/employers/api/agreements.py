"""Agreements over HTTP."""

from datetime import date
from typing import Any
from uuid import UUID

from services.employers import commands, queries
from services.employers.api.policies import MANAGE, OFFER, OVERSEE
from services.employers.domain.agreements import AgreementState
from services.employers.schemas import (
    AgreementChange,
    AgreementCreate,
    AgreementDetail,
    AgreementPublic,
    AgreementRenewal,
    AgreementTransition,
    EndingCreate,
    EndingPublic,
    IncentiveCreate,
    IncentivePublic,
    UndecidedPosition,
)
from services.employers.tables import Agreement, Ending, Incentive
from shared import clock
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter

_ONE = "/companies/{company_id}/agreements/{agreement_id}"

router = ServiceRouter(prefix="/api/v1", tags=["agreements"])


@router.get("/agreements", policy=OVERSEE, response_model=Listing[AgreementPublic])
def list_all_agreements(
    session: ReadSession, actor: Actor, page: Page, *, state: AgreementState | None = None, ends_before: date | None = None
) -> Rows[Agreement]:
    """Every agreement that the caller may see, by its last day: what runs out next comes first."""
    return queries.all_agreements(session, page, state=state, ends_before=ends_before, by=actor)


@router.post("/companies/{company_id}/agreements", policy=OFFER, response_model=AgreementPublic, status_code=201)
def draft_agreement(company_id: UUID, body: AgreementCreate, session: WriteSession, actor: Actor, reply: Reply) -> Agreement:
    """Write down an agreement. It counts once a program manager has made it active."""
    agreement = commands.draft_agreement(session, company_id, **body.model_dump(), by=actor)
    reply.located(f"/api/v1/companies/{company_id}/agreements/{agreement.id}")
    return agreement


@router.get("/companies/{company_id}/agreements", policy=OVERSEE, response_model=Listing[AgreementPublic])
def list_agreements(company_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Agreement]:
    return queries.agreements(session, company_id, page, by=actor)


@router.get(_ONE, policy=OVERSEE, response_model=AgreementDetail)
def read_agreement(company_id: UUID, agreement_id: UUID, session: ReadSession, actor: Actor) -> dict[str, Any]:
    return queries.agreement(session, company_id, agreement_id, by=actor)


@router.patch(_ONE, policy=MANAGE, response_model=AgreementPublic)
def change_agreement(
    company_id: UUID, agreement_id: UUID, body: AgreementChange, *, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Agreement:
    """Change what an agreement covers, its note or, while it is a draft, its days."""
    return commands.change_agreement(session, company_id, agreement_id, changes=body.changes(), expected=if_match, by=actor)


@router.post(_ONE + "/transitions", policy=MANAGE, response_model=AgreementPublic)
def transition_agreement(
    company_id: UUID, agreement_id: UUID, body: AgreementTransition, *, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Agreement:
    """Move an agreement on. 409 with the legal states, or when another active agreement has a day in common."""
    return commands.move_agreement(session, company_id, agreement_id, **body.model_dump(), expected=if_match, by=actor)


@router.post(_ONE + "/renewals", policy=OFFER, response_model=AgreementPublic, status_code=201)
def renew_agreement(
    company_id: UUID, agreement_id: UUID, body: AgreementRenewal, *, session: WriteSession, actor: Actor, reply: Reply
) -> Agreement:
    """Draft the agreement that goes on from this one, from the day after its last."""
    renewed = commands.renew_agreement(session, company_id, agreement_id, **body.model_dump(), by=actor)
    reply.located(f"/api/v1/companies/{company_id}/agreements/{renewed.id}")
    return renewed


@router.post(_ONE + "/incentives", policy=MANAGE, response_model=IncentivePublic, status_code=201)
def grant_incentive(
    company_id: UUID, agreement_id: UUID, body: IncentiveCreate, *, session: WriteSession, actor: Actor
) -> Incentive:
    """Grant the company something: so many won for a purpose, within the days of the agreement."""
    return commands.grant_incentive(session, company_id, agreement_id, **body.model_dump(), by=actor)


@router.delete(_ONE + "/incentives/{incentive_id}", policy=MANAGE)
def take_incentive_back(company_id: UUID, agreement_id: UUID, incentive_id: UUID, *, session: WriteSession, actor: Actor) -> None:
    commands.take_incentive_back(session, company_id, agreement_id, incentive_id, by=actor)


@router.get("/positions/without-agreement", policy=OVERSEE, response_model=Listing[UndecidedPosition])
def list_positions_without_agreement(session: ReadSession, actor: Actor, page: Page) -> Rows[dict[str, Any]]:
    """Postings open although their company's agreement is over, on which nobody has decided: nothing closes silently."""
    return queries.without_agreement(session, page, on=clock.today(), by=actor)


@router.post("/positions/{position_id}/agreement-decision", policy=MANAGE, response_model=EndingPublic, status_code=201)
def decide_ending(position_id: UUID, body: EndingCreate, *, session: WriteSession, actor: Actor) -> Ending:
    """Close such a posting, or let it run on; both with a reason."""
    return commands.decide_ending(session, position_id, **body.model_dump(), by=actor)
