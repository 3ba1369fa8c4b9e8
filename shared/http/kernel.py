"""What all routes of one service share: its database, its verifier, its limits, its keys."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from anyio import CapacityLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from shared.auth.actor import Actor
from shared.auth.policy import Policy
from shared.auth.tokens import TokenVerifier, Unauthenticated, bearer
from shared.crypto import Cipher
from shared.db import Database
from shared.http.idempotency import Submissions
from shared.http.rate_limits import RateLimits
from shared.http.refusals import CrossSite

Visitors = Callable[[Request], Awaitable[Actor | None]]
"""Recognises a signed-in browser, by its cookie, where there is no Authorization header. Must not block."""

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True)
class Exchange:
    """What the layers of one request tell each other; lives in the ASGI scope as `hustar`."""

    headers: dict[str, str]
    client: str | None = None


@dataclass(frozen=True, slots=True)
class Kernel:
    """Built once by create_app and found at `app.state.kernel`."""

    service: str
    origin: str
    db: Database
    verifier: TokenVerifier
    submissions: Submissions
    cursors: Cipher
    limits: RateLimits | None
    visitors: Visitors | None
    threads: CapacityLimiter

    async def admit(self, request: Request, policy: Policy) -> Actor | None:
        """The caller, counted and checked; None only where the policy is public and there is no token.

        Raises Unauthenticated, Forbidden, RateLimited, CrossSite, Unavailable.
        """
        try:
            actor = await self._identify(request, optional=not policy.signed_in)
        except Unauthenticated:
            self.count(request, None)
            raise
        self.count(request, actor)
        if actor is not None:
            policy.check(actor)
        return actor

    async def _identify(self, request: Request, *, optional: bool) -> Actor | None:
        header = request.headers.get("authorization")
        if header is None and self.visitors is not None:
            actor = await self.visitors(request)
            if actor is not None:
                self._from_our_own_pages(request)
                return actor
        if header is None and optional:
            return None
        token = bearer(header)
        return self.verifier.remembered(token) or await run_in_threadpool(self.verifier.verify, token)

    def _from_our_own_pages(self, request: Request) -> None:
        if request.method in _SAFE:
            return
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site != "same-origin" and origin != self.origin:
            raise CrossSite

    def count(self, request: Request, actor: Actor | None) -> None:
        """Count the request against its client's quota, or its address's. Raises RateLimited."""
        exchange: Exchange = request.scope["hustar"]
        if actor is not None:
            exchange.client = actor.client_id
        if self.limits is not None:
            address = request.client.host if request.client else "unknown"
            counted = self.limits.client(actor.subject) if actor else self.limits.address(address)
            exchange.headers.update(counted)
