"""What is done with a whole cohort over HTTP: transitions in bulk, the waiting list, eligibility."""

from collections import Counter
from uuid import UUID

from starlette.requests import Request

from services.trainees import schemas
from services.trainees.api.policies import MANAGE, READ
from services.trainees.commands.bulk_transitions import move_cohort as move
from services.trainees.commands.eligibility import decide_eligibility, decide_for_cohort
from services.trainees.domain.eligibility import Verdict
from services.trainees.queries import eligibility as queries
from services.trainees.queries.places import waiting
from services.trainees.queries.scope import visible
from services.trainees.tables import Cohort, Enrolment
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import Listing, Reply, Rows, ServiceRouter
from shared.http.row_results import language_of, row_problem

router = ServiceRouter(prefix="/api/v1")


@router.post("/cohorts/{cohort_id}/transitions", policy=MANAGE, response_model=schemas.CohortTransitionPublic, status_code=207)
def move_cohort(
    cohort_id: UUID, body: schemas.CohortTransition, session: WriteSession, actor: Actor, request: Request
) -> schemas.CohortTransitionPublic:
    """Move many enrolments of a cohort at once. Each row has a result of its own; one that cannot go stops no other."""
    results = move(session, cohort_id, by=actor, **body.said())
    language = language_of(request)
    refused = sum(each.refusal is not None for each in results)
    shown = [
        schemas.TransitionResult(
            enrolment_id=each.enrolment_id,
            status=each.refusal.status if each.refusal else 200,
            stage=each.stage,
            version=each.version,
            problem=row_problem(each.refusal, language),
        )
        for each in results
    ]
    moved = len(results) - refused
    return schemas.CohortTransitionPublic(preview=body.preview, moved=moved, refused=refused, results=shown)


@router.get("/cohorts/{cohort_id}/waiting-list", policy=READ, response_model=Listing[schemas.WaitingPublic])
def read_waiting_list(cohort_id: UUID, session: ReadSession, actor: Actor) -> Rows[schemas.WaitingPublic]:
    """Who waits for a place, the next one first."""
    visible(session, Cohort, cohort_id, actor=actor)
    found = enumerate(session.scalars(waiting(cohort_id)), 1)
    return Rows([_place(position, each) for position, each in found])


def _place(position: int, each: Enrolment) -> schemas.WaitingPublic:
    return schemas.WaitingPublic(position=position, enrolment_id=each.id, person_id=each.person_id, since=each.stage_since)


@router.post("/cohorts/{cohort_id}/eligibility", policy=MANAGE, response_model=schemas.EligibilityCounts)
def decide_cohort(cohort_id: UUID, session: WriteSession, actor: Actor) -> schemas.EligibilityCounts:
    """Decide about every applicant who is not decided yet, as of the application deadline."""
    made = decide_for_cohort(session, cohort_id, by=actor)
    counts = Counter(each.verdict for each in made)
    by_verdict = {verdict.value: counts[verdict] for verdict in Verdict}
    return schemas.EligibilityCounts(decided=len(made), **by_verdict)


@router.post("/enrolments/{enrolment_id}/eligibility", policy=MANAGE, response_model=schemas.EligibilityPublic, status_code=201)
def decide_enrolment(enrolment_id: UUID, session: WriteSession, actor: Actor, request: Request, reply: Reply) -> queries.Decision:
    """Decide about one applicant, as of the application deadline. 409 when it is decided: later changes change nothing."""
    visible(session, Enrolment, enrolment_id, actor=actor)
    decision = decide_eligibility(session, enrolment_id, by=actor)
    reply.located(f"/api/v1/enrolments/{enrolment_id}/eligibility")
    return queries.explained(session, decision, with_facts=True, language=language_of(request))


@router.get("/enrolments/{enrolment_id}/eligibility", policy=READ, response_model=Listing[schemas.EligibilityPublic])
def read_eligibility(enrolment_id: UUID, session: ReadSession, actor: Actor, request: Request) -> Rows[queries.Decision]:
    """Every decision about an applicant with each rule's outcome. The facts are shown to those who work with the person."""
    visible(session, Enrolment, enrolment_id, actor=actor)
    return Rows(queries.decisions(session, enrolment_id, actor=actor, language=language_of(request)))
