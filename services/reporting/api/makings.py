"""Reports that take long, over HTTP: asked for, followed, and fetched when they are made."""

from datetime import UTC
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.reporting import commands
from services.reporting.api.policies import OVERSEE
from services.reporting.domain.making import UNFINISHED
from services.reporting.queries.makings import file_of, making_of
from services.reporting.reports.asking import members, wish
from services.reporting.reports.issuing import made_file
from services.reporting.schemas.makings import MakingPublic, ReportWanted
from shared.auth.actor import Actor
from shared.db import Database, ReadSession, WriteSession
from shared.http import Reply, ServiceRouter
from shared.http.progress import Stage, follow

router: Final = ServiceRouter(prefix="/api/v1/reports/makings", tags=["reports"])


@router.post("", policy=OVERSEE, response_model=MakingPublic, status_code=202)
def ask_for_report(body: ReportWanted, session: WriteSession, actor: Actor, reply: Reply) -> MakingPublic:
    """Have a report made, and follow it at Location: PDF and HWPX of a large plan take long. The file is kept for an hour.

    Who asks for the same again while it is being made is led to the same.
    """
    only = body.members(members)
    wished = wish(session, body.framework, period=body.period, as_of=body.as_of, known_at=body.known_at, only=only)
    said: dict[str, Any] = {
        "plan": wished.framework, "format": body.format.value, "language": body.language, "period": wished.period,
        "as_of": wished.as_of, "known_at": None if wished.latest else wished.known_at.astimezone(UTC), "filters": wished.filters,
    }  # fmt: skip
    row = commands.ask_for_report(session, said=said, by=actor)
    reply.located(f"/api/v1/reports/makings/{row.id}")
    return MakingPublic.of(row)


@router.get("/{making_id}", policy=OVERSEE, response_model=MakingPublic)
def read_making(making_id: UUID, session: ReadSession, actor: Actor, reply: Reply) -> MakingPublic:
    """How far a report is that you asked for, and where its file is once it is made."""
    row = making_of(session, making_id, by=actor)
    if row.state in UNFINISHED:
        reply.headers["Retry-After"] = "1"
    return MakingPublic.of(row)


@router.get("/{making_id}/events", policy=OVERSEE, produces="text/event-stream")
async def follow_making(making_id: UUID, actor: Actor, request: Request) -> StreamingResponse:
    """Follow it: `progress` events with state and progress, the last one when it is made or failed."""
    database: Database = request.app.state.db

    def look() -> Stage:
        with database.read() as session:
            row = making_of(session, making_id, by=actor)
            content = {"state": row.state, "progress": row.progress, "problem": row.problem}
            return Stage(row.progress, row.state in UNFINISHED, content)

    return await follow(look)


@router.get("/{making_id}/file", policy=OVERSEE, produces="application/octet-stream")
def read_made_file(making_id: UUID, session: ReadSession, actor: Actor) -> Response:
    """The file, with its checksum in `Report-Checksum`. 409 while it is being made."""
    return made_file(file_of(session, making_id, by=actor))
