"""Applications and enrolments over HTTP."""

from typing import Any
from uuid import UUID

from services.trainees import schemas
from services.trainees.api.policies import ADMIT, MANAGE, READ
from services.trainees.commands.applications import apply_to_cohort
from services.trainees.commands.corrections import correct_enrolment as correct
from services.trainees.commands.enrolments import move_enrolment as move
from services.trainees.domain.persons import PersonData
from services.trainees.domain.stages import Stage
from services.trainees.queries import enrolments as queries
from services.trainees.queries.scope import visible
from services.trainees.tables import Enrolment
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter

router = ServiceRouter(prefix="/api/v1")


@router.post("/applications", policy=ADMIT, response_model=schemas.EnrolmentPublic, status_code=201)
def apply(body: schemas.ApplicationCreate, session: WriteSession, actor: Actor, reply: Reply) -> Enrolment:
    """Apply to a cohort. 409 while an enrolment of the same person in it lives; after an ended one the new one follows it."""
    enrolment = apply_to_cohort(
        session,
        body.cohort_id,
        person=PersonData(**body.person.model_dump()),
        by=actor,
        student_no=body.student_no,
        applied_on=body.applied_on,
        reported_on=body.reported_on,
        residence=body.residence,
        degree=body.degree.model_dump() if body.degree else None,
        again=body.again,
        gender=body.gender,
    )
    reply.located(f"/api/v1/enrolments/{enrolment.id}")
    return enrolment


@router.get("/enrolments", policy=READ, response_model=Listing[schemas.EnrolmentPublic])
def list_enrolments(
    *,
    session: ReadSession,
    actor: Actor,
    page: Page,
    cohort_id: UUID | None = None,
    stage: Stage | None = None,
    person_id: UUID | None = None,
    university_id: UUID | None = None,
) -> Rows[Any]:
    """The enrolments; a university sees its own."""
    statement = queries.enrolments(
        actor=actor, cohort_id=cohort_id, stage=stage, person_id=person_id, university_id=university_id
    )
    return page.fetch(session, statement, key=[Enrolment.id], sorts={"stage_since": Enrolment.stage_since})


@router.get("/enrolments/{enrolment_id}", policy=READ, response_model=schemas.EnrolmentWithHistory)
def read_enrolment(enrolment_id: UUID, session: ReadSession, actor: Actor) -> dict[str, Any]:
    """An enrolment with every step it took. Notes are shown to those who work with the person."""
    enrolment = visible(session, Enrolment, enrolment_id, actor=actor)
    return {**enrolment.model_dump(), "history": queries.history(session, enrolment_id, actor=actor)}


@router.post("/enrolments/{enrolment_id}/transitions", policy=MANAGE, response_model=schemas.EnrolmentPublic)
def move_enrolment(
    enrolment_id: UUID, body: schemas.EnrolmentTransition, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Enrolment:
    """Move an enrolment to another stage. 409 with the legal stages when the move is not one of them."""
    return move(session, enrolment_id, by=actor, expected_version=if_match, **body.model_dump())


@router.post("/enrolments/{enrolment_id}/corrections", policy=MANAGE, response_model=schemas.EnrolmentPublic)
def correct_enrolment(
    enrolment_id: UUID, body: schemas.CorrectionCreate, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Enrolment:
    """Say what should have been said of an earlier step, or that it should not have been. The history keeps both."""
    said = body.model_dump(exclude={"taken_back"})
    return correct(session, enrolment_id, by=actor, expected_version=if_match, voids=body.taken_back, **said)
