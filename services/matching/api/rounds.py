"""Routes of rounds: drafts, rankings, the steps of their life, and what-if."""

from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from services.matching.api.callers import PROGRAM
from services.matching.commands import round_jobs as jobs
from services.matching.commands import rounds as commands
from services.matching.commands.round_placements import propose_from_round
from services.matching.domain.jobs import FEW_PAIRS, UNFINISHED
from services.matching.domain.market.engine import ready_for
from services.matching.domain.rounds.comparing import compare
from services.matching.domain.rounds.life_cycle import NoResult, RoundState
from services.matching.domain.rounds.settings import RoundSettings
from services.matching.queries import rounds as queries
from services.matching.schemas import rounds as schemas
from services.matching.schemas.jobs import RoundJobPublic
from services.matching.tables import Job, Round
from shared.auth.actor import Actor, Role
from shared.auth.policy import Policy, allow
from shared.db import Database, ReadSession, WriteSession
from shared.http.conditional import IfMatch
from shared.http.paging import Listing, Page, Rows
from shared.http.parameters import Reply
from shared.http.router import ServiceRouter
from shared.i18n import negotiate
from shared.versions import check_version

router = ServiceRouter(prefix="/api/v1", tags=["matching"])
RUN: Policy = allow(*PROGRAM)
SPEAK: Policy = allow(*PROGRAM, Role.UNIVERSITY, Role.EMPLOYER)
_LATER: Final[dict[int | str, dict[str, Any]]] = {202: {"description": "Left to the workers: follow it at Location."}}
READ: Policy = allow(*PROGRAM, Role.UNIVERSITY, Role.EMPLOYER, Role.EXECUTIVE, Role.AUDITOR)


@router.get("/rounds", policy=READ, response_model=Listing[schemas.RoundRow])
def list_rounds(
    session: ReadSession, actor: Actor, page: Page, *, state: RoundState | None = None, parent_id: UUID | None = None
) -> Rows[Round]:
    """Rounds, oldest first. Organisations see drafts, in which they may rank, and published rounds that concern them."""
    return page.fetch(session, queries.rounds(by=actor, state=state, parent_id=parent_id), key=queries.ROUND_KEY)


@router.post("/rounds", policy=RUN, response_model=schemas.RoundPublic, status_code=201)
def draft_round(
    body: schemas.RoundDraft, session: WriteSession, actor: Actor, request: Request, reply: Reply
) -> schemas.RoundPublic:
    """Write a round down. With `parent_id` it is a supplementary round: of the trainees and seats that one left."""
    row = commands.draft_round(session, settings=body.settings(), parent_id=body.parent_id, by=actor)
    reply.located(f"/api/v1/rounds/{row.id}")
    return _public(session, row.id, actor, request)


@router.get("/rounds/{round_id}", policy=READ, response_model=schemas.RoundPublic)
def read_round(round_id: UUID, session: ReadSession, actor: Actor, request: Request, reply: Reply) -> schemas.RoundPublic:
    """One round, with its progress, its figures and its proof."""
    found = _public(session, round_id, actor, request)
    reply.headers["Vary"] = "Accept-Language"
    if found.state is RoundState.RUNNING:
        reply.headers["Retry-After"] = "1"
    return found


@router.patch("/rounds/{round_id}", policy=RUN, response_model=schemas.RoundPublic)
def revise_round(
    round_id: UUID, body: schemas.RoundChange, session: WriteSession, actor: Actor, *, if_match: IfMatch, request: Request
) -> schemas.RoundPublic:
    """Change a draft's settings."""
    commands.revise_round(session, round_id, settings=body.said(), by=actor, expected=if_match)
    return _public(session, round_id, actor, request)


@router.put("/rounds/{round_id}/rankings", policy=SPEAK, response_model=schemas.RoundPublic)
def rank_in_round(
    round_id: UUID, body: schemas.RankingGiven, session: WriteSession, actor: Actor, *, if_match: IfMatch, request: Request
) -> schemas.RoundPublic:
    """Hand in what a trainee, or a position, wants most. It replaces the list that the engine would make."""
    commands.rank_in_round(
        session, round_id, side=body.side, owner_id=body.owner_id, ranked=body.ranked, by=actor, expected=if_match
    )
    return _public(session, round_id, actor, request)


