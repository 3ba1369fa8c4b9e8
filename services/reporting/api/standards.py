"""One cohort by many standards, what ripens when, and whom to ask."""

from typing import Annotated, Final

from fastapi import Query

from services.reporting.api.dimensions import Asked, by_dimensions
from services.reporting.api.indicators import AsOf, KnownAt
from services.reporting.domain.values import KNOWN_ENOUGH
from services.reporting.queries.entitlement import SEES_EVERYTHING, SEES_WHO
from services.reporting.queries.maturity import calendar, follow_up_list
from services.reporting.queries.standards import side_by_side
from services.reporting.queries.values import question
from services.reporting.schemas.standards import DuePublic, FollowUpListPublic, StandardsPublic
from shared.auth.actor import Actor
from shared.auth.policy import allow
from shared.db import ReadSession
from shared.http import Listing, Rows, ServiceRouter

router: Final = ServiceRouter(prefix="/api/v1", tags=["standards"])


@router.get("/standards", policy=allow(*SEES_WHO), response_model=StandardsPublic)
@by_dimensions
def compare_standards(session: ReadSession, *, asked: Asked, as_of: AsOf = None, known_at: KnownAt = None) -> StandardsPublic:
    """The same facts as HRD-Net, KEDI, WIOA, CIRR and NACE count them, and from each to the next in counted steps.

    Usually asked with `cohort_id`. Steps count few persons, and name them by id: for the program's own staff.
    """
    scope = question(session, as_of=as_of, known_at=known_at, only=asked, staff=True)
    return StandardsPublic.of(side_by_side(session, scope), scope)


@router.get("/maturity", policy=allow(*SEES_EVERYTHING), response_model=Listing[DuePublic])
@by_dimensions
def read_maturity_calendar(
    session: ReadSession, actor: Actor, *, asked: Asked, as_of: AsOf = None, known_at: KnownAt = None
) -> Rows[DuePublic]:
    """Which indicator of which cohort can be computed from when on, what comes next first; how many, for the own staff."""
    staff = actor.has(*SEES_WHO)
    scope = question(session, as_of=as_of, known_at=known_at, only=asked, staff=staff)
    found = [DuePublic.model_validate(due) for due in calendar(session, scope)]
    unsaid = {"counted": None, "waiting": None}
    return Rows(found if staff else [due.model_copy(update=unsaid) for due in found])


@router.get("/maturity/follow-ups", policy=allow(*SEES_WHO), response_model=FollowUpListPublic)
@by_dimensions
def list_whom_to_ask(
    session: ReadSession,
    *,
    asked: Asked,
    threshold: Annotated[float, Query(gt=0, le=100, description="per cent of the outcomes that are to be known")] = KNOWN_ENOUGH,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> FollowUpListPublic:
    """Whose outcome is not known, and of how many it has to be heard to reach the threshold."""
    scope = question(session, as_of=as_of, known_at=known_at, only=asked, staff=True)
    return FollowUpListPublic.of(follow_up_list(session, scope, threshold=threshold, limit=limit))
