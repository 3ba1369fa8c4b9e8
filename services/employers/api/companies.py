"""Companies over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.employers import commands, queries
from services.employers.api.policies import MANAGE, OFFER, OVERSEE, READ, RegionFilter
from services.employers.domain.headcounts import Growth
from services.employers.domain.trust import Trust
from services.employers.schemas import (
    CompaniesApart,
    CompanyChange,
    CompanyCreate,
    CompanyMerge,
    CompanyPublic,
    GrowthPublic,
    HeadcountCreate,
    HeadcountPublic,
    LookAlikes,
    SiteCreate,
    SitePublic,
    TrustPublic,
)
from services.employers.tables import Company, Headcount, Site
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter

Year = Annotated[int, Query(ge=2000, le=2100)]

router = ServiceRouter(prefix="/api/v1", tags=["companies"])


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
    """The companies that the caller may see, in the order of registration; what was merged is found as what it became."""
    return queries.companies(session, page, business_number=business_number, region=region, by=actor)


@router.get("/companies/duplicates", policy=MANAGE, response_model=list[LookAlikes])
def list_duplicates(session: ReadSession, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[dict[str, Any]]:
    """Pairs of companies that may be one: by corporate number, by name, by similar name and place. The most alike first."""
    return queries.duplicates(session, most=limit)


@router.post("/companies/duplicates", policy=MANAGE, status_code=204)
def tell_companies_apart(body: CompaniesApart, session: WriteSession, actor: Actor) -> None:
    """Two companies look alike and are not the same: they are not shown as duplicates any more."""
    commands.tell_apart(session, first=body.first, second=body.second, by=actor)


@router.get("/companies/{company_id}", policy=READ, response_model=CompanyPublic)
def read_company(company_id: UUID, session: ReadSession, actor: Actor) -> Company:
    return queries.company(session, company_id, by=actor)


@router.patch("/companies/{company_id}", policy=OFFER, response_model=CompanyPublic)
def change_company(company_id: UUID, body: CompanyChange, *, session: WriteSession, actor: Actor, if_match: IfMatch) -> Company:
    """Describe a company anew. What is left out stays as it is."""
    return commands.change_company(session, company_id, changes=body.changes(), expected=if_match, by=actor)


@router.post("/companies/{company_id}/merge", policy=MANAGE, response_model=CompanyPublic)
def merge_company(company_id: UUID, body: CompanyMerge, *, session: WriteSession, actor: Actor, if_match: IfMatch) -> Company:
    """This company is another one: its agreements, pledges, postings, sites and contacts become that one's."""
    return commands.merge_company(session, company_id, **body.model_dump(), expected=if_match, by=actor)


@router.get("/companies/{company_id}/trust", policy=OVERSEE, response_model=TrustPublic)
def read_trust(company_id: UUID, session: ReadSession, actor: Actor) -> Trust:
    """Whether the company's postings open without a review, and why."""
    return queries.trust(session, company_id, by=actor)


@router.post("/companies/{company_id}/sites", policy=OFFER, response_model=SitePublic, status_code=201)
def add_site(company_id: UUID, body: SiteCreate, session: WriteSession, actor: Actor) -> Site:
    """A place where the company works."""
    return commands.add_site(session, company_id, **body.model_dump(), by=actor)


@router.get("/companies/{company_id}/sites", policy=READ, response_model=Listing[SitePublic])
def list_sites(company_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Site]:
    return queries.sites(session, company_id, page, by=actor)


@router.delete("/companies/{company_id}/sites/{site_id}", policy=OFFER)
def remove_site(company_id: UUID, site_id: UUID, session: WriteSession, actor: Actor) -> None:
    commands.remove_site(session, company_id, site_id, by=actor)


@router.put("/companies/{company_id}/headcounts/{year}", policy=OFFER, response_model=HeadcountPublic)
def record_headcount(company_id: UUID, year: int, body: HeadcountCreate, *, session: WriteSession, actor: Actor) -> Headcount:
    """How many people the company employs at the end of a year: what net creation is told from."""
    return commands.record_headcount(session, company_id, year=year, **body.model_dump(), by=actor)


@router.get("/companies/{company_id}/headcounts", policy=OVERSEE, response_model=Listing[HeadcountPublic])
def list_headcounts(company_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Headcount]:
    return queries.headcounts(session, company_id, page, by=actor)


@router.get("/companies/{company_id}/job-creation", policy=OVERSEE, response_model=list[GrowthPublic])
def read_job_creation(company_id: UUID, session: ReadSession, actor: Actor) -> list[Growth]:
    """Year by year, seats filled by origin beside the growth of the company: net creation told from replacement."""
    return queries.job_creation(session, company_id, by=actor)