@router.post("/rounds/{round_id}/transitions", policy=RUN, response_model=schemas.RoundPublic, responses=_LATER)
def move_round(
    round_id: UUID,
    body: schemas.RoundTransition,
    session: WriteSession,
    actor: Actor,
    *,
    if_match: IfMatch,
    request: Request,
    reply: Reply,
) -> schemas.RoundPublic:
    """Freeze, run, publish or close a round, or bring it back to draft.

    To run it answers 202: follow it at Location. So does to freeze more than some thousand candidates and positions.
    """
    if body.to is RoundState.FROZEN and jobs.is_much(session):
        _left_to_workers(jobs.queue_freeze(session, round_id, by=actor, expected=if_match), reply)
        return _public(session, round_id, actor, request)
    commands.move_round(session, round_id, to=body.to, by=actor, expected=if_match)
    if body.to is RoundState.RUNNING:
        reply.status_code = 202
        reply.located(f"/api/v1/rounds/{round_id}")
    return _public(session, round_id, actor, request)


@router.post("/rounds/{round_id}/placements", policy=RUN, response_model=schemas.ProposalsPublic, responses=_LATER)
def propose_placements(
    round_id: UUID, body: schemas.PlacementsWanted, session: WriteSession, actor: Actor, reply: Reply
) -> schemas.ProposalsPublic:
    """Turn places of a published round into proposed placements. What cannot be proposed any more comes back with its code.

    A whole round of more than 200 is left to the workers: 202, follow the job at Location.
    """
    job = jobs.queue_placements(session, round_id, by=actor) if body.person_ids is None else None
    if job is not None:
        _left_to_workers(job, reply)
        return schemas.ProposalsPublic(items=[], left=jobs.places_left(session, round_id), job_id=job.id)
    items, left = propose_from_round(session, round_id, persons=body.person_ids, by=actor)
    shown = [schemas.ProposedPublic.model_validate(item, from_attributes=True) for item in items]
    return schemas.ProposalsPublic(items=shown, left=left)


@router.post(
    "/rounds/{round_id}/what-if",
    policy=RUN,
    response_model=schemas.ComparisonPublic,
    idempotent=False,
    responses={202: {"description": "Left to the workers: follow it at Location.", "model": RoundJobPublic}},
)
def what_if(
    round_id: UUID,
    body: schemas.RoundChange,
    session: ReadSession,
    actor: Actor,
    *,
    if_match: IfMatch,
    request: Request,
) -> schemas.ComparisonPublic | Response:
    """Solve the frozen input with other settings and compare. Writes nothing of the round. 412 when it changed since it was read.

    A large market is left to the workers: 202, follow the job at Location; the comparison is its result.
    """
    row = queries.round_whole(session, round_id, by=actor).row
    check_version(row, if_match)
    if row.snapshot_hash is None:
        raise NoResult
    settings, other = RoundSettings.from_json(row.settings), RoundSettings.from_json({**row.settings, **body.said()})
    pairs = (row.trainees or 0) * (row.positions or 0)
    if pairs > FEW_PAIRS or not ready_for(pairs):
        database: Database = request.app.state.db
        job = database.run(
            lambda writing: jobs.queue_what_if(writing, round_id, settings=body.said(), by=actor, expected=if_match)
        )
        content = RoundJobPublic.model_validate(job, from_attributes=True).model_dump_json()
        return Response(content, status_code=202, media_type="application/json", headers={"Location": _place(job)})
    comparison = compare(queries.frozen_problem(session, round_id), settings, other)
    told = comparison.as_json(version=row.version, snapshot_hash=row.snapshot_hash)
    return schemas.ComparisonPublic.model_validate(told)


@router.get("/rounds/{round_id}/jobs/{job_id}", policy=RUN, response_model=RoundJobPublic)
def read_round_job(round_id: UUID, job_id: UUID, session: ReadSession, actor: Actor, reply: Reply) -> Job:
    """How far a piece of work on a round is, and what came of it."""
    found = queries.round_job(session, round_id, job_id, by=actor)
    if found.state in UNFINISHED:
        reply.headers["Retry-After"] = "1"
    return found


def _left_to_workers(job: Job, reply: Reply) -> None:
    reply.status_code = 202
    reply.located(_place(job))


def _place(job: Job) -> str:
    return f"/api/v1/rounds/{job.round_id}/jobs/{job.id}"


def _public(session: ReadSession, round_id: UUID, actor: Actor, request: Request) -> schemas.RoundPublic:
    session.flush()
    whole = queries.round_whole(session, round_id, by=actor)
    return schemas.RoundPublic.of(whole, negotiate(request.headers.get("accept-language")))
