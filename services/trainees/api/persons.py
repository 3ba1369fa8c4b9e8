"""Persons over HTTP: masked in the list, whole one at a time and never without a trace."""

from typing import Any
from uuid import UUID

from starlette.requests import Request

from services.trainees import schemas
from services.trainees.api.policies import SEE_PERSONS
from services.trainees.api.purposes import Purpose, PurposeNote
from services.trainees.commands.access import read_person as read_whole
from services.trainees.commands.eligibility import tell_circumstances
from services.trainees.domain.purposes import stated_if_any
from services.trainees.queries import persons as queries
from services.trainees.queries.eligibility import circumstances
from services.trainees.queries.scope import visible_person
from services.trainees.tables import PersonRecord
from shared.auth.actor import Actor
from shared.db import Database, ReadSession, WriteSession
from shared.http import Listing, Page, Reply, Rows, ServiceRouter

router = ServiceRouter(prefix="/api/v1")


@router.get("/persons", policy=SEE_PERSONS, response_model=Listing[schemas.PersonMasked])
def list_persons(
    session: ReadSession, actor: Actor, page: Page, cohort_id: UUID | None = None, university_id: UUID | None = None
) -> Rows[Any]:
    """The persons with an enrolment there, masked; a university sees those with one of its own."""
    statement = queries.persons(actor=actor, cohort_id=cohort_id, university_id=university_id)
    found = page.fetch(session, statement, key=[PersonRecord.person_id])
    return Rows([queries.masked(session, record) for record in found.items], found.next, found.total)


@router.get("/persons/{person_id}", policy=SEE_PERSONS, response_model=schemas.PersonPublic)
def read_person(
    person_id: UUID, actor: Actor, request: Request, reply: Reply, *, purpose: Purpose = None, purpose_note: PurposeNote = None
) -> queries.WholePerson:
    """A person whole. The access is on record before the answer leaves; without the record there is no answer."""
    # A read that writes: routes of the GET kind are given no write session, so it takes its own.
    database: Database = request.app.state.db
    origin = request.client.host if request.client else None
    said = stated_if_any(purpose, purpose_note)
    person = database.run(lambda session: read_whole(session, person_id, by=actor, origin=origin, purpose=said))
    reply.etag = f'"{int(person.changed_at.timestamp() * 1_000_000)}"'
    return person


@router.get("/persons/{person_id}/circumstances", policy=SEE_PERSONS, response_model=Listing[schemas.CircumstancePublic])
def list_circumstances(person_id: UUID, session: ReadSession, actor: Actor) -> Rows[Any]:
    """What was told of a person's residence and degrees, in the order it was told."""
    visible_person(session, person_id, actor=actor)
    return Rows(circumstances(session, person_id))


@router.post("/persons/{person_id}/circumstances", policy=SEE_PERSONS, response_model=schemas.CircumstancePublic, status_code=201)
def tell_circumstance(
    person_id: UUID, body: schemas.CircumstanceCreate, session: WriteSession, actor: Actor
) -> schemas.CircumstancePublic:
    """Tell where a person lives, or what degree they have, since a day. What was decided before stays as it was decided."""
    tell_circumstances(session, person_id, [(body.kind, body.region, body.effective_on, body.state)], by=actor)
    return schemas.CircumstancePublic(**body.model_dump())
