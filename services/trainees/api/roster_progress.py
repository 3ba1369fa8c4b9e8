"""A roster sync as it goes on: one server-sent event whenever it has changed, the last one when it rests."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import StreamingResponse

from services.trainees.api.policies import READ
from services.trainees.domain.roster.lifecycle import RUNNING
from services.trainees.queries.roster.reports import COUNTED
from services.trainees.queries.scope import visible
from services.trainees.tables import RosterSync
from shared.auth.actor import Actor
from shared.db import Database
from shared.http import ServiceRouter
from shared.http.progress import Stage, follow

router = ServiceRouter(prefix="/api/v1")


@router.get("/roster-syncs/{sync_id}/events", policy=READ, produces="text/event-stream")
async def follow_roster_sync(sync_id: UUID, actor: Actor, request: Request) -> StreamingResponse:
    """Follow a sync: `progress` events with its state, progress and counts, until it waits for somebody or is through."""
    database: Database = request.app.state.db

    def look() -> Stage:
        with database.read() as session:
            sync = visible(session, RosterSync, sync_id, actor=actor)
            counts = {name: getattr(sync, name) for name in COUNTED}
            content = {"state": sync.state, "progress": sync.progress, "rows_read": sync.rows_read, "counts": counts}
            return Stage(sync.revision, sync.state in RUNNING, content)

    return await follow(look)
