"""Long work as it goes on: one server-sent event whenever it has changed, the last one when it rests."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import anyio
import orjson
from anyio import to_thread
from starlette.responses import StreamingResponse

_PAUSE: Final = 0.5
_LONGEST: Final = 600.0


@dataclass(frozen=True, slots=True)
class Stage:
    """How far some work is; it does not run any more once it waits for somebody. `revision` is the number of the event."""

    revision: int
    runs: bool
    content: Mapping[str, Any]


async def follow(look: Callable[[], Stage]) -> StreamingResponse:
    """`progress` events of what `look` sees. What it raises at first is the answer."""
    first = await to_thread.run_sync(look)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(look, first), media_type="text/event-stream", headers=headers)


async def _events(look: Callable[[], Stage], stage: Stage) -> AsyncIterator[bytes]:
    yield _event(stage)
    with anyio.move_on_after(_LONGEST):
        while stage.runs:
            await anyio.sleep(_PAUSE)
            now = await to_thread.run_sync(look)
            yield _event(now) if now != stage else b": still there\n\n"
            stage = now


def _event(stage: Stage) -> bytes:
    return b"id: %d\nevent: progress\ndata: %s\n\n" % (stage.revision, orjson.dumps(stage.content))
