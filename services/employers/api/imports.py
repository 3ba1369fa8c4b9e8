"""Positions in files over HTTP: a template out, a file in, its preview, and what became of every line."""

from typing import Any, Final, Literal
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from services.employers import commands, queries
from services.employers.api.policies import OFFER
from services.employers.schemas.imports import PositionImportPublic
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Reply, ServiceRouter, Upload
from shared.i18n import Language, negotiate

router = ServiceRouter(prefix="/api/v1", tags=["employers"])
LARGEST: Final = 5 * 1024 * 1024
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

    A file that cannot be used as a whole is refused (422, `broken_file`); a line that cannot be used stops no other.
    """
    found = commands.preview_import(session, company_id, upload.content, by=actor)
    reply.located(f"/api/v1/positions/imports/{found.id}")
    return queries.import_report(found, _language(request))


@router.get("/positions/imports/{import_id}", policy=OFFER, response_model=PositionImportPublic)
def read_position_import(import_id: UUID, session: ReadSession, actor: Actor, request: Request) -> dict[str, Any]:
    """What would become, or became, of every line."""
    return queries.import_report(queries.position_import(session, import_id, by=actor), _language(request))


@router.post("/positions/imports/{import_id}/commit", policy=OFFER, response_model=PositionImportPublic)
def commit_position_import(
    import_id: UUID, session: WriteSession, actor: Actor, *, if_match: IfMatch, request: Request
) -> dict[str, Any]:
    """Write down, as drafts, all positions of the file with which nothing is wrong. 409 when that was done already."""
    found = commands.commit_import(session, import_id, expected=if_match, by=actor)
    return queries.import_report(found, _language(request))


@router.get("/positions/imports/{import_id}/errors.csv", policy=OFFER, produces="text/csv")
def read_position_import_errors(import_id: UUID, session: ReadSession, actor: Actor) -> Response:
    """What is wrong, line by line, in Korean and English."""
    found = queries.position_import(session, import_id, by=actor)
    return file(queries.import_errors(found), f"errors-{found.id}", "csv")


def file(content: bytes, name: str, kind: Literal["csv", "xlsx"]) -> Response:
    """A file to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type=CSV if kind == "csv" else XLSX, headers=headers)


def _language(request: Request) -> Language:
    return negotiate(request.headers.get("accept-language"))
