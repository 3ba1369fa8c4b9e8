"""Companies over HTTP."""

from uuid import UUID

from services.employers import commands, queries
from services.employers.api.policies import OFFER, READ, RegionFilter
from services.employers.schemas import (
    CompanyCreate,
    CompanyPublic,
)
from services.employers.tables import Company
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import Listing, Page, Reply, Rows, ServiceRouter

router = ServiceRouter(prefix="/api/v1", tags=["employers"])


@router.post("/companies", policy=OFFER, response_model=CompanyPublic, status_code=201)
def register_company(body: CompanyCreate, session: WriteSession, actor: Actor, reply: Reply) -> Company:
    """Make a company known. An employer may do so for its own number."""
    company = commands.register_company(session, **body.model_dump(), by=actor)
    reply.located(f"/api/v1/companies/{company.id}")
    return company


@router.get("/companies", policy=READ, response_model=Listing[CompanyPublic])
def list_companies(
    session: ReadSession, actor: Actor, page: Page, business_number: str | None = None, region: RegionFilter = None
) -> Rows[Company]:
    """The companies that the caller may see, in the order of registration."""
    return queries.companies(session, page, business_number=business_number, region=region, by=actor)


@router.get("/companies/{company_id}", policy=READ, response_model=CompanyPublic)
def read_company(company_id: UUID, session: ReadSession, actor: Actor) -> Company:
    return queries.company(session, company_id, by=actor)
