"""Whether a service lives and whether it is ready, for those who restart it and those who send it traffic."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import anyio
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.telemetry.logs import describe

log = structlog.get_logger()

_PATIENCE: Final = 3.0


@dataclass(frozen=True, slots=True)
class Check:
    """`run` raises when the part is not well. Without a part that is not `required` the service is degraded, but ready."""

    run: Callable[[], None]
    required: bool = True


@dataclass(slots=True)
class Health:
    """The checks of one service. `draining` takes it out of traffic before it stops."""

    service: str
    checks: Mapping[str, Check]
    draining: bool = False
    started: float = field(default_factory=time.monotonic)

    def routes(self) -> list[Route]:
        """The routes that operators' tools call. They need no token and tell nothing that is secret."""
        return [
            # A process listens once it has opened its databases and found them at its release: it has started, then.
            Route("/startupz", self._livez),
            Route("/livez", self._livez),
            Route("/readyz", self._readyz),
            Route("/metrics", _metrics),
        ]

    async def _livez(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok", "service": self.service, "seconds": round(time.monotonic() - self.started)})

    async def _readyz(self, _request: Request) -> Response:
        states: dict[str, str] = {}
        async with anyio.create_task_group() as group:
            for name, check in self.checks.items():
                group.start_soon(self._state, name, check, states)
        failed = [name for name, state in states.items() if state != "ok"]
        ready = not self.draining and not any(self.checks[name].required for name in failed)
        status = "draining" if self.draining else "unavailable" if not ready else "degraded" if failed else "ok"
        document = {"status": status, "service": self.service, "checks": {name: states[name] for name in self.checks}}
        return JSONResponse(document, status_code=200 if ready else 503)

    async def _state(self, name: str, check: Check, states: dict[str, str]) -> None:
        states[name] = "slow"
        with anyio.move_on_after(_PATIENCE):
            try:
                await anyio.to_thread.run_sync(check.run, abandon_on_cancel=True)
                states[name] = "ok"
            except Exception as error:  # noqa: BLE001 - whatever ails the part, the answer is that it ails
                log.warning("check_failed", check=name, error=describe(error))
                states[name] = "failed"


async def _metrics(_request: Request) -> Response:
    return Response(await run_in_threadpool(generate_latest), media_type=CONTENT_TYPE_LATEST)
