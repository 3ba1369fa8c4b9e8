"""The search over positions over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.employers import queries
from services.employers.api.policies import READ, RegionFilter
from services.employers.domain.positions import PositionKind, PositionState
from services.employers.queries.position_search import Found, Wish
from services.employers.schemas.search import PositionsFound
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.http import Page, ServiceRouter

router = ServiceRouter(prefix="/api/v1", tags=["employers"])

Words = Annotated[str | None, Query(max_length=200, description="Korean or English, in any spacing: 로봇제어 finds 로봇 제어")]
Skills = Annotated[list[str], Query(max_length=10, description="codes of the taxonomy; each has to be asked for")]
State = Annotated[PositionState | None, Query(description="of those that the caller may see; open when left out")]


@router.get("/positions/search", policy=READ, response_model=PositionsFound)
def search_positions(
    session: ReadSession,
    actor: Actor,
    page: Page,
    *,
    q: Words = None,
    state: State = PositionState.OPEN,
    field: str | None = None,
    kind: PositionKind | None = None,
    region: RegionFilter = None,
    skill: Skills = [],  # noqa: B006 - FastAPI copies it
    salary_from: Annotated[int | None, Query(ge=0, le=1_000_000_000, description="won a year")] = None,
    company_id: UUID | None = None,
) -> Found:
    """Positions by words and filters, and how many postings and seats every further filter would leave."""
    wish = Wish(q, state, field, kind, region, tuple(skill), salary_from, company_id)
    return queries.search_positions(session, page, wish, by=actor)
