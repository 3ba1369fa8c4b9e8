"""Every error as application/problem+json (RFC 9457), in the reader's language, without what was sent."""

import sqlite3
from collections.abc import Mapping
from typing import Final

import orjson
import psycopg
import structlog
from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from shared.db.errors import is_full, is_transient
from shared.errors import FieldError, Forbidden, IllegalMove, Refused, StorageFull, TooLarge, Unavailable
from shared.http.refusals import (
    Internal,
    Malformed,
    MethodNotAllowed,
    NoSuchRoute,
    NotUnique,
    UnsupportedMediaType,
)
from shared.i18n import Language, translate
from shared.telemetry.context import current_trace
from shared.telemetry.logs import describe

log = structlog.get_logger()

MEDIA_TYPE: Final = "application/problem+json"
_MOST_ERRORS: Final = 100
_UNIQUE: Final = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}


class FieldProblem(BaseModel):
    """One wrong part of the request."""

    pointer: str = Field(description="JSON Pointer into the body, or the name of a parameter")
    code: str = Field(description="stable code of what is wrong with it")
    message: str = Field(description="the same in words, in the language of Accept-Language")


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(description="urn:hustar:problem: and the code")
    title: str
    status: int
    detail: str
    instance: str = Field(description="names this occurrence")
    code: str = Field(description="stable code of the error")
    errors: list[FieldProblem] = Field(default_factory=list, description="which parts are wrong")
    legal: list[str] | None = Field(default=None, description="the steps that are allowed from here, if that was the error")
    trace_id: str = Field(description="name of the trace that our logs hold this under")


def refusal(error: Exception) -> Refused:
    """The refusal that an exception amounts to. What nobody foresaw is logged, without its text, and becomes Internal."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, HTTPException):
        return _of_starlette(error)
    if isinstance(error, ClientDisconnect):
        return Malformed()
    if is_full(error):
        log.error("storage_full", error=describe(error))
        return StorageFull()
    if is_transient(error):
        log.warning("database_away", error=describe(error))
        return Unavailable()
    if isinstance(error, IntegrityError) and _broke_uniqueness(error):
        return NotUnique()
    log.error("unhandled", error=describe(error))
    return Internal()


def _of_starlette(error: HTTPException) -> Refused:
    headers: Mapping[str, str] | None = error.headers
    known: dict[int, Refused] = {
        403: Forbidden(headers=headers),
        404: NoSuchRoute(headers=headers),
        405: MethodNotAllowed(headers=headers),
        413: TooLarge(headers=headers),
        415: UnsupportedMediaType(headers=headers),
    }
    if error.status_code in known:
        return known[error.status_code]
    return Malformed(headers=headers) if error.status_code < 500 else Internal(headers=headers)


def _broke_uniqueness(error: IntegrityError) -> bool:
    if isinstance(error.orig, psycopg.Error):
        return error.orig.sqlstate == "23505"
    return isinstance(error.orig, sqlite3.IntegrityError) and error.orig.sqlite_errorcode in _UNIQUE


def problem(refused: Refused, language: Language) -> dict[str, object]:
    """The members of the problem document."""
    trace_id = current_trace().trace_id or ""
    members: dict[str, object] = {
        "type": f"urn:hustar:problem:{refused.code}",
        "title": translate(refused.title, language),
        "status": refused.status,
        "detail": translate(refused.detail, language, refused.params),
        "instance": f"urn:hustar:occurrence:{trace_id}",
        "code": refused.code,
        "errors": [_field(error, language) for error in refused.errors[:_MOST_ERRORS]],
        "trace_id": trace_id,
    }
    if isinstance(refused, IllegalMove):
        members["legal"] = refused.legal
    return members


def _field(error: FieldError, language: Language) -> dict[str, str]:
    return {"pointer": error.pointer, "code": error.code, "message": translate(error.message, language, error.params)}


def problem_response(error: Exception, language: Language) -> Response:
    """The answer to a request that ended with `error`."""
    refused = refusal(error)
    return Response(
        orjson.dumps(problem(refused, language)),
        status_code=refused.status,
        media_type=MEDIA_TYPE,
        headers={**refused.headers, "Content-Language": language, "Vary": "Accept-Language"},
    )
