"""Routes of placements."""

from uuid import UUID

from services.matching import schemas
from services.matching.api.callers import PROGRAM
from services.matching.commands.corrections import correct_dates
from services.matching.commands.evidence import add_evidence
from services.matching.commands.offers import let_offer_wait
from services.matching.commands.placements import move_placement, propose
from services.matching.domain.placements import PlacementState
from services.matching.queries import placements as placement_queries
from services.matching.queries.visibility import sees_actors
from services.matching.schemas.placements import AnswerDay, DatesCorrection
from services.matching.tables import Placement
from shared.auth.actor import Actor, Role
from shared.auth.policy import allow
from shared.db import ReadSession, WriteSession
from shared.http.conditional import IfMatch
from shared.http.paging import Listing, Page, Rows
from shared.http.parameters import Reply
from shared.http.router import ServiceRouter

router = ServiceRouter(prefix="/api/v1", tags=["matching"])


@router.get(
    "/placements",
    policy=allow(*PROGRAM, Role.UNIVERSITY, Role.EMPLOYER, Role.EXECUTIVE, Role.AUDITOR),
    response_model=Listing[schemas.PlacementPublic],
)
def list_placements(
    session: ReadSession,
    actor: Actor,
    page: Page,
    *,
    state: PlacementState | None = None,
    person_id: UUID | None = None,
    enrolment_id: UUID | None = None,
    cohort_id: UUID | None = None,
    university_id: UUID | None = None,
    position_id: UUID | None = None,
    company_id: UUID | None = None,
) -> Rows[Placement]:
    """Placements, oldest first. Organisations see their own. `?state=offered&sort=effective_on` shows offers by age."""
    wanted = placement_queries.PlacementFilter(state, person_id, enrolment_id, cohort_id, university_id, position_id, company_id)
    return page.fetch(
        session,
        placement_queries.placements(wanted, by=actor),
        key=placement_queries.PLACEMENT_KEY,
        sorts=placement_queries.SORTS,
    )


@router.post("/placements", policy=allow(*PROGRAM), response_model=schemas.PlacementPublic, status_code=201)
def propose_placement(body: schemas.PlacementProposal, session: WriteSession, actor: Actor, reply: Reply) -> Placement:
    """Put a person forward for an open position. 409 where they are no candidate, or are put forward there already."""
    placement = propose(
        session,
        trainee_id=body.trainee_id,
        position_id=body.position_id,
        on=body.effective_on,
        reported_on=body.reported_on,
        converts=body.converts,
        by=actor,
    )
    reply.located(f"/api/v1/placements/{placement.id}")
    return placement


@router.get(
    "/placements/{placement_id}",
    policy=allow(*PROGRAM, Role.UNIVERSITY, Role.EMPLOYER, Role.EXECUTIVE, Role.AUDITOR),
    response_model=schemas.PlacementWithHistory,
)
def read_placement(placement_id: UUID, session: ReadSession, actor: Actor) -> schemas.PlacementWithHistory:
    """One placement with its history and its evidence."""
    whole = placement_queries.placement(session, placement_id, by=actor)
    return schemas.placement_with_history(whole, actors=sees_actors(actor))


@router.post(
    "/placements/{placement_id}/transitions",
    policy=allow(*PROGRAM, Role.UNIVERSITY, Role.EMPLOYER),
    response_model=schemas.PlacementPublic,
)
def take_placement_step(
    placement_id: UUID, body: schemas.PlacementTransition, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Placement:
    """Record a placement's next step. A company may not accept for the trainee; a university records their answers."""
    return move_placement(
        session,
        placement_id,
        to=body.to,
        on=body.effective_on,
        reported_on=body.reported_on,
        reason=body.reason,
        party=body.by,
        answer_by=body.answer_by,
        by=actor,
        expected=if_match,
    )


@router.put("/placements/{placement_id}/answer-by", policy=allow(*PROGRAM, Role.EMPLOYER), response_model=schemas.PlacementPublic)
def let_offer_wait_longer(
    placement_id: UUID, body: AnswerDay, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Placement:
    """Give an offer another last day for its answer. 409 where no offer is out."""
    return let_offer_wait(session, placement_id, until=body.answer_by, by=actor, expected=if_match)


@router.post(
    "/placements/{placement_id}/corrections", policy=allow(*PROGRAM, Role.EMPLOYER), response_model=schemas.PlacementPublic
)
def correct_placement_dates(
    placement_id: UUID, body: DatesCorrection, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Placement:
    """Correct the first or the last day of an employment. What was said before stays in the history. 409 where days overlap."""
    return correct_dates(
        session,
        placement_id,
        started_on=body.started_on,
        ended_on=body.ended_on,
        reason=body.reason,
        reported_on=body.reported_on,
        by=actor,
        expected=if_match,
    )


@router.post(
    "/placements/{placement_id}/evidence",
    policy=allow(*PROGRAM),
    response_model=schemas.PlacementPublic,
    status_code=201,
)
def add_placement_evidence(placement_id: UUID, body: schemas.EvidenceClaim, session: WriteSession, actor: Actor) -> Placement:
    """Add evidence of the employment. The best grade counts; a lower or equal one is kept and leaves the version as it is."""
    return add_evidence(
        session,
        placement_id,
        grade=body.grade,
        reference=body.reference,
        on=body.effective_on,
        reported_on=body.reported_on,
        by=actor,
    )
