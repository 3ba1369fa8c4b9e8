"""The HTTP routes of employers."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query

from services.employers import commands, queries
from services.employers.domain.positions import PositionKind, PositionState
from services.employers.schemas import (
    AgreementCreate,
    AgreementDetail,
    AgreementPublic,
    AgreementTransition,
    CompanyCreate,
    CompanyPublic,
    PledgeCreate,
    PledgePublic,
    PositionCreate,
    PositionDetail,
    PositionPublic,
    PositionTransition,
    SeatPublic,
)
from services.employers.tables import Agreement, Company, Pledge, Seat
from shared.auth.actor import Actor, Role
from shared.auth.policy import allow
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter

_MANAGERS: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN)
_COMPANIES: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN, Role.EMPLOYER)
_OVERSIGHT: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN, Role.EMPLOYER, Role.EXECUTIVE, Role.AUDITOR)
_READERS: Final = allow(*Role)

RegionFilter = Annotated[str | None, Query(pattern=r"^[0-9]{1,10}$", description="the beginning of a legal-district code")]

router = ServiceRouter(prefix="/api/v1", tags=["employers"])


@router.post("/companies", policy=_COMPANIES, response_model=CompanyPublic, status_code=201)
def register_company(body: CompanyCreate, session: WriteSession, actor: Actor, reply: Reply) -> Company:
    """Make a company known. An employer may do so for its own number."""
    company = commands.register_company(session, **body.model_dump(), by=actor)
    reply.located(f"/api/v1/companies/{company.id}")
    return company


@router.get("/companies", policy=_READERS, response_model=Listing[CompanyPublic])
def list_companies(
    session: ReadSession, actor: Actor, page: Page, business_number: str | None = None, region: RegionFilter = None
) -> Rows[Company]:
    """The companies that the caller may see, in the order of registration."""
    return queries.companies(session, page, business_number=business_number, region=region, by=actor)


@router.get("/companies/{company_id}", policy=_READERS, response_model=CompanyPublic)
def read_company(company_id: UUID, session: ReadSession, actor: Actor) -> Company:
    return queries.company(session, company_id, by=actor)


@router.post("/companies/{company_id}/agreements", policy=_COMPANIES, response_model=AgreementPublic, status_code=201)
def draft_agreement(company_id: UUID, body: AgreementCreate, session: WriteSession, actor: Actor, reply: Reply) -> Agreement:
    """Write down an agreement. It counts once a program manager has made it active."""
    agreement = commands.draft_agreement(session, company_id, **body.model_dump(), by=actor)
    reply.located(f"/api/v1/companies/{company_id}/agreements/{agreement.id}")
    return agreement


@router.get("/companies/{company_id}/agreements", policy=_OVERSIGHT, response_model=Listing[AgreementPublic])
def list_agreements(company_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Agreement]:
    return queries.agreements(session, company_id, page, by=actor)


@router.get("/companies/{company_id}/agreements/{agreement_id}", policy=_OVERSIGHT, response_model=AgreementDetail)
def read_agreement(company_id: UUID, agreement_id: UUID, session: ReadSession, actor: Actor) -> dict[str, Any]:
    return queries.agreement(session, company_id, agreement_id, by=actor)


@router.post("/companies/{company_id}/agreements/{agreement_id}/transitions", policy=_MANAGERS, response_model=AgreementPublic)
def transition_agreement(
    company_id: UUID, agreement_id: UUID, body: AgreementTransition, *, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Agreement:
    """Move an agreement on. 409 with the legal states, or when another active agreement has a day in common."""
    return commands.move_agreement(session, company_id, agreement_id, **body.model_dump(), expected=if_match, by=actor)


@router.post("/companies/{company_id}/pledges", policy=_COMPANIES, response_model=PledgePublic, status_code=201)
def pledge_seats(company_id: UUID, body: PledgeCreate, session: WriteSession, actor: Actor) -> Pledge:
    """Promise seats for a field and a month. Promises for the same month add up."""
    return commands.pledge_seats(session, company_id, **body.model_dump(), by=actor)


@router.get("/companies/{company_id}/pledges", policy=_OVERSIGHT, response_model=Listing[PledgePublic])
def list_pledges(company_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Pledge]:
    return queries.pledges(session, company_id, page, by=actor)


@router.post("/positions", policy=_COMPANIES, response_model=PositionPublic, status_code=201)
def draft_position(body: PositionCreate, session: WriteSession, actor: Actor, reply: Reply) -> dict[str, Any]:
    """Write down a posting."""
    position = commands.draft_position(session, **body.model_dump(), by=actor)
    reply.located(f"/api/v1/positions/{position.id}")
    return queries.view(session, position)


@router.get("/positions", policy=_READERS, response_model=Listing[PositionPublic])
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


@router.get("/positions/{position_id}", policy=_READERS, response_model=PositionDetail)
def read_position(position_id: UUID, session: ReadSession, actor: Actor) -> dict[str, Any]:
    return queries.position(session, position_id, by=actor)


@router.get("/positions/{position_id}/seats", policy=_OVERSIGHT, response_model=Listing[SeatPublic])
def list_seats(position_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Seat]:
    """Every seat of a position, by number."""
    return queries.seats_of(session, position_id, page, by=actor)


@router.post("/positions/{position_id}/transitions", policy=_COMPANIES, response_model=PositionPublic)
def transition_position(
    position_id: UUID, body: PositionTransition, session: WriteSession, actor: Actor, if_match: IfMatch
) -> dict[str, Any]:
    """Move a position on, and its seats with it. 409 with the legal states, or with the agreement's state.

    Opening after the review, returning and opening again after closing are the program manager's.
    """
    position = commands.move_position(session, position_id, **body.model_dump(), expected=if_match, by=actor)
    return queries.view(session, position)
