"""Positions in files over HTTP: a template out, a file in, its preview, and what became of every line."""

from typing import Any, Final, Literal
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.employers import commands, queries
from services.employers.api.policies import OFFER
from services.employers.schemas.imports import PositionImportPublic
from services.employers.tables.imports import ImportState
from shared.auth.actor import Actor
from shared.db import Database, ReadSession, WriteSession
from shared.http import IfMatch, Reply, ServiceRouter, Upload
from shared.http.progress import Stage, follow
from shared.i18n import Language, negotiate

router = ServiceRouter(prefix="/api/v1", tags=["employers"])
LARGEST: Final = 20 * 1024 * 1024
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"


@router.get("/positions/imports/template.csv", policy=OFFER, produces="text/csv")
def read_import_template(session: ReadSession, request: Request) -> Response:  # noqa: ARG001 - a read like every other
    """An empty file for positions, with the names of all columns and an example; in the language of Accept-Language."""
    return file(queries.template(xlsx=False, language=_language(request)), "positions-template", "csv")


@router.get("/positions/imports/template.xlsx", policy=OFFER, produces=XLSX)
def read_import_workbook(session: ReadSession, request: Request) -> Response:  # noqa: ARG001 - a read like every other
    """The same for Excel."""
    return file(queries.template(xlsx=True, language=_language(request)), "positions-template", "xlsx")


@router.post(
    "/positions/imports",
    policy=OFFER,
    response_model=PositionImportPublic,
    status_code=201,
    max_body=LARGEST,
    consumes=("text/csv", XLSX, "multipart/form-data"),
)
def preview_position_import(
    company_id: UUID, upload: Upload, session: WriteSession, actor: Actor, *, request: Request, reply: Reply
) -> dict[str, Any]:
    """Look at a file of positions: what would become of every line. Nothing is written down before it is committed.

    A file that cannot be used as a whole is refused (422, `broken_file`); a line that cannot be used stops no other. Of more than
    1,000 lines (up to 20,000) the answer is 202: the preview is made meanwhile, `state` and `/events` tell how far it is.
    """
    found = commands.preview_import(session, company_id, upload.content, by=actor)
    reply.located(f"/api/v1/positions/imports/{found.id}")
    reply.status_code = 202 if found.state is ImportState.READING else None
    return queries.import_report(session, found, _language(request))


@router.get("/positions/imports/{import_id}", policy=OFFER, response_model=PositionImportPublic)
def read_position_import(import_id: UUID, session: ReadSession, actor: Actor, request: Request) -> dict[str, Any]:
    """What would become, or became, of every line."""
    return queries.import_report(session, queries.position_import(session, import_id, by=actor), _language(request))


@router.post("/positions/imports/{import_id}/commit", policy=OFFER, response_model=PositionImportPublic)
def commit_position_import(
    import_id: UUID, session: WriteSession, actor: Actor, *, if_match: IfMatch, request: Request, reply: Reply
) -> dict[str, Any]:
    """Write down, as drafts, all positions of the file with which nothing is wrong. 409 when that was done already.

    Of more than 1,000 lines the answer is 202: they are written down meanwhile.
    """
    found = commands.commit_import(session, import_id, expected=if_match, by=actor)
    if found.state is ImportState.WRITING:
        reply.status_code = 202
        reply.located(f"/api/v1/positions/imports/{found.id}")
    return queries.import_report(session, found, _language(request))


@router.get("/positions/imports/{import_id}/events", policy=OFFER, produces="text/event-stream")
async def follow_position_import(import_id: UUID, actor: Actor, request: Request) -> StreamingResponse:
    """Follow a file: `progress` events with its state and counts, until it waits for somebody or is through."""
    database: Database = request.app.state.db

    def look() -> Stage:
        with database.read() as session:
            found = queries.position_import(session, import_id, by=actor)
            content = found.model_dump(include={"state", "total", "ready", "accepted"})
            return Stage(found.version, found.state in {ImportState.READING, ImportState.WRITING}, content)

    return await follow(look)


@router.get("/positions/imports/{import_id}/errors.csv", policy=OFFER, produces="text/csv")
def read_position_import_errors(import_id: UUID, session: ReadSession, actor: Actor) -> Response:
    """What is wrong, line by line, in Korean and English."""
    found = queries.position_import(session, import_id, by=actor)
    return file(queries.import_errors(session, found), f"errors-{found.id}", "csv")


def file(content: bytes, name: str, kind: Literal["csv", "xlsx"]) -> Response:
    """A file to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type=CSV if kind == "csv" else XLSX, headers=headers)


def _language(request: Request) -> Language:
    return negotiate(request.headers.get("accept-language"))
