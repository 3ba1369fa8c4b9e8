"""Who is who, over HTTP: search, duplicates, merge and unmerge, erasure, who saw what."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request

from services.trainees import schemas
from services.trainees.api.policies import AUDIT, MANAGE, SEE_PERSONS
from services.trainees.commands.duplicates import decide_pair, examine
from services.trainees.commands.erasure import erase_person as erase
from services.trainees.commands.merging import merge_persons as merge
from services.trainees.commands.merging import unmerge_person as unmerge
from services.trainees.domain.identity import Ground
from services.trainees.queries import duplicates as queries
from services.trainees.queries.access import accesses
from services.trainees.queries.person_search import record, records, search, trainees
from services.trainees.queries.persons import masked
from services.trainees.tables import AccessEntry, DuplicatePair, PairState, Person
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.errors import N_, NotFound
from shared.http import IfMatch, Listing, Page, Rows, ServiceRouter
from shared.http.row_results import language_of

router = ServiceRouter(prefix="/api/v1")
MOST_FOUND: Final = 50


@router.post("/persons/search", policy=SEE_PERSONS, response_model=schemas.PersonsFound, idempotent=False)
def search_persons(body: schemas.PersonSearch, session: ReadSession, actor: Actor) -> schemas.PersonsFound:
    """The persons of whom all that is given is true, masked; a university finds those who train there."""
    statement = search(session, actor=actor, **body.model_dump())
    found = session.scalars(statement.limit(MOST_FOUND + 1)).all()
    items = [schemas.PersonMasked.model_validate(masked(session, each), from_attributes=True) for each in found[:MOST_FOUND]]
    return schemas.PersonsFound(items=items, more=len(found) > MOST_FOUND)


@router.post("/persons/merge", policy=MANAGE, response_model=schemas.PersonIdentity)
def merge_persons(body: schemas.PersonsMerge, session: WriteSession, actor: Actor) -> Person:
    """Two persons are one human: let one count as the other. Nothing is deleted, and it can be taken back."""
    return merge(session, body.survivor_id, body.merged_id, by=actor)


@router.post("/persons/unmerge", policy=MANAGE, response_model=schemas.PersonIdentity)
def unmerge_person(body: schemas.PersonsUnmerge, session: WriteSession, actor: Actor) -> Person:
    """Take a merge back: the person counts as themself again, and the pair is remembered as not a duplicate."""
    return unmerge(session, body.person_id, by=actor)


@router.post("/persons/{person_id}/erasure", policy=MANAGE, response_model=schemas.PersonIdentity)
def erase_person(person_id: UUID, body: schemas.PersonErasure, session: WriteSession, actor: Actor) -> Person:
    """Destroy what is known of a person, on their request. They still count; 409 while an enrolment lives."""
    return erase(session, person_id, ground=Ground(body.ground), by=actor)


@router.get("/duplicates", policy=MANAGE, response_model=Listing[schemas.DuplicatePublic])
def list_duplicates(
    *,
    session: ReadSession,
    page: Page,
    request: Request,
    state: PairState | None = None,
    person_id: UUID | None = None,
) -> Rows[Any]:
    """Pairs of persons who may be one human; `sort=-score` shows the likeliest first."""
    statement = queries.queue(state=state, person_id=person_id)
    found = page.fetch(session, statement, key=[DuplicatePair.id], sorts={"score": DuplicatePair.score})
    return Rows(queries.shown(session, found.items, language=language_of(request)), found.next, found.total)


@router.post("/duplicates/search", policy=MANAGE, response_model=schemas.DuplicatesFound)
def search_duplicates(session: WriteSession) -> schemas.DuplicatesFound:
    """Look for duplicates of records that changed since the hourly search."""
    examined, new = examine(session)
    return schemas.DuplicatesFound(new=new, examined=examined)


@router.get("/duplicates/{pair_id}", policy=MANAGE, response_model=schemas.DuplicatePublic)
def read_duplicate(pair_id: UUID, session: ReadSession, request: Request) -> queries.Duplicate:
    pair = session.get(DuplicatePair, pair_id)
    if pair is None:
        raise NotFound(N_("duplicate"))
    [shown] = queries.shown(session, [pair], language=language_of(request))
    return shown


@router.post("/duplicates/{pair_id}/decision", policy=MANAGE, response_model=schemas.DuplicatePublic)
def decide_duplicate(
    pair_id: UUID,
    body: schemas.DuplicateDecision,
    *,
    session: WriteSession,
    actor: Actor,
    if_match: IfMatch,
    request: Request,
) -> queries.Duplicate:
    """Make the two one, or say that they are not: then they are not shown again."""
    pair = decide_pair(session, pair_id, by=actor, expected_version=if_match, **body.model_dump())
    [shown] = queries.shown(session, [pair], language=language_of(request))
    return shown


@router.get("/trainees", policy=SEE_PERSONS, response_model=Listing[schemas.TraineePublic])
def list_trainees(session: ReadSession, actor: Actor, page: Page) -> Rows[Any]:
    """Every human once, masked, with everything they took part in; a university sees its own."""
    found = page.fetch(session, trainees(actor=actor), key=[Person.id])
    return Rows(records(session, found.items, actor=actor), found.next, found.total)


@router.get("/trainees/{person_id}", policy=SEE_PERSONS, response_model=schemas.TraineePublic)
def read_trainee(person_id: UUID, session: ReadSession, actor: Actor) -> Any:
    """A person's record with everything they took part in, asked for by any of their ids."""
    return record(session, person_id, actor=actor)


@router.get("/access-log", policy=AUDIT, response_model=Listing[schemas.AccessEntryPublic])
def list_accesses(
    *,
    session: ReadSession,
    page: Page,
    person_id: UUID | None = None,
    actor: str | None = None,
    since: datetime | None = None,
) -> Rows[Any]:
    """Who saw, took out or destroyed whose data, when, from where and what for."""
    statement = accesses(person_id=person_id, actor=actor, since=since)
    return page.fetch(session, statement, key=[AccessEntry.id], sorts={"recorded_at": AccessEntry.recorded_at})
