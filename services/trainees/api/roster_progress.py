"""A roster sync as it goes on: one server-sent event whenever it has changed, the last one when it rests."""

from collections.abc import AsyncIterator, Callable
from typing import Any, Final
from uuid import UUID

import anyio
import orjson
from anyio import to_thread
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

router = ServiceRouter(prefix="/api/v1")

_PAUSE: Final = 0.5
_LONGEST: Final = 600.0
Look = Callable[[], RosterSync]


@router.get("/roster-syncs/{sync_id}/events", policy=READ, produces="text/event-stream")
async def follow_roster_sync(sync_id: UUID, actor: Actor, request: Request) -> StreamingResponse:
    """Follow a sync: `progress` events with its state, progress and counts, until it waits for somebody or is through."""
    database: Database = request.app.state.db

    def look() -> RosterSync:
        with database.read() as session:
            return visible(session, RosterSync, sync_id, actor=actor)

    first = await to_thread.run_sync(look)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(look, first), media_type="text/event-stream", headers=headers)


async def _events(look: Look, sync: RosterSync) -> AsyncIterator[bytes]:
    yield _event(sync)
    with anyio.move_on_after(_LONGEST):
        while sync.state in RUNNING:
            await anyio.sleep(_PAUSE)
            now = await to_thread.run_sync(look)
            if now.revision != sync.revision:
                yield _event(now)
            else:
                yield b": still there\n\n"
            sync = now


def _event(sync: RosterSync) -> bytes:
    content: dict[str, Any] = {
        "state": sync.state,
        "progress": sync.progress,
        "rows_read": sync.rows_read,
        "counts": {name: getattr(sync, name) for name in COUNTED},
    }
    return b"id: %d\nevent: progress\ndata: %s\n\n" % (sync.revision, orjson.dumps(content))
