"""Routes of what came out of a round: lists, files, explanations, and its course as server-sent events."""

from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.matching.api.rounds import READ, RUN
from services.matching.domain.jobs import UNFINISHED
from services.matching.domain.rounds.life_cycle import RoundState
from services.matching.domain.rounds.report import Unplaced, Vacant
from services.matching.queries import round_files
from services.matching.queries import rounds as queries
from services.matching.schemas import rounds as schemas
from services.matching.tables import RoundAssignment
from shared.auth.actor import Actor
from shared.db import Database, ReadSession
from shared.errors import N_, FieldError, Invalid
from shared.http.paging import Listing, Page, Rows
from shared.http.parameters import Reply
from shared.http.progress import Stage, follow
from shared.http.router import ServiceRouter
from shared.i18n import negotiate

router = ServiceRouter(prefix="/api/v1", tags=["matching"])
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/rounds/{round_id}/assignments", policy=READ, response_model=Listing[schemas.AssignmentPublic])
def list_assignments(
    round_id: UUID, session: ReadSession, actor: Actor, page: Page, *, placed: bool | None = None, position_id: UUID | None = None
) -> Rows[RoundAssignment]:
    """What came out for each trainee. Organisations see their own once the round is published."""
    queries.with_result(session, round_id, by=actor)
    statement = queries.assignments(round_id, by=actor, placed=placed, position_id=position_id)
    return page.fetch(session, statement, key=queries.ASSIGNMENT_KEY)


@router.get("/rounds/{round_id}/assignments.csv", policy=READ, produces="text/csv")
def export_assignments_csv(round_id: UUID, session: ReadSession, actor: Actor, request: Request) -> Response:
    """The same as a file that Excel opens, with the reasons in words."""
    queries.with_result(session, round_id, by=actor)
    language = negotiate(request.headers.get("accept-language"))
    content = round_files.as_csv(session, queries.assignments(round_id, by=actor), language)
    return Response(content, media_type="text/csv; charset=utf-8", headers=_attached(round_id, "csv"))


@router.get("/rounds/{round_id}/assignments.xlsx", policy=READ, produces=XLSX)
def export_assignments_xlsx(round_id: UUID, session: ReadSession, actor: Actor, request: Request) -> Response:
    """The same as a workbook."""
    queries.with_result(session, round_id, by=actor)
    language = negotiate(request.headers.get("accept-language"))
    content = round_files.as_xlsx(session, queries.assignments(round_id, by=actor), language)
    return Response(content, media_type=XLSX, headers=_attached(round_id, "xlsx"))


@router.get("/rounds/{round_id}/explanations", policy=READ, response_model=Listing[schemas.ExplanationPublic])
def explain_round(
    round_id: UUID,
    session: ReadSession,
    actor: Actor,
    page: Page,
    *,
    request: Request,
    reply: Reply,
    about: str = "trainees",
    person_id: UUID | None = None,
    position_id: UUID | None = None,
) -> Rows[schemas.ExplanationPublic]:
    """Why trainees have no place (`about=trainees`) and seats are empty (`about=positions`).

    For one trainee or one position also which hard rules kept them from what, how often, and which skill would open most.
    """
    row = queries.with_result(session, round_id, by=actor)
    language = negotiate(request.headers.get("accept-language"))
    reply.headers.update({"Content-Language": language, "Vary": "Accept-Language"})
    if about not in {"trainees", "positions"} or (person_id is not None and position_id is not None):
        raise Invalid(FieldError("about", "not_a_choice", N_("Must be one of: {expected}."), {"expected": "trainees, positions"}))
    if person_id is not None:
        mine = queries.assignment(session, round_id, person_id, by=actor)
        nobody = mine.reason in {Unplaced.KEPT_OUT, Unplaced.NOBODY_MATCHES}
        ranking = queries.why_nobody(session, row, person_id=person_id) if nobody else None
        return Rows(items=[schemas.of_assignment(mine, language, ranking)])
    if position_id is not None:
        ours = queries.vacancy(session, round_id, position_id, by=actor)
        ranking = queries.why_nobody(session, row, position_id=position_id) if ours.reason == Vacant.NOT_LISTED else None
        return Rows(items=[schemas.of_vacancy(ours, language, ranking)])
    if about == "positions":
        empty = page.fetch(session, queries.vacancies(round_id, by=actor, empty=True), key=queries.VACANCY_KEY)
        return Rows([schemas.of_vacancy(each, language) for each in empty.items], empty.next, empty.total)
    unplaced = page.fetch(session, queries.assignments(round_id, by=actor, placed=False), key=queries.ASSIGNMENT_KEY)
    return Rows([schemas.of_assignment(each, language) for each in unplaced.items], unplaced.next, unplaced.total)


@router.get("/rounds/{round_id}/events", policy=READ, produces="text/event-stream")
async def follow_round(round_id: UUID, actor: Actor, request: Request) -> StreamingResponse:
    """Follow a run: `progress` events with state and progress, the last one when it is through."""
    database: Database = request.app.state.db

    def look() -> Stage:
        with database.read() as session:
            whole = queries.round_whole(session, round_id, by=actor)
        content = {"state": whole.row.state, "progress": whole.progress, "failure": whole.failure}
        return Stage(whole.row.version, whole.row.state is RoundState.RUNNING, content)

    return await follow(look)


@router.get("/rounds/{round_id}/jobs/{job_id}/events", policy=RUN, produces="text/event-stream")
async def follow_round_job(round_id: UUID, job_id: UUID, actor: Actor, request: Request) -> StreamingResponse:
    """Follow a piece of work on a round: `progress` events, the last one when it is done or failed. What came of it is to be
    read where the job is.
    """
    database: Database = request.app.state.db

    def look() -> Stage:
        with database.read() as session:
            job = queries.round_job(session, round_id, job_id, by=actor)
            content = job.model_dump(include={"kind", "state", "progress", "failure"})
            return Stage(job.progress, job.state in UNFINISHED, content)

    return await follow(look)


def _attached(round_id: UUID, suffix: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="round-{round_id}.{suffix}"', "Vary": "Accept-Language"}
