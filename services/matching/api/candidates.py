"""Routes of candidates."""

from uuid import UUID

from services.matching import schemas
from services.matching.api.callers import PROGRAM
from services.matching.domain.candidates import Stage
from services.matching.queries import candidates as candidate_queries
from shared.auth.actor import Actor, Role
from shared.auth.policy import allow
from shared.db import ReadSession
from shared.http.paging import Listing, Page, Rows
from shared.http.router import ServiceRouter

router = ServiceRouter(prefix="/api/v1", tags=["matching"])


@router.get("/candidates", policy=allow(*PROGRAM, Role.UNIVERSITY), response_model=Listing[schemas.CandidatePublic])
def list_candidates(
    session: ReadSession,
    actor: Actor,
    page: Page,
    *,
    field: str | None = None,
    stage: Stage | None = None,
    person_id: UUID | None = None,
    cohort_id: UUID | None = None,
    university_id: UUID | None = None,
) -> Rows[schemas.CandidatePublic]:
    """Enrolments whose trainees can be put forward, and those on leave. A university sees its own."""
    wanted = candidate_queries.CandidateFilter(field, stage, person_id, cohort_id, university_id)
    statement = candidate_queries.candidates(wanted, by=actor)
    return page.fetch(session, statement, key=candidate_queries.CANDIDATE_KEY)
