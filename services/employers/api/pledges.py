"""Pledges over HTTP, and what they come to: kept rates, coverage of cohorts, demand before supply."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.employers import commands, queries
from services.employers.api.policies import MANAGE, OFFER, OVERSEE, OVERVIEW
from services.employers.domain.demand import Demand
from services.employers.domain.pledges import month_of, shifted
from services.employers.schemas import Coverage, DemandPublic, KeptRate, PledgeChange, PledgeCreate, PledgePublic, SkillDemand
from services.employers.tables import Pledge
from shared import clock
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Rows, ServiceRouter

MonthFilter = Annotated[str | None, Query(pattern=r"^20[0-9]{2}-(?:0[1-9]|1[0-2])$", description="YYYY-MM")]
FieldFilter = Annotated[str | None, Query(max_length=40)]

router = ServiceRouter(prefix="/api/v1", tags=["pledges"])


@router.post("/companies/{company_id}/pledges", policy=OFFER, response_model=PledgePublic, status_code=201)
def pledge_seats(company_id: UUID, body: PledgeCreate, session: WriteSession, actor: Actor) -> Pledge:
    """Promise seats for a field and a month. Promises for the same month add up."""
    return commands.pledge_seats(session, company_id, **body.model_dump(), by=actor)


@router.get("/companies/{company_id}/pledges", policy=OVERSEE, response_model=Listing[PledgePublic])
def list_pledges(company_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Pledge]:
    return queries.pledges(session, company_id, page, by=actor)


@router.patch("/companies/{company_id}/pledges/{pledge_id}", policy=OFFER, response_model=PledgePublic)
def change_pledge(
    company_id: UUID, pledge_id: UUID, body: PledgeChange, *, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Pledge:
    """Promise another number of seats."""
    return commands.change_pledge(session, company_id, pledge_id, changes=body.changes(), expected=if_match, by=actor)


@router.delete("/companies/{company_id}/pledges/{pledge_id}", policy=OFFER)
def withdraw_pledge(company_id: UUID, pledge_id: UUID, session: WriteSession, actor: Actor) -> None:
    """Take a promise back. It stays in the list, with the day."""
    commands.withdraw_pledge(session, company_id, pledge_id, by=actor)


@router.get("/pledges/kept", policy=OVERSEE, response_model=Listing[KeptRate])
def list_kept_rates(session: ReadSession, actor: Actor, page: Page, as_of: date | None = None) -> Rows[dict[str, Any]]:
    """How companies kept their word: seats pledged for months whose time has passed, and those filled in time."""
    return queries.kept_rates(session, page, as_of=as_of or clock.today(), by=actor)


@router.get("/pledges/coverage", policy=OVERVIEW, response_model=Listing[Coverage])
def list_coverage(
    session: ReadSession, page: Page, cohort_id: UUID | None = None, field: FieldFilter = None
) -> Rows[dict[str, Any]]:
    """For each cohort, the seats pledged for the months in which it graduates over the completers expected."""
    return queries.coverage(session, page, cohort_id=cohort_id, field=field)


@router.get("/demand", policy=MANAGE, response_model=list[DemandPublic])
def read_demand(
    session: ReadSession, first: MonthFilter = None, last: MonthFilter = None, field: FieldFilter = None
) -> list[Demand]:
    """Seats pledged and posted by field and month, beside the completers expected then: from this month to six months ahead."""
    return queries.demand(session, **_months(first, last), field=field, today=clock.today())


@router.get("/demand/skills", policy=MANAGE, response_model=list[SkillDemand])
def read_demand_by_skill(
    session: ReadSession, first: MonthFilter = None, last: MonthFilter = None, field: FieldFilter = None
) -> list[dict[str, Any]]:
    """Seats posted or pledged by field, month and skill, beside the completers who will have it, in the same months.

    Who will have a skill follows from what their program is said to lead to; a program of which nothing is said counts nowhere.
    Pledges that name no skill are told by field only.
    """
    return queries.demand_by_skill(session, **_months(first, last), field=field, today=clock.today())


def _months(first: str | None, last: str | None) -> dict[str, str]:
    begin = first or month_of(clock.today())
    return {"first": begin, "last": last or shifted(begin, 6)}
