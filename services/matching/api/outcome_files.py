"""Routes of files that came in: employment insurance records, and how the rows of any file fared."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.matching.api.callers import PROGRAM
from services.matching.api.follow_ups import LARGEST, LATER, as_csv, located
from services.matching.commands.insurance_files import match_insurance_file
from services.matching.domain.jobs import UNFINISHED
from services.matching.domain.row_outcomes import TEXTS, RowOutcome
from services.matching.queries import follow_ups as queries
from services.matching.schemas.follow_ups import OutcomeFilePublic, OutcomeRowPublic
from services.matching.tables import OutcomeFile
from shared.auth.actor import Actor, Role
from shared.auth.policy import Policy, allow
from shared.db import Database, ReadSession, WriteSession
from shared.http import Upload
from shared.http.paging import Listing, Page, Rows
from shared.http.parameters import Reply
from shared.http.progress import Stage, follow
from shared.http.router import ServiceRouter
from shared.i18n import negotiate, translate

router = ServiceRouter(prefix="/api/v1", tags=["matching"])
SENDERS: Policy = allow(*PROGRAM, Role.UNIVERSITY, Role.AUDITOR)
_CSV = ("line", "outcome", "column", "code", "ko", "en", "placement_id")


@router.post(
    "/employment-insurance-files",
    policy=allow(*PROGRAM),
    response_model=OutcomeFilePublic,
    status_code=201,
    max_body=LARGEST,
    consumes=("text/csv",),
    responses=LATER,
)
def send_insurance_file(file: Upload, session: WriteSession, actor: Actor, reply: Reply) -> OutcomeFile:
    """Match employment insurance records with placements, in UTF-8 or CP949: person_id, business_number, acquired_on, lost_on.

    The person's id comes from trainees, which knows names; a file that holds anything more is refused whole. A match is
    evidence of grade 4, what differs becomes a mismatch, and each row has its fate. More than 1,000 rows: 202, follow Location.
    """
    return located(match_insurance_file(session, file.content, by=actor), reply)


@router.get("/outcome-files/{file_id}", policy=SENDERS, response_model=OutcomeFilePublic)
def read_outcome_file(file_id: UUID, session: ReadSession, actor: Actor, reply: Reply) -> OutcomeFile:
    """How many rows of a file fared how. A university sees the files that it sent."""
    found = queries.visible_file(session, file_id, by=actor)
    if found.state in UNFINISHED:
        reply.headers["Retry-After"] = "1"
    return found


@router.get("/outcome-files/{file_id}/events", policy=SENDERS, produces="text/event-stream")
async def follow_outcome_file(file_id: UUID, actor: Actor, request: Request) -> StreamingResponse:
    """Follow a long file: `progress` events with its state and counts, the last one when all rows were worked on."""
    database: Database = request.app.state.db

    def look() -> Stage:
        with database.read() as session:
            file = queries.visible_file(session, file_id, by=actor)
            content = file.model_dump(include={"state", "progress", "counts", "failure"})
            return Stage(file.progress, file.state in UNFINISHED, content)

    return await follow(look)


@router.get("/outcome-files/{file_id}/rows", policy=SENDERS, response_model=Listing[OutcomeRowPublic])
def list_outcome_rows(
    file_id: UUID,
    session: ReadSession,
    actor: Actor,
    page: Page,
    request: Request,
    *,
    reply: Reply,
    outcome: RowOutcome | None = None,
) -> Rows[OutcomeRowPublic]:
    """How each row of a file fared, by line."""
    queries.visible_file(session, file_id, by=actor)
    language = negotiate(request.headers.get("accept-language"))
    reply.headers.update({"Content-Language": language, "Vary": "Accept-Language"})
    rows = page.fetch(session, queries.rows_of_file(file_id, outcome=outcome), key=queries.ROW_KEY)
    return Rows([OutcomeRowPublic.of(row, language) for row in rows.items], rows.next, rows.total)


@router.get("/outcome-files/{file_id}/rows.csv", policy=SENDERS, produces="text/csv")
def download_outcome_rows(file_id: UUID, session: ReadSession, actor: Actor) -> Response:
    """The same as a file, in both languages."""
    queries.visible_file(session, file_id, by=actor)
    rows = session.scalars(queries.rows_of_file(file_id).order_by(*queries.ROW_KEY))
    said = ((row.line, row.outcome, row.column, row.code, *_texts(row.code), row.placement_id) for row in rows)
    return as_csv(f"rows-{file_id}.csv", _CSV, said)


def _texts(code: str | None) -> tuple[str, str]:
    return ("", "") if code is None else (translate(TEXTS[code], "ko"), translate(TEXTS[code], "en"))
