"""Many placements at once over HTTP. Each row has a result of its own (207)."""

from collections.abc import Sequence

from starlette.requests import Request

from services.matching import schemas
from services.matching.api.callers import PROGRAM
from services.matching.commands.placement_lists import (
    Asked,
    Outcome,
    Proof,
    Proposal,
    move_placements,
    propose_all,
    prove_placements,
)
from shared.auth.actor import Actor, Role
from shared.auth.policy import allow
from shared.db import WriteSession
from shared.http.router import ServiceRouter
from shared.http.row_results import language_of, row_problem

router = ServiceRouter(prefix="/api/v1", tags=["matching"])


@router.post("/placements/proposals", policy=allow(*PROGRAM), response_model=schemas.RowOutcomes, status_code=207)
def propose_placements_listed(
    body: schemas.PlacementProposals, session: WriteSession, actor: Actor, request: Request
) -> schemas.RowOutcomes:
    """Put many persons forward. One that cannot be keeps no other from theirs."""
    rows = [Proposal(**row.model_dump()) for row in body.rows]
    return _shown(propose_all(session, rows, by=actor), request, done=201)


@router.post(
    "/placements/transitions",
    policy=allow(*PROGRAM, Role.UNIVERSITY, Role.EMPLOYER),
    response_model=schemas.RowOutcomes,
    status_code=207,
)
def take_placement_steps(
    body: schemas.PlacementsTransition, session: WriteSession, actor: Actor, request: Request
) -> schemas.RowOutcomes:
    """Record the same next step of many placements, as for a single one."""
    outcomes = move_placements(
        session,
        [Asked(**row.model_dump()) for row in body.rows],
        to=body.to,
        on=body.effective_on,
        reported_on=body.reported_on,
        reason=body.reason,
        party=body.by,
        answer_by=body.answer_by,
        by=actor,
    )
    return _shown(outcomes, request, done=200)


@router.post("/placements/evidence", policy=allow(*PROGRAM), response_model=schemas.RowOutcomes, status_code=207)
def add_evidence_of_placements(
    body: schemas.PlacementEvidences, session: WriteSession, actor: Actor, request: Request
) -> schemas.RowOutcomes:
    """Add evidence of many employments."""
    rows = [Proof(**row.model_dump()) for row in body.rows]
    return _shown(prove_placements(session, rows, by=actor), request, done=201)


def _shown(outcomes: Sequence[Outcome], request: Request, *, done: int) -> schemas.RowOutcomes:
    language = language_of(request)
    results = [
        schemas.RowOutcome(
            status=each.refusal.status if each.refusal else done,
            placement=schemas.PlacementPublic.model_validate(each.placement, from_attributes=True) if each.placement else None,
            problem=row_problem(each.refusal, language),
        )
        for each in outcomes
    ]
    refused = sum(each.refusal is not None for each in outcomes)
    return schemas.RowOutcomes(done=len(outcomes) - refused, refused=refused, results=results)
